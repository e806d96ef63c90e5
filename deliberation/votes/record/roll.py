"""The roll as everybody may keep it: each line masked (R-50), and sealed so that its own voter can open it. Pure.

A line says its number, a masked label, and two digests. ``identity`` covers what only the voter may read: the full
label, the account, the names of the parts. ``figures`` covers what the line counts for: area, weight, chamber, and each
part with the source of its area (R-12). Each digest is salted with what only that voter is given, so that neither can
be guessed. The roll's hash, frozen when the vote is published (R-13), is the root of the Merkle tree over the lines
(RFC 9162, section 2.1), so that a voter checks one line with a handful of hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Any

from deliberation.audit.merkle import leaf_hash, perfect_subtrees, root_of
from deliberation.people.masking import mask_door
from deliberation.votes.counting import NOTHING, Amount, Electorate
from deliberation.votes.counting.amounts import total
from deliberation.votes.rules.disclosure import LEAST_IN_CELL

SAFE_BITS = 32  # A group that can be picked from the roll in 2**32 ways: thousands of them fit any one sum.
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class RollPartLine:
    """A part behind an owner's line; ``area`` in 0.01 ㎡, ``source`` is register, survey or contract."""

    label: str
    area: int
    source: str
    parking: bool
    delivered: bool
    chamber: str


@dataclass(frozen=True)
class RollLine:
    """One voter of a frozen roll, as the house knows it. ``masked`` is what the public reads instead of the label."""

    number: int
    label: str
    masked: str
    account: int | None
    area: int
    weight: int
    chamber: str
    developer: bool
    parts: tuple[RollPartLine, ...] = ()

    def identity(self, secret: bytes) -> dict[str, Any]:
        """What the voter alone may read, with its salt; ``secret`` is the roll's."""
        salt = _salt(secret, self.number, b"identity")
        named = {"label": self.label, "account": self.account, "parts": [part.label for part in self.parts]}
        return {**named, "salt": salt}

    def figures(self, secret: bytes) -> dict[str, Any]:
        """What the line counts for, with its salt."""
        parts = [
            {
                "label": mask_door(part.label), "area": part.area, "source": part.source, "parking": part.parking,
                "delivered": part.delivered, "chamber": part.chamber,
            }
            for part in self.parts
        ]  # fmt: skip
        return {
            "area": self.area, "weight": self.weight, "chamber": self.chamber, "developer": self.developer,
            "parts": parts, "salt": _salt(secret, self.number, b"figures"),
        }  # fmt: skip

    def public(self, secret: bytes, *, with_figures: bool) -> dict[str, Any]:
        """The line of ``roll.json``: with its figures, or with their digest where they would tell who voted how."""
        figures = self.figures(secret)
        return {
            "number": self.number, "label": self.masked, "identity": digest(self.identity(secret)),
            "figures": figures if with_figures else digest(figures),
        }  # fmt: skip


def _salt(secret: bytes, number: int, of: bytes) -> str:
    return hmac.digest(secret, b"%b of line %d" % (of, number), "sha256").hex()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal of plain JSON with sorted keys and no spaces."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()


def line_hash(line: Mapping[str, Any]) -> bytes:
    """The leaf hash of a public line; the same whether its figures stand open or as their digest."""
    figures = line["figures"]
    sealed = {**line, "figures": figures if isinstance(figures, str) else digest(figures)}
    return leaf_hash(_encode(sealed).encode())


def roll_hash(hashes: Iterable[bytes]) -> str:
    """The frozen hash of a roll whose lines hash to these, in the order of their numbers."""
    leaves = list(hashes)
    return root_of(len(leaves), perfect_subtrees(leaves)).hex()


def hashes_of(lines: Iterable[RollLine], secret: bytes) -> Iterator[bytes]:
    """The leaf hash of every line, in one pass."""
    for line in lines:
        yield line_hash(line.public(secret, with_figures=False))


def tells_apart(groups: Sequence[int], heads: int) -> bool:
    """Whether exact sums of areas or weights could be taken apart: who of ``heads`` makes up a group of the result.

    ``groups`` are the sizes of all groups whose sums everybody may read. A group below five (R-52), one that leaves out
    fewer than five, or one that can be picked from the roll in so few ways that only one may fit its sum.
    """
    return any(0 < number < heads and _is_small(min(number, heads - number), heads) for number in groups)


def _is_small(number: int, heads: int) -> bool:
    return number < LEAST_IN_CELL or (number < SAFE_BITS and comb(heads, number) < 2**SAFE_BITS)


LINE = {"number", "label", "identity", "figures"}


@dataclass(frozen=True)
class PublicRoll:
    """``roll.json``, read. Anything that is not of its form raises ``KeyError``, ``TypeError`` or ``ValueError``."""

    lines: Sequence[Mapping[str, Any]]

    @property
    def is_whole(self) -> bool:
        """Whether the lines are numbered from 1 on, none is left out, and none says more than a line does."""
        return all(
            set(line) == LINE and type(line["number"]) is int and line["number"] == place
            for place, line in enumerate(self.lines, 1)
        )

    @cached_property
    def hash(self) -> str:
        return roll_hash(map(line_hash, self.lines))

    @property
    def is_open(self) -> bool:
        return all(not isinstance(line["figures"], str) for line in self.lines)

    def electorate(self, *, chambers_by: str, with_parking: bool) -> Electorate:
        """The roll in sum; of owners from their parts, with parking spaces or without (R-14)."""
        if any(line["figures"]["parts"] for line in self.lines):
            return self._of_parts(by_zone=chambers_by == "zone", with_parking=with_parking)
        voices = [line["figures"] for line in self.lines if line["figures"]["weight"] > 0]
        amounts = [(each["chamber"], Amount(1, each["area"], each["weight"])) for each in voices]
        return Electorate(total(amount for _chamber, amount in amounts), _by_chamber(amounts) if chambers_by else {})

    def _of_parts(self, *, by_zone: bool, with_parking: bool) -> Electorate:
        """Each line is one head, and one in each zone where it has a part (R-11, R-21)."""
        heads: list[Amount] = []
        in_zones: list[tuple[str, Amount]] = []
        for line in self.lines:
            counted = [part for part in line["figures"]["parts"] if with_parking or not part["parking"]]
            if counted:
                heads.append(Amount(1, sum(part["area"] for part in counted)))
            for zone in dict.fromkeys(part["chamber"] for part in counted):
                in_zones.append((zone, Amount(1, sum(part["area"] for part in counted if part["chamber"] == zone))))
        return Electorate(total(heads), _by_chamber(in_zones) if by_zone else {})

    def agrees_with_parts(self, *, with_parking: bool) -> bool:
        """Whether what each owner's line counts for is what its parts come to."""
        figures = [line["figures"] for line in self.lines if line["figures"]["parts"]]
        return all(
            (each["area"], each["weight"])
            == (
                sum(part["area"] for part in each["parts"] if with_parking or not part["parking"]),
                int(any(with_parking or not part["parking"] for part in each["parts"])),
            )
            for each in figures
        )


def _by_chamber(amounts: Iterable[tuple[str, Amount]]) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for chamber, amount in amounts:
        found[chamber] = found.get(chamber, NOTHING) + amount
    return found


def fits_line(line: Mapping[str, Any], *, identity: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    """Whether a voter's own openings are those of this public line."""
    given = line["figures"] if isinstance(line["figures"], str) else digest(line["figures"])
    return bool(line["identity"] == digest(identity)) and bool(given == digest(figures))
