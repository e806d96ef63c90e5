"""Pauses, promised days, parts split off and deputies' suggestions (domain.md C3, C4, R-07, B8)."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from deliberation.cases import rules
from deliberation.cases.rules import CaseState, ReplyKind
from deliberation.kernel.errors import Refusal
from deliberation.kernel.working_days import WorkingCalendar

TODAY = date(2026, 3, 3)  # A Tuesday.
CALENDAR = WorkingCalendar()


def kind(refusal: Refusal | None) -> type | None:
    return type(refusal) if refusal is not None else None


def refusal_to_pause(**changes: Any) -> type | None:
    given = {"state": CaseState.contacted, "is_paused": False, "reason": "等材料到货", "today": TODAY}
    days = {"until": date(2026, 3, 31), "latest": date(2026, 3, 31)}
    return kind(rules.refusal_to_pause(**{**given, **days, **changes}))


def test_a_pause_has_a_reason_and_an_end_within_the_limit() -> None:
    assert refusal_to_pause() is None
    assert refusal_to_pause(until=date(2026, 3, 4)) is None
    for until in (TODAY, date(2026, 3, 2), date(2026, 4, 1)):
        assert refusal_to_pause(until=until) is rules.PauseEnds
    assert refusal_to_pause(reason=" 等 ") is rules.ReasonMissing
    assert refusal_to_pause(is_paused=True) is rules.PausedAlready
    for state in set(CaseState) - rules.BEING_HANDLED:
        assert refusal_to_pause(state=state) is rules.WrongCaseState
    assert rules.refusal_to_resume(is_paused=True) is None
    assert kind(rules.refusal_to_resume(is_paused=False)) is rules.NotPaused


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 24)),  # The same day: nothing was lost.
        (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 25)),
        (date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 25)),  # Over a weekend only Friday was lost.
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 24)),  # A weekend alone costs nothing.
        (date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 31)),
        (date(2026, 3, 26), date(2026, 3, 30), date(2026, 3, 26)),  # Overdue already: two days less so.
    ],
)
def test_the_due_day_moves_by_the_working_days_that_were_lost(paused: date, resumed: date, due: date) -> None:
    moved = rules.due_after_pause(date(2026, 3, 24), paused=paused, resumed=resumed, calendar=CALENDAR)
    assert moved == due


def refusal_to_reply(**changes: Any) -> type | None:
    given: dict[str, Any] = {"state": CaseState.in_progress, "is_handler": True, "has_interest": False}
    said = {"kind": ReplyKind.C, "text": "排进下半年的计划", "promised_on": date(2026, 9, 1), "today": TODAY}
    return kind(rules.refusal_to_reply(**{**given, **said, **changes}))


@pytest.mark.parametrize("reply_kind", sorted(rules.PROMISES))
def test_another_day_instead_of_the_promised_one_needs_a_reason(reply_kind: ReplyKind) -> None:
    before = {"kind": reply_kind, "promised_before": date(2026, 3, 2)}
    assert refusal_to_reply(kind=reply_kind) is None
    assert refusal_to_reply(**before) is rules.SlipReasonMissing
    assert refusal_to_reply(**before, slip_reason="  缺 ") is rules.SlipReasonMissing
    assert refusal_to_reply(**before, slip_reason="机器还没到货") is None


@pytest.mark.parametrize(("reply_kind", "has_open_parts"), list(product(ReplyKind, [True, False])))
def test_a_whole_is_settled_after_its_parts(reply_kind: ReplyKind, has_open_parts: bool) -> None:
    is_refused = has_open_parts and reply_kind not in rules.PROMISES
    refusal = refusal_to_reply(kind=reply_kind, has_open_parts=has_open_parts)
    assert refusal is (rules.PartsOpen if is_refused else None)


def test_a_part_is_split_off_once_and_given_to_somebody_fit() -> None:
    given: dict[str, Any] = {"state": CaseState.contacted, "is_part": False}
    given |= {"is_handler_here": True, "has_interest": False}
    assert rules.refusal_to_split(**given) is None
    assert kind(rules.refusal_to_split(**{**given, "is_part": True})) is rules.AlreadyAPart
    assert kind(rules.refusal_to_split(**{**given, "is_handler_here": False})) is rules.HandlerUnfit
    assert kind(rules.refusal_to_split(**{**given, "has_interest": True})) is rules.HandlerHasInterest
    assert kind(rules.refusal_to_split(**{**given, "state": CaseState.replied})) is rules.WrongCaseState


def test_a_suggestion_has_clocks_of_its_own() -> None:
    assert [rules.reply_limit_of(is_hard=hard) for hard in (False, True)] == [
        "suggestion_reply",
        "suggestion_reply_hard",
    ]
    for name in (*rules.REPLY_LIMITS, rules.AGREED):
        assert not rules.is_suggestion(name)
        assert rules.limit_for(name, "return") == "return"
    for name in rules.SUGGESTIONS:
        assert rules.is_suggestion(name)
        assert {rules.limit_for(name, what) for what in ("return", "assist")} <= set(rules.LIMITS)


def test_a_suggestion_is_a_deputy_s_about_somebody_else_s_matter() -> None:
    given = {"is_registered": False, "has_open_case": False, "is_decided": True}
    given |= {"is_deputy_here": True, "deputy_has_interest": False}
    assert rules.refusal_to_register(**given) is None
    assert kind(rules.refusal_to_register(**{**given, "is_registered": True})) is rules.SuggestionExists
    assert kind(rules.refusal_to_register(**{**given, "has_open_case": True})) is rules.CaseExists
    assert kind(rules.refusal_to_register(**{**given, "is_decided": False})) is rules.DecisionOpen
    assert kind(rules.refusal_to_register(**{**given, "is_deputy_here": False})) is rules.NotADeputyHere
    assert kind(rules.refusal_to_register(**{**given, "deputy_has_interest": True})) is rules.OwnMatter


@pytest.mark.parametrize(("days", "is_refused"), [(0, True), (1, False), (15, False), (16, True)])
def test_more_time_has_an_end(days: int, is_refused: bool) -> None:
    refusal = rules.refusal_to_extend_by(working_days=days, most=rules.MOST_EXTENDED)
    assert kind(refusal) is (rules.ExtensionTooLong if is_refused else None)
