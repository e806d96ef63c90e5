"""What pages and other rooms read about committees and their seats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from deliberation.committees.models import Committee, Seat, SeatKind
from deliberation.committees.rules import SMALL_BODY, quorum_seats, seats_to_open
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
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
    """A seat as the public reads it: ``name`` is masked, empty while nobody has taken the seat."""

    id: int
    kind: SeatKind
    label: str
    organisation: str
    name: str
    is_voting: bool
    user_id: int | None


def committee(committee_id: int) -> Committee:
    found = db.session.get(Committee, committee_id)
    if found is None:
        raise NotFound()
    return found


def committees_of(place_ids: Iterable[int]) -> Sequence[Committee]:
    """The committees of these places, by name."""
    rows = select(Committee).where(Committee.place_id.in_(set(place_ids)))
    return db.session.scalars(rows.order_by(Committee.name)).all()


def all_committees() -> Sequence[Committee]:
    return db.session.scalars(select(Committee).order_by(Committee.name)).all()


def committees_by_id(ids: Iterable[int]) -> dict[int, Committee]:
    return {row.id: row for row in db.session.scalars(select(Committee).where(Committee.id.in_(set(ids))))}


def seats(committee_id: int) -> Sequence[Seat]:
    """Every seat, the voting ones first, in the order they were made."""
    rows = select(Seat).where(Seat.committee_id == committee_id)
    return db.session.scalars(rows.order_by(Seat.is_voting.desc(), Seat.id)).all()


def voting_seats(committee_id: int) -> Sequence[Seat]:
    rows = select(Seat).where(Seat.committee_id == committee_id, Seat.is_voting)
    return db.session.scalars(rows.order_by(Seat.id)).all()


def seats_of_user(committee_id: int, user_id: int) -> Sequence[Seat]:
    """A person's seats, the voting ones first; one person may sit for two units."""
    rows = select(Seat).where(Seat.committee_id == committee_id, Seat.user_id == user_id)
    return db.session.scalars(rows.order_by(Seat.is_voting.desc(), Seat.id)).all()


def seat_holders(committee_id: int) -> frozenset[int]:
    """Who sits on a seat, voting or not."""
    rows = select(Seat.user_id).where(Seat.committee_id == committee_id, Seat.user_id.is_not(None))
    return frozenset(user_id for user_id in db.session.scalars(rows) if user_id is not None)


def committee_ids_of_user(user_id: int) -> frozenset[int]:
    return frozenset(db.session.scalars(select(Seat.committee_id).where(Seat.user_id == user_id)))


def seat_totals(body: Committee) -> SeatTotals:
    rows = select(Seat.is_voting, func.count()).where(Seat.committee_id == body.id).group_by(Seat.is_voting)
    counted = {bool(is_voting): number for is_voting, number in db.session.execute(rows)}
    voting, part = counted.get(True, 0), (body.quorum_numerator, body.quorum_denominator)
    return SeatTotals(
        voting=voting,
        advisers=counted.get(False, 0),
        quorum=quorum_seats(rule_kind=body.rule_kind, seats_total=voting, numerator=part[0], denominator=part[1]),
        to_open=seats_to_open(rule_kind=body.rule_kind, seats_total=voting, numerator=part[0], denominator=part[1]),
    )


def seat_lines(committee_id: int) -> list[SeatLine]:
    """The seats with masked names and their organisations, in one statement."""
    rows = db.session.execute(
        select(Seat, User.name, Organisation.name)
        .outerjoin(User, User.id == Seat.user_id)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.committee_id == committee_id)
        .order_by(Seat.is_voting.desc(), Seat.id)
    )
    return [
        SeatLine(seat.id, seat.kind, seat.label, firm or "", mask_name(name or ""), seat.is_voting, seat.user_id)
        for seat, name, firm in rows
    ]


def seat_counts_by_unit(committee_id: int) -> dict[str, int]:
    """How many seats each kind of unit holds: {"household": 168, "shop": 22, "organisation": 3}."""
    rows = (
        select(Unit.kind, func.count())
        .join(Seat, Seat.unit_id == Unit.id)
        .where(Seat.committee_id == committee_id)
        .group_by(Unit.kind)
    )
    return {str(kind): number for kind, number in db.session.execute(rows)}


def shows_each_seat(totals: SeatTotals) -> bool:
    """Whether pages list every seat; in a large body that would name every door of a lane (R-50)."""
    return totals.voting + totals.advisers <= SMALL_BODY
