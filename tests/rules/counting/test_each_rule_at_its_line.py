"""Every rule at its line: one head, one weight or 0.01 ㎡ decides, of everybody, in a chamber and among options.

What is enough is said again here from domain.md (R-15, R-19, R-21, R-23), in fractions; the count has to change its
mind exactly there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliberation.votes.counting import (
    EACH_CHAMBER,
    NOTHING,
    Amount,
    BallotGroup,
    ChamberRule,
    DecisionRule,
    Electorate,
    Marks,
    Method,
    Outcome,
    OwnersClass,
    Poll,
    RuleKind,
    Verdict,
    count,
)
from tests.support.vote_files import counted, piled

HALF, TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)
BASES = ("cast", "for_against", "members")
KINDS = (RuleKind.charter, RuleKind.present_majority, RuleKind.all_members_majority)
OWNERS = {kind: DecisionRule(RuleKind.owners, owners_class=kind) for kind in OwnersClass}
few = settings(max_examples=40)  # Each example goes to its line by itself.
shares = st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=20)


@st.composite
def rules(draw, kind: RuleKind, *, quorum: Fraction | int | None = None) -> DecisionRule:
    """A rule that one share decides; a charter with any p/q of any base, and now and then without one."""
    fixed = {"quorum_count": quorum} if isinstance(quorum, int) else {"quorum": quorum}
    if kind is not RuleKind.charter:
        return DecisionRule(kind, **fixed)
    threshold = draw(st.none() | shares)
    is_strict = draw(st.booleans()) and threshold not in (None, 1)
    return DecisionRule(kind, threshold=threshold, basis=draw(st.sampled_from(BASES)), strict=is_strict, **fixed)


def is_enough(rule: DecisionRule, favour: int, against: int, abstain: int, members: int) -> bool:
    """R-23 in its own words."""
    if rule.kind is RuleKind.all_members_majority:
        return 2 * favour > members
    if rule.kind is RuleKind.present_majority:
        return favour > against
    base = {"cast": favour + against + abstain, "for_against": favour + against, "members": members}[rule.basis]
    share = rule.threshold or HALF
    reaches = favour > share * base if rule.strict or rule.threshold is None else favour >= share * base
    return reaches and favour > (against if share <= HALF else 0)  # A tie fails, and so does nobody in favour.


def least(holds: Callable[[int], bool], most: int) -> int | None:
    """The smallest number up to ``most`` from which on it holds."""
    low, high = 0, most + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low if low <= most else None


def judge(rule: DecisionRule, members: Amount, favour: Amount, against: Amount, abstain: Amount = NOTHING) -> Verdict:
    said = zip(("for", "against", "abstain"), (favour, against, abstain), strict=True)
    ballots = [BallotGroup(word, amount) for word, amount in said]
    return count(Poll(rule), electorate=Electorate(members), ballots=ballots)


# The quorum


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), members=st.integers(1, 10**6), share=shares)
def test_the_quorum_of_a_share_is_exact_to_one_head(kind, data, members, share) -> None:
    rule = data.draw(rules(kind, quorum=share))
    enough = -int(-share * members // 1)
    for there, is_quorum in ((enough, True), (enough - 1, False)):
        outcome = judge(rule, Amount(members), Amount(there), NOTHING).outcome
        assert (outcome is not Outcome.no_quorum) is is_quorum


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), number=st.integers(1, 5000), away=st.integers(0, 5000), weight=st.integers(1, 9))
def test_the_quorum_of_a_number_is_of_heads_whatever_they_weigh(kind, data, number, away, weight) -> None:
    rule = data.draw(rules(kind, quorum=number))
    members = Amount(number + away, 0, weight * (number + away))
    for heads, is_quorum in ((number, True), (number - 1, False)):
        outcome = judge(rule, members, Amount(heads, 0, weight * heads), NOTHING).outcome
        assert (outcome is not Outcome.no_quorum) is is_quorum


@pytest.mark.parametrize("owners_class", OwnersClass)
@few
@given(heads=st.integers(2, 5000), area=st.integers(2, 10**9))
def test_the_quorum_of_owners_is_exact_to_one_head_and_a_hundredth_of_a_square_metre(owners_class, heads, area) -> None:
    enough = Amount(-(-2 * heads // 3), -(-2 * area // 3))
    for there, outcome in (
        (enough, Outcome.passed),
        (Amount(enough.heads - 1, enough.area), Outcome.no_quorum),
        (Amount(enough.heads, enough.area - 1), Outcome.no_quorum),
    ):
        assert judge(OWNERS[owners_class], Amount(heads, area), there, NOTHING).outcome is outcome


# Who is in favour


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), others=st.integers(0, 5000), abstain=st.integers(0, 500), away=st.integers(0, 500))
def test_who_is_in_favour_is_exact_to_one_head(kind, data, others, abstain, away) -> None:
    """One head changes sides: from against to in favour."""
    rule = data.draw(rules(kind))
    members = others + abstain + away
    assume(members)
    needed = least(lambda favour: is_enough(rule, favour, others - favour, abstain, members), others)
    for favour in {others, 0 if needed is None else needed, max(0, (needed or 1) - 1)}:
        outcome = judge(rule, Amount(members), Amount(favour), Amount(others - favour), Amount(abstain)).outcome
        assert (outcome is Outcome.passed) is (needed is not None and favour >= needed)


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), weight=st.integers(1, 10**9), abstain=st.integers(0, 10**6), away=st.integers(0, 10**6))
def test_who_is_in_favour_is_exact_to_the_smallest_weight(kind, data, weight, abstain, away) -> None:
    """Three heads on the one side and one on the other: nothing but their weight counts."""
    rule = data.draw(rules(kind))
    members = weight + abstain + away
    needed = least(lambda favour: is_enough(rule, favour, weight - favour, abstain, members), weight)
    assume(needed is not None)
    for favour in (needed, needed - 1):
        verdict = judge(
            rule, Amount(9, 0, members), Amount(1, 0, favour), Amount(3, 0, weight - favour), Amount(2, 0, abstain)
        )
        assert (verdict.outcome is Outcome.passed) is (favour == needed)


@few
@given(favour=st.integers(0, 5000), against=st.integers(0, 2), abstain=st.integers(0, 5000))
def test_one_objection_stops_a_consensus_and_nobody_in_favour_makes_none(favour, against, abstain) -> None:
    members = Amount(favour + against + abstain + 1)
    verdict = judge(DecisionRule(RuleKind.consensus), members, Amount(favour), Amount(against), Amount(abstain))
    assert (verdict.outcome is Outcome.passed) is (against == 0 and favour > 0)


@few
@given(favour=st.integers(0, 9), against=st.integers(0, 9), away=st.integers(0, 9))
def test_advice_never_binds_however_many_are_for_it(favour, against, away) -> None:
    members = Amount(favour + against + away + 1)
    verdict = judge(DecisionRule(RuleKind.advisory), members, Amount(favour), Amount(against))
    assert (verdict.outcome, verdict.tests, verdict.winners) == (Outcome.advisory, (), ())


# Chambers


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), heads=st.integers(1, 2000), abstain=st.integers(0, 200), quorum=st.none() | shares)
def test_a_chamber_that_must_pass_is_exact_to_one_head(kind, data, heads, abstain, quorum) -> None:
    """Beside one a hundred times as large in which everybody is in favour."""
    rule = replace(data.draw(rules(kind, quorum=quorum)), chambers=EACH_CHAMBER)
    members = heads + abstain
    large = Amount(100 * members)
    electorate = Electorate(large + Amount(members), {"南": large, "北": Amount(members)})
    needed = least(lambda favour: is_enough(rule, favour, heads - favour, abstain, members), heads)
    assume(needed is not None)
    for favour in (needed, needed - 1):
        groups = [
            BallotGroup("for", large + Amount(favour), {"南": large, "北": Amount(favour)}),
            BallotGroup("against", Amount(heads - favour), {"北": Amount(heads - favour)}),
            BallotGroup("abstain", Amount(abstain), {"北": Amount(abstain)}),
        ]
        verdict = count(Poll(rule), electorate=electorate, ballots=groups)
        assert verdict.outcome is (Outcome.passed if favour == needed else Outcome.failed_approval)
        against = heads - favour
        whole = is_enough(rule, large.heads + favour, against, abstain, electorate.total.heads)
        failing = (
            set() if favour == needed else {"北"} if whole else {"", "北"}
        )  # One of them alone may fail the whole.
        assert {test.chamber for test in verdict.tests if not test.holds} == failing


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), members=st.integers(2, 2000), share=shares)
def test_the_quorum_of_a_chamber_that_must_pass_is_exact_to_one_head(kind, data, members, share) -> None:
    rule = replace(data.draw(rules(kind, quorum=share)), chambers=EACH_CHAMBER)
    large, enough = Amount(100 * members), -int(-share * members // 1)
    electorate = Electorate(large + Amount(members), {"南": large, "北": Amount(members)})
    for there, is_quorum in ((enough, True), (enough - 1, False)):
        group = BallotGroup("for", large + Amount(there), {"南": large, "北": Amount(there)})
        outcome = count(Poll(rule), electorate=electorate, ballots=[group]).outcome
        assert (outcome is not Outcome.no_quorum) is is_quorum


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), heads=st.integers(1, 2000), abstain=st.integers(0, 200))
def test_a_chamber_with_a_weight_says_yes_exactly_at_its_line(kind, data, heads, abstain) -> None:
    """It weighs three of five: what it says is the verdict, and one head decides what it says."""
    rule = replace(data.draw(rules(kind)), chambers=ChamberRule({"重": 3, "轻": 2}))
    members = Amount(heads + abstain)
    needed = least(lambda favour: is_enough(rule, favour, heads - favour, abstain, members.heads), heads)
    assume(needed is not None)
    electorate = Electorate(members + Amount(1), {"重": members, "轻": Amount(1)})
    for favour in (needed, needed - 1):
        against = Amount(heads - favour)
        groups = [
            BallotGroup("for", Amount(favour), {"重": Amount(favour)}),
            BallotGroup("against", against + Amount(1), {"重": against, "轻": Amount(1)}),
            BallotGroup("abstain", Amount(abstain), {"重": Amount(abstain)}),
        ]
        outcome = count(Poll(rule), electorate=electorate, ballots=groups).outcome
        assert (outcome is Outcome.passed) is (favour == needed)


# Options: each is tested at the same line


@pytest.mark.parametrize("method", [Method.single, Method.approval, Method.limited])
@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data(), named=st.integers(2, 2000), abstain=st.integers(0, 200))
def test_a_leading_option_is_exact_to_one_head(method, kind, data, named, abstain) -> None:
    """Whoever is for 甲, and all others for none but 乙 or 丙, so that 甲 leads whatever its share is."""
    rule = data.draw(rules(kind))
    members = named + abstain
    share = rule.threshold or HALF
    tie_may_pass = rule.kind is RuleKind.charter and share <= HALF

    def holds(favour: int) -> bool:
        if tie_may_pass:  # Of several options the first may have less than all others together.
            base = {"cast": members, "for_against": named, "members": members}[rule.basis]
            is_strict = rule.strict or rule.threshold is None
            return favour > share * base if is_strict else favour >= share * base
        return is_enough(rule, favour, named - favour, abstain, members)

    needed = least(holds, named)
    assume(needed is not None)
    for favour in (needed, needed - 1):
        rest = named - favour
        piles = {"甲": favour, "乙": rest // 2, "丙": rest - rest // 2}
        if favour <= piles["丙"]:
            continue
        choices = {name: name if method is Method.single else Marks((name,)) for name in piles}
        ballots = [BallotGroup(choices[name], Amount(number)) for name, number in piles.items()]
        poll = Poll(rule, method, ("甲", "乙", "丙"))
        electorate = Electorate(Amount(members))
        verdict = count(poll, electorate=electorate, ballots=[*ballots, BallotGroup("abstain", Amount(abstain))])
        assert verdict.outcome is (Outcome.passed if favour == needed else Outcome.failed_approval)
        assert verdict.winners == (("甲",) if favour == needed else ())


@pytest.mark.parametrize("method", [Method.single, Method.approval, Method.limited])
@pytest.mark.parametrize("owners_class", OwnersClass)
@few
@given(heads=st.integers(4, 5000), area=st.integers(4, 10**9))
def test_owners_options_are_exact_to_one_head_and_a_hundredth_of_a_square_metre(
    method, owners_class, heads, area
) -> None:
    line = (lambda base: base // 2 + 1) if owners_class is OwnersClass.ordinary else (lambda base: -(-3 * base // 4))
    enough = Amount(line(heads), line(area))
    marks = {name: name if method is Method.single else Marks((name,)) for name in ("甲", "乙")}
    for favour, outcome in (
        (enough, Outcome.passed),
        (Amount(enough.heads - 1, enough.area), Outcome.failed_approval),
        (Amount(enough.heads, enough.area - 1), Outcome.failed_approval),
    ):
        ballots = [
            BallotGroup(marks["甲"], favour),
            BallotGroup(marks["乙"], Amount(heads, area) - favour),
        ]
        poll = Poll(OWNERS[owners_class], method, ("甲", "乙"))
        verdict = count(poll, electorate=Electorate(Amount(heads, area)), ballots=ballots)
        assert (verdict.outcome, verdict.winners) == (outcome, ("甲",) if outcome is Outcome.passed else ())


# What each method counts, exact to one ballot or one point


@pytest.mark.parametrize(
    ("method", "first", "second"),
    [
        ("single", "甲", "乙"),
        ("approval", ["甲"], ["乙"]),
        ("limited", ["甲"], ["乙"]),
        ("cumulative", {"甲": 1}, {"乙": 1}),
        ("score", {"甲": 1}, {"乙": 1}),
        ("irv", ["甲", "乙"], ["乙", "甲"]),
        ("schulze", ["甲", "乙"], ["乙", "甲"]),
        ("ranked_pairs", ["甲", "乙"], ["乙", "甲"]),
    ],
)
@few
@given(number=st.integers(1, 400), lead=st.integers(-1, 1))
def test_one_ballot_more_leads_and_as_many_are_a_tie(method, first, second, number, lead) -> None:
    result = counted(piled(method, (number + lead, first), (number, second), options="甲乙"))
    expected = {1: ("passed", ["甲"]), 0: ("tie", []), -1: ("passed", ["乙"])}[lead]
    assert (result["verdict"], result["winners"]) == expected


@few
@given(points=st.integers(1, 10**6), lead=st.integers(-1, 1))
def test_one_point_more_leads(points, lead) -> None:
    result = counted(piled("score", (1, {"甲": points + lead}), (1, {"乙": points}), options="甲乙"))
    assert result["winners"] == {1: ["甲"], 0: [], -1: ["乙"]}[lead]


@few
@given(votes=st.integers(4, 400), seats=st.integers(1, 3))
def test_a_quota_elects_in_the_first_round_and_one_ballot_fewer_does_not(votes, seats) -> None:
    quota = votes // (seats + 1) + 1
    for number, is_elected in ((quota, True), (quota - 1, False)):
        first, *_rest = counted(
            piled("stv", (number, ["甲"]), (votes - number, ["乙"]), options="甲乙丙丁", seats=seats)
        )["rounds"]
        assert ("甲" in first.get("elected", [])) is is_elected


@few
@given(others=st.integers(1, 400), more=st.integers(0, 1))
def test_an_instant_run_off_ends_at_once_with_more_than_half(others, more) -> None:
    piles = ((others + more, ["甲"]), (others - others // 2, ["乙"]), (others // 2, ["丙"]))
    result = counted(piled("irv", *piles, options="甲乙丙"))
    assert (len(result["rounds"]) == 1) is (more == 1)
