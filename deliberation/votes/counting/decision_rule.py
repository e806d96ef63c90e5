"""The rule a vote is judged by (domain.md R-15, R-19, R-21, R-23), and what it may come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from deliberation.votes.counting.kinds import OwnersClass, RuleKind

HALF = Fraction(1, 2)
TWO_THIRDS = Fraction(2, 3)
THREE_QUARTERS = Fraction(3, 4)
BASES = ("cast", "for_against", "members")


class Outcome(StrEnum):
    passed = "passed"
    failed_approval = "failed_approval"
    no_quorum = "no_quorum"
    tie = "tie"
    advisory = "advisory"

    @property
    def verdict(self) -> str:
        """The word of the vote file: passed, failed, no_quorum, tie or advisory."""
        return "failed" if self is Outcome.failed_approval else str(self)


@dataclass(frozen=True)
class ChamberRule:
    """R-21. Without ``weights`` every test must hold in each chamber too. With them each chamber says yes or no for
    its weight, and the chambers in favour must have over half of all weight."""

    weights: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        if self.weights is None:
            return
        if not self.weights or any(type(weight) is not int or weight < 1 for weight in self.weights.values()):
            raise ValueError("a chamber weighs a whole number, 1 or more")


EACH_CHAMBER = ChamberRule()


@dataclass(frozen=True)
class DecisionRule:
    """How a vote is judged.

    ``quorum`` is the share of members that must take part, ``quorum_count`` the number of heads where that is fixed.
    ``threshold`` is the share of ``basis`` ("cast", "for_against" or "members") that must be in favour; ``strict`` asks
    for more than that share. ``clause`` says where the charter says so. Only a ``charter`` has a threshold of its own;
    without one it is over one half. ``owners`` takes its shares from its class and nowhere else (R-15, R-20).

    A rule that is no rule raises ``ValueError``: a share that is no ``Fraction`` in (0, 1], an unknown basis, "more
    than all", owners without a class or with a quorum of their own, a weight of chambers in an owners' vote.
    """

    kind: RuleKind
    quorum: Fraction | None = None
    threshold: Fraction | None = None
    basis: str = "cast"
    strict: bool = False
    clause: str = ""
    owners_class: OwnersClass | None = None
    quorum_count: int | None = None
    chambers: ChamberRule | None = None

    def __post_init__(self) -> None:
        for share in (self.quorum, self.threshold):
            if share is not None and not (isinstance(share, Fraction) and 0 < share <= 1):
                raise ValueError(f"a share is a Fraction above 0 and up to 1, not {share!r}")
        if self.basis not in BASES:
            raise ValueError(f"votes in favour are a share of one of {', '.join(BASES)}, not of {self.basis!r}")
        if self.threshold == 1 and self.strict:
            raise ValueError("nobody can have more than all votes")
        if self.quorum_count is not None and (type(self.quorum_count) is not int or self.quorum_count < 1):
            raise ValueError(f"a quorum is a whole number of heads, 1 or more, not {self.quorum_count!r}")
        if self.quorum is not None and self.quorum_count is not None:
            raise ValueError("a quorum is either a share or a number of heads")
        self._check_owners()

    def _check_owners(self) -> None:
        if (self.kind is RuleKind.owners) is not (self.owners_class is not None):
            raise ValueError("owners, and only owners, vote in a class: ordinary or major")
        if self.kind is not RuleKind.owners:
            return
        if self.quorum is not None or self.quorum_count is not None or self.threshold is not None:
            raise ValueError("the quorum and the threshold of an owners' vote are the law's")
        if self.chambers is not None and self.chambers.weights is not None:
            raise ValueError("in an owners' vote each chamber must pass; a chamber has no weight")

    @property
    def lets_a_tie_pass(self) -> bool:
        """Whether so few votes in favour are enough that there may be as many against (R-23: a tie fails)."""
        if self.kind is not RuleKind.charter or self.threshold is None:
            return False
        return self.threshold < HALF or (self.threshold == HALF and not self.strict)


def smallest(share: Fraction, total: int, *, strict: bool) -> int:
    """The smallest whole number that is ``share`` of ``total`` or more, or above it when ``strict``."""
    numerator, denominator = share.numerator * total, share.denominator
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def area_needed(rule: DecisionRule, area: int) -> int:
    """How much area makes the quorum, in 0.01 ㎡; 0 where the rule does not ask for area (R-15)."""
    return smallest(TWO_THIRDS, area, strict=False) if rule.kind is RuleKind.owners else 0


def ballots_needed(rule: DecisionRule, members: int) -> int:
    """How many ballots make the quorum; 0 where the rule has none. Owners' area is ``area_needed``."""
    if rule.quorum_count is not None:
        return rule.quorum_count
    share = TWO_THIRDS if rule.kind is RuleKind.owners else rule.quorum
    return smallest(share, members, strict=False) if share is not None else 0
