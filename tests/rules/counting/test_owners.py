"""Owners' votes (R-15, R-16, R-19, R-21): heads and area at once, exact to one head and to 0.01 ㎡."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deliberation.votes.counting import (
    EACH_CHAMBER,
    NOTHING,
    Amount,
    BallotGroup,
    ChamberRule,
    DecisionRule,
    Electorate,
    Method,
    Outcome,
    OwnersClass,
    Poll,
    RuleKind,
    count,
    quorum_tests,
)
from tests.support.vote_files import OWNERS, counted, working_of

SHARES = {OwnersClass.ordinary: Fraction(1, 2), OwnersClass.major: Fraction(3, 4)}
classes = st.sampled_from(OwnersClass)


def judge(owners_class, roll, favour, against=NOTHING, abstain=NOTHING):
    rule = DecisionRule(RuleKind.owners, owners_class=owners_class)
    said = zip(("for", "against", "abstain"), (favour, against, abstain), strict=True)
    ballots = [BallotGroup(word, amount) for word, amount in said]
    return count(Poll(rule), electorate=Electorate(roll), ballots=ballots)


@st.composite
def amounts(draw, most):
    """Part of an amount: neither heads nor area above it."""
    return Amount(draw(st.integers(0, most.heads)), draw(st.integers(0, most.area)))


@st.composite
def votes(draw):
    roll = Amount(draw(st.integers(1, 300)), draw(st.integers(1, 10**7)))
    favour = draw(amounts(roll))
    rest = Amount(roll.heads - favour.heads, roll.area - favour.area)
    against = draw(amounts(rest))
    abstain = draw(amounts(Amount(rest.heads - against.heads, rest.area - against.area)))
    return roll, favour, against, abstain


@given(owners_class=classes, vote=votes())
def test_the_verdict_is_what_the_law_says(owners_class, vote):
    roll, favour, against, abstain = vote
    took_part = favour + against + abstain
    share = SHARES[owners_class]
    enough = [
        Fraction(part) > share * base if owners_class is OwnersClass.ordinary else Fraction(part) >= share * base
        for part, base in ((favour.heads, took_part.heads), (favour.area, took_part.area))
    ]
    quorum = [3 * took_part.heads >= 2 * roll.heads, 3 * took_part.area >= 2 * roll.area]
    expected = Outcome.no_quorum if not all(quorum) else Outcome.passed if all(enough) else Outcome.failed_approval
    verdict = judge(owners_class, *vote)
    assert verdict.outcome is expected
    assert [test.holds for test in verdict.tests] == [*quorum, *enough]


@given(owners_class=classes, vote=votes())
def test_what_is_missing_is_exact(owners_class, vote):
    """So much more and the test holds; one head, or 0.01 ㎡, fewer and it does not."""
    for test in judge(owners_class, *vote).tests:
        assert test.holds is (test.missing == 0)
        assert test.unit == ("heads" if test.name.endswith("heads") else "area")
        if test.missing:
            for number, expected in ((test.missing - 1, False), (test.missing, True)):
                left = test.left_factor * (test.left_number + number)
                assert (left > test.right if test.strict else left >= test.right) is expected


@given(owners_class=classes, heads=st.integers(1, 5000), area=st.integers(1, 10**9))
def test_the_boundary_is_exact_to_one_head_and_a_hundredth_of_a_square_metre(owners_class, heads, area):
    took_part = Amount(heads, area)
    least_heads, least_area = (
        int(SHARES[owners_class] * base) + 1 if owners_class is OwnersClass.ordinary else -int(-3 * base // 4)
        for base in (heads, area)
    )
    assume(least_heads <= heads)
    assume(least_area <= area)
    for favour, expected in (
        (Amount(least_heads, least_area), Outcome.passed),
        (Amount(least_heads - 1, least_area), Outcome.failed_approval),
        (Amount(least_heads, least_area - 1), Outcome.failed_approval),
    ):
        against = Amount(heads - favour.heads, area - favour.area)
        assert judge(owners_class, took_part, favour, against).outcome is expected


@given(owners_class=classes, vote=votes(), more=st.data())
def test_more_in_favour_never_hurts(owners_class, vote, more):
    """Neither owners who change from against or from abstaining, nor others who come and are in favour."""
    roll, favour, against, abstain = vote
    before = judge(owners_class, *vote).outcome
    away = Amount(*(getattr(roll, key) - getattr(favour + against + abstain, key) for key in ("heads", "area")))
    for source in (against, abstain, away):
        moved = more.draw(amounts(source))
        left = Amount(source.heads - moved.heads, source.area - moved.area)
        after = judge(
            owners_class,
            roll,
            favour + moved,
            left if source is against else against,
            left if source is abstain else abstain,
        ).outcome
        assert before is not Outcome.passed or after is Outcome.passed


@st.composite
def rolls(draw):
    """Rows of parts, and what each voter says."""
    voters = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=20))
    rows = [{"voter": voter, "area": f"{draw(st.integers(1, 99999)) / 100:.2f}"} for voter in voters]
    said = {voter: draw(st.sampled_from(["for", "against", "abstain", None])) for voter in sorted(set(voters))}
    return rows, [{"voter": voter, "choice": choice} for voter, choice in said.items() if choice]


@given(owners_class=classes, paper=rolls(), seed=st.randoms(use_true_random=False))
def test_roll_and_totals_agree_whatever_the_order(owners_class, paper, seed):
    rows, ballots = paper
    rule = {"kind": "owners", "class": str(owners_class)}
    result = counted({"rule": rule, "roll": rows, "ballots": ballots})

    def sums(voters):
        hundredths = sum(int(row["area"].replace(".", "")) for row in rows if row["voter"] in voters)
        return len(voters), f"{hundredths // 100}.{hundredths % 100:02}"

    everybody = {row["voter"] for row in rows}
    there = {ballot["voter"] for ballot in ballots}
    agreed = {ballot["voter"] for ballot in ballots if ballot["choice"] == "for"}
    numbers = dict(
        zip(("N", "A", "pn", "pa", "an", "aa"), (*sums(everybody), *sums(there), *sums(agreed)), strict=True)
    )
    assert counted({"rule": rule, "totals": numbers}) == result
    seed.shuffle(rows)
    seed.shuffle(ballots)
    assert counted({"rule": rule, "roll": rows, "ballots": ballots}) == result


def areas(**given):
    return [{"voter": voter, "area": area} for voter, area in given.items()]


def test_each_option_is_tested_on_the_same_participants():
    document = {"rule": OWNERS, "method": "approval", "options": ["甲", "乙"], "seats": 2}
    ballots = [{"voter": "a", "choice": ["甲", "乙"]}, {"voter": "b", "choice": ["乙"]}, {"voter": "c", "choice": []}]
    result = counted({**document, "roll": areas(a="50", b="50", c="10"), "ballots": ballots})
    assert (result["verdict"], result["winners"]) == ("passed", ["乙"])
    working = working_of(result)
    assert working["quorum_heads"] == (9, 6, True)
    assert working["approval_heads:甲"] == (2, 3, False)
    assert working["approval_area:乙"] == (20_000, 11_000, True)


def test_where_more_pass_than_there_are_seats_the_best_go_first_and_equals_tie():
    document = {"rule": OWNERS, "method": "approval", "options": ["甲", "乙"], "roll": areas(a="50", b="50", c="10")}
    both = [{"voter": voter, "choice": ["甲", "乙"]} for voter in "ab"]
    tie = counted({**document, "ballots": both})
    assert (tie["verdict"], tie["winners"]) == ("tie", [])
    better = counted({**document, "ballots": [*both, {"voter": "c", "choice": ["乙"]}]})
    assert (better["verdict"], better["winners"]) == ("passed", ["乙"])


def test_plurality_alone_never_passes():
    document = {
        "rule": OWNERS,
        "method": "single",
        "options": list("甲乙丙"),
        "roll": areas(a="9", b="9", c="9", d="9"),
    }
    ballots = [{"voter": voter, "choice": choice} for voter, choice in zip("abcd", "甲甲乙丙", strict=True)]
    result = counted({**document, "ballots": ballots})
    assert (result["verdict"], result["winners"]) == ("failed", [])
    assert result["rounds"] == [{"run_off": ["甲", "乙", "丙"]}]


def chambered(*rows):
    roll = [{"voter": voter, "area": area, "chamber": chamber} for voter, area, chamber, _said in rows]
    said = {voter: choice for voter, _area, _chamber, choice in rows if choice}
    ballots = [{"voter": voter, "choice": choice} for voter, choice in said.items()]
    return counted({"rule": {**OWNERS, "chambers": "each"}, "roll": roll, "ballots": ballots})


def test_an_owner_in_two_chambers_is_a_head_in_each_and_one_in_all():
    result = chambered(("a", "10", "北", "for"), ("a", "20", "南", "for"), ("b", "5", "南", "for"))
    working = working_of(result)
    assert result["verdict"] == "passed"
    assert [working[f"quorum_heads{where}"][1] for where in ("", "@北", "@南")] == [4, 2, 4]
    assert [working[f"approval_area{where}"][:2] for where in ("", "@北", "@南")] == [
        (7000, 3500),
        (2000, 1000),
        (5000, 2500),
    ]


def test_one_chamber_short_of_its_quorum_is_no_quorum():
    rows = [*((f"北{index}", "10", "北", "for") for index in range(9)), ("南", "10", "南", None)]
    assert chambered(*rows)["verdict"] == "no_quorum"
    assert chambered(*rows[:-1], ("南", "10", "南", "against"))["verdict"] == "failed"
    assert chambered(*rows[:-1], ("南", "10", "南", "for"))["verdict"] == "passed"


def test_turnout_is_tested_without_knowing_any_choice():
    rule = DecisionRule(RuleKind.owners, owners_class=OwnersClass.major, chambers=EACH_CHAMBER)
    roll = Electorate(Amount(9, 900), {"北": Amount(6, 600), "南": Amount(3, 300)})
    there = {"": Amount(5, 700), "北": Amount(4, 400), "南": Amount(1, 300)}
    tests = quorum_tests(rule, electorate=roll, participating=there.__getitem__)
    assert {test.full_name: test.missing for test in tests} == {
        "quorum_heads": 1,
        "quorum_area": 0,
        "quorum_heads@北": 0,
        "quorum_area@北": 0,
        "quorum_heads@南": 1,
        "quorum_area@南": 0,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": RuleKind.owners},
        {"kind": RuleKind.charter, "owners_class": OwnersClass.major},
        {"kind": RuleKind.owners, "owners_class": OwnersClass.major, "quorum": Fraction(1, 2)},
        {"kind": RuleKind.owners, "owners_class": OwnersClass.major, "threshold": Fraction(1, 2)},
        {"kind": RuleKind.owners, "owners_class": OwnersClass.major, "chambers": ChamberRule({"北": 1})},
    ],
    ids=str,
)
def test_the_law_is_nobodys_to_change(wrong):
    with pytest.raises(ValueError, match="owners"):
        DecisionRule(**wrong)


@pytest.mark.parametrize("method", [Method.score, Method.cumulative, Method.irv, Method.stv, Method.schulze])
def test_owners_are_for_an_option_or_not(method):
    with pytest.raises(ValueError, match="R-19"):
        Poll(DecisionRule(RuleKind.owners, owners_class=OwnersClass.major), method, ("甲", "乙"))
