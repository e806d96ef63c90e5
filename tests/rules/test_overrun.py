"""When people are reminded of a meeting that nobody closed, and when it ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel.clock import shanghai
from deliberation.meetings.rules import MeetingState, Overrun, ends_by_itself_at, overrun_due, planned_end
from tests.support.gathering import STARTS

ENDS = STARTS + timedelta(hours=1)  # Friday 6 March, 13:15 in Shanghai.
MORNING = ends_by_itself_at(ENDS)
MINUTE = timedelta(minutes=1)


def due(now, *, state=MeetingState.open, told_at=ENDS + timedelta(hours=1), last_act_at=STARTS):
    return overrun_due(state=state, ends_at=ENDS, last_act_at=last_act_at, told_at=told_at, now=now)


def test_the_end_is_as_planned_and_later_for_one_that_began_late():
    assert planned_end(starts_at=STARTS, opened_at=STARTS - timedelta(minutes=20), planned_minutes=60) == ENDS
    late = planned_end(starts_at=STARTS, opened_at=STARTS + timedelta(minutes=20), planned_minutes=60)
    assert late == ENDS + timedelta(minutes=20)
    assert shanghai(MORNING).isoformat() == "2026-03-07T09:00:00+08:00"


@pytest.mark.parametrize("state", [MeetingState.open, MeetingState.recess])
def test_an_hour_over_it_is_reminded_of_once_and_ended_the_next_morning(state):
    assert due(ENDS + timedelta(minutes=59), state=state, told_at=None) is None
    assert due(ENDS + timedelta(hours=1), state=state, told_at=None) is Overrun.remind
    assert due(MORNING - MINUTE, state=state) is None
    assert due(MORNING, state=state) is Overrun.end


@pytest.mark.parametrize("state", [MeetingState.planned, MeetingState.noticed, MeetingState.closed])
def test_a_meeting_that_is_not_open_is_left_alone(state):
    assert due(MORNING + timedelta(days=3), state=state, told_at=None) is None


def test_nothing_ends_unannounced_or_while_the_room_is_in_use():
    late = MORNING + timedelta(days=2)
    assert due(late, told_at=None) is Overrun.remind  # No scheduler ran for two days.
    assert due(late + MINUTE, told_at=late) is None
    assert due(MORNING, last_act_at=MORNING - MINUTE) is None
    assert due(MORNING + timedelta(hours=1), last_act_at=MORNING - MINUTE) is Overrun.end
