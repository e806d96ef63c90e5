"""Rules R-01 … R-07: the statutory calendar, counting forward, counting back, pausing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kernel.working_days import (
    CalendarYearMissing,
    DateOutOfRange,
    Pause,
    PausedDeadline,
    PauseIncomplete,
    WorkingCalendar,
    add_days,
    add_months,
    add_working_days,
    day_in_shanghai,
    deadline_after_days,
    deadline_after_months,
    latest_notice_date,
    latest_notice_working_date,
    refusal_to_pause,
    roll_forward,
    working_days_between,
)

STATUTORY = WorkingCalendar()
A_DAY = timedelta(days=1)
days = st.dates(date(2005, 1, 1), date(2026, 6, 1))


def days_from(start, end):
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


# The examples of the domain dossier


@pytest.mark.parametrize(("count", "end"), [(1, date(2025, 9, 28)), (5, date(2025, 10, 10)), (15, date(2025, 10, 23))])
def test_working_days_before_national_day(count, end):
    assert add_working_days(date(2025, 9, 26), count, calendar=STATUTORY) == end


def test_a_month_ends_on_its_last_day_when_the_number_is_missing():
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2025, 1, 31), 11) == date(2025, 12, 31)
    assert add_months(date(2025, 12, 1), 1) == date(2026, 1, 1)


def test_notice_excludes_both_its_own_day_and_the_meeting():
    assert latest_notice_date(date(2026, 3, 20), 15) == date(2026, 3, 4)
    assert latest_notice_date(date(2026, 3, 20), 0) == date(2026, 3, 19)


def test_three_working_days_of_notice():
    friday = date(2026, 3, 20)
    assert latest_notice_working_date(friday, 3, calendar=STATUTORY) == date(2026, 3, 16)  # Tue, Wed, Thu lie between.
    tuesday = date(2026, 3, 24)
    assert latest_notice_working_date(tuesday, 3, calendar=STATUTORY) == date(2026, 3, 18)
    thursday = date(2026, 3, 19)  # Mon, Tue, Wed are whole: the Sunday before is still in time.
    assert latest_notice_working_date(thursday, 3, calendar=STATUTORY) == date(2026, 3, 15)
    assert latest_notice_working_date(thursday, 0, calendar=STATUTORY) == date(2026, 3, 18)


# The calendar


def test_rest_days_moved_to_weekends_are_worked():
    assert STATUTORY.is_working_day(date(2025, 9, 28))  # A Sunday.
    assert not STATUTORY.is_working_day(date(2025, 10, 8))  # A Wednesday.
    assert STATUTORY.is_working_day(date(2026, 2, 28))


@given(day=st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_the_calendar_is_chinesecalendar(day):
    assert STATUTORY.is_working_day(day) == chinese_calendar.is_workday(day)


def test_an_override_wins_over_the_package():
    calendar = WorkingCalendar(overrides={date(2026, 3, 20): False, date(2026, 3, 21): True})
    assert not calendar.is_working_day(date(2026, 3, 20))
    assert calendar.is_working_day(date(2026, 3, 21))
    assert calendar.is_working_day(date(2026, 3, 19))


@pytest.mark.parametrize("year", [1999, 2003, 2027, 9999])
def test_a_year_without_data_says_so(year):
    with pytest.raises(CalendarYearMissing) as refused:
        STATUTORY.is_working_day(date(year, 5, 5))
    assert refused.value.year == year
    assert f"{year} 年" in str(refused.value)
    assert "/admin/calendar" in str(refused.value)
    assert "管理员录入" in str(refused.value)


def test_one_override_does_not_make_its_year_known():
    calendar = WorkingCalendar(overrides={date(2027, 1, 1): False})
    for day in (date(2027, 1, 1), date(2027, 1, 4)):
        with pytest.raises(CalendarYearMissing):
            calendar.is_working_day(day)


def test_in_an_entered_year_weekdays_work_unless_overridden():
    calendar = WorkingCalendar(
        overrides={date(2027, 2, 8): False, date(2027, 2, 14): True}, entered_years=frozenset({2027})
    )
    assert not calendar.is_working_day(date(2027, 2, 8))  # A Monday.
    assert calendar.is_working_day(date(2027, 2, 14))  # A Sunday.
    assert calendar.is_working_day(date(2027, 2, 9))
    assert not calendar.is_working_day(date(2027, 2, 13))
    with pytest.raises(CalendarYearMissing):
        calendar.is_working_day(date(2028, 1, 4))


def test_entering_a_year_does_not_switch_the_package_off():
    assert not WorkingCalendar(entered_years=frozenset({2026})).is_working_day(date(2026, 10, 1))


def test_the_calendar_cannot_be_changed_from_outside():
    entered = {date(2026, 3, 20): False}
    calendar = WorkingCalendar(overrides=entered)
    entered[date(2026, 3, 19)] = False
    assert calendar.is_working_day(date(2026, 3, 19))
    with pytest.raises(TypeError):
        calendar.overrides[date(2026, 3, 19)] = False
    assert hash(calendar) == hash(WorkingCalendar(overrides=entered))


def test_an_instant_is_not_a_day():
    with pytest.raises(TypeError, match="day_in_shanghai"):
        STATUTORY.is_working_day(datetime(2026, 3, 20, tzinfo=UTC))
    assert day_in_shanghai(datetime(2026, 3, 20, 16, 0, tzinfo=UTC)) == date(2026, 3, 21)
    assert day_in_shanghai(datetime(2026, 3, 20, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 20)
    with pytest.raises(ValueError, match="naive"):
        day_in_shanghai(datetime(2026, 3, 20))  # noqa: DTZ001


def test_a_limit_that_runs_into_an_unknown_year_says_which():
    for count in (
        lambda: add_working_days(date(2026, 12, 31), 1, calendar=STATUTORY),
        lambda: deadline_after_days(date(2026, 12, 31), 1, calendar=STATUTORY),
        lambda: deadline_after_months(date(2026, 12, 1), 1, calendar=STATUTORY),
    ):
        with pytest.raises(CalendarYearMissing, match="2027"):
            count()
    assert deadline_after_days(date(2026, 12, 30), 1, calendar=STATUTORY) == date(2026, 12, 31)


# Counting forward


@given(start=days, count=st.integers(0, 60))
def test_exactly_so_many_working_days_lie_behind_the_start(start, count):
    end = add_working_days(start, count, calendar=STATUTORY)
    assert STATUTORY.is_working_day(end)
    counted = sum(STATUTORY.is_working_day(day) for day in days_from(start + A_DAY, end))
    if count:
        assert counted == count
    else:
        assert end == roll_forward(start, calendar=STATUTORY)


@given(start=days, first=st.integers(0, 30), second=st.integers(0, 30))
def test_working_days_add_up(start, first, second):
    halfway = add_working_days(start, first, calendar=STATUTORY)
    whole = add_working_days(start, first + second, calendar=STATUTORY)
    if first:
        assert add_working_days(halfway, second, calendar=STATUTORY) == whole
    assert halfway <= whole


@given(start=days, count=st.integers(1, 40))
def test_working_days_left_is_the_inverse(start, count):
    end = add_working_days(start, count, calendar=STATUTORY)
    assert working_days_between(start, end, calendar=STATUTORY) == count
    assert working_days_between(end, start, calendar=STATUTORY) == -count


def test_working_days_left_around_the_due_day():
    due = date(2026, 3, 20)
    assert working_days_between(date(2026, 3, 19), due, calendar=STATUTORY) == 1
    assert working_days_between(due, due, calendar=STATUTORY) == 0
    assert working_days_between(date(2026, 3, 21), due, calendar=STATUTORY) == 0  # Saturday: no working day late yet.
    assert working_days_between(date(2026, 3, 23), due, calendar=STATUTORY) == -1


@given(start=days, count=st.integers(0, 200))
def test_days_are_plain_and_only_the_last_one_rolls(start, count):
    plain = start + timedelta(days=count)
    assert add_days(start, count) == plain
    end = deadline_after_days(start, count, calendar=STATUTORY)
    assert end >= plain
    assert STATUTORY.is_working_day(end)
    assert not any(STATUTORY.is_working_day(day) for day in days_from(plain, end - A_DAY))


@given(start=st.dates(date(2005, 1, 1), date(2020, 1, 1)), count=st.integers(0, 72))
def test_months_keep_the_day_number_or_end_the_month(start, count):
    end = add_months(start, count)
    assert (end.year - start.year) * 12 + end.month - start.month == count
    assert end.day == start.day or (end.day < start.day and (end + A_DAY).day == 1)
    assert deadline_after_months(start, count, calendar=STATUTORY) == roll_forward(end, calendar=STATUTORY)


def test_a_limit_that_ends_in_a_holiday_rolls_behind_it():
    assert deadline_after_days(date(2025, 9, 26), 5, calendar=STATUTORY) == date(2025, 10, 9)
    assert deadline_after_months(date(2025, 9, 1), 1, calendar=STATUTORY) == date(2025, 10, 9)


# Counting back


@given(meeting=days, count=st.integers(0, 60))
def test_so_many_whole_days_lie_between_notice_and_meeting(meeting, count):
    assert len(days_from(latest_notice_date(meeting, count) + A_DAY, meeting - A_DAY)) == count


@given(meeting=days, count=st.integers(0, 20))
def test_so_many_whole_working_days_lie_between_notice_and_meeting(meeting, count):
    notice = latest_notice_working_date(meeting, count, calendar=STATUTORY)

    def whole(day):
        return sum(STATUTORY.is_working_day(each) for each in days_from(day + A_DAY, meeting - A_DAY))

    assert notice < meeting
    assert whole(notice) == count
    assert notice == meeting - A_DAY or whole(notice + A_DAY) < count


# Wrong numbers


def test_numbers_are_whole_and_not_negative():
    for wrong in (-1, -(10**30)):
        with pytest.raises(ValueError, match="negative"):
            add_working_days(date(2026, 3, 20), wrong, calendar=STATUTORY)
    for wrong in (1.0, "1", None, True):
        with pytest.raises(TypeError):
            add_days(date(2026, 3, 20), wrong)


@pytest.mark.parametrize("count", [10**7, 10**9, 10**40])
def test_huge_numbers_leave_the_calendar(count):
    for leave in (add_days, add_months, latest_notice_date):
        with pytest.raises(DateOutOfRange):
            leave(date(2026, 3, 20), count)
    with pytest.raises(CalendarYearMissing):
        add_working_days(date(2026, 3, 20), count, calendar=STATUTORY)


def test_the_ends_of_time():
    every_year = WorkingCalendar(entered_years=frozenset({1, 9999}))
    with pytest.raises(DateOutOfRange):
        add_working_days(date.max, 1, calendar=every_year)
    with pytest.raises(DateOutOfRange):
        latest_notice_working_date(date(1, 1, 3), 5, calendar=every_year)
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    with pytest.raises(DateOutOfRange):
        add_months(date(9999, 12, 1), 1)


# Pausing


def test_a_pause_needs_reason_approver_and_notice():
    whole = {"reason": "等配电图", "approved_by_id": 7, "notified_at": datetime(2026, 3, 2, tzinfo=UTC)}
    assert refusal_to_pause(**whole) is None
    for missing in ({"reason": "  "}, {"approved_by_id": None}, {"notified_at": None}):
        assert isinstance(refusal_to_pause(**{**whole, **missing}), PauseIncomplete)


def test_a_pause_moves_the_due_day_and_keeps_the_original():
    pause = Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 13), reason="等配电图", approved_by_id=7)
    deadline = PausedDeadline(original=date(2026, 3, 20), pauses=(pause,))
    assert deadline.due(calendar=STATUTORY) == date(2026, 3, 27)
    assert deadline.original == date(2026, 3, 20)
    twice = PausedDeadline(original=date(2026, 3, 20), pauses=(pause, pause))
    assert twice.due(calendar=STATUTORY) == date(2026, 3, 27)
    assert PausedDeadline(original=date(2026, 3, 20)).due(calendar=STATUTORY) == date(2026, 3, 20)
