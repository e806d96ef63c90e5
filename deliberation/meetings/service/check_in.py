"""Who is there: by the code on the screen, or by the chair."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Attendance, Meeting, Speaker
from deliberation.meetings.rules import SpeakerState
from deliberation.meetings.service.log import load_for_change, note, tell_own_pages
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places


def check_in(actor: Actor, *, meeting_id: int, code: str, now: datetime) -> Attendance:
    """Present by the code of this half minute or the one before; checking in twice changes nothing."""
    meeting = load_for_change(meeting_id)
    _check_open(meeting, now=now)
    if not rules.check_in_code_valid(meeting.check_in_secret, code, meeting_id=meeting.id, at=now):
        raise rules.CodeExpired()
    if actor.user_id is None:
        raise NotAllowed()
    return _be_present(meeting, actor.user_id, method="code", actor=actor, now=now)


def check_in_other(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> Attendance:
    """The chair or the liaison at the door checks in somebody who holds a seat."""
    meeting = load_for_change(meeting_id)
    access.require(actor, "meeting.check_in_others", places.place(meeting.place_id).scope)
    _check_open(meeting, now=now)
    if user_id not in queries.seat_holders(meeting):
        raise NotFound()
    return _be_present(meeting, user_id, method="chair", actor=actor, now=now)


def _check_open(meeting: Meeting, *, now: datetime) -> None:
    refusal = rules.refusal_to_check_in(state=meeting.state, starts_at=meeting.starts_at, now=now)
    if refusal:
        raise refusal


def _be_present(meeting: Meeting, user_id: int, *, method: str, actor: Actor, now: datetime) -> Attendance:
    attendance = queries.attendance_of(meeting.id, user_id)
    if attendance is not None and attendance.left_at is None:
        return attendance
    if attendance is None:
        attendance = Attendance(meeting_id=meeting.id, user_id=user_id, method=method, checked_in_at=now)
        db.session.add(attendance)
    attendance.left_at = None
    for matter_id in queries.agenda_matter_ids(meeting.id):
        matters.add_participants(matter_id, [user_id], reason=ParticipationReason.attendee, now=now)
    note(meeting, "attendance.checked_in", actor=actor, now=now, parts=("attendance",), data={"user": user_id})
    tell_own_pages(meeting, user_id)
    return attendance


def leave(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    """Gone: the seat no longer counts as present, and a raised hand is taken down."""
    meeting = load_for_change(meeting_id)
    attendance = queries.attendance_of(meeting.id, actor.user_id) if actor.user_id is not None else None
    if attendance is None or attendance.left_at is not None:
        return
    attendance.left_at = now
    for speaker in _own_hands(meeting, attendance.user_id):
        was_speaking = speaker.state is SpeakerState.speaking
        speaker.state = SpeakerState.done if was_speaking else SpeakerState.withdrawn
        speaker.ended_at = now
    note(meeting, "attendance.left", actor=actor, now=now, parts=("attendance", "queue", "speaker"))
    tell_own_pages(meeting, attendance.user_id)


def _own_hands(meeting: Meeting, user_id: int) -> list[Speaker]:
    return [hand for hand in queries.open_hands(meeting.id) if hand.user_id == user_id]
