"""Seats: how many there are, who holds them, and who sits on them on a given day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from deliberation.committees.models import Committee, Seat, StandIn
from deliberation.committees.queries.bodies import charter_of
from deliberation.committees.rules import SMALL_BODY, Charter, SeatKind, quorum_seats, seats_to_open
from deliberation.kernel.database import db
from deliberation.kernel.disclosure import disclosed
from deliberation.people.masking import mask_name
from deliberation.people.models import Organisation, User
from deliberation.places.models import Unit


@dataclass(frozen=True)
class SeatTotals:
    """``voting`` seats decide; ``to_open`` must be in the room, ``quorum`` must take part (see committees.rules)."""

    voting: int
    advisers: int
    quorum: int
    to_open: int


@dataclass(frozen=True)
class SeatLine:
    """A seat as the public reads it: ``name`` is who sits there, masked, empty while nobody has taken the seat.

    ``stands_in_for`` is the masked name of the holder while somebody else sits in; ``user_id`` is who sits there.
    """

    id: int
    kind: SeatKind
    label: str
    organisation: str
    name: str
    is_voting: bool
    user_id: int | None
    stands_in_for: str


def is_current() -> ColumnElement[bool]:
    """Of a statement on seats: those that have not ended."""
    return Seat.ended_at.is_(None)


def acting_user(on: date) -> ColumnElement[int | None]:
    """Of a statement on seats: who sits there on the day ``on``, the stand-in before the holder."""
    sitting = select(StandIn.user_id).where(StandIn.seat_id == Seat.id, _stands(on)).limit(1).scalar_subquery()
    return func.coalesce(sitting, Seat.user_id)


def _stands(on: date) -> ColumnElement[bool]:
    return and_(StandIn.ended_at.is_(None), StandIn.first_day <= on, StandIn.last_day >= on)


def seats(committee_id: int) -> Sequence[Seat]:
    """Every seat, the voting ones first, in the order they were made."""
    rows = select(Seat).where(Seat.committee_id == committee_id, is_current())
    return db.session.scalars(rows.order_by(Seat.is_voting.desc(), Seat.id)).all()


def voting_seats(committee_id: int) -> Sequence[Seat]:
    rows = select(Seat).where(Seat.committee_id == committee_id, Seat.is_voting, is_current())
    return db.session.scalars(rows.order_by(Seat.id)).all()


def seats_of_user(committee_id: int, user_id: int, *, on: date) -> Sequence[Seat]:
    """The seats a person sits on that day, the voting ones first; one person may sit for two units."""
    return seats_of_users(committee_id, [user_id], on=on).get(user_id, [])


def seats_of_users(committee_id: int, user_ids: Collection[int], *, on: date) -> dict[int, list[Seat]]:
    """The same of many; who sits on none is not among them."""
    holder = acting_user(on)
    rows = select(holder, Seat).where(Seat.committee_id == committee_id, is_current(), holder.in_(user_ids))
    found: dict[int, list[Seat]] = {}
    for user_id, seat in db.session.execute(rows.order_by(Seat.is_voting.desc(), Seat.id)):
        if user_id is not None:
            found.setdefault(user_id, []).append(seat)
    return found


def held_by(committee_id: int, user_id: int) -> Sequence[Seat]:
    """The seats that are a person's own, whoever sits in for them."""
    rows = select(Seat).where(Seat.committee_id == committee_id, is_current(), Seat.user_id == user_id)
    return db.session.scalars(rows.order_by(Seat.id)).all()


def seat_holders(committee_id: int, *, on: date) -> frozenset[int]:
    """Who sits on a seat that day, voting or not."""
    rows = select(acting_user(on)).where(Seat.committee_id == committee_id, is_current())
    return frozenset(user_id for user_id in db.session.scalars(rows) if user_id is not None)


