"""When and by which way a message goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kernel.clock import SHANGHAI
from deliberation.notifications import rules
from deliberation.notifications.rules import Rhythm, Weight, Wishes

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
DAILY = Wishes(rhythm=Rhythm.daily)
instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("wishes", "reachable", "expected"),
    [
        (Wishes(), {"email", "sms"}, ["email", "sms"]),
        (Wishes(first="sms"), {"email", "sms"}, ["sms", "email"]),
        (Wishes(first="push"), {"email", "push"}, ["push", "email"]),
        (Wishes(first="push"), {"sms"}, ["sms"]),
        (Wishes(), {"email", "push"}, ["email"]),  # Nobody is pushed to who has not asked for it.
        (Wishes(), set(), []),
    ],
)
def test_the_way_that_is_wished_for_comes_first(wishes: Wishes, reachable: set[str], expected: list[str]) -> None:
    assert rules.ways(wishes, reachable) == expected


@pytest.mark.parametrize(
    ("kind", "weight"),
    [
        ("outcome.notice", Weight.owed),
        ("meeting.reminder", Weight.reminder),
        ("meeting.notice", Weight.news),
        ("case.assigned", Weight.work),
        ("anything.new", Weight.work),
    ],
)
def test_reminders_and_news_can_be_stopped_and_what_is_owed_never(kind: str, weight: Weight) -> None:
    assert rules.weight(kind) is weight
    assert rules.is_stopped(kind, "member", Wishes(), is_muted=True) == (weight in (Weight.reminder, Weight.news))
    without = Wishes().without_reminders()
    assert rules.is_stopped(kind, "member", without, is_muted=False) == (weight is Weight.reminder)
    without = Wishes().without_news()
    assert rules.is_stopped(kind, "member", without, is_muted=False) == (weight is Weight.news)
    assert rules.is_stopped(kind, "follower", without, is_muted=False) == (weight in (Weight.news, Weight.owed))
    assert not rules.is_stopped(kind, "follower", Wishes(), is_muted=False)


def test_a_digest_gathers_news_and_never_what_somebody_is_owed_or_has_to_do() -> None:
    assert rules.waits_for_digest("meeting.notice", "supporter", DAILY)
    assert rules.waits_for_digest("outcome.notice", "place_follower", DAILY)
    assert not rules.waits_for_digest("outcome.notice", "supporter", DAILY)
    assert not rules.waits_for_digest("meeting.reminder", "supporter", DAILY)
    assert not rules.waits_for_digest("case.assigned", "handler", DAILY)
    assert not rules.waits_for_digest("meeting.notice", "supporter", Wishes())


@pytest.mark.parametrize(
    ("hour", "way", "expected"),
    [(9, "sms", 9), (22, "sms", 32), (3, "sms", 8), (8, "sms", 8), (20, "push", 20), (21, "push", 32), (3, "email", 3)],
)
def test_nothing_rings_in_the_quiet_hours(hour: int, way: str, expected: int) -> None:
    midnight = MONDAY.replace(hour=0)
    assert rules.rings_at(way, Wishes(), now=midnight + timedelta(hours=hour)) == midnight + timedelta(hours=expected)


@given(at=instants, start=st.integers(0, 23), end=st.integers(0, 23))
def test_the_wait_ends_with_the_quiet_hours_and_within_a_day(at: datetime, start: int, end: int) -> None:
    wishes = Wishes(quiet_from=start, quiet_until=end)
    rings = rules.rings_at("sms", wishes, now=at)
    assert at <= rings < at + timedelta(days=1)
    assert rules.rings_at("sms", wishes, now=rings) == rings


@given(at=instants, rhythm=st.sampled_from([Rhythm.daily, Rhythm.weekly]))
def test_a_digest_comes_in_the_morning_within_its_rhythm(at: datetime, rhythm: Rhythm) -> None:
    next_at = rules.next_digest(rhythm, now=at)
    assert next_at is not None
    assert at < next_at <= at + timedelta(days=7 if rhythm is Rhythm.weekly else 1)
    assert (next_at.hour, next_at.minute) == (8, 0)
    assert rhythm is Rhythm.daily or next_at.weekday() == 0


def test_after_the_last_way_only_paper_is_left() -> None:
    assert rules.next_way(["email", "sms"], {"email"}) == "sms"
    assert rules.next_way(["email", "sms"], {"email", "sms"}) is None
