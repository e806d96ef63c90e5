"""When a case's deadlines fall: working days in Shanghai, ending at the end of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deliberation.cases.models import Case
from deliberation.cases.queries import limits_in
from deliberation.cases.rules import AGREED, REPLY_LIMITS, Limit, LimitUnit, next_reminder
from deliberation.kernel.clock import SHANGHAI, end_of_day, shanghai_date
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import (
    CalendarYearMissing,
    WorkingCalendar,
    add_working_days,
    deadline_after_days,
    deadline_after_months,
)
from deliberation.people.queries import working_calendar

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
    """The end of the last day of a limit that starts on ``start`` (R-02 … R-05), in whatever unit it has."""
    count = {
        LimitUnit.working_days: add_working_days,
        LimitUnit.days: deadline_after_days,
        LimitUnit.months: deadline_after_months,
    }[limit.unit]
    return end_of_day(_even_so(lambda calendar: count(start, limit.value, calendar=calendar)))


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
    if name not in REPLY_LIMITS:
        raise NotFound()
    found = limits_in(scope)[name]
    if found.unit is LimitUnit.working_days:
        return ReplyLimit(found.value, name, found.basis)
    today = shanghai_date(now)
    return ReplyLimit(working_days_until(today, shanghai_date(limit_ends(found, today))), name, found.basis)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=SHANGHAI)


def set_reminder(case: Case, *, after: datetime) -> None:
    """Say when the reminding job is to look at the case next; ``None`` while no clock runs."""
    is_pending = case.approval_due_at is not None and case.approved_at is None
    due_at, started_at = (case.approval_due_at, case.opened_at) if is_pending else (case.due_at, case.assigned_at)
    if due_at is None or started_at is None:
        case.next_reminder_at = None
        return
    due_day = shanghai_date(due_at)
    case.next_reminder_at = next_reminder(
        started_at=started_at,
        due_at=due_at,
        day_before=day_before(due_at),
        morning_after=morning(due_day + timedelta(days=1)),
        after=after,
    ).at


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