def members(committee_id: int, *, on: date) -> frozenset[int]:
    """Who hears what the body does: the holders of its seats, and who sits in for them that day."""
    own = select(Seat.user_id).where(Seat.committee_id == committee_id, is_current(), Seat.user_id.is_not(None))
    return seat_holders(committee_id, on=on) | {user_id for user_id in db.session.scalars(own) if user_id is not None}


def bodies_of(user_id: int, *, on: date) -> Select[int]:
    """A statement for the ids of the bodies where a person holds a seat, or sits in on that day."""
    sits_in = and_(StandIn.seat_id == Seat.id, StandIn.user_id == user_id, _stands(on))
    rows = select(Seat.committee_id).outerjoin(StandIn, sits_in)
    return rows.where(is_current(), or_(Seat.user_id == user_id, StandIn.id.is_not(None)))


def seat_totals(body: Committee, charter: Charter | None = None) -> SeatTotals:
    """The seats counted, and what ``charter`` (else the one in force) asks of them."""
    rows = select(Seat.is_voting, func.count()).where(Seat.committee_id == body.id, is_current())
    counted = {bool(is_voting): number for is_voting, number in db.session.execute(rows.group_by(Seat.is_voting))}
    voting, charter = counted.get(True, 0), charter or charter_of(body)
    return SeatTotals(
        voting=voting,
        advisers=counted.get(False, 0),
        quorum=quorum_seats(charter, seats_total=voting),
        to_open=seats_to_open(charter, seats_total=voting),
    )


def seat_lines(committee_id: int, *, on: date) -> list[SeatLine]:
    """The seats with masked names and their organisations as they stand that day, in two statements."""
    rows = db.session.execute(
        select(Seat, acting_user(on), Organisation.name)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.committee_id == committee_id, is_current())
        .order_by(Seat.is_voting.desc(), Seat.id)
    ).all()
    wanted = {user_id for seat, acting, _firm in rows for user_id in (seat.user_id, acting)}
    names = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(wanted - {None}))).all())
    return [_line(seat, acting, firm or "", names) for seat, acting, firm in rows]


def _line(seat: Seat, acting: int | None, firm: str, names: dict[int, str]) -> SeatLine:
    holder = names[seat.user_id] if seat.user_id is not None and seat.user_id != acting else ""
    return SeatLine(
        id=seat.id,
        kind=seat.kind,
        label=seat.label,
        organisation=firm,
        name=mask_name(names[acting]) if acting is not None else "",
        is_voting=seat.is_voting,
        user_id=acting,
        stands_in_for=mask_name(holder) if holder else "",
    )


def _seat_counts_by_unit(committee_id: int) -> dict[str, int]:
    """How many seats each kind of unit holds: {"household": 168, "shop": 22, "organisation": 3}."""
    rows = (
        select(Unit.kind, func.count())
        .join(Seat, Seat.unit_id == Unit.id)
        .where(Seat.committee_id == committee_id, is_current())
        .group_by(Unit.kind)
    )
    return {str(kind): number for kind, number in db.session.execute(rows)}


def public_seat_counts(committee_id: int, totals: SeatTotals) -> dict[str, int | str | None]:
    """The same as everybody may see them beside their sum (R-52); "other" are seats that belong to no unit."""
    counts = _seat_counts_by_unit(committee_id)
    other = totals.voting - sum(counts.values())
    return disclosed({**counts, **({"other": other} if counts and other > 0 else {})})


def shows_each_seat(totals: SeatTotals) -> bool:
    """Whether pages list every seat; in a large body that would name every door of a lane (R-50)."""
    return totals.voting + totals.advisers <= SMALL_BODY


def stand_ins(seat_ids: Sequence[int], *, from_day: date) -> Sequence[tuple[StandIn, User]]:
    """Who sits in now or later on these seats, by the first day."""
    rows = (
        select(StandIn, User)
        .join(User, User.id == StandIn.user_id)
        .where(StandIn.seat_id.in_(seat_ids), StandIn.ended_at.is_(None), StandIn.last_day >= from_day)
        .order_by(StandIn.first_day, StandIn.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]
