"""States, kinds of reply, levels and reminders (domain.md C3–C5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deliberation.cases import rules
from deliberation.cases.rules import CaseState, ReplyKind

TODAY = date(2026, 3, 3)


def refusal_to_reply(**changes: Any) -> object:
    given: dict[str, Any] = {
        "state": CaseState.in_progress,
        "is_handler": True,
        "has_interest": False,
        "kind": ReplyKind.A,
        "text": "修好了，已经亮了。",
        "promised_on": None,
        "today": TODAY,
    }
    return rules.refusal_to_reply(**{**given, **changes})


def test_an_answer_of_kind_a_needs_a_text() -> None:
    assert refusal_to_reply() is None
    assert isinstance(refusal_to_reply(text="  好 "), rules.ReplyTextMissing)


@pytest.mark.parametrize("kind", [ReplyKind.B, ReplyKind.C])
def test_a_promise_needs_a_day_to_come(kind: ReplyKind) -> None:
    assert isinstance(refusal_to_reply(kind=kind), rules.PromiseDateMissing)
    assert isinstance(refusal_to_reply(kind=kind, promised_on=TODAY), rules.PromiseDateMissing)
    assert refusal_to_reply(kind=kind, promised_on=TODAY + timedelta(days=1)) is None


def test_what_is_under_way_is_done_within_the_year_and_what_takes_longer_is_planned() -> None:
    last, after = date(TODAY.year, 12, 31), date(TODAY.year + 1, 1, 1)
    assert refusal_to_reply(kind=ReplyKind.B, promised_on=last) is None
    assert isinstance(refusal_to_reply(kind=ReplyKind.B, promised_on=after), rules.PromiseBeyondThisYear)
    assert refusal_to_reply(kind=ReplyKind.C, promised_on=after) is None


def test_a_refusal_needs_a_reason() -> None:
    assert isinstance(refusal_to_reply(kind=ReplyKind.D, text="不行"), rules.ReasonMissing)
    assert refusal_to_reply(kind=ReplyKind.D, text="原有线路余量不够，加不了。") is None


def test_only_the_handler_without_an_interest_replies() -> None:
    assert isinstance(refusal_to_reply(is_handler=False), rules.NotTheHandler)
    assert isinstance(refusal_to_reply(has_interest=True), rules.HandlerHasInterest)


@pytest.mark.parametrize("state", sorted(set(CaseState) - rules.BEING_HANDLED))
def test_nobody_replies_to_a_case_that_is_not_in_hand(state: CaseState) -> None:
    assert isinstance(refusal_to_reply(state=state), rules.WrongCaseState)


def test_the_handler_never_closes_and_nobody_does_before_the_look_back() -> None:
    for state in (CaseState.replied, CaseState.look_back):
        refusal = rules.refusal_to_close(state=state, is_handler=True, is_looked_back=True)
        assert isinstance(refusal, rules.HandlerCannotClose)
        refusal = rules.refusal_to_close(state=state, is_handler=False, is_looked_back=False)
        assert isinstance(refusal, rules.LookBackStillOpen)
        assert rules.refusal_to_close(state=state, is_handler=False, is_looked_back=True) is None
    refusal = rules.refusal_to_close(state=CaseState.assigned, is_handler=False, is_looked_back=True)
    assert isinstance(refusal, rules.WrongCaseState)


def test_the_level_rises_from_the_second_reopening_and_stops_at_three() -> None:
    level, levels = 1, []
    for times in range(1, 6):
        level = rules.level_after_reopening(level=level, times_reopened=times)
        levels.append(level)
    assert levels == [1, 2, 3, 3, 3]


def test_more_time_is_given_once_and_with_a_reason() -> None:
    given: dict[str, Any] = {"state": CaseState.assigned, "is_extended": False, "reason": "等材料到货"}
    assert rules.refusal_to_extend(**given) is None
    assert isinstance(rules.refusal_to_extend(**{**given, "is_extended": True}), rules.ExtendedAlready)
    assert isinstance(rules.refusal_to_extend(**{**given, "reason": " 等 "}), rules.ReasonMissing)
    assert isinstance(rules.refusal_to_extend(**{**given, "state": CaseState.replied}), rules.WrongCaseState)


def test_an_approval_is_recorded_once_it_is_published() -> None:
    given: dict[str, Any] = {
        "state": CaseState.external_approval_pending,
        "reference": "沪公交 2026-12",
        "published_on": TODAY,
        "today": TODAY,
    }
    assert rules.refusal_to_record_approval(**given) is None
    tomorrow = TODAY + timedelta(days=1)
    assert isinstance(rules.refusal_to_record_approval(**{**given, "published_on": tomorrow}), rules.DateInTheFuture)
    assert isinstance(rules.refusal_to_record_approval(**{**given, "reference": " "}), rules.ReferenceMissing)
    assert isinstance(rules.refusal_to_record_approval(**{**given, "state": CaseState.assigned}), rules.WrongCaseState)


def test_reminders_come_at_three_quarters_the_day_before_and_daily_when_late() -> None:
    start = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    due = start + timedelta(days=20)
    day_before, morning_after = due - timedelta(days=1, hours=3), due + timedelta(hours=9)

    def next_after(after: datetime) -> tuple[str, datetime]:
        found = rules.next_reminder(
            started_at=start, due_at=due, day_before=day_before, morning_after=morning_after, after=after
        )
        return found.kind, found.at

    soon = start + timedelta(days=15)
    assert next_after(start) == ("soon", soon)
    assert next_after(soon) == ("tomorrow", day_before)
    assert next_after(day_before) == ("overdue", morning_after)
    assert next_after(morning_after) == ("overdue", morning_after + timedelta(days=1))
    late = morning_after + timedelta(days=3, hours=5)
    assert next_after(late) == ("overdue", morning_after + timedelta(days=4))
