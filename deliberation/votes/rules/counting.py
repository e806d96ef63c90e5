"""The count with its working (domain.md C2): pure and exact.

Votes are counted in whole numbers; a share is a ``Fraction`` and is compared by cross-multiplication.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from deliberation.votes.counting.kinds import RuleKind

HALF = Fraction(1, 2)
BASES = ("cast", "for_against", "members")


class Outcome(StrEnum):
    passed = "passed"
    failed_approval = "failed_approval"
    no_quorum = "no_quorum"


@dataclass(frozen=True)
class DecisionRule:
    """How a vote is judged. ``quorum`` is the share of members that must take part, ``threshold`` the share of
    ``basis`` ("cast", "for_against" or "members") that must be in favour; ``strict`` asks for more than that share.
    ``clause`` says where the charter says so. Only a ``charter`` has a threshold of its own; without one it is over
    one half. A rule that is no rule raises ``ValueError``: a share that is no ``Fraction`` in (0, 1], an unknown basis,
    "more than all", or a threshold under which a tie would pass (R-23: a tie fails).
    """

    kind: RuleKind
    quorum: Fraction | None = None
    threshold: Fraction | None = None
    basis: str = "cast"
    strict: bool = False
    clause: str = ""

    def __post_init__(self) -> None:
        for share in (self.quorum, self.threshold):
            if share is not None and not (isinstance(share, Fraction) and 0 < share <= 1):
                raise ValueError(f"a share is a Fraction above 0 and up to 1, not {share!r}")
        if self.basis not in BASES:
            raise ValueError(f"votes in favour are a share of one of {', '.join(BASES)}, not of {self.basis!r}")
        if self.threshold is None or self.kind is not RuleKind.charter:
            return
        if self.threshold < HALF or (self.threshold == HALF and not self.strict):
            raise ValueError(f"with {self.threshold} and strict={self.strict} a tie would pass")
        if self.threshold == 1 and self.strict:
            raise ValueError("nobody can have more than all votes")


@dataclass(frozen=True)
class Tally:
    """Current valid ballots by choice, one a seat. Anything but whole numbers from 0 on raises ``ValueError``."""

    in_favour: int
    against: int
    abstain: int

    def __post_init__(self) -> None:
        for number in (self.in_favour, self.against, self.abstain):
            if type(number) is not int or number < 0:
                raise ValueError(f"ballots are counted in whole numbers, not {number!r}")

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstain


@dataclass(frozen=True)
class Comparison:
    """One test with both sides as whole numbers: "3 × 118 = 354 ≥ 2 × 151 = 302".

    ``name`` is "quorum" or "approval"; the working is factor and number of each side; ``missing`` is how many more
    ballots (quorum) or votes in favour (approval) it would have taken, 0 when it holds.
    """

    name: str
    left_factor: int
    left_number: int
    right_factor: int
    right_number: int
    strict: bool
    missing: int

    @property
    def left(self) -> int:
        return self.left_factor * self.left_number

    @property
    def right(self) -> int:
        return self.right_factor * self.right_number

    @property
    def holds(self) -> bool:
        return self.left > self.right if self.strict else self.left >= self.right


@dataclass(frozen=True)
class Verdict:
    """``needed`` is how many votes in favour it takes with these ballots; the tests in the order they were made."""

    outcome: Outcome
    tally: Tally
    members: int
    ballots_needed: int
    needed: int
    tests: tuple[Comparison, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: whole numbers and words only."""
        tests = [{**asdict(t), "left": t.left, "right": t.right, "holds": t.holds} for t in self.tests]
        return {
            "outcome": str(self.outcome),
            "for": self.tally.in_favour,
            "against": self.tally.against,
            "abstain": self.tally.abstain,
            "cast": self.tally.cast,
            "members": self.members,
            "ballots_needed": self.ballots_needed,
            "needed": self.needed,
            "tests": tests,
        }


def smallest(share: Fraction, total: int, *, strict: bool) -> int:
    """The smallest whole number that is ``share`` of ``total`` or more, or above it when ``strict``."""
    numerator, denominator = share.numerator * total, share.denominator
    return numerator // denominator + 1 if strict else -(-numerator // denominator)


def ballots_needed(rule: DecisionRule, members: int) -> int:
    """How many ballots make the quorum; 0 where the rule has none."""
    return smallest(rule.quorum, members, strict=False) if rule.quorum is not None else 0


def votes_to_pass(rule: DecisionRule, *, tally: Tally, members: int) -> int:
    """How many votes in favour it takes, given the ballots as they are."""
    share, base, strict = _approval(rule, tally, members)
    return smallest(share, base, strict=strict)


def _approval(rule: DecisionRule, tally: Tally, members: int) -> tuple[Fraction, int, bool]:
    """The share, what it is a share of, and whether it must be exceeded."""
    if rule.kind is RuleKind.all_members_majority:
        return HALF, members, True
    for_against = tally.in_favour + tally.against
    if rule.kind is RuleKind.present_majority:
        return HALF, for_against, True
    base = {"cast": tally.cast, "for_against": for_against, "members": members}[rule.basis]
    if rule.threshold is None:
        return HALF, base, True
    return rule.threshold, base, rule.strict or base == 0  # 0 ≥ 2/3 of 0 votes must not pass anything.


def count(rule: DecisionRule, *, tally: Tally, members: int) -> Verdict:
    """Judge a tally under a rule. Abstaining takes part and is not in favour (R-16); a tie fails (R-23).

    Raises ``ValueError`` when there are no members, or more ballots than members.
    """
    if members < 1 or tally.cast > members:
        raise ValueError(f"{tally.cast} ballots of {members} members cannot be counted")
    quorum = ballots_needed(rule, members)
    share, base, strict = _approval(rule, tally, members)
    needed = smallest(share, base, strict=strict)
    approval = _compare("approval", share, tally.in_favour, base, strict=strict, needed=needed)
    if rule.quorum is None:
        return Verdict(_outcome(True, approval.holds), tally, members, quorum, needed, (approval,))
    turnout = _compare("quorum", rule.quorum, tally.cast, members, strict=False, needed=quorum)
    return Verdict(_outcome(turnout.holds, approval.holds), tally, members, quorum, needed, (turnout, approval))


def _outcome(has_quorum: bool, is_approved: bool) -> Outcome:
    if not has_quorum:
        return Outcome.no_quorum
    return Outcome.passed if is_approved else Outcome.failed_approval


def _compare(name: str, share: Fraction, number: int, base: int, *, strict: bool, needed: int) -> Comparison:
    missing = max(0, needed - number)
    return Comparison(name, share.denominator, number, share.numerator, base, strict, missing)
