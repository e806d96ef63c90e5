"""Chambers (R-21) and deemed votes (R-17) at their boundaries: one head, one weight, or 0.01 ㎡ decides."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting import (
    EACH_CHAMBER,
    NOTHING,
    Amount,
    BallotGroup,
    ChamberRule,
    DecisionRule,
    Electorate,
    Outcome,
    OwnersClass,
    Poll,
    RuleKind,
    Verdict,
    count,
)
from deliberation.votes.counting.decision_rule import smallest
from deliberation.votes.counting.returns import Judged, Returns, Side, judge_returns
from deliberation.votes.counting.sums import add_up

SHARES = {OwnersClass.ordinary: (Fraction(1, 2), True), OwnersClass.major: (Fraction(3, 4), False)}
TWO_THIRDS = Fraction(2, 3)
classes = st.sampled_from(OwnersClass)
some_heads, some_area = st.integers(2, 5000), st.integers(2, 10**9)


def beside_a_larger_one(owners_class: OwnersClass, chamber: Amount, favour: Amount, against: Amount) -> Verdict:
    """One chamber as given, and another ten times as large in which everybody is in favour."""
    large = Amount(10 * chamber.heads, 10 * chamber.area)
    rule = DecisionRule(RuleKind.owners, owners_class=owners_class, chambers=EACH_CHAMBER)
    groups = [
        BallotGroup("for", large + favour, {"南": large, "北": favour}),
        BallotGroup("against", against, {"北": against}),
    ]
    electorate = Electorate(large + chamber, {"南": large, "北": chamber})
    return count(Poll(rule), electorate=electorate, ballots=groups)


@given(owners_class=classes, heads=some_heads, area=some_area)
def test_a_chambers_quorum_is_exact_to_one_head_and_a_hundredth_of_a_square_metre(owners_class, heads, area) -> None:
    least = Amount(smallest(TWO_THIRDS, heads, strict=False), smallest(TWO_THIRDS, area, strict=False))
    for favour, expected in (
        (least, Outcome.passed),
        (Amount(least.heads - 1, least.area), Outcome.no_quorum),
        (Amount(least.heads, least.area - 1), Outcome.no_quorum),
    ):
        assert beside_a_larger_one(owners_class, Amount(heads, area), favour, NOTHING).outcome is expected


@given(owners_class=classes, heads=some_heads, area=some_area)
def test_a_chambers_approval_is_exact_to_one_head_and_a_hundredth_of_a_square_metre(owners_class, heads, area) -> None:
    share, is_strict = SHARES[owners_class]
    chamber = Amount(heads, area)
    least = Amount(smallest(share, heads, strict=is_strict), smallest(share, area, strict=is_strict))
    for favour, expected in (
        (least, Outcome.passed),
        (Amount(least.heads - 1, least.area), Outcome.failed_approval),
        (Amount(least.heads, least.area - 1), Outcome.failed_approval),
    ):
        verdict = beside_a_larger_one(owners_class, chamber, favour, chamber - favour)
        assert verdict.outcome is expected
        assert {test.chamber for test in verdict.tests if not test.holds} == (
            set() if expected is Outcome.passed else {"北"}
        )


@given(weights=st.lists(st.integers(1, 1000), min_size=1, max_size=6), rest=st.integers(-1, 1))
def test_chambers_with_a_weight_need_more_than_half_of_it(weights, rest) -> None:
    """One chamber against them all, as heavy as they are together, one lighter, or one heavier."""
    together = sum(weights)
    against = max(1, together + rest)
    rule = DecisionRule(
        RuleKind.charter,
        chambers=ChamberRule({"0": against, **{str(number): weight for number, weight in enumerate(weights, 1)}}),
    )
    ten, one = Amount(10), Amount(1)
    in_favour = {str(number): ten for number in range(1, len(weights) + 1)}
    groups = [
        BallotGroup("for", Amount(10 * len(weights)), in_favour),
        BallotGroup("against", one, {"0": one}),
    ]
    electorate = Electorate(Amount(10 * len(weights) + 1), {"0": one, **in_favour})
    verdict = count(Poll(rule), electorate=electorate, ballots=groups)
    assert verdict.outcome is (Outcome.passed if together > against else Outcome.failed_approval)
    assert next(test for test in verdict.tests if test.name == "chambers").holds is (together > against)


def deemed(owners_class: OwnersClass, roll: Amount, favour: Amount, against: Amount) -> Judged:
    poll = Poll(DecisionRule(RuleKind.owners, owners_class=owners_class))
    sums = add_up(poll, [BallotGroup("for", favour), BallotGroup("against", against)])
    return judge_returns(Returns(poll, Side(Electorate(roll), sums), is_deemed=True))


@given(owners_class=classes, each=st.integers(1, 500), silent=st.integers(1, 5000), area=st.integers(10**4, 10**8))
def test_one_head_decides_with_whom_the_silent_are_counted(owners_class, each, silent, area) -> None:
    """Heads alone, whatever the areas are; between equals the silent abstain."""
    roll = Amount(2 * each + 1 + silent, 4 * area)
    for favour, against, side in (
        (Amount(each + 1, 1), Amount(each, area), "for"),
        (Amount(each, area), Amount(each + 1, 1), "against"),
        (Amount(each, area), Amount(each, 1), "abstain"),
    ):
        judged = deemed(owners_class, roll, favour, against)
        rest = roll - favour - against
        assert judged.deemed == (side, rest)
        assert judged.without_deemed is not None
        assert judged.without_deemed.cast == favour.heads + against.heads
        if side == "against":
            assert judged.verdict.outcome is Outcome.failed_approval


@given(heads=st.integers(12, 5000), area=st.integers(16, 10**9))
def test_with_the_silent_in_favour_a_quarter_against_is_the_boundary(heads, area) -> None:
    """Of a major item: a quarter against passes, one head or 0.01 ㎡ more does not. Nobody else need come."""
    roll, most = Amount(heads, area), Amount(heads // 4, area // 4)
    for against, expected in (
        (most, Outcome.passed),
        (Amount(most.heads + 1, most.area), Outcome.failed_approval),
        (Amount(most.heads, most.area + 1), Outcome.failed_approval),
    ):
        favour = Amount(against.heads + 1, 1)
        judged = deemed(OwnersClass.major, roll, favour, against)
        assert judged.verdict.outcome is expected
        assert judged.deemed == ("for", roll - favour - against)
