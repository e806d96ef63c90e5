"""Pure rules of accounts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.people import rules


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13800000001", "+8613800000001"),
        ("+86 138 0000 0001", "+8613800000001"),
        ("008613800000001", "+8613800000001"),
        ("138-0000-0001", "+8613800000001"),
        ("+85291234567", "+85291234567"),
        ("12345678901", None),
        ("1380000000", None),
        ("", None),
        (None, None),
        ("a@b.cn", None),
    ],
)
def test_phones_are_stored_in_one_way(written, stored):
    assert rules.canonical_phone(written) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Zhou@Example.ORG ", "zhou@example.org"),
        ("zhou@localhost", "zhou@localhost"),
        ("a@b@c", None),
        ("a b@c.cn", None),
        ("@c.cn", None),
        ("a@", None),
        ("a@.cn", None),
        ("x" * 65 + "@c.cn", None),
        ("a@" + "b" * 260, None),
        (None, None),
    ],
)
def test_mail_addresses_are_stored_in_one_way(written, stored):
    assert rules.canonical_email(written) == stored


@given(st.text())
def test_what_is_stored_stays_as_it_is(text):
    for canonical in (rules.canonical_phone, rules.canonical_email):
        once = canonical(text)
        assert once is None or canonical(once) == once


@pytest.mark.parametrize(
    ("place_id", "others", "is_refused"),
    [(None, [], True), (None, [3], True), (None, [3, None], False), (3, [], True), (3, [4], False), (3, [None], False)],
)
def test_an_administrator_is_always_left(place_id, others, is_refused):
    assert (rules.refusal_to_end_administrator(place_id=place_id, others=others) is not None) == is_refused


def test_a_calendar_is_read_line_by_line():
    text = "2027-01-01 休 元旦\n\n2027-01-03，班\n 2027-01-02 休 元旦 "
    assert rules.parse_calendar(text, year=2027) == [
        rules.DayEntry(date(2027, 1, 1), is_working=False, note="元旦"),
        rules.DayEntry(date(2027, 1, 2), is_working=False, note="元旦"),
        rules.DayEntry(date(2027, 1, 3), is_working=True, note=""),
    ]


@pytest.mark.parametrize(
    "line",
    ["2026-01-01 休", "2027-02-30 休", "2027-1-1 休", "2027-01-02", "元旦", "2027-01-01 假", "2027-01-01 休 再来"],
)
def test_a_line_that_cannot_be_understood_is_named(line):
    with pytest.raises(rules.CalendarFault) as fault:
        rules.parse_calendar(f"2027-01-01 休 元旦\n{line}", year=2027)
    assert fault.value.params["line"] == 2


def test_a_holiday_notice_may_be_written_in_english() -> None:
    entries = rules.parse_calendar("2027-01-01 rest New Year\n2027-02-14 work", year=2027)
    assert [(entry.day.isoformat(), entry.is_working, entry.note) for entry in entries] == [
        ("2027-01-01", False, "New Year"),
        ("2027-02-14", True, ""),
    ]
