"""Following a meeting, and the meeting as a whole: opened, in recess, closed."""

from __future__ import annotations

from datetime import datetime

from flask_socketio import join_room, leave_room

from deliberation.kernel import clock, live
from deliberation.meetings import forms, queries, service
from deliberation.meetings.sockets.common import Answer, act, require_in_room
from deliberation.people.access import Actor


@live.message("room.join", form=forms.JoinPayload, action="pages.read")
def join(actor: Actor, *, meeting_id: int, screen_key: str, client_key: str) -> Answer:
    """Listen first, then read: an event in between is one the state already holds."""
    meeting = queries.meeting(meeting_id)
    require_in_room(actor, meeting, screen_key=screen_key)
    join_room(f"meeting:{meeting_id}")
    return {"state": queries.whole_state(meeting, actor, now=clock.now())}


@live.message("room.leave", form=forms.MeetingPayload, action="pages.read")
def leave(actor: Actor, *, meeting_id: int, client_key: str) -> None:
    leave_room(f"meeting:{meeting_id}")


@act("meeting.open", form=forms.MeetingPayload, action="meeting.chair")
def open_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.open_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.recess", form=forms.MeetingPayload, action="meeting.chair")
def recess_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.recess_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.resume", form=forms.MeetingPayload, action="meeting.chair")
def resume_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.resume_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.close", form=forms.MeetingPayload, action="meeting.chair")
def close_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.close_meeting(actor, meeting_id=meeting_id, now=now)
