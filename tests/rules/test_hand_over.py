"""Who leads a case, and on which level: every state against every condition (domain.md A29, C3, C5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from deliberation.cases import rules
from deliberation.cases.rules import AssignmentState, CaseState, HandOver
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.errors import Refusal

NOW = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)
OPEN = AssignmentState.offered


def kind(refusal: Refusal | None) -> type | None:
    return type(refusal) if refusal is not None else None


@pytest.mark.parametrize(
    ("returns", "awaited"),
    [(0, HandOver.returned), (1, HandOver.returned), (2, HandOver.disputed), (3, HandOver.disputed)],
)
def test_there_is_one_re_routing_and_then_a_decision(returns: int, awaited: HandOver) -> None:
    assert rules.after_return(returns) is awaited


@pytest.mark.parametrize(
    ("is_theirs", "has_interest", "state"), list(product([True, False], [True, False], AssignmentState))
)
def test_only_whoever_was_asked_accepts_and_only_once(
    is_theirs: bool, has_interest: bool, state: AssignmentState
) -> None:
    refusal = rules.refusal_to_accept(is_theirs=is_theirs, state=state, has_interest=has_interest)
    if not is_theirs:
        assert kind(refusal) is rules.NotAskedOfYou
    elif has_interest:
        assert kind(refusal) is rules.HandlerHasInterest
    else:
        assert kind(refusal) is (None if state is OPEN else rules.NothingToAnswer)


def refusal_to_hand_back(**changes: Any) -> type | None:
    given = {"is_theirs": True, "state": OPEN, "is_final": False, "answer_by": NOW, "reason": "不归我们管", "now": NOW}
    return kind(rules.refusal_to_hand_back(**{**given, **changes}))


def test_handing_back_needs_a_reason_and_happens_in_time() -> None:
    assert refusal_to_hand_back() is None  # In the very last minute.
    assert refusal_to_hand_back(now=NOW + timedelta(minutes=1)) is rules.ReturnTooLate
    assert refusal_to_hand_back(answer_by=None) is rules.ReturnTooLate
    assert refusal_to_hand_back(reason=" 不管 ") is rules.ReasonMissing
    assert refusal_to_hand_back(is_theirs=False) is rules.NotAskedOfYou
    assert refusal_to_hand_back(is_final=True) is rules.LeadIsDecided
    assert refusal_to_hand_back(is_final=True, state=AssignmentState.accepted) is rules.LeadIsDecided
    for state in set(AssignmentState) - {OPEN}:
        assert refusal_to_hand_back(state=state) is rules.NothingToAnswer


def refusal_to_ask_another(**changes: Any) -> type | None:
    given = {"state": CaseState.assigned, "hand_over": HandOver.returned, "lead_has_interest": False}
    chosen = {"is_handler_here": True, "has_interest": False, "has_returned": False}
    return kind(rules.refusal_to_ask_another(**{**given, **chosen, **changes}))


@pytest.mark.parametrize(("hand_over", "lead_has_interest"), list(product(HandOver, [True, False])))
def test_another_is_asked_after_one_return_or_for_a_lead_with_an_interest(
    hand_over: HandOver, lead_has_interest: bool
) -> None:
    refusal = refusal_to_ask_another(hand_over=hand_over, lead_has_interest=lead_has_interest)
    is_open = hand_over is HandOver.returned or (lead_has_interest and hand_over is not HandOver.disputed)
    assert refusal is (None if is_open else rules.NotWaitingForDispatch)


def test_who_is_asked_handles_cases_here_has_no_interest_and_has_not_handed_it_back() -> None:
    assert refusal_to_ask_another(is_handler_here=False) is rules.HandlerUnfit
    assert refusal_to_ask_another(has_interest=True) is rules.HandlerHasInterest
    assert refusal_to_ask_another(has_returned=True) is rules.ReturnedBefore


def refusal_to_decide(**changes: Any) -> type | None:
    given = {"state": CaseState.assigned, "hand_over": HandOver.disputed, "reason": "灯杆归园区管"}
    return kind(rules.refusal_to_decide_lead(**{"is_handler_here": True, "has_interest": False, **given, **changes}))


@pytest.mark.parametrize("hand_over", list(HandOver))
def test_the_supervisor_decides_only_when_it_is_disputed(hand_over: HandOver) -> None:
    wanted = None if hand_over is HandOver.disputed else rules.NotWaitingForDecision
    assert refusal_to_decide(hand_over=hand_over) is wanted


def test_a_decision_has_a_reason_and_names_somebody_fit() -> None:
    assert refusal_to_decide(reason="  归 ") is rules.ReasonMissing
    assert refusal_to_decide(is_handler_here=False) is rules.HandlerUnfit
    assert refusal_to_decide(has_interest=True) is rules.HandlerHasInterest


@pytest.mark.parametrize("state", sorted(set(CaseState) - rules.BEING_HANDLED))
def test_nothing_of_this_happens_to_a_case_that_is_not_in_hand(state: CaseState) -> None:
    chosen = {"is_handler_here": True, "has_interest": False}
    assert refusal_to_ask_another(state=state) is rules.WrongCaseState
    assert refusal_to_decide(state=state) is rules.WrongCaseState
    assert kind(rules.refusal_to_ask_assistance(state=state, takes_part=False, **chosen)) is rules.WrongCaseState
    refusal = rules.refusal_to_set_level(state=state, level=1, wanted=2, reason="几个单位")
    assert kind(refusal) is rules.WrongCaseState


def test_assistance_is_asked_of_somebody_else_and_finished_by_them() -> None:
    given: dict[str, Any] = {"state": CaseState.contacted, "is_handler_here": True, "has_interest": False}
    assert rules.refusal_to_ask_assistance(**given, takes_part=False) is None
    assert kind(rules.refusal_to_ask_assistance(**given, takes_part=True)) is rules.AlreadyAsked
    done: dict[str, Any] = {
        "is_theirs": True,
        "state": AssignmentState.accepted,
        "has_interest": False,
        "text": "接好了线",
    }
    for state in AssignmentState:
        wanted = None if state in rules.LIVE else rules.NothingToAnswer
        assert kind(rules.refusal_to_finish_assistance(**{**done, "state": state})) is wanted
    assert kind(rules.refusal_to_finish_assistance(**{**done, "is_theirs": False})) is rules.NotAskedOfYou
    assert kind(rules.refusal_to_finish_assistance(**{**done, "has_interest": True})) is rules.HandlerHasInterest
    assert kind(rules.refusal_to_finish_assistance(**{**done, "text": "好"})) is rules.ReasonMissing


def test_one_unit_is_level_one_several_are_level_two() -> None:
    assert [rules.level_of_units(units) for units in ([7], [7, 7], [7, 8], [7, None], [7, 8, 9])] == [1, 1, 2, 2, 2]
    meetings = {2: CommitteeKind.joint_meeting, 3: CommitteeKind.leaders_meeting}
    assert dict(rules.MEETINGS) == meetings
    assert {rules.LIMITS[name].value for name in rules.HEARING_LIMITS.values()} == {14, 1}


def test_overdue_climbs_one_level_up_to_three() -> None:
    assert [rules.level_after_overdue(level) for level in (1, 2, 3)] == [2, 3, 3]


@pytest.mark.parametrize(("level", "wanted"), list(product([1, 2, 3], [0, 1, 2, 3, 4])))
def test_the_dispatcher_changes_the_level_with_a_reason(level: int, wanted: int) -> None:
    given: dict[str, Any] = {"state": CaseState.assigned, "level": level, "wanted": wanted}
    is_change = wanted != level and wanted in (1, 2, 3)
    assert kind(rules.refusal_to_set_level(**given, reason="三个部门都要动")) is (
        None if is_change else rules.LevelUnchanged
    )
    assert rules.refusal_to_set_level(**given, reason=" ") is not None


START, DUE = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (START, None),
        (DUE - timedelta(days=5, minutes=1), None),
        (DUE - timedelta(days=5), "soon"),
        (DUE - timedelta(days=1), "tomorrow"),
        (DUE, None),
        (DUE + timedelta(hours=8, minutes=59), None),
        (DUE + timedelta(hours=9), "overdue"),
        (DUE + timedelta(days=40), "overdue"),
    ],
)
def test_of_which_reminder_it_is_time(now: datetime, due: str | None) -> None:
    moments = {"day_before": DUE - timedelta(days=1), "morning_after": DUE + timedelta(hours=9)}
    assert rules.reminder_due(started_at=START, due_at=DUE, now=now, **moments) == due


def test_a_day_before_that_lies_before_the_start_is_left_out() -> None:
    moments = {"day_before": START - timedelta(hours=1), "morning_after": DUE + timedelta(hours=9)}
    assert rules.reminder_due(started_at=START, due_at=DUE, now=START, **moments) is None
