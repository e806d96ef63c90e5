"""A meeting that nobody closed: when people are reminded, and when it ends by itself (domain.md C3). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from deliberation.kernel.working_days import SHANGHAI
from deliberation.meetings.rules.registration import MORNING
from deliberation.meetings.rules.states import MeetingState

GRACE = timedelta(hours=1)  # Talk runs over; after so long somebody is asked whether the meeting is still going on.
QUIET = timedelta(hours=1)  # A room in which something was done so lately is in use, whatever hour it is.


class Overrun(StrEnum):
    """``remind`` the chair and the liaison, or ``end`` the meeting."""

    remind = "remind"
    end = "end"


def planned_end(*, starts_at: datetime, opened_at: datetime | None, planned_minutes: int) -> datetime:
    """When it was to be over: as long as planned, from its hour, or from when it was opened if that was later."""
    return max(starts_at, opened_at or starts_at) + timedelta(minutes=planned_minutes)


def is_left_open(*, state: MeetingState, ends_at: datetime, now: datetime) -> bool:
    """Whether it should long have been closed: from here on the liaison may do it too."""
    return state in (MeetingState.open, MeetingState.recess) and now >= ends_at + GRACE


def ends_by_itself_at(ends_at: datetime) -> datetime:
    """Nine in the morning after the day it was to end on, in Shanghai."""
    day = ends_at.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=SHANGHAI)


def overrun_due(
    *, state: MeetingState, ends_at: datetime, last_act_at: datetime, told_at: datetime | None, now: datetime
) -> Overrun | None:
    """What is to be done now with a meeting that is still open.

    ``told_at`` is when people were last reminded. None ends before they were, nor while the room is in use: after days
    without a scheduler the reminder comes first, and a vote that has just been closed leaves the chair an hour.
    """
    if not is_left_open(state=state, ends_at=ends_at, now=now):
        return None
    if told_at is None:
        return Overrun.remind
    if now < max(ends_by_itself_at(ends_at), told_at + GRACE, last_act_at + QUIET):
        return None
    return Overrun.end
