"""The door: checking in people by name, people without an account, and who may help with it."""

from __future__ import annotations

from datetime import datetime

from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Attendance, DoorHelper, Meeting
from deliberation.meetings.rules import Mode
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.check_in import be_present, check_open, go
from deliberation.meetings.service.log import load_for_change, note, tell_own_pages
from deliberation.meetings.service.quorum import watching_quorum
from deliberation.people.access import Actor
from deliberation.places import queries as places


def may_check_in_others(actor: Actor, meeting: Meeting) -> bool:
    """The offices of the place, and whom the chair asked to help at this meeting."""
    if actor.may("meeting.chair", places.place(meeting.place_id).scope):
        return True
    return actor.user_id in queries.helper_ids(meeting.id)


def require_at_the_door(actor: Actor, meeting: Meeting) -> None:
    if not may_check_in_others(actor, meeting):
        raise rules.NotAtTheDoor()


def _method(actor: Actor, meeting: Meeting) -> str:
    return "helper" if actor.user_id in queries.helper_ids(meeting.id) else "chair"


def check_in_other(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> Attendance:
    """Check in somebody who holds a seat and stands at the door without a phone."""
    meeting = load_for_change(meeting_id)
    require_at_the_door(actor, meeting)
    check_open(meeting, now=now)
    if user_id not in queries.seat_holders(meeting):
        raise NotFound()
    return be_present(meeting, user_id, method=_method(actor, meeting), mode=Mode.in_room, actor=actor, now=now)


def check_in_walk_in(
    actor: Actor, *, meeting_id: int, name: str, unit: str, now: datetime, seat_id: int | None = None
) -> Attendance:
    """Check in somebody without an account: a name and where they come from, nothing else (R-51).

    ``seat_id`` is the seat they came for, one that nobody has signed in for yet; it then counts as present.
    """
    meeting = load_for_change(meeting_id)
    require_at_the_door(actor, meeting)
    check_open(meeting, now=now)
    method = _method(actor, meeting)
    there = _of_seat(meeting, seat_id) if seat_id is not None else None
    with watching_quorum(meeting, actor=actor, now=now):
        if there is None:
            there = Attendance(meeting_id=meeting.id, seat_id=seat_id, method=method, checked_in_at=now)
            db.session.add(there)
        there.walk_in_name, there.walk_in_unit = name, unit
        there.method, there.mode, there.checked_in_at, there.left_at = method, Mode.in_room, now, None
        there.checked_in_by_id = actor.user_id
        db.session.flush()
        data = {"attendance": there.id, "mode": there.mode, "method": there.method, "seat": seat_id}
        note(meeting, "attendance.checked_in", actor=actor, now=now, parts=("attendance",), data=data)
    return there


def _of_seat(meeting: Meeting, seat_id: int) -> Attendance | None:
    """The presence of an earlier walk-in of this seat, who has left; raise when the seat cannot be taken."""
    seat = db.session.get(Seat, seat_id)
    if seat is None or seat.committee_id != meeting.committee_id:
        raise NotFound()
    there = queries.attendance_of_seat(meeting.id, seat_id)
    refusal = rules.refusal_to_take_seat(
        has_holder=seat.user_id is not None, is_taken=there is not None and there.left_at is None
    )
    if refusal:
        raise refusal
    return there


def mark_left(actor: Actor, *, meeting_id: int, attendance_id: int, now: datetime) -> None:
    """Somebody was seen to leave; whoever has left already stays so."""
    meeting = load_for_change(meeting_id)
    require_at_the_door(actor, meeting)
    there = queries.attendance(attendance_id)
    if there is None or there.meeting_id != meeting.id:
        raise NotFound()
    go(meeting, there, actor=actor, now=now)


def name_helper(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> DoorHelper:
    """The chair asks somebody who is present to check people in, at this meeting and until it ends."""
    meeting = load_for_change(meeting_id)
    require_chair(actor, meeting, None)
    if not queries.is_present(meeting.id, user_id):
        raise rules.HelperUnknown()
    helper = queries.helper(meeting.id, user_id)
    if helper is not None and helper.ended_at is None:
        return helper
    if helper is None:
        helper = DoorHelper(meeting_id=meeting.id, user_id=user_id, named_by_id=actor.user_id, named_at=now)
        db.session.add(helper)
    helper.named_by_id, helper.named_at, helper.ended_at = actor.user_id or 0, now, None
    note(meeting, "helper.named", actor=actor, now=now, parts=(), data={"user": user_id})
    tell_own_pages(meeting, user_id)
    return helper


def dismiss_helper(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> None:
    """The chair needs no more help from them; when they were not helping, nothing changes."""
    meeting = load_for_change(meeting_id)
    require_chair(actor, meeting, None)
    helper = queries.helper(meeting.id, user_id)
    if helper is None or helper.ended_at is not None:
        return
    helper.ended_at = now
    note(meeting, "helper.dismissed", actor=actor, now=now, parts=(), data={"user": user_id})
    tell_own_pages(meeting, user_id)


def erase_walk_ins(*, now: datetime) -> None:
    """R-54: of a meeting that ended a year ago the figures stay, and no name of who came without an account."""
    for there in queries.walk_ins_to_erase(closed_before=rules.walk_ins_erased_before(now)):
        there.walk_in_name, there.walk_in_unit, there.erased_at = "", "", now
