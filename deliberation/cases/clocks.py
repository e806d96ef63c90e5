"""When a case's deadlines fall: working days in Shanghai, ending at the end of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.cases.models import Assignment, Case
from deliberation.cases.queries import limits_in
from deliberation.cases.rules import (
    AGREED,
    BEING_HANDLED,
    HIGHEST_LEVEL,
    MOST_EXTENDED,
    REPLY_LIMITS,
    CaseState,
    Limit,
    LimitUnit,
    due_after_pause,
    is_suggestion,
    next_reminder,
)
from deliberation.kernel.clock import SHANGHAI, end_of_day, shanghai_date
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import (
    CalendarYearMissing,
    WorkingCalendar,
    add_days,
    add_working_days,
    deadline_after_months,
)
from deliberation.people.queries import working_calendar
from deliberation.places.queries import place

MORNING = 9  # Reminders arrive at nine in Shanghai.


def working_days_from(start: date, count: int) -> datetime:
    """The end of the ``count``-th working day after ``start``; raises ``CalendarYearMissing`` (R-05)."""
    return end_of_day(add_working_days(start, count, calendar=working_calendar()))


def working_days_even_so(start: date, count: int) -> datetime:
    """The same for what a resident's answer or a job sets going, which must not fail for want of a calendar.

    In a year nobody has entered yet, weekdays count as worked; the administrator sees the gap elsewhere.
    """
    return end_of_day(_even_so(lambda calendar: add_working_days(start, count, calendar=calendar)))


def _even_so(count: Callable[[WorkingCalendar], date]) -> date:
    calendar = working_calendar()
    while True:
        try:
            return count(calendar)
        except CalendarYearMissing as missing:
            calendar = WorkingCalendar(calendar.overrides, calendar.entered_years | {missing.year})


def working_days_until(start: date, end: date) -> int:
    """How many working days there are after ``start`` until ``end``, at least one; weekdays where a year is unknown."""
    last, count = end_of_day(end), 1
    while working_days_even_so(start, count + 1) <= last:
        count += 1
    return count


def limit_ends(limit: Limit, start: date) -> datetime:
    """The end of the last day of a limit that starts on ``start`` (R-02 … R-05), in whatever unit it has.

    Calendar days are promises of our own, and do not wait for Monday; the law's months roll on to a working day.
    """
    count = {
        LimitUnit.working_days: add_working_days,
        LimitUnit.days: lambda start, value, **_calendar: add_days(start, value),
        LimitUnit.months: deadline_after_months,
    }[limit.unit]
    return end_of_day(_even_so(lambda calendar: count(start, limit.value, calendar=calendar)))


def limit_days(limit: Limit, start: date) -> int:
    """How many calendar days a limit that starts on ``start`` takes."""
    return (shanghai_date(limit_ends(limit, start)) - start).days


def limit(name: str, scope: Sequence[int], now: datetime) -> datetime:
    """When a limit of the deadline table that starts now runs out in the place of ``scope``."""
    return limit_ends(limits_in(scope)[name], shanghai_date(now))


@dataclass(frozen=True)
class ReplyLimit:
    """By when a case is answered: so many working days, from which row of the table, resting on what."""

    working_days: int
    name: str = AGREED
    basis: str = ""


def reply_limit(name: str, working_days: int | None, *, scope: Sequence[int], now: datetime) -> ReplyLimit:
    """The limit called ``name`` as the working days it leaves from today; or ``working_days``, agreed elsewhere."""
    if working_days is not None:
        return ReplyLimit(working_days)
    if name not in REPLY_LIMITS and not is_suggestion(name):
        raise NotFound()
    found = limits_in(scope)[name]
    if found.unit is LimitUnit.working_days:
        return ReplyLimit(found.value, name, found.basis)
    today = shanghai_date(now)
    return ReplyLimit(working_days_until(today, shanghai_date(limit_ends(found, today))), name, found.basis)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=SHANGHAI)


def running(case: Case) -> tuple[datetime | None, datetime | None]:
    """When the clock that runs now is due, and when it started; nothing while none runs."""
    if case.paused_at is not None:
        return None, None
    if case.state is CaseState.external_approval_pending:
        return case.approval_due_at, case.opened_at
    return (case.due_at, case.assigned_at) if case.state in BEING_HANDLED else (None, None)


def set_clock(case: Case, *, after: datetime) -> None:
    """The day to answer has moved: say anew when to remind, and when the case goes up a level."""
    set_reminder(case, after=after)
    set_climb(case, after=after)


def most_extended(case: Case, scope: Sequence[int]) -> int:
    """How many working days a case may be given more, once: a deputy's suggestion the law's three months."""
    if not is_suggestion(case.limit_name) or case.due_at is None:
        return MOST_EXTENDED
    due_on = shanghai_date(case.due_at)
    return working_days_until(due_on, shanghai_date(limit_ends(limits_in(scope)["suggestion_extension"], due_on)))


def moved_by_pause(due_at: datetime, *, paused: datetime, resumed: datetime) -> datetime:
    """A due moment moved by the working days that a pause took."""
    days = {"paused": shanghai_date(paused), "resumed": shanghai_date(resumed)}
    return end_of_day(_even_so(lambda calendar: due_after_pause(shanghai_date(due_at), calendar=calendar, **days)))


def stop(case: Case) -> None:
    """Nothing of the case is waited for any more, or not for now."""
    case.next_reminder_at = case.climb_at = case.hear_by = None


def set_climb(case: Case, *, after: datetime) -> None:
    """Overdue by the limit called "climb", from ``after`` where that is later; never above the highest level."""
    is_running = case.state in BEING_HANDLED and case.paused_at is None
    if case.due_at is None or not is_running or case.level >= HIGHEST_LEVEL:
        case.climb_at = None
        return
    start = shanghai_date(max(case.due_at, after))
    case.climb_at = limit_ends(limits_in(place(case.place_id).scope)["climb"], start)


def set_reminder(case: Case, *, after: datetime) -> None:
    """Say when the reminding job is to look at the case next; ``None`` while nothing is awaited."""
    if case.paused_at is not None:
        case.next_reminder_at = None
        return
    due_at, started_at = running(case)
    moments = [_next_of_clock(started_at, due_at, after)] if due_at is not None and started_at is not None else []
    if case.state is CaseState.assigned and case.contact_due_at is not None and case.contact_due_at > after:
        moments.append(case.contact_due_at)
    if case.state in BEING_HANDLED:
        moments += [_or_next_morning(at, after) for at in (case.hand_over_due_at, case.hear_by) if at is not None]
        if case.promised_on is not None and morning(case.promised_on) > after:
            moments.append(morning(case.promised_on))
    case.next_reminder_at = min(moments, default=None)


def set_assistance_reminder(asked: Assignment, *, after: datetime) -> None:
    """The same for an assisting unit's own clock."""
    asked.next_reminder_at = _next_of_clock(asked.asked_at, asked.due_at, after) if asked.due_at is not None else None


def _next_of_clock(started_at: datetime, due_at: datetime, after: datetime) -> datetime:
    return next_reminder(
        started_at=started_at,
        due_at=due_at,
        day_before=day_before(due_at),
        morning_after=morning_after(due_at),
        after=after,
    ).at


def _or_next_morning(at: datetime, after: datetime) -> datetime:
    return at if at > after else morning(shanghai_date(after) + timedelta(days=1))


def morning_after(due_at: datetime) -> datetime:
    return morning(shanghai_date(due_at) + timedelta(days=1))


def day_before(due_at: datetime) -> datetime:
    """The morning one working day before a deadline."""
    return morning(_working_day_before(shanghai_date(due_at)))


def _working_day_before(day: date) -> date:
    """The last working day before ``day``; the calendar day before it where the year is unknown."""
    calendar = working_calendar()
    before = day - timedelta(days=1)
    try:
        while not calendar.is_working_day(before):
            before -= timedelta(days=1)
    except CalendarYearMissing:
        return day - timedelta(days=1)
    return before
