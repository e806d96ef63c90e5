"""What those read who set bodies up: their places, bodies, seats, and pasted lists of seats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from deliberation.committees.models import Committee, Seat
from deliberation.committees.queries.bodies import committee, committees_of
from deliberation.committees.queries.seats import is_current
from deliberation.committees.rules import (
    AccountClosed,
    LabelTaken,
    PersonUnknown,
    SeatDraft,
    SitsThereAlready,
    Unfit,
    read_seat_lines,
)
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place


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
    found = seat(seat_id)
    return found, administered(actor, found.committee_id)


def own_or_administered_seat(actor: Actor, seat_id: int) -> tuple[Seat, Committee]:
    """A seat this person holds or administers, and its committee; ``NotAllowed`` for anybody else's."""
    found = seat(seat_id)
    body = committee(found.committee_id)
    is_own = actor.user_id is not None and found.user_id == actor.user_id
    if not is_own and not actor.may("committees.administer", places.place(body.place_id).scope):
        raise NotAllowed()
    return found, body


def seat(seat_id: int) -> Seat:
    found = db.session.get(Seat, seat_id)
    if found is None:
        raise NotFound()
    return found


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
        .where(Seat.committee_id.in_(committee_ids), is_current())
        .group_by(Seat.committee_id, Seat.is_voting)
    )
    counted: dict[int, tuple[int, int, int]] = {}
    for committee_id, is_voting, number, taken in db.session.execute(rows):
        voting, advisers, before = counted.get(committee_id, (0, 0, 0))
        counted[committee_id] = (number, advisers, before + taken) if is_voting else (voting, number, before + taken)
    return counted


def seat_page(committee_id: int, *, words: str = "", before: int | None = None) -> Page[Seat]:
    """Seats, the newest first; ``words`` is a part of the label."""
    rows = select(Seat).where(Seat.committee_id == committee_id, is_current())
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
    """Which of these names seats of the body have now."""
    rows = select(Seat.label).where(Seat.committee_id == committee_id, Seat.label.in_(set(labels)), is_current())
    return set(db.session.scalars(rows))


def holder_refusal(address: str, holder: User | None, *, besides: int | None = None) -> Unfit | None:
    """Why whoever signs in with ``address`` cannot take a seat, or sit in for ``besides``."""
    if holder is None:
        return PersonUnknown("address", address=address)
    if not holder.active:
        return AccountClosed("address", address=address)
    return SitsThereAlready("address", address=address) if holder.id == besides else None


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
