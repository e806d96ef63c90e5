"""Who is given what a meeting agreed on, and when (R-47)."""

from __future__ import annotations

import pytest

from deliberation.meetings import rules


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"is_dropped": True}, "not_found"),
        ({"is_taken_up": True}, "step_taken_up"),
        ({"has_matter": False}, "step_without_matter"),
        ({"item": rules.ItemState.debate}, "item_not_decided"),
    ],
)
def test_what_was_agreed_is_given_to_somebody_once(facts, code):
    usual = {"is_dropped": False, "is_taken_up": False, "has_matter": True, "item": rules.ItemState.decided}
    refusal = rules.refusal_to_take_up(**{**usual, **facts})
    assert (refusal.code if refusal else None) == code
