"""Coming and going by oneself: by the code on the screen, or by link where the charter allows it."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Attendance, Meeting
from deliberation.meetings.rules import Mode, SpeakerState
from deliberation.meetings.service.hands import leave_queue
from deliberation.meetings.service.log import load_for_change, note, tell_own_pages
from deliberation.meetings.service.quorum import watching_quorum
from deliberation.people.access import Actor


def check_in(actor: Actor, *, meeting_id: int, code: str, now: datetime) -> Attendance:
    """In the room, by the code of this half minute or the one before; checking in twice changes nothing."""
    meeting = load_for_change(meeting_id)
    check_open(meeting, now=now)
    if not rules.check_in_code_valid(meeting.check_in_secret, code, meeting_id=meeting.id, at=now):
        raise rules.CodeExpired()
    if actor.user_id is None:
        raise NotAllowed()
    return be_present(meeting, actor.user_id, method="code", mode=Mode.in_room, actor=actor, now=now)


def join_remotely(actor: Actor, *, meeting_id: int, now: datetime) -> Attendance:
    """Present from elsewhere, by one's own word, where the charter lets people take part so."""
    meeting = load_for_change(meeting_id)
    check_open(meeting, now=now)
    if actor.user_id is None:
        raise NotAllowed()
    if not queries.charter_of(meeting).allows_remote:
        raise rules.RemoteNotAllowed()
    return be_present(meeting, actor.user_id, method="link", mode=Mode.remote, actor=actor, now=now)


def check_open(meeting: Meeting, *, now: datetime) -> None:
    refusal = rules.refusal_to_check_in(state=meeting.state, starts_at=meeting.starts_at, now=now)
    if refusal:
        raise refusal


def be_present(meeting: Meeting, user_id: int, *, method: str, mode: Mode, actor: Actor, now: datetime) -> Attendance:
    """Whoever is there already stays as they are; a remote person who comes into the room is in the room."""
    there = queries.attendance_of(meeting.id, user_id)
    if there is not None and there.left_at is None and mode in (there.mode, Mode.remote):
        return there
    with watching_quorum(meeting, actor=actor, now=now):
        if there is None:
            there = Attendance(meeting_id=meeting.id, user_id=user_id, method=method, checked_in_at=now)
            db.session.add(there)
        there.method, there.mode, there.checked_in_at, there.left_at = method, mode, now, None
        there.checked_in_by_id = actor.user_id
        for matter_id in queries.agenda_matter_ids(meeting.id):
            matters.add_participants(matter_id, [user_id], reason=ParticipationReason.attendee, now=now)
        db.session.flush()
        data = {"attendance": there.id, "user": user_id, "mode": mode, "method": method}
        note(meeting, "attendance.checked_in", actor=actor, now=now, parts=("attendance",), data=data)
    tell_own_pages(meeting, user_id)
    return there


def leave(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    """Gone: the seat no longer counts as present, and a raised hand is taken down."""
    meeting = load_for_change(meeting_id)
    there = queries.attendance_of(meeting.id, actor.user_id) if actor.user_id is not None else None
    if there is not None:
        go(meeting, there, actor=actor, now=now)


def go(meeting: Meeting, there: Attendance, *, actor: Actor, now: datetime) -> None:
    """Whoever has left already stays so."""
    if there.left_at is not None:
        return
    with watching_quorum(meeting, actor=actor, now=now):
        _go(meeting, there, actor=actor, now=now)
    if there.user_id is not None:
        tell_own_pages(meeting, there.user_id)


def _go(meeting: Meeting, there: Attendance, *, actor: Actor, now: datetime) -> None:
    there.left_at = now
    hands = [hand for hand in queries.open_hands(meeting.id) if hand.user_id == there.user_id]
    for hand in hands:
        was_speaking = hand.state is SpeakerState.speaking
        if not was_speaking:
            leave_queue(hand)
        hand.state = SpeakerState.done if was_speaking else SpeakerState.withdrawn
        hand.ended_at, hand.pinned_place = now, None
    data = {"attendance": there.id, "user": there.user_id, "hands": [hand.id for hand in hands]}
    note(meeting, "attendance.left", actor=actor, now=now, parts=("attendance", "queue", "speaker"), data=data)
