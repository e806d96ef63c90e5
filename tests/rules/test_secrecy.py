"""What a secret vote keeps back once it is counted, where few of a band have come (docs/decisions/0008)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting import (
    EACH_CHAMBER,
    Amount,
    BallotGroup,
    ChamberRule,
    DecisionRule,
    Electorate,
    Poll,
    RuleKind,
    count,
)
from deliberation.votes.rules import must_hide_bands, without_bands


@pytest.mark.parametrize(
    ("took_part", "hidden"),
    [
        ({}, False),
        ({"core": 1}, False),  # All of them are of one band: apart is together.
        ({"core": 4, "member": 9}, True),
        ({"core": 5, "member": 5}, False),
        ({"core": 0, "member": 9}, False),
        ({(3, ""): 1, (1, ""): 40}, True),
    ],
)
def test_five_of_each_band_have_to_come(took_part, hidden) -> None:
    assert must_hide_bands(took_part) is hidden


def result_of(rule: DecisionRule, *, small: tuple[int, int], large: tuple[int, int]) -> dict:
    """``small`` and ``large`` are how many of two chambers are for and against."""
    groups = [
        BallotGroup(word, Amount(few + many), {"小": Amount(few), "大": Amount(many)})
        for word, few, many in zip(("for", "against"), small, large, strict=True)
    ]
    electorate = Electorate(Amount(40), {"小": Amount(10), "大": Amount(30)})
    return count(Poll(rule), electorate=electorate, ballots=groups).to_json()


WEIGHED = ChamberRule({"小": 1, "大": 1})


@pytest.mark.parametrize("chambers", [EACH_CHAMBER, WEIGHED])
@given(large=st.tuples(st.integers(5, 14), st.integers(5, 14)), is_for=st.booleans())
def test_nothing_that_is_left_tells_the_two_apart(chambers, large, is_for) -> None:
    """One of the small chamber came. Somebody of the large one saying what they said gives the same to read."""
    rule = DecisionRule(RuleKind.charter, chambers=chambers)
    small, other = ((1, 0), (0, 1)) if is_for else ((0, 1), (1, 0))
    moved = (large[0] + small[0] - other[0], large[1] + small[1] - other[1])
    one = without_bands(result_of(rule, small=small, large=large))
    two = without_bands(result_of(rule, small=other, large=moved))
    for result in (one, two):
        assert {test["chamber"] for test in result["tests"]} <= {""}
        assert set(result["missing"]) <= {test["name"] for test in result["tests"]}
    if one["outcome"] == two["outcome"]:
        assert one == two
