"""Who is in the room, and how many seats that makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.meetings.models import Attendance, Meeting, Speaker
from deliberation.meetings.queries.bodies import day_of
from deliberation.meetings.rules import SpeakerState
from deliberation.people.models import User


@dataclass(frozen=True)
class Presence:
    """``people`` in the room, ``seat_people`` of them hold a seat; ``seats`` is the voting seats they make."""

    people: int
    seat_people: int
    seats: int

    @property
    def observers(self) -> int:
        return self.people - self.seat_people


@dataclass(frozen=True)
class SeatPresence:
    """A seat on the chair's list: real names, since the chair checks people in by name."""

    seat_id: int
    user_id: int | None
    name: str
    label: str
    is_voting: bool
    checked_in_at: datetime | None


def _here(meeting_id: int) -> Select[int]:
    return select(Attendance.user_id).where(Attendance.meeting_id == meeting_id, Attendance.left_at.is_(None))


def present_user_ids(meeting_id: int) -> frozenset[int]:
    """Who has checked in and not left."""
    return frozenset(db.session.scalars(_here(meeting_id)))


def is_present(meeting_id: int, user_id: int | None) -> bool:
    if user_id is None:
        return False
    return db.session.scalar(_here(meeting_id).where(Attendance.user_id == user_id)) is not None


def attendance_of(meeting_id: int, user_id: int) -> Attendance | None:
    rows = select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.user_id == user_id)
    return db.session.scalar(rows)


def presence(meeting: Meeting) -> Presence:
    """The figures of the room, in two statements however many there are."""
    here = _here(meeting.id).subquery()
    people = db.session.scalar(select(func.count()).select_from(here)) or 0
    sits = committees.acting_user(day_of(meeting))
    rows = (
        select(Seat.is_voting, here.c.user_id, func.count())
        .select_from(Seat)
        .join(here, here.c.user_id == sits)
        .where(Seat.committee_id == meeting.committee_id, committees.is_current())
        .group_by(Seat.is_voting, here.c.user_id)
    )
    found = db.session.execute(rows).all()
    return Presence(
        people=people,
        seat_people=len({user_id for _is_voting, user_id, _number in found}),
        seats=sum(number for is_voting, _user_id, number in found if is_voting),
    )


def seat_roll(meeting: Meeting) -> list[SeatPresence]:
    """Every seat that somebody sits on that day, for the chair to check in, the voting ones first."""
    sits = committees.acting_user(day_of(meeting))
    rows = db.session.execute(
        select(Seat, User, Attendance)
        .select_from(Seat)
        .join(User, User.id == sits)
        .outerjoin(
            Attendance,
            (Attendance.user_id == User.id) & (Attendance.meeting_id == meeting.id) & Attendance.left_at.is_(None),
        )
        .where(Seat.committee_id == meeting.committee_id, committees.is_current())
        .order_by(Seat.is_voting.desc(), Seat.id)
    )
    return [
        SeatPresence(seat.id, user.id, user.name, seat.label, seat.is_voting, there.checked_in_at if there else None)
        for seat, user, there in rows
    ]


def open_hands(meeting_id: int) -> list[Speaker]:
    """Everybody of a meeting who waits or speaks."""
    rows = select(Speaker).where(
        Speaker.meeting_id == meeting_id, Speaker.state.in_((SpeakerState.waiting, SpeakerState.speaking))
    )
    return list(db.session.scalars(rows))
