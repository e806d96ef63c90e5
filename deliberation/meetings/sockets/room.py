"""Following a meeting, and the meeting as a whole: opened, in recess, closed."""

from __future__ import annotations

from datetime import datetime

from flask_socketio import leave_room

from deliberation.kernel import live
from deliberation.meetings import forms, service, tray
from deliberation.meetings.sockets.common import Answer, act
from deliberation.meetings.tray import Comer
from deliberation.people.access import Actor


@live.message("room.join", form=forms.JoinPayload, action="pages.read", in_tray=True)
def join(key: str, *, meeting_id: int, screen_key: str, client_key: str) -> Answer:
    listen = live.listener(f"meeting:{meeting_id}")
    return {"state": tray.state(Comer(key, meeting_id, screen_key, listen))}


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
