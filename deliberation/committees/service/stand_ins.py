"""Who sits in for the holder of a seat, for a term or for one meeting's day.

While the term lasts the stand-in is the seat: counted present, given the floor and put on the rolls of votes published
then. Rolls that are frozen already do not change (R-13).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from deliberation.audit import service as audit
from deliberation.committees import queries, rules
from deliberation.committees.models import Seat, StandIn
from deliberation.committees.service.seats import person_at
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.notifications import service as notifications
from deliberation.people.access import Actor


def name_stand_in(
    actor: Actor, *, seat_id: int, address: str, first_day: date, last_day: date, basis: str, now: datetime
) -> StandIn:
    """The holder of the seat, or who administers it, has somebody sit in; both of them are told."""
    seat = _lock(actor, seat_id)
    if seat.ended_at is not None:
        raise rules.SeatEnded("address", label=seat.label)
    person = person_at(address, besides=seat.user_id)
    today = day_in_shanghai(now)
    others = [(each.first_day, each.last_day) for each, _user in queries.stand_ins([seat.id], from_day=today)]
    refusal = rules.refusal_of_days(first=first_day, last=last_day, today=today, others=others)
    if refusal is not None:
        raise refusal
    stand_in = StandIn(
        seat_id=seat.id, user_id=person.id, first_day=first_day, last_day=last_day, basis=basis,
        named_by_id=actor.user_id, named_at=now,
    )  # fmt: skip
    db.session.add(stand_in)
    db.session.flush()  # The leaf holds the id.
    _record(actor, "stand_in.named", stand_in, seat, now=now)
    _tell(actor, "stand_in.named", stand_in, seat, now=now)
    return stand_in


def end_stand_in(actor: Actor, *, stand_in_id: int, now: datetime) -> StandIn:
    """The holder sits there again; both are told. Ending it twice changes nothing."""
    stand_in = db.session.get(StandIn, stand_in_id)
    if stand_in is None:
        raise NotFound()
    seat = _lock(actor, stand_in.seat_id)
    db.session.refresh(stand_in)
    if stand_in.ended_at is None:
        stand_in.ended_at = now
        _record(actor, "stand_in.ended", stand_in, seat, now=now)
        _tell(actor, "stand_in.ended", stand_in, seat, now=now)
    return stand_in


def move_one_day_stand_ins(committee_id: int, *, from_day: date, to_day: date) -> int:
    """Who was to sit in on one day only, that of a meeting, does so on the meeting's new day; return how many."""
    seats = select(Seat.id).where(Seat.committee_id == committee_id)
    taken = select(StandIn.seat_id).where(
        StandIn.ended_at.is_(None), StandIn.first_day <= to_day, StandIn.last_day >= to_day
    )
    moved = (
        update(StandIn)
        .where(StandIn.seat_id.in_(seats), StandIn.seat_id.not_in(taken), StandIn.ended_at.is_(None))
        .where(StandIn.first_day == from_day, StandIn.last_day == from_day)
        .values(first_day=to_day, last_day=to_day)
        .execution_options(synchronize_session="fetch")
    )
    return len(db.session.scalars(moved.returning(StandIn.id)).all())


def _lock(actor: Actor, seat_id: int) -> Seat:
    """Two people cannot be named for the same days at the same moment."""
    seat, _body = queries.own_or_administered_seat(actor, seat_id)
    db.session.refresh(seat, with_for_update=True)
    return seat


def _record(actor: Actor, tag: str, stand_in: StandIn, seat: Seat, *, now: datetime) -> None:
    data = {
        "committee": seat.committee_id,
        "seat": seat.id,
        "stand_in": stand_in.id,
        "user": stand_in.user_id,
        "first_day": stand_in.first_day.isoformat(),
        "last_day": stand_in.last_day.isoformat(),
        "by": actor.user_id,
    }
    audit.record(tag, data, now=now)


def _tell(actor: Actor, kind: str, stand_in: StandIn, seat: Seat, *, now: datetime) -> None:
    reasons = {stand_in.user_id: "stand_in"}
    if seat.user_id is not None and seat.user_id != actor.user_id:
        reasons[seat.user_id] = "member"
    data = {
        "path": f"/committees/{seat.committee_id}",
        "committee": queries.committee(seat.committee_id).name,
        "seat": seat.label,
        "first_day": stand_in.first_day.isoformat(),
        "last_day": stand_in.last_day.isoformat(),
    }
    personal = {stand_in.user_id: {"is_stand_in": True}}
    notifications.tell(reasons, kind, key=f"{kind}:{stand_in.id}", now=now, data=data, personal=personal)
