"""When a handler may ask for more time, and what the supervisor may say to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deliberation.cases import rules
from deliberation.cases.rules import AssignmentState, CaseState, ExtensionState

DUE = datetime(2026, 3, 24, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"now": DUE}, None),
        ({"now": DUE + timedelta(seconds=1)}, rules.ExtensionTooLate),
        ({"assignment": AssignmentState.offered}, None),
        ({"assignment": AssignmentState.returned}, rules.WrongCaseState),
        ({"assignment": AssignmentState.done}, rules.WrongCaseState),
        ({"state": CaseState.replied}, rules.WrongCaseState),
        ({"due_at": None}, rules.WrongCaseState),
        ({"is_theirs": False}, rules.NotAskedOfYou),
        ({"has_interest": True}, rules.HandlerHasInterest),
        ({"is_paused": True}, rules.ClockPaused),
        ({"is_promised": True}, rules.PromisedDay),
        ({"is_extended": True}, rules.ExtendedAlready),
        ({"is_asked": True}, rules.ExtensionAsked),
        ({"reason": " 等等 "}, rules.ReasonMissing),
    ],
)
def test_more_time_is_asked_for_in_time_once_and_with_a_reason(changed: dict[str, Any], refusal: type | None) -> None:
    usual: dict[str, Any] = {
        "is_theirs": True, "has_interest": False, "state": CaseState.contacted, "due_at": DUE,
        "assignment": AssignmentState.accepted, "is_paused": False, "is_promised": False, "is_extended": False,
        "is_asked": False,
        "reason": "等标线材料到货", "now": DUE - timedelta(days=3),
    }  # fmt: skip
    found = rules.refusal_to_ask_extension(**{**usual, **changed})
    assert found is None if refusal is None else isinstance(found, refusal)


@pytest.mark.parametrize(
    ("state", "is_own", "is_granted", "answer", "refusal"),
    [
        (ExtensionState.open, False, True, "", None),
        (ExtensionState.open, False, False, "材料已经到了", None),
        (ExtensionState.open, False, False, " 不 ", rules.ReasonMissing),
        (ExtensionState.open, True, True, "", rules.OwnExtension),
        (ExtensionState.refused, False, True, "", rules.ExtensionDecided),
        (ExtensionState.lapsed, False, True, "", rules.ExtensionDecided),
    ],
)
def test_the_supervisor_decides_once_and_says_why_not(
    state: ExtensionState, is_own: bool, is_granted: bool, answer: str, refusal: type | None
) -> None:
    found = rules.refusal_to_decide_extension(state=state, is_own=is_own, is_granted=is_granted, answer=answer)
    assert found is None if refusal is None else isinstance(found, refusal)
