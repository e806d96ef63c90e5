"""What the recorder writes: passages beside the facts of the log, each with a name, and what two editors do to one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

LONGEST_PASSAGE = 2000
# C7: main points for and against (no quotes without consent), dissent on request; what stays open.
PARTS_OF_ITEM = ("for", "against", "dissent", "left")
PARTS_OF_MEETING = ("opening", "promises", "closing", "annexes")
DIGEST_LENGTH = 16


class PassageUnknown(Refusal):
    code = "passage_unknown"
    status = 422
    sentence = N_("纪要里没有这一段。请刷新再写，写好的内容还在。")


class Settled(StrEnum):
    """What becomes of a passage that was sent: as it is stored, as it was typed, or a clash that a person decides."""

    kept = "kept"
    taken = "taken"
    clash = "clash"


def item_key(item_id: int, part: str) -> str:
    return f"item-{item_id}-{part}"


def is_item_key(key: str) -> bool:
    return key.startswith("item-")


def passage_keys(item_ids: Iterable[int]) -> tuple[str, ...]:
    """Every passage that minutes of these items have, in the order of the text."""
    opening, promises, *rest = PARTS_OF_MEETING
    items = (item_key(item_id, part) for item_id in item_ids for part in PARTS_OF_ITEM)
    return (opening, promises, *items, *rest)


def digest_of(text: str) -> str:
    """What an editor's page says of the text it was opened with."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def settle(*, base: str, typed: str, stored: str) -> Settled:
    """Three texts of one passage: ``base`` is the digest of what the editor began with.

    Whoever changed nothing takes nothing back from the other; only two different changes of one passage clash.
    """
    if typed == stored or digest_of(typed) == base:
        return Settled.kept
    return Settled.taken if digest_of(stored) == base else Settled.clash


@dataclass(frozen=True)
class ChangedPassage:
    """A passage of two versions; one of the texts may be empty."""

    key: str
    before: str
    after: str


def changed_passages(
    before: Mapping[str, str], after: Mapping[str, str], *, keys: Iterable[str]
) -> tuple[ChangedPassage, ...]:
    """What a newer version says otherwise, in the order of the text."""
    pairs = ((key, before.get(key, ""), after.get(key, "")) for key in keys)
    return tuple(ChangedPassage(key, old, new) for key, old, new in pairs if old != new)
