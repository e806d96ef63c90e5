"""The count with its working (domain.md R-16, R-23, cases E1, E2, E10): exact whole numbers, nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes import counting
from deliberation.votes.counting import Amount, BallotGroup, Electorate, Poll
from deliberation.votes.rules import (
    Choice,
    DecisionRule,
    Outcome,
    RuleKind,
    ballots_needed,
    smallest,
    text_hash,
)

LANE = DecisionRule(RuleKind.charter, quorum=Fraction(2, 3), threshold=Fraction(2, 3), clause="章程第九条")
BUILDING = DecisionRule(RuleKind.all_members_majority)
LUNCH = DecisionRule(RuleKind.present_majority, quorum=Fraction(40, 64))
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Tally:
    in_favour: int
    against: int
    abstain: int

    @property
    def cast(self):
        return self.in_favour + self.against + self.abstain


def count(rule, *, tally, members):
    """The count of one head a ballot."""
    said = zip(("for", "against", "abstain"), (tally.in_favour, tally.against, tally.abstain), strict=True)
    ballots = [BallotGroup(word, Amount(number)) for word, number in said]
    return counting.count(Poll(rule), electorate=Electorate(Amount(members)), ballots=ballots)


# The rules that one share decides; owners, consensus and advice have their own tests in counting/.
BY_SHARE = (RuleKind.charter, RuleKind.present_majority, RuleKind.all_members_majority)
shares = st.fractions(min_value=Fraction(1, 50), max_value=1, max_denominator=50)


@st.composite
def rules(draw):
    kind = draw(st.sampled_from(BY_SHARE))
    quorum = draw(st.none() | shares)
    if kind is not RuleKind.charter:
        return DecisionRule(kind, quorum=quorum)
    threshold = draw(st.none() | shares.filter(lambda share: share >= HALF))
    strict = threshold == HALF or (threshold != 1 and draw(st.booleans()))
    basis = draw(st.sampled_from(["cast", "for_against", "members"]))
    return DecisionRule(kind, quorum=quorum, threshold=threshold, basis=basis, strict=strict)


@st.composite
def polls(draw, most=400):
    """Members and a tally that fits them."""
    members = draw(st.integers(1, most))
    in_favour = draw(st.integers(0, members))
    against = draw(st.integers(0, members - in_favour))
    return members, Tally(in_favour, against, draw(st.integers(0, members - in_favour - against)))


# The cases


def test_the_lane_that_becomes_one_way():
    verdict = count(LANE, tally=Tally(118, 27, 6), members=193)
    quorum, approval = verdict.tests
    assert verdict.outcome is Outcome.passed
    assert (quorum.left_factor, quorum.left_number, quorum.left) == (3, 151, 453)
    assert (quorum.right_factor, quorum.right_number, quorum.right) == (2, 193, 386)
    assert (approval.left_factor, approval.left_number, approval.left) == (3, 118, 354)
    assert (approval.right_factor, approval.right_number, approval.right) == (2, 151, 302)
    assert (quorum.name, quorum.holds, quorum.missing) == ("quorum", True, 0)
    assert (approval.name, approval.holds, approval.missing) == ("approval", True, 0)
    assert (verdict.ballots_needed, verdict.needed) == (129, 101)


def test_one_ballot_short_of_the_quorum():
    verdict = count(LANE, tally=Tally(118, 7, 3), members=193)
    assert verdict.outcome is Outcome.no_quorum
    assert (verdict.tests[0].left, verdict.tests[0].right) == (384, 386)
    assert verdict.tests[0].missing == 1
    assert count(LANE, tally=Tally(119, 7, 3), members=193).outcome is Outcome.passed


def test_night_lighting_needs_six_of_ten():
    verdict = count(BUILDING, tally=Tally(8, 0, 1), members=10)
    (approval,) = verdict.tests
    assert verdict.outcome is Outcome.passed
    assert (approval.left, approval.right, approval.strict) == (16, 10, True)
    assert verdict.needed == 6
    assert count(BUILDING, tally=Tally(5, 0, 4), members=10).outcome is Outcome.failed_approval
    assert count(BUILDING, tally=Tally(5, 0, 4), members=10).tests[0].missing == 1


def test_the_kiosk_goes_to_the_lobby():
    verdict = count(LUNCH, tally=Tally(35, 24, 5), members=64)
    assert verdict.outcome is Outcome.passed
    assert (verdict.tests[1].left, verdict.tests[1].right) == (70, 59)
    assert verdict.ballots_needed == 40


# Boundaries


@pytest.mark.parametrize(
    ("rule", "tie"),
    [
        (DecisionRule(RuleKind.present_majority), Tally(24, 24, 5)),
        (DecisionRule(RuleKind.charter), Tally(30, 30, 0)),
        (DecisionRule(RuleKind.charter, threshold=HALF, strict=True, basis="for_against"), Tally(20, 20, 9)),
        (BUILDING, Tally(32, 32, 0)),
    ],
)
def test_a_tie_fails(rule, tie):
    verdict = count(rule, tally=tie, members=64)
    assert verdict.outcome is Outcome.failed_approval
    assert verdict.tests[-1].missing >= 1


@pytest.mark.parametrize(("votes", "outcome"), [(99, Outcome.failed_approval), (100, Outcome.passed)])
def test_exactly_two_thirds_is_enough(votes, outcome):
    assert count(LANE, tally=Tally(votes, 150 - votes, 0), members=150).outcome is outcome


@pytest.mark.parametrize(("votes", "outcome"), [(100, Outcome.failed_approval), (101, Outcome.passed)])
def test_more_than_two_thirds_is_more(votes, outcome):
    rule = DecisionRule(RuleKind.charter, threshold=Fraction(2, 3), strict=True)
    assert count(rule, tally=Tally(votes, 150 - votes, 0), members=150).outcome is outcome


def test_abstaining_takes_part_and_is_not_in_favour():
    assert count(LANE, tally=Tally(80, 0, 49), members=193).outcome is Outcome.failed_approval
    for_against = DecisionRule(RuleKind.charter, Fraction(2, 3), Fraction(2, 3), basis="for_against")
    assert count(for_against, tally=Tally(80, 0, 49), members=193).outcome is Outcome.passed


@pytest.mark.parametrize("rule", [LANE, BUILDING, LUNCH, DecisionRule(RuleKind.charter, threshold=Fraction(2, 3))])
@pytest.mark.parametrize("basis", ["cast", "for_against", "members"])
def test_nobody_in_favour_never_passes(rule, basis):
    if rule.kind is RuleKind.charter:
        rule = DecisionRule(rule.kind, rule.quorum, rule.threshold, basis=basis)
    for tally in (Tally(0, 0, 0), Tally(0, 0, 64), Tally(0, 64, 0)):
        verdict = count(rule, tally=tally, members=64)
        assert verdict.outcome is not Outcome.passed
        assert not verdict.tests[-1].holds
        assert verdict.tests[-1].missing >= 1


# Properties


@given(rule=rules(), poll=polls())
def test_the_verdict_is_what_fractions_say(rule, poll):
    members, tally = poll
    verdict = count(rule, tally=tally, members=members)
    share, base, strict = {
        RuleKind.all_members_majority: (HALF, members, True),
        RuleKind.present_majority: (HALF, tally.in_favour + tally.against, True),
        RuleKind.charter: (
            rule.threshold or HALF,
            {"cast": tally.cast, "for_against": tally.in_favour + tally.against, "members": members}[rule.basis],
            rule.strict or rule.threshold is None,
        ),
    }[rule.kind]
    approved = tally.in_favour > share * base if strict else tally.in_favour >= share * base
    if rule.quorum is not None and tally.cast < rule.quorum * members:
        expected = Outcome.no_quorum
    elif approved and tally.in_favour:
        expected = Outcome.passed
    else:
        expected = Outcome.failed_approval
    assert verdict.outcome is expected


@given(rule=rules(), poll=polls())
def test_the_working_supports_the_outcome(rule, poll):
    members, tally = poll
    verdict = count(rule, tally=tally, members=members)
    holds = {test.name: test.holds for test in verdict.tests}
    assert (verdict.outcome is Outcome.no_quorum) is (not holds.get("quorum", True))
    assert (verdict.outcome is Outcome.passed) is all(holds.values())
    for test in verdict.tests:
        assert test.holds is (test.left > test.right if test.strict else test.left >= test.right)
        assert test.holds is (test.missing == 0)
        assert (test.left, test.right) == (
            test.left_factor * test.left_number,
            test.right_factor * test.right_number,
        )


@given(rule=rules(), poll=polls())
def test_one_more_vote_in_favour_never_hurts(rule, poll):
    members, tally = poll
    before = count(rule, tally=tally, members=members).outcome
    more = []
    if tally.cast < members:
        more.append(Tally(tally.in_favour + 1, tally.against, tally.abstain))
    if tally.against:
        more.append(Tally(tally.in_favour + 1, tally.against - 1, tally.abstain))
    if tally.abstain:
        more.append(Tally(tally.in_favour + 1, tally.against, tally.abstain - 1))
    for better in more:
        after = count(rule, tally=better, members=members).outcome
        assert before is not Outcome.passed or after is Outcome.passed
        assert before is Outcome.no_quorum or after is not Outcome.no_quorum


@given(rule=rules(), poll=polls())
def test_missing_is_exact(rule, poll):
    """So many more and the test holds; one fewer and it does not."""
    members, tally = poll
    verdict = count(rule, tally=tally, members=members)
    for test in verdict.tests:
        needed = verdict.ballots_needed if test.name == "quorum" else verdict.needed
        for number, expected in ((needed - 1, False), (needed, True), (needed + 1, True)):
            left, right = test.left_factor * number, test.right
            assert (left > right if test.strict else left >= right) is expected
        assert test.missing == max(0, needed - test.left_number)


@given(rule=rules(), poll=polls())
def test_the_lines_drawn_beforehand_are_the_lines_counted(rule, poll):
    members, tally = poll
    verdict = count(rule, tally=tally, members=members)
    assert verdict.ballots_needed == ballots_needed(rule, members)


@given(choices=st.lists(st.sampled_from(Choice), max_size=60), seed=st.randoms(use_true_random=False), rule=rules())
def test_the_order_of_ballots_does_not_matter(choices, seed, rule):
    def verdict_of(ballots):
        tally = Tally(*(sum(each is choice for each in ballots) for choice in Choice))
        return count(rule, tally=tally, members=60)

    shuffled = list(choices)
    seed.shuffle(shuffled)
    assert verdict_of(shuffled) == verdict_of(choices)


@given(share=shares, total=st.integers(0, 10**30), strict=st.booleans())
def test_the_smallest_number_is_the_smallest(share, total, strict):
    least = smallest(share, total, strict=strict)
    reaches = (lambda number: number > share * total) if strict else (lambda number: number >= share * total)
    assert reaches(least)
    assert not reaches(least - 1)


def types_in(value):
    if isinstance(value, dict):
        return set().union(*(types_in(each) for each in [*value, *value.values()]))
    if isinstance(value, list):
        return set().union(*(types_in(each) for each in value))
    return {type(value)}


@given(rule=rules(), poll=polls(most=10**12))
def test_no_float_anywhere(rule, poll):
    members, tally = poll
    plain = count(rule, tally=tally, members=members).to_json()
    assert types_in(plain) <= {str, int, bool}
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_the_working_as_json():
    plain = count(LANE, tally=Tally(118, 7, 3), members=193).to_json()
    assert {name: plain[name] for name in ("outcome", "for", "against", "abstain", "cast", "members")} == {
        "outcome": "no_quorum",
        "for": 118,
        "against": 7,
        "abstain": 3,
        "cast": 128,
        "members": 193,
    }
    assert (plain["tests"][0]["left"], plain["tests"][0]["right"], plain["tests"][0]["missing"]) == (384, 386, 1)


# What is no rule and no amount


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0.5},
        {"quorum": 0.66},
        {"quorum": 1},
        {"quorum": Fraction(0)},
        {"quorum": Fraction(3, 2)},
        {"threshold": Fraction(-1, 2)},
        {"basis": "present"},
        {"quorum_count": 0},
        {"quorum_count": 3, "quorum": HALF},
        {"threshold": Fraction(1), "strict": True},
    ],
    ids=str,
)
def test_what_is_no_rule(wrong):
    with pytest.raises(ValueError, match=r"share|quorum|more than all"):
        DecisionRule(RuleKind.charter, **wrong)


@pytest.mark.parametrize("wrong", [-2, 1.0, True, "1", None, Fraction(1)], ids=repr)
def test_what_is_no_amount(wrong):
    for place in range(3):
        with pytest.raises(ValueError, match="whole numbers"):
            Amount(*[wrong if each == place else 0 for each in range(3)])


@pytest.mark.parametrize(("tally", "members"), [(Tally(0, 0, 0), 0), (Tally(5, 5, 1), 10)])
def test_more_ballots_than_members_cannot_be_counted(tally, members):
    with pytest.raises(ValueError, match=r"nobody|more is cast"):
        count(LANE, tally=tally, members=members)


# Hashes that anyone can check


def test_the_text_hash_is_plain_sha256():
    assert text_hash("机动车由北口进、南口出。") != text_hash("机动车由北口进，南口出。")
    assert text_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
