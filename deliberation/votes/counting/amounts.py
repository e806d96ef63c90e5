"""How much a voter, a ballot or a whole roll is worth: heads, area and weight, in whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ALL = ""  # The scope of everybody, beside the names of the chambers.
AS_HEADS = -1


@dataclass(frozen=True, slots=True)
class Amount:
    """``heads`` are voters, ``area`` is in 0.01 ㎡; ``weight`` is one a head unless the roll says otherwise.

    Anything but whole numbers from 0 on raises ``ValueError``.
    """

    heads: int
    area: int = 0
    weight: int = AS_HEADS

    def __post_init__(self) -> None:
        if self.weight == AS_HEADS:
            object.__setattr__(self, "weight", self.heads)
        heads, area, weight = self.heads, self.area, self.weight
        if not (type(heads) is type(area) is type(weight) is int and heads >= 0 and area >= 0 and weight >= 0):
            raise ValueError(f"votes are counted in whole numbers from 0 on, not {(heads, area, weight)!r}")

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.heads + other.heads, self.area + other.area, self.weight + other.weight)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.heads - other.heads, self.area - other.area, self.weight - other.weight)

    def fits_in(self, other: Amount) -> bool:
        return self.heads <= other.heads and self.area <= other.area and self.weight <= other.weight


NOTHING = Amount(0)


@dataclass(frozen=True, slots=True)
class Electorate:
    """The frozen roll in sum: everybody, and each chamber where the rule has chambers (R-21).

    An owner with parts in two chambers is a head in each and one head in all, so chambers need not add up.
    """

    total: Amount
    chambers: Mapping[str, Amount] = field(default_factory=dict)

    def within(self, scope: str) -> Amount:
        """The amount of a chamber, or of everybody for ``ALL``; nothing for a chamber that is not there."""
        return self.total if scope == ALL else self.chambers.get(scope, NOTHING)


def total(amounts: Iterable[Amount]) -> Amount:
    """Their sum, without building one object per amount: a roll may have a million lines."""
    heads = area = weight = 0
    for amount in amounts:
        heads += amount.heads
        area += amount.area
        weight += amount.weight
    return Amount(heads, area, weight)
