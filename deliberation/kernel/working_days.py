"""Days that count: the Chinese statutory calendar and the ways of counting to a deadline (rules R-01 … R-07).

Every day here is a day in Shanghai (R-01); ``day_in_shanghai`` turns a stored UTC instant into one. Nothing reads the
clock or the database: the calendar, with what the administrator entered, is passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar

from deliberation.kernel.errors import N_, Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
A_DAY = timedelta(days=1)


class CalendarYearMissing(Refusal):
    """The State Council's holiday notice for ``year`` is in neither the package nor the administrator's table."""

    code = "calendar_year_missing"
    sentence = N_(
        "%(year)s 年哪几天放假还没有录入，算不出工作日。"
        "请换一个近一些的日子，或者请管理员录入（在「工作日历」，/admin/calendar），然后再试。"
    )

    def __init__(self, year: int) -> None:
        super().__init__(year=year)
        self.year = year


class DateOutOfRange(Refusal):
    code = "date_out_of_range"
    status = 422
    sentence = N_("这样算出来的日期超出了日历的范围。请把天数或月数改小一些。")


class PauseIncomplete(Refusal):
    code = "pause_incomplete"
    status = 422
    sentence = N_("要暂停计时，请写明理由和批准人，并先通知当事人。三样齐了就可以暂停。")


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked (R-05): chinesecalendar, corrected by ``overrides`` (day → is it worked).

    In an ``entered_years`` year that the package does not know, weekdays are worked and weekends are not, unless
    overridden. A single override does not make its year known: the rest of that year would be a guess.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    entered_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked, 调休 days included; raises ``CalendarYearMissing`` when nobody can know."""
        if isinstance(day, datetime):
            raise TypeError("a day in Shanghai is needed, not an instant: see day_in_shanghai")
        published = _published_working_days(day.year)
        if published is None and day.year not in self.entered_years:
            raise CalendarYearMissing(day.year)
        if day in self.overrides:
            return self.overrides[day]
        return day.weekday() < SATURDAY if published is None else day in published


@cache
def _published_working_days(year: int) -> frozenset[date] | None:
    """The working days of a year that chinesecalendar knows; ``None`` beyond its data."""
    first = date(year, 1, 1)
    try:
        chinese_calendar.is_workday(first)
    except NotImplementedError:
        return None
    days = (first + timedelta(days=number) for number in range(366))
    return frozenset(day for day in days if day.year == year and chinese_calendar.is_workday(day))


def day_in_shanghai(instant: datetime) -> date:
    """The calendar day of an aware instant (R-01)."""
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime {instant!r}: pass an aware one")
    return instant.astimezone(SHANGHAI).date()


# Counting forward


def add_days(start: date, count: int) -> date:
    """The day ``count`` calendar days after ``start``, which itself does not count (R-02, Civil Code art. 201)."""
    try:
        return start + timedelta(days=_not_negative(count))
    except OverflowError:
        raise DateOutOfRange from None


def add_months(start: date, count: int) -> date:
    """The same day number ``count`` months later, else that month's last day (R-03, Civil Code art. 202)."""
    months = start.year * 12 + start.month - 1 + _not_negative(count)
    year, month = divmod(months, 12)
    if year > date.max.year:
        raise DateOutOfRange
    return date(year, month + 1, min(start.day, _last_day_number(year, month + 1)))


def _last_day_number(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - A_DAY).day


def add_working_days(start: date, count: int, *, calendar: WorkingCalendar) -> date:
    """The ``count``-th working day after ``start``, which itself does not count (R-02, R-05).

    Zero is ``start`` itself, rolled forward like any last day (R-04): the answer is always a working day.
    """
    day = start
    for _each in range(_not_negative(count)):
        day = roll_forward(_next(day), calendar=calendar)
    return roll_forward(day, calendar=calendar)


def roll_forward(day: date, *, calendar: WorkingCalendar) -> date:
    """``day``, or the next working day when it is a statutory rest day (R-04, Civil Code art. 203)."""
    while not calendar.is_working_day(day):
        day = _next(day)
    return day


def deadline_after_days(start: date, count: int, *, calendar: WorkingCalendar) -> date:
    """The last day of a limit of ``count`` calendar days (R-02, R-04)."""
    return roll_forward(add_days(start, count), calendar=calendar)


def deadline_after_months(start: date, count: int, *, calendar: WorkingCalendar) -> date:
    """The last day of a limit of ``count`` months (R-03, R-04)."""
    return roll_forward(add_months(start, count), calendar=calendar)


# Counting back from a meeting


def latest_notice_date(meeting_day: date, days: int) -> date:
    """The last day on which a notice may be posted so that ``days`` whole days lie before the meeting (R-06).

    Neither the notice's day nor the meeting's counts: 15 days before 2026-03-20 is 2026-03-04.
    """
    try:
        return meeting_day - timedelta(days=_not_negative(days)) - A_DAY
    except OverflowError:
        raise DateOutOfRange from None


def latest_notice_working_date(meeting_day: date, working_days: int, *, calendar: WorkingCalendar) -> date:
    """The same with ``working_days`` whole working days between notice and meeting.

    The answer may be a rest day: a notice posted on a Sunday gives all of Monday.
    """
    day, left = _previous(meeting_day), _not_negative(working_days)
    while left:
        left -= calendar.is_working_day(day)
        day = _previous(day)
    return day


def working_days_between(start: date, end: date, *, calendar: WorkingCalendar) -> int:
    """Working days after ``start`` up to and including ``end``: "n working days left"; negative once ``end`` is past.

    ``working_days_between(day, add_working_days(day, n)) == n``.
    """
    if end < start:
        return -working_days_between(end, start, calendar=calendar)
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


# Pausing a clock


@dataclass(frozen=True)
class Pause:
    """A stretch in which a clock stood still, its first and last day included, with why and by whose leave (R-07)."""

    first_day: date
    last_day: date
    reason: str
    approved_by_id: int

    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=number) for number in range((self.last_day - self.first_day).days + 1)]


@dataclass(frozen=True)
class PausedDeadline:
    """A due date moved by pauses; ``original`` stays, because it must remain visible (R-07)."""

    original: date
    pauses: tuple[Pause, ...] = ()

    def due(self, *, calendar: WorkingCalendar) -> date:
        """The original day moved by as many working days as the pauses took; where they overlap, a day counts once."""
        paused = {day for pause in self.pauses for day in pause.days()}
        lost = sum(calendar.is_working_day(day) for day in paused)
        return add_working_days(self.original, lost, calendar=calendar)


def refusal_to_pause(*, reason: str, approved_by_id: int | None, notified_at: datetime | None) -> Refusal | None:
    """A clock is paused only with a reason, an approver and a notice (R-07)."""
    if reason.strip() and approved_by_id is not None and notified_at is not None:
        return None
    return PauseIncomplete()


def _not_negative(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"a whole number of days or months is needed, not {count!r}")
    if count < 0:
        raise ValueError(f"days and months are counted forward: {count} is negative")
    return count


def _next(day: date) -> date:
    if day == date.max:
        raise DateOutOfRange
    return day + A_DAY


def _previous(day: date) -> date:
    if day == date.min:
        raise DateOutOfRange
    return day - A_DAY
