"""When a vote may be extended, replaced or run off, at what hours, and what is told of a change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kernel.clock import shanghai_date
from deliberation.votes import rules
from deliberation.votes.rules import COMPARED, Outcome, VoteState

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)  # Monday, 09:00 in Shanghai.
OPENS = datetime(2026, 3, 10, 4, tzinfo=UTC)
CLOSES = datetime(2026, 3, 17, 4, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def extending(**changed):
    usual = {
        "state": VoteState.voting, "extension_days": 3, "first_closes_at": None, "closes_at": CLOSES,
        "is_quorum_met": False, "now": CLOSES - A_SECOND,
    }  # fmt: skip
    return type(rules.refusal_to_extend(**{**usual, **changed}))


@pytest.mark.parametrize("state", [state for state in VoteState if state is not VoteState.voting])
def test_only_an_open_vote_is_extended(state) -> None:
    assert extending(state=state) is rules.VoteStateChanged


def test_an_extension_is_announced_before_the_close_once_and_only_when_short() -> None:
    assert extending() is type(None)
    assert extending(now=CLOSES) is rules.ExtensionTooLate
    assert extending(first_closes_at=OPENS) is rules.ExtendedAlready
    assert extending(extension_days=0) is rules.ExtensionNotAnnounced
    assert extending(is_quorum_met=True) is rules.QuorumReached


@pytest.mark.parametrize(("days", "most", "is_refused"), [(0, 0, False), (3, 3, False), (4, 3, True), (1, 0, True)])
def test_a_notice_announces_no_longer_extension_than_the_charter(days, most, is_refused) -> None:
    assert (rules.refusal_of_extension(days=days, most=most) is not None) is is_refused


def test_the_new_close_is_the_same_hour_of_the_announced_day() -> None:
    assert rules.extended_close(CLOSES, 3) == datetime(2026, 3, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize("state", list(VoteState))
def test_what_can_be_replaced(state) -> None:
    found = rules.refusal_to_replace(state=state, was_published=True, has_successor=False)
    assert (found is None) is (state in (VoteState.published, VoteState.cancelled))
    assert rules.refusal_to_replace(state=state, was_published=False, has_successor=False) is not None
    assert rules.refusal_to_replace(state=state, was_published=True, has_successor=True) is not None


def test_what_runs_off() -> None:
    usual = {"is_announced": True, "outcome": Outcome.failed_approval, "run_off": ["甲", "丙"], "has_run_off": False}
    assert rules.refusal_to_run_off(**usual) is None
    for changed in ({"is_announced": False}, {"outcome": Outcome.no_quorum}, {"outcome": None}, {"run_off": []}):
        assert isinstance(rules.refusal_to_run_off(**{**usual, **changed}), rules.NoRunOff)
    assert isinstance(rules.refusal_to_run_off(**{**usual, "has_run_off": True}), rules.RunOffAlready)


@pytest.mark.parametrize(
    ("now", "days", "opens"),
    [
        (NOW, 0, OPENS),  # There is time enough.
        (OPENS - timedelta(hours=1), 0, OPENS + timedelta(days=1)),  # Not on the day it is posted.
        (NOW, 15, datetime(2026, 3, 18, 4, tzinfo=UTC)),
        (datetime(2026, 3, 2, 16, 30, tzinfo=UTC), 15, datetime(2026, 3, 19, 4, tzinfo=UTC)),  # The 3rd in Shanghai.
    ],
)
def test_the_next_time_leaves_the_notice_its_days(now, days, opens) -> None:
    assert rules.next_times(OPENS, CLOSES, notice_days=days, now=now) == (opens, opens + (CLOSES - OPENS))


@given(st.integers(0, 400), st.integers(0, 24 * 60), st.sampled_from([0, 15]))
def test_the_next_time_is_never_too_early_nor_a_day_too_late(day, minute, notice_days) -> None:
    now = NOW + timedelta(days=day, minutes=minute)
    opens, closes = rules.next_times(OPENS, CLOSES, notice_days=notice_days, now=now)
    earliest = shanghai_date(now) + timedelta(days=notice_days + 1)
    assert shanghai_date(opens) == max(earliest, shanghai_date(OPENS))
    assert closes - opens == CLOSES - OPENS


def test_changes_are_told_by_their_names_in_order() -> None:
    same = dict.fromkeys(COMPARED, 1)
    assert rules.changes(same, same) == []
    found = rules.changes(same, {**same, "closes_at": 2, "title": 3})
    assert [(change.name, change.before, change.after) for change in found] == [("题目", 1, 3), ("截止时间", 1, 2)]


def test_a_text_is_told_change_by_change_while_they_are_few() -> None:
    old = "试行 30 天，救护车除外。早上开放。"
    new = "试行 45 天，救护车和消防车除外。开放。"
    assert rules.told_changes(old, new) == [
        {"gone": "30", "new": "45"}, {"gone": "", "new": "和消防车"}, {"gone": "早上", "new": ""},
    ]  # fmt: skip
    many = ("甲乙丙丁 ".join(f"{word}{number}" for number in range(9)) for word in ("a", "b"))
    assert rules.told_changes(*many) == []
