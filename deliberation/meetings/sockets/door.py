"""Coming and going, for oneself and for people at the door."""

from __future__ import annotations

from datetime import datetime

from deliberation.meetings import forms, service
from deliberation.meetings.sockets.common import Answer, act
from deliberation.people.access import Actor


@act("attendance.check_in", form=forms.AttendancePayload, action="meeting.help_at_door")
def check_in_other(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> Answer:
    there = service.check_in_other(actor, meeting_id=meeting_id, user_id=user_id, now=now)
    return {"attendance_id": there.id}


@act("attendance.walk_in", form=forms.WalkInPayload, action="meeting.help_at_door")
def check_in_walk_in(
    actor: Actor, *, meeting_id: int, name: str, unit: str, seat_id: int | None, now: datetime
) -> Answer:
    there = service.check_in_walk_in(actor, meeting_id=meeting_id, name=name, unit=unit, seat_id=seat_id, now=now)
    return {"attendance_id": there.id}


@act("attendance.mark_left", form=forms.LeftPayload, action="meeting.help_at_door")
def mark_left(actor: Actor, *, meeting_id: int, attendance_id: int, now: datetime) -> None:
    service.mark_left(actor, meeting_id=meeting_id, attendance_id=attendance_id, now=now)


@act("attendance.join_remotely", form=forms.MeetingPayload, action="meeting.join")
def join_remotely(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.join_remotely(actor, meeting_id=meeting_id, now=now)


@act("attendance.leave", form=forms.MeetingPayload, action="meeting.join")
def leave_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.leave(actor, meeting_id=meeting_id, now=now)


@act("helper.name", form=forms.AttendancePayload, action="meeting.chair")
def name_helper(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> None:
    service.name_helper(actor, meeting_id=meeting_id, user_id=user_id, now=now)


@act("helper.dismiss", form=forms.AttendancePayload, action="meeting.chair")
def dismiss_helper(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> None:
    service.dismiss_helper(actor, meeting_id=meeting_id, user_id=user_id, now=now)
