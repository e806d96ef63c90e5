"""Who is in the room or on the line, and how many voices that makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.committees.queries import SeatTotals
from deliberation.kernel.database import db
from deliberation.meetings.models import Attendance, DoorHelper, Meeting
from deliberation.meetings.queries.agenda import Json
from deliberation.meetings.queries.bodies import day_of, sits, totals_of
from deliberation.meetings.rules import Mode, Standing
from deliberation.people.models import User


@dataclass(frozen=True)
class SeatPresence:
    """A seat on the list at the door: real names, since people are checked in by name.

    ``user_id`` is empty for a seat that nobody has signed in for; whoever comes for it is checked in as a walk-in.
    """

    seat_id: int
    user_id: int | None
    name: str
    label: str
    is_voting: bool
    attendance_id: int | None
    checked_in_at: datetime | None
    mode: Mode | None


@dataclass(frozen=True)
class Present:
    """Somebody who is present and sits on no seat, as the door knows them."""

    attendance_id: int
    user_id: int | None
    name: str
    unit: str
    mode: Mode
    is_helper: bool


def _is_here(meeting_id: int) -> ColumnElement[bool]:
    return and_(Attendance.meeting_id == meeting_id, Attendance.left_at.is_(None))


def _here(meeting_id: int) -> Select[int | None]:
    return select(Attendance.user_id).where(_is_here(meeting_id), Attendance.user_id.is_not(None))


def present_user_ids(meeting_id: int) -> frozenset[int]:
    """The accounts that have checked in and not left."""
    return frozenset(user_id for user_id in db.session.scalars(_here(meeting_id)) if user_id is not None)


def user_ids_ever_present(meeting_id: int) -> frozenset[int]:
    """The accounts that were there at some time."""
    rows = select(Attendance.user_id).where(Attendance.meeting_id == meeting_id, Attendance.user_id.is_not(None))
    return frozenset(user_id for user_id in db.session.scalars(rows) if user_id is not None)


def is_present(meeting_id: int, user_id: int | None) -> bool:
    if user_id is None:
        return False
    return db.session.scalar(_here(meeting_id).where(Attendance.user_id == user_id)) is not None


def attendance(attendance_id: int) -> Attendance | None:
    return db.session.get(Attendance, attendance_id)


def attendance_of(meeting_id: int, user_id: int) -> Attendance | None:
    rows = select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.user_id == user_id)
    return db.session.scalar(rows)


def attendances_of(meeting_id: int, user_ids: Collection[int]) -> dict[int, Attendance]:
    """The same of many, by person."""
    rows = select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.user_id.in_(user_ids))
    return {each.user_id: each for each in db.session.scalars(rows) if each.user_id is not None}


def attendance_of_seat(meeting_id: int, seat_id: int) -> Attendance | None:
    """The walk-in who came for a seat."""
    rows = select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.seat_id == seat_id)
    return db.session.scalar(rows)


def _sits_there(meeting: Meeting) -> ColumnElement[bool]:
    """Whether a person who is present makes a seat present: its holder, or the walk-in who came for it."""
    is_theirs = or_(sits(meeting) == Attendance.user_id, Seat.id == Attendance.seat_id)
    return and_(Seat.committee_id == meeting.committee_id, committees.is_current(), is_theirs)


def standing(meeting: Meeting) -> Standing:
    """The figures of the room at this moment; the same statements however many are there."""
    return _standing(meeting, totals_of(meeting))


def _standing(meeting: Meeting, totals: SeatTotals) -> Standing:
    is_seated = select(Seat.id).where(_sits_there(meeting)).correlate(Attendance).exists()
    counted = select(
        func.count(),
        func.sum(case((Attendance.mode == Mode.remote, 1), else_=0)),
        func.sum(case((Attendance.user_id.is_(None), 1), else_=0)),
        func.sum(case((is_seated, 1), else_=0)),
    )
    people, remote, walk_ins, seated = db.session.execute(counted.where(_is_here(meeting.id))).one()
    seats = (
        select(func.count(Seat.id.distinct()))
        .select_from(Seat)
        .join(Attendance, and_(_is_here(meeting.id), _sits_there(meeting)))
        .where(Seat.is_voting)
    )
    return Standing(
        people=people,
        in_room=people - int(remote or 0),
        remote=int(remote or 0),
        observers=people - int(seated or 0),
        walk_ins=int(walk_ins or 0),
        seats=db.session.scalar(seats) or 0,
        seats_total=totals.voting,
        needed=totals.to_open,
    )


def voices(meeting: Meeting, user_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many votes each person present has here, by attendance: one a seat, or one a head where there are no seats.

    Whoever has none is not among them; nor, with ``user_ids``, is anybody else.
    """
    is_asked = Attendance.user_id.in_(user_ids) if user_ids is not None else true()
    if totals_of(meeting).voting == 0:
        heads = select(Attendance.id).where(_is_here(meeting.id), Attendance.user_id.is_not(None), is_asked)
        return dict.fromkeys(db.session.scalars(heads), 1)
    rows = (
        select(Attendance.id, func.count(Seat.id.distinct()))
        .join(Seat, _sits_there(meeting))
        .where(_is_here(meeting.id), Seat.is_voting, is_asked)
        .group_by(Attendance.id)
    )
    return dict(db.session.execute(rows).all())


