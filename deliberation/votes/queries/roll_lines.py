"""The lines of a frozen roll: what its hash covers, what the public reads of it, and what one voter can open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from deliberation.audit.merkle import GetNode, inclusion_path, perfect_subtrees
from deliberation.kernel.database import db
from deliberation.people.masking import mask_door, mask_name
from deliberation.votes.counting import ALL, Returns
from deliberation.votes.models import RollEntry, RollPart, Vote
from deliberation.votes.record.roll import RollLine, RollPartLine, hashes_of, tells_apart
from deliberation.votes.rules import RollSource

PART = (
    RollPart.label, RollPart.area, RollPart.area_source, RollPart.is_parking, RollPart.is_delivered, RollPart.chamber,
)  # fmt: skip
ENTRY = (
    RollEntry.id, RollEntry.number, RollEntry.label, RollEntry.user_id, RollEntry.area, RollEntry.weight,
    RollEntry.chamber, RollEntry.is_developer,
)  # fmt: skip
ROLLS_KEPT = 8


def lines(vote: Vote, *, account: int | None = None) -> list[RollLine]:
    """The roll in the order of its numbers, or one person's lines of it; two statements, however many voters."""
    parts: dict[int, list[RollPartLine]] = defaultdict(list)
    entries = select(*ENTRY).where(RollEntry.vote_id == vote.id).order_by(RollEntry.number)
    behind = select(RollPart.roll_entry_id, *PART).where(RollPart.vote_id == vote.id).order_by(RollPart.id)
    if account is not None:
        entries = entries.where(RollEntry.user_id == account)
        behind = behind.join(RollEntry, RollEntry.id == RollPart.roll_entry_id).where(RollEntry.user_id == account)
    if vote.roll_source is RollSource.units:
        for entry_id, label, area, source, is_parking, is_delivered, chamber in db.session.execute(behind):
            parts[entry_id].append(RollPartLine(label, area, str(source), is_parking, is_delivered, chamber))
    found = []
    for entry_id, number, label, holder, area, weight, chamber, is_developer in db.session.execute(entries):
        own = tuple(parts.get(entry_id, ()))
        masked = _masked(vote, label, own)
        found.append(RollLine(number, label, masked, holder, area, weight, chamber, is_developer, own))
    return found


def _secret(vote: Vote) -> bytes:
    return vote.roll_secret or b""  # None before publication.


def _masked(vote: Vote, label: str, parts: Sequence[RollPartLine]) -> str:
    """R-50: a door to the stair, a person to the family name."""
    if vote.roll_source is RollSource.units:
        return mask_door(parts[0].label) if parts else mask_name(label)
    return mask_door(label) if vote.roll_source is RollSource.seats else mask_name(label)


def public_roll(vote: Vote, returns: Returns) -> list[dict[str, Any]]:
    """``roll.json``: every line masked, with its figures unless they would tell how somebody voted."""
    with_figures = are_figures_safe(vote, returns)
    return [line.public(_secret(vote), with_figures=with_figures) for line in lines(vote)]


def are_figures_safe(vote: Vote, returns: Returns) -> bool:
    """Where all count alike, figures tell nothing; elsewhere no group of the result may be picked out by them."""
    if not vote.area_total and vote.weight_total == vote.seats_total:
        return True
    roll, sums = returns.own.electorate, returns.own.sums
    scopes = (ALL, *roll.chambers)
    groups = [(roll.within(scope).heads, amount.heads) for (scope, _word), amount in sums.cast.items()]
    groups += [(roll.within(scope).heads, amount.heads) for (scope, _option), amount in sums.supports.items()]
    groups += [(roll.within(scope).heads, sums.all(scope).heads) for scope in scopes]
    return not any(tells_apart([number], heads) for heads, number in groups)


def own_lines(vote: Vote, user_id: int) -> list[dict[str, Any]]:
    """Each line of this person's on the roll, opened, with its way up to the roll's hash."""
    own = lines(vote, account=user_id)
    size, stored = _tree(vote.id, vote.roll_hash) if own else (0, None)
    return [
        {
            "line": line.public(_secret(vote), with_figures=False),
            "identity": line.identity(_secret(vote)),
            "figures": line.figures(_secret(vote)),
            "size": size,
            "proof": [each.hex() for each in inclusion_path(line.number - 1, size, stored)],
            "roll_hash": vote.roll_hash,
        }
        for line in own
        if stored is not None
    ]


@lru_cache(maxsize=ROLLS_KEPT)
def _tree(vote_id: int, _roll_hash: str) -> tuple[int, GetNode]:
    """How many lines a frozen roll has, and its tree: kept for the next voter who asks, since neither ever changes."""
    vote = db.session.get_one(Vote, vote_id)
    hashes = list(hashes_of(lines(vote), _secret(vote)))
    return len(hashes), perfect_subtrees(hashes)
