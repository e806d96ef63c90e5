"""The tests of each rule, over everybody and chamber by chamber (R-15, R-21, R-23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from deliberation.votes.counting.amounts import ALL, Amount, Electorate
from deliberation.votes.counting.comparisons import Comparison, Number, compare
from deliberation.votes.counting.decision_rule import HALF, THREE_QUARTERS, TWO_THIRDS, ChamberRule, DecisionRule
from deliberation.votes.counting.kinds import OwnersClass, RuleKind

WHOLE = Fraction(1)
Within = Callable[[str], Amount]


@dataclass(frozen=True)
class Scope:
    """Everybody, or one chamber. ``decides`` is False for a chamber that only has a weight."""

    chamber: str = ALL
    decides: bool = True


def scopes(rule: DecisionRule, electorate: Electorate) -> list[Scope]:
    """Where every test is made: of everybody, then in each chamber in the order of its name."""
    if rule.chambers is None:
        return [Scope()]
    each = rule.chambers.weights is None
    return [Scope(), *(Scope(chamber, decides=each) for chamber in sorted(electorate.chambers))]


def unit_of(electorate: Electorate) -> str:
    """What votes are counted in: ballots, one a head, or the weights of the roll."""
    return "ballots" if electorate.total.weight == electorate.total.heads else "weight"


def quorum_tests(rule: DecisionRule, *, electorate: Electorate, participating: Within) -> list[Comparison]:
    """Whether enough take part. ``participating`` gives those who do, of everybody ("") or of a chamber."""
    found: list[Comparison] = []
    for scope in scopes(rule, electorate):
        took_part, members = participating(scope.chamber), electorate.within(scope.chamber)
        found += _quorum(rule, took_part, members, scope, unit_of(electorate))
    return found


def _quorum(rule: DecisionRule, took_part: Amount, members: Amount, scope: Scope, unit: str) -> list[Comparison]:
    test = partial(compare, chamber=scope.chamber, decides=scope.decides)
    if rule.kind is RuleKind.advisory:
        return []
    if rule.kind is RuleKind.owners:
        return [
            test("quorum_heads", TWO_THIRDS, took_part.heads, members.heads, unit="heads"),
            test("quorum_area", TWO_THIRDS, took_part.area, members.area, unit="area"),
        ]
    if rule.quorum_count is not None:
        # So many people of the whole body: a chamber has no number of its own.
        if scope.chamber != ALL:
            return []
        return [test("quorum", WHOLE, took_part.heads, rule.quorum_count, unit="heads")]
    if rule.quorum is None:
        return []
    return [test("quorum", rule.quorum, took_part.weight, members.weight, unit=unit)]


def owners_tests(
    rule: DecisionRule, *, favour: Amount, cast: Amount, scope: Scope = Scope(), option: str = ""
) -> list[Comparison]:
    """R-15: over half, or three quarters, of the heads and of the area that take part."""
    strict = rule.owners_class is OwnersClass.ordinary
    share = HALF if strict else THREE_QUARTERS
    test = partial(compare, strict=strict, chamber=scope.chamber, decides=scope.decides, option=option)
    return [
        test("approval_heads", share, favour.heads, cast.heads, unit="heads"),
        test("approval_area", share, favour.area, cast.area, unit="area"),
    ]


@dataclass(frozen=True)
class Weights:
    """Votes of one scope, by weight: in favour, naming any option (or for and against), cast, and of the whole roll."""

    favour: Number
    named: Number
    cast: Number
    members: Number


def approval(
    rule: DecisionRule, votes: Weights, *, unit: str, scope: Scope = Scope(), option: str = ""
) -> list[Comparison]:
    """R-23: whether enough are in favour. An objection stops a consensus; a tie fails."""
    test = partial(compare, unit=unit, chamber=scope.chamber, decides=scope.decides, option=option)
    if rule.kind is RuleKind.consensus:
        objections = votes.named - votes.favour
        return [
            test("objections", WHOLE, 0, objections),
            test("support", WHOLE, votes.favour, 1),
        ]
    share, base, strict = _line(rule, votes)
    tests = [test("approval", share, votes.favour, base, strict=strict)]
    if rule.lets_a_tie_pass and not option:
        tests.append(test("majority", WHOLE, votes.favour, votes.named - votes.favour, strict=True))
    return tests


def _line(rule: DecisionRule, votes: Weights) -> tuple[Fraction, Number, bool]:
    """The share, what it is a share of, and whether it must be exceeded."""
    if rule.kind is RuleKind.all_members_majority:
        return HALF, votes.members, True
    if rule.kind is RuleKind.present_majority:
        return HALF, votes.named, True
    base = {"cast": votes.cast, "for_against": votes.named, "members": votes.members}[rule.basis]
    if rule.threshold is None:
        return HALF, base, True
    return rule.threshold, base, rule.strict or base == 0  # 0 ≥ 2/3 of 0 votes must not pass anything.


def weigh_chambers(rule: ChamberRule, tests: Sequence[Comparison]) -> list[Comparison]:
    """R-21 with weights: the chambers in which every test holds must have over half of all weight."""
    if rule.weights is None:
        return []
    failed = {test.chamber for test in tests if not test.holds}
    in_favour = sum(weight for chamber, weight in rule.weights.items() if chamber not in failed)
    return [compare("chambers", HALF, in_favour, sum(rule.weights.values()), strict=True, unit="weight")]
