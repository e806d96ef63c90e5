"""Pausing a clock: a reason, an approver, a notice, and a day on which it goes on by itself (R-07). Pure."""

from __future__ import annotations

from datetime import date

from deliberation.cases.rules.states import BEING_HANDLED, CaseState, ReasonMissing, WrongCaseState
from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import A_DAY, Pause, PausedDeadline, WorkingCalendar


class PausedAlready(Refusal):
    code = "paused_already"
    sentence = N_("这件事已经暂停计时了。要改日子，请先恢复，再重新暂停。")


class NotPaused(Refusal):
    code = "not_paused"
    sentence = N_("这件事没有暂停计时，不用恢复。")


class PauseEnds(Refusal):
    code = "pause_ends"
    status = 422
    sentence = N_("请选今天以后、%(latest)s 以前的一天，到那天自动恢复计时。")


def refusal_to_pause(
    *, state: CaseState, is_paused: bool, reason: str, until: date, today: date, latest: date
) -> Refusal | None:
    """The supervisor pauses a case in hand until a day that is not beyond the limit called "pause"."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if is_paused:
        return PausedAlready()
    if not today < until <= latest:
        return PauseEnds(latest=latest.isoformat())
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def refusal_to_resume(*, is_paused: bool) -> Refusal | None:
    return None if is_paused else NotPaused()


def due_after_pause(due: date, *, paused: date, resumed: date, calendar: WorkingCalendar) -> date:
    """The due day moved by the working days from the day of the pause to the day before it went on."""
    if resumed <= paused:
        return due
    pause = Pause(first_day=paused, last_day=resumed - A_DAY, reason="", approved_by_id=0)
    return PausedDeadline(due, (pause,)).due(calendar=calendar)
