"""What is fixed of an owners' vote before it is published: the class by its item (R-20), what areas count (R-14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes import rules
from deliberation.votes.counting import DecisionRule, OwnersClass, RuleKind
from deliberation.votes.rules import ParkingRule, Terms

MAJOR = {6, 7, 8}  # Raise the fund, rebuild, change the use of common parts (Civil Code art. 278).


@pytest.mark.parametrize("item", range(1, 10))
def test_the_class_is_the_items_and_nothing_else_in_the_terms_changes_it(item) -> None:
    @given(
        st.builds(
            Terms, item_class=st.just(item), parking_rule=st.sampled_from(ParkingRule), proxy_cap=st.integers(0, 9),
            rule_kind=st.none() | st.sampled_from(RuleKind), deemed_clause=st.text(max_size=3),
        )
    )  # fmt: skip
    def holds(terms: Terms) -> None:
        assert terms.owners_class is (OwnersClass.major if item in MAJOR else OwnersClass.ordinary)

    holds()


def test_without_an_item_there_is_no_class_and_no_owners_vote() -> None:
    assert Terms().owners_class is None
    with pytest.raises(ValueError, match="class"):
        DecisionRule(RuleKind.owners, owners_class=Terms().owners_class)


@pytest.mark.parametrize(
    ("setting", "of_parking", "of_something_else"),
    [
        (ParkingRule.exclude, False, False),
        (ParkingRule.include, True, True),
        (ParkingRule.only_parking_matters, True, False),
    ],
)
def test_whether_spaces_count_is_said_beforehand(setting, of_parking, of_something_else) -> None:
    assert rules.counts_parking(setting, is_about_parking=True) is of_parking
    assert rules.counts_parking(setting, is_about_parking=False) is of_something_else
