"""The check-in code: it changes every 30 seconds, and a photo of it is worthless after a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.meetings.rules import (
    CODE_SECONDS,
    CheckInClosed,
    MeetingState,
    check_in_code,
    check_in_code_valid,
    refusal_to_check_in,
    screen_key,
    screen_key_valid,
)

SECRET = bytes(range(32))
NOON = datetime(2026, 3, 6, 4, 15, tzinfo=UTC)

instants = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def is_valid(code, at, *, secret=SECRET, meeting_id=7):
    return check_in_code_valid(secret, code, meeting_id=meeting_id, at=at)


def window_start(at):
    return at.replace(microsecond=0) - timedelta(seconds=int(at.timestamp()) % CODE_SECONDS)


@given(at=instants, seconds=st.floats(0, 600))
def test_a_code_lives_thirty_to_sixty_seconds(at, seconds):
    code = check_in_code(SECRET, meeting_id=7, at=at)
    later = at + timedelta(seconds=seconds)
    if seconds <= CODE_SECONDS:
        assert is_valid(code, later)
    if seconds >= 2 * CODE_SECONDS:
        # Six digits meet again once in a million; the window they belong to is what is tested.
        assert not is_valid(code, later) or code in {
            check_in_code(SECRET, meeting_id=7, at=later),
            check_in_code(SECRET, meeting_id=7, at=later - timedelta(seconds=CODE_SECONDS)),
        }


def test_to_the_second():
    start = window_start(NOON)
    code = check_in_code(SECRET, meeting_id=7, at=start)
    assert check_in_code(SECRET, meeting_id=7, at=start + timedelta(seconds=29, milliseconds=999)) == code
    assert check_in_code(SECRET, meeting_id=7, at=start + timedelta(seconds=30)) != code
    assert is_valid(code, start + timedelta(seconds=59, milliseconds=999))
    assert not is_valid(code, start + timedelta(seconds=60))
    assert not is_valid(code, start - timedelta(milliseconds=1))  # A code of the future was not made here.


def test_a_code_holds_for_its_meeting_and_secret_only():
    code = check_in_code(SECRET, meeting_id=7, at=NOON)
    assert is_valid(code, NOON)
    assert not is_valid(code, NOON, meeting_id=8)
    assert not is_valid(code, NOON, secret=bytes(32))


def test_the_zone_in_which_the_clock_is_read_does_not_matter():
    in_shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    assert check_in_code(SECRET, meeting_id=7, at=NOON) == check_in_code(SECRET, meeting_id=7, at=in_shanghai)


@given(at=instants)
def test_the_code_is_six_digits(at):
    code = check_in_code(SECRET, meeting_id=7, at=at)
    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()
    assert is_valid(f" {code} ", at)


@given(typed=st.text(max_size=12))
def test_anything_typed_is_answered(typed):
    expected = {
        check_in_code(SECRET, meeting_id=7, at=NOON - timedelta(seconds=seconds)) for seconds in (0, CODE_SECONDS)
    }
    assert is_valid(typed, NOON) is (typed.strip() in expected)


@pytest.mark.parametrize("typed", ["", "   ", "12345", "１２３４５６", "x" * 100_000, "\ud800", "\x00"])
def test_what_is_no_code(typed):
    assert is_valid(typed, NOON) is False
    assert screen_key_valid(SECRET, typed, meeting_id=7) is False


def test_the_big_screen_has_a_key_of_its_own():
    key = screen_key(SECRET, meeting_id=7)
    assert screen_key_valid(SECRET, key, meeting_id=7)
    assert not screen_key_valid(SECRET, key, meeting_id=8)
    assert not screen_key_valid(bytes(32), key, meeting_id=7)
    assert check_in_code(SECRET, meeting_id=7, at=NOON) not in key


@pytest.mark.parametrize(
    ("state", "minutes", "is_open"),
    [
        (MeetingState.noticed, -61, False),
        (MeetingState.noticed, -60, True),
        (MeetingState.noticed, 5, True),
        (MeetingState.planned, 0, False),
        (MeetingState.open, 30, True),
        (MeetingState.recess, 30, True),
        (MeetingState.closed, 70, False),
        (MeetingState.cancelled, 0, False),
    ],
)
def test_when_people_check_in(state, minutes, is_open):
    refusal = refusal_to_check_in(state=state, starts_at=NOON, now=NOON + timedelta(minutes=minutes))
    assert (refusal is None) is is_open
    assert is_open or isinstance(refusal, CheckInClosed)
