"""What pages and other rooms read about committees and their seats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from deliberation.committees.models import Committee, Seat, SeatKind
from deliberation.committees.rules import (
    SMALL_BODY,
    AccountClosed,
    Charter,
    LabelTaken,
    PersonUnknown,
    SeatDraft,
    Unfit,
    quorum_seats,
    read_seat_lines,
    seats_to_open,
)
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.masking import mask_name
from deliberation.people.models import Organisation, User
from deliberation.places import queries as places
from deliberation.places.models import Place, Unit


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


@dataclass(frozen=True)
class Body:
    """A committee as its administrators list it: ``taken`` of its voting and advising seats have somebody on them."""

    committee: Committee
    place: Place
    voting: int
    advisers: int
    taken: int


@dataclass(frozen=True)
class CheckedLine:
    """A line of a pasted list of seats, with who would sit there, or why it cannot be taken."""

    draft: SeatDraft
    holder: User | None
    fault: Unfit | None


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


def charter_of(body: Committee) -> Charter:
    """The charter that the columns of a committee hold."""
    return Charter(
        rule_kind=body.rule_kind,
        quorum=_share(body.quorum_numerator, body.quorum_denominator),
        threshold=_share(body.threshold_numerator, body.threshold_denominator),
        threshold_basis=body.threshold_basis,
        threshold_strict=body.threshold_strict,
        charter_clause=body.charter_clause,
        notice_working_days=body.notice_working_days,
        turn_seconds=body.turn_seconds,
        turns_per_motion=body.turns_per_motion,
    )


def _share(numerator: int | None, denominator: int | None) -> tuple[int, int] | None:
    return (numerator, denominator) if numerator is not None and denominator is not None else None


def places_administered(actor: Actor) -> list[Place]:
    """Where this person sets up committees, the top places first."""
    return [place for place in places.all_places() if actor.may("committees.administer", place.scope)]


def administered(actor: Actor, committee_id: int) -> Committee:
    """A committee of a place where this person administers them; ``NotAllowed`` elsewhere."""
    body = committee(committee_id)
    access.require(actor, "committees.administer", places.place(body.place_id).scope)
    return body


def administered_seat(actor: Actor, seat_id: int) -> tuple[Seat, Committee]:
    """A seat and its committee, where this person administers it; ``NotAllowed`` elsewhere."""
    seat = db.session.get(Seat, seat_id)
    if seat is None:
        raise NotFound()
    return seat, administered(actor, seat.committee_id)


def bodies(actor: Actor) -> list[Body]:
    """The committees this person administers, by place from the top and then by name."""
    by_id = {place.id: place for place in places_administered(actor)}
    found = sorted(committees_of(by_id), key=lambda body: by_id[body.place_id].path)
    counted = _seats_counted([body.id for body in found])
    return [Body(body, by_id[body.place_id], *counted.get(body.id, (0, 0, 0))) for body in found]


def _seats_counted(committee_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """The voting seats, the advisers, and the seats taken, by committee."""
    rows = (
        select(Seat.committee_id, Seat.is_voting, func.count(), func.count(Seat.user_id))
        .where(Seat.committee_id.in_(committee_ids))
        .group_by(Seat.committee_id, Seat.is_voting)
    )
    counted: dict[int, tuple[int, int, int]] = {}
    for committee_id, is_voting, number, taken in db.session.execute(rows):
        voting, advisers, before = counted.get(committee_id, (0, 0, 0))
        counted[committee_id] = (number, advisers, before + taken) if is_voting else (voting, number, before + taken)
    return counted


def seat_page(committee_id: int, *, words: str = "", before: int | None = None) -> Page[Seat]:
    """Seats, the newest first; ``words`` is a part of the label."""
    rows = select(Seat).where(Seat.committee_id == committee_id)
    if words:
        rows = rows.where(Seat.label.contains(words, autoescape=True))
    return newest_first(rows, key=Seat.id, before=before)


def is_name_taken(place_id: int, name: str, *, but: int | None = None) -> bool:
    """Whether another committee of the place, not ``but``, has this name."""
    rows = select(Committee.id).where(
        Committee.place_id == place_id, Committee.name == name, Committee.id != (but or 0)
    )
    return db.session.scalar(rows) is not None


def labels_taken(committee_id: int, labels: Iterable[str]) -> set[str]:
    rows = select(Seat.label).where(Seat.committee_id == committee_id, Seat.label.in_(set(labels)))
    return set(db.session.scalars(rows))


def holder_refusal(address: str, holder: User | None) -> Unfit | None:
    """Why whoever signs in with ``address`` cannot take a seat."""
    if holder is None:
        return PersonUnknown("address", address=address)
    return None if holder.active else AccountClosed("address", address=address)


def check_lines(committee_id: int, text: str) -> list[CheckedLine]:
    """Each line of a pasted list against the seats and accounts there are; two statements however long it is."""
    drafts = read_seat_lines(text)
    taken = labels_taken(committee_id, (draft.label for draft in drafts))
    holders = people.users_at(draft.address for draft in drafts if draft.address)
    checked = []
    for draft in drafts:
        holder, fault = holders.get(draft.address), draft.fault
        if fault is None and draft.label in taken:
            fault = LabelTaken(label=draft.label)
        if fault is None and draft.address:
            fault = holder_refusal(draft.given, holder)
        taken.add(draft.label)
        checked.append(CheckedLine(draft, holder, fault))
    return checked
