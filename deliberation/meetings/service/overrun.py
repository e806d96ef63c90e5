"""A meeting that nobody closed: people are reminded, and the next morning it ends by itself."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.errors import Refusal
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import Overrun
from deliberation.meetings.service.log import load_for_change
from deliberation.meetings.service.session import end_meeting
from deliberation.meetings.signals import meeting_closing
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.places import queries as places


def attend_to_overrun(meeting_id: int, *, now: datetime) -> Overrun | None:
    """Remind of one that is still open, or end it; what was done, ``None`` for nothing.

    The meeting is locked before it is looked at, so that of two schedulers, or of a chair and a scheduler, one acts.
    A room above may refuse to let it end (a vote is open): then it stays, and people are told so, once a day.
    """
    meeting = load_for_change(meeting_id)
    due = rules.overrun_due(
        state=meeting.state, ends_at=meeting.ends_at, last_act_at=queries.last_act_at(meeting.id),
        told_at=meeting.overrun_told_at, now=now,
    )  # fmt: skip
    if due is Overrun.remind:
        _remind(meeting, is_held=False, now=now)
    elif due is Overrun.end:
        if _is_held(meeting):
            return _say_it_is_held(meeting, now=now)
        end_meeting(meeting, actor=None, now=now)
    return due


def _is_held(meeting: Meeting) -> bool:
    """Whether a room above has something in it that must be finished first. Asked before anything is written."""
    try:
        meeting_closing.send(meeting)
    except Refusal:
        return True
    return False


def _say_it_is_held(meeting: Meeting, *, now: datetime) -> Overrun | None:
    if meeting.overrun_told_at is not None and shanghai_date(meeting.overrun_told_at) == shanghai_date(now):
        return None
    _remind(meeting, is_held=True, now=now)
    return Overrun.remind


def _remind(meeting: Meeting, *, is_held: bool, now: datetime) -> None:
    """The chair, who closes it, and the liaisons of the place, who may close it for the chair."""
    meeting.overrun_told_at = now
    scope = places.place(meeting.place_id).scope
    reasons = {user.id: "liaison" for user in people.holders_of_role(Role.liaison, scope)} | {meeting.chair_id: "chair"}
    data = {
        **queries.told_of(meeting),
        "ends_at": meeting.ends_at.isoformat(),
        "by_itself_at": rules.ends_by_itself_at(meeting.ends_at).isoformat(),
        "is_held": is_held,
    }
    key = f"meeting.left_open:{meeting.id}:{now.isoformat()}"
    notifications.tell(reasons, "meeting.left_open", key=key, now=now, data=data)