def voice_of(meeting: Meeting, user_id: int | None) -> int:
    """How many votes a person has here now; none while they are not present."""
    there = attendance_of(meeting.id, user_id) if user_id is not None else None
    return voices(meeting).get(there.id, 0) if there is not None else 0


def seat_roll(meeting: Meeting) -> list[SeatPresence]:
    """Every seat, for the door to check in, the voting ones first."""
    holder = sits(meeting)
    is_theirs = and_(_is_here(meeting.id), or_(Attendance.user_id == holder, Attendance.seat_id == Seat.id))
    rows = db.session.execute(
        select(Seat, holder, User.name, Attendance)
        .select_from(Seat)
        .outerjoin(User, User.id == holder)
        .outerjoin(Attendance, is_theirs)
        .where(Seat.committee_id == meeting.committee_id, committees.is_current())
        .order_by(Seat.is_voting.desc(), Seat.id)
    )
    return [
        SeatPresence(
            seat_id=seat.id,
            user_id=user_id,
            name=name or (there.walk_in_name if there else ""),
            label=seat.label,
            is_voting=seat.is_voting,
            attendance_id=there.id if there else None,
            checked_in_at=there.checked_in_at if there else None,
            mode=there.mode if there else None,
        )
        for seat, user_id, name, there in rows
    ]


def others_present(meeting: Meeting) -> list[Present]:
    """Who is present without a seat, the latest first: observers with an account, and walk-ins."""
    is_seated = select(Seat.id).where(_sits_there(meeting)).correlate(Attendance).exists()
    rows = db.session.execute(
        select(Attendance, User.name)
        .outerjoin(User, User.id == Attendance.user_id)
        .where(_is_here(meeting.id), ~is_seated)
        .order_by(Attendance.checked_in_at.desc(), Attendance.id.desc())
    )
    helpers = helper_ids(meeting.id)
    return [
        Present(
            attendance_id=there.id,
            user_id=there.user_id,
            name=name or there.walk_in_name,
            unit=there.walk_in_unit,
            mode=there.mode,
            is_helper=there.user_id in helpers,
        )
        for there, name in rows
    ]


def helper_ids(meeting_id: int) -> frozenset[int]:
    """Whom the chair asked to check people in at this meeting."""
    rows = select(DoorHelper.user_id).where(DoorHelper.meeting_id == meeting_id, DoorHelper.ended_at.is_(None))
    return frozenset(db.session.scalars(rows))


def walk_ins_to_erase(*, closed_before: datetime) -> Sequence[Attendance]:
    """Who came without an account to a meeting that was over by then, and still has a name."""
    rows = (
        select(Attendance)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.user_id.is_(None), Attendance.erased_at.is_(None), Meeting.closed_at < closed_before)
    )
    return db.session.scalars(rows).all()


def helper(meeting_id: int, user_id: int) -> DoorHelper | None:
    rows = select(DoorHelper).where(DoorHelper.meeting_id == meeting_id, DoorHelper.user_id == user_id)
    return db.session.scalar(rows)


def attendance_part(meeting: Meeting) -> Json:
    totals = totals_of(meeting)
    there = _standing(meeting, totals)
    return {
        "present": there.people,
        "in_room": there.in_room,
        "remote": there.remote,
        "observers": there.observers,
        "walk_ins": there.walk_ins,
        "seats_present": there.seats,
        "seats_total": there.seats_total,
        "seats_to_open": totals.to_open,
        "quorum": totals.quorum,
        "voters": there.voters,
        "has_quorum": there.has_quorum,
        "missing": there.missing,
        "seats": _seats_json(meeting) if committees.shows_each_seat(totals) else [],
    }


def _seats_json(meeting: Meeting) -> list[Json]:
    here = {line.seat_id: line.mode for line in seat_roll(meeting) if line.attendance_id is not None}
    return [
        {
            "id": line.id,
            "kind": line.kind,
            "name": line.name,
            "face": line.name[:1],
            "firm": line.organisation,
            "is_voting": line.is_voting,
            "present": line.id in here,
            "is_remote": here.get(line.id) is Mode.remote,
        }
        for line in committees.seat_lines(meeting.committee_id, on=day_of(meeting))
    ]
