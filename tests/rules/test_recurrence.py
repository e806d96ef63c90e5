"""When a series meets: against tables of dates, with the holidays and the swapped days of 2026 (R-05)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kernel.working_days import WorkingCalendar
from deliberation.meetings.rules import (
    Frequency,
    Reminder,
    RestDays,
    Rhythm,
    SeriesUnfit,
    occurrences,
    places_left,
    reminder_due,
)

STATUTORY = WorkingCalendar()
WEDNESDAY, THURSDAY, SATURDAY = 2, 3, 5


def days(rhythm: Rhythm, *, after: date, most: int = 4, until: date | None = None) -> list[str]:
    plan = occurrences(rhythm, after=after, calendar=STATUTORY, most=most, until=until)
    return [each.day.isoformat() for each in plan.occurrences]


def monthly(nth: int, weekday: int = WEDNESDAY, **more) -> Rhythm:
    return Rhythm(Frequency.monthly_weekday, date(2026, 1, 1), weekday=weekday, nth=nth, **more)


def weekly(weekday: int, first: date, **more) -> Rhythm:
    return Rhythm(more.pop("frequency", Frequency.weekly), first, weekday=weekday, **more)


def test_the_second_wednesday():
    assert days(monthly(2), after=date(2026, 3, 2)) == ["2026-03-11", "2026-04-08", "2026-05-13", "2026-06-10"]


def test_the_last_wednesday_is_the_fifth_or_the_fourth():
    assert days(monthly(5), after=date(2026, 6, 25)) == ["2026-07-29", "2026-08-26", "2026-09-30", "2026-10-28"]


def test_the_thirty_first_is_the_last_day_where_there_is_none():
    rhythm = Rhythm(Frequency.monthly_day, date(2026, 1, 1), month_day=31, rest_days=RestDays.hold)
    assert days(rhythm, after=date(2026, 1, 31)) == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_national_day_is_skipped_or_moved_behind_the_holiday():
    thursdays = weekly(THURSDAY, date(2026, 9, 17))
    assert days(weekly(THURSDAY, date(2026, 9, 17), rest_days=RestDays.skip), after=date(2026, 9, 16)) == [
        "2026-09-17", "2026-09-24", "2026-10-08", "2026-10-15",
    ]  # fmt: skip
    plan = occurrences(thursdays, after=date(2026, 9, 24), calendar=STATUTORY, most=2)
    # 1 October would move to the 8th, which is a Thursday of its own: one meeting, and it is the 8th's.
    assert [(each.nominal.isoformat(), each.day.isoformat()) for each in plan.occurrences] == [
        ("2026-10-08", "2026-10-08"),
        ("2026-10-15", "2026-10-15"),
    ]


def test_what_is_moved_goes_to_a_swapped_working_day():
    fifth = Rhythm(Frequency.monthly_day, date(2026, 1, 1), month_day=9)
    # Saturday 9 May is worked in exchange for the holiday, so the 9th is held on that day.
    assert "2026-05-09" in days(fifth, after=date(2026, 5, 1))
    fridays = weekly(4, date(2026, 9, 4), frequency=Frequency.biweekly)
    assert days(fridays, after=date(2026, 9, 20), most=2) == ["2026-10-08", "2026-10-16"]  # 2 October is a holiday.
    sundays = weekly(6, date(2026, 9, 20), rest_days=RestDays.skip)
    assert days(sundays, after=date(2026, 9, 1), most=1, until=date(2026, 12, 31)) == ["2026-09-20"]  # A worked Sunday.


def test_a_weekend_body_holds_its_day():
    saturdays = weekly(SATURDAY, date(2026, 3, 7), rest_days=RestDays.hold)
    assert days(saturdays, after=date(2026, 3, 1), most=2) == ["2026-03-07", "2026-03-14"]


def test_a_fortnight_is_counted_from_its_first_day_wherever_one_looks_from():
    rhythm = weekly(WEDNESDAY, date(2026, 3, 4), frequency=Frequency.biweekly)
    assert days(rhythm, after=date(2026, 3, 1), most=3) == ["2026-03-04", "2026-03-18", "2026-04-01"]
    assert days(rhythm, after=date(2026, 3, 5), most=2) == ["2026-03-18", "2026-04-01"]


def test_a_year_without_its_holidays_is_said_and_nothing_is_guessed():
    plan = occurrences(monthly(2), after=date(2026, 11, 30), calendar=STATUTORY)
    assert [each.day.isoformat() for each in plan.occurrences] == ["2026-12-09"]
    assert plan.missing_year == 2027


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"nth": 0}, {"nth": 6}, {"month_day": 32}])
def test_numbers_no_calendar_has(wrong):
    fields = {"frequency": Frequency.monthly_day, "first_day": date(2026, 1, 1), **wrong}
    with pytest.raises(SeriesUnfit):
        occurrences(Rhythm(**fields), after=date(2026, 1, 1), calendar=STATUTORY)


@given(
    frequency=st.sampled_from(list(Frequency)), first=st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    weekday=st.integers(0, 6), nth=st.integers(1, 5), month_day=st.integers(1, 31),
    rest_days=st.sampled_from([RestDays.skip, RestDays.move]), ahead=st.integers(0, 90),
)  # fmt: skip
def test_every_day_is_worked_and_a_later_look_finds_the_same(
    frequency, first, weekday, nth, month_day, rest_days, ahead
):
    rhythm = Rhythm(frequency, first, weekday, nth, month_day, rest_days)
    until = date(2026, 11, 30)
    whole = occurrences(rhythm, after=first, until=until, calendar=STATUTORY, most=200).occurrences
    assert all(STATUTORY.is_working_day(each.day) for each in whole)
    assert sorted({each.day for each in whole}) == [each.day for each in whole]
    later = first + timedelta(days=ahead)
    seen = occurrences(rhythm, after=later, until=until, calendar=STATUTORY, most=200).occurrences
    assert list(seen) == [each for each in whole if each.day > later]


STARTS = datetime(2026, 3, 6, 4, 15, tzinfo=UTC)  # 12:15 in Shanghai.


@pytest.mark.parametrize(
    ("now", "told_day", "told_hour", "due"),
    [
        (datetime(2026, 3, 5, 0, 59, tzinfo=UTC), False, False, None),
        (datetime(2026, 3, 5, 1, 0, tzinfo=UTC), False, False, Reminder.day),
        (datetime(2026, 3, 5, 1, 0, tzinfo=UTC), True, False, None),
        (datetime(2026, 3, 6, 3, 15, tzinfo=UTC), True, False, Reminder.hour),
        (datetime(2026, 3, 6, 3, 20, tzinfo=UTC), False, False, Reminder.hour),  # The day's was skipped: only one.
        (datetime(2026, 3, 6, 3, 20, tzinfo=UTC), True, True, None),
        (STARTS, True, False, None),
    ],
)
def test_which_reminder_is_due(now, told_day, told_hour, due):
    assert reminder_due(starts_at=STARTS, now=now, told_day=told_day, told_hour=told_hour) is due


def test_places():
    assert [places_left(capacity=c, confirmed=n) for c, n in ((None, 99), (3, 1), (3, 3), (2, 5))] == [None, 2, 0, 0]
