"""When the meetings of a series are held: a rhythm, and what happens on statutory rest days (R-05). Pure.

An occurrence has a nominal day, which the rhythm gives, and the day it is held on. The nominal day names it, so that
planning ahead twice plans it once, whatever day it was moved to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import CalendarYearMissing, WorkingCalendar, roll_forward

A_WEEK = timedelta(days=7)
LAST = 5  # "The last Wednesday": the fifth, or else the fourth.


class Frequency(StrEnum):
    weekly = "weekly"
    biweekly = "biweekly"
    monthly_weekday = "monthly_weekday"
    monthly_day = "monthly_day"


class RestDays(StrEnum):
    """What becomes of an occurrence on a rest day: left out, moved to the next working day, or held all the same."""

    skip = "skip"
    move = "move"
    hold = "hold"


class SeriesUnfit(Refusal):
    code = "series_unfit"
    status = 422
    sentence = N_("这样排不出日子。请选第几个星期几，或者每月几号，再看一遍。")


class SeriesEnded(Refusal):
    code = "series_ended"
    sentence = N_("这一串会已经停了，不能再改。要接着开，请另排一串。")


@dataclass(frozen=True)
class Rhythm:
    """``weekday`` is 0 for Monday; ``nth`` 1 to 4, or 5 for the last of the month; ``month_day`` 1 to 31.

    A month without its 31st has its last day. ``first_day`` is where a fortnight is counted from.
    """

    frequency: Frequency
    first_day: date
    weekday: int = 0
    nth: int = 1
    month_day: int = 1
    rest_days: RestDays = RestDays.move


@dataclass(frozen=True)
class Occurrence:
    nominal: date
    day: date


@dataclass(frozen=True)
class Plan:
    """``missing_year`` is the year whose holidays nobody has entered, where the days could not be told any further."""

    occurrences: tuple[Occurrence, ...]
    missing_year: int | None = None


def check_rhythm(rhythm: Rhythm) -> None:
    """Raise ``SeriesUnfit`` for numbers no calendar has."""
    if not (0 <= rhythm.weekday <= 6 and 1 <= rhythm.nth <= LAST and 1 <= rhythm.month_day <= 31):
        raise SeriesUnfit


def nominal_days(rhythm: Rhythm) -> Iterator[date]:
    """The days the rhythm gives, without end, from ``first_day`` on."""
    if rhythm.frequency in (Frequency.weekly, Frequency.biweekly):
        day = rhythm.first_day + timedelta(days=(rhythm.weekday - rhythm.first_day.weekday()) % 7)
        step = A_WEEK if rhythm.frequency is Frequency.weekly else 2 * A_WEEK
        while True:
            yield day
            day += step
    year, month = rhythm.first_day.year, rhythm.first_day.month
    while True:
        day = _of_month(rhythm, year, month)
        if day >= rhythm.first_day:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _of_month(rhythm: Rhythm, year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    if rhythm.frequency is Frequency.monthly_day:
        return date(year, month, min(rhythm.month_day, last.day))
    if rhythm.nth == LAST:
        return last - timedelta(days=(last.weekday() - rhythm.weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(rhythm.weekday - first.weekday()) % 7) + (rhythm.nth - 1) * A_WEEK


def occurrences(
    rhythm: Rhythm, *, after: date, calendar: WorkingCalendar, until: date | None = None, most: int = 60
) -> Plan:
    """The occurrences held after the day ``after`` and until ``until``, at most ``most``, the nearest first.

    Two that fall on one day because a holiday moved the first are one, the later of them.
    """
    check_rhythm(rhythm)
    found: dict[date, Occurrence] = {}
    for nominal in nominal_days(rhythm):
        if until is not None and nominal > until:
            break
        if len(found) > most:
            break
        try:
            day = _held_on(nominal, rhythm.rest_days, calendar)
        except CalendarYearMissing as missing:
            return Plan(_in_order(found, most), missing.year)
        if day is not None and day > after and (until is None or day <= until):
            found[day] = Occurrence(nominal, day)
    return Plan(_in_order(found, most))


def _held_on(nominal: date, rest_days: RestDays, calendar: WorkingCalendar) -> date | None:
    if rest_days is RestDays.hold:
        return nominal
    if calendar.is_working_day(nominal):
        return nominal
    return None if rest_days is RestDays.skip else roll_forward(nominal, calendar=calendar)


def _in_order(found: dict[date, Occurrence], most: int) -> tuple[Occurrence, ...]:
    return tuple(found[day] for day in sorted(found))[:most]
