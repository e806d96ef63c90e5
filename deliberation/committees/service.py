"""Making committees, their charters and their seats.

``create_committee``, ``add_seat`` and ``fill_seat`` are the plain acts; the verbs that take an ``actor`` are what the
administrators of a place do by hand. They ask for the right, and each change of theirs is a leaf of the audit log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.committees import queries, rules
from deliberation.committees.models import Committee, CommitteeKind, Seat, SeatKind
from deliberation.committees.rules import Charter
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places.models import Place


def create_committee(*, place: Place, kind: CommitteeKind, name: str, **charter: Any) -> Committee:
    """A body of ``place``; ``charter`` is the model's plain columns (rule_kind, quorum_numerator, notice days …)."""
    committee = Committee(place_id=place.id, kind=kind, name=name, **charter)
    db.session.add(committee)
    db.session.flush()  # Seats need the id.
    return committee


def add_seat(
    committee: Committee,
    *,
    kind: SeatKind,
    label: str,
    user_id: int | None = None,
    unit_id: int | None = None,
    organisation_id: int | None = None,
) -> Seat:
    """A seat; an adviser speaks and has no vote (domain.md C5)."""
    seat = Seat(
        committee_id=committee.id,
        kind=kind,
        label=label,
        is_voting=kind is not SeatKind.adviser,
        user_id=user_id,
        unit_id=unit_id,
        organisation_id=organisation_id,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def fill_seat(seat: Seat, *, user_id: int | None) -> None:
    """Say who sits on a seat; ``None`` empties it. Votes already published keep their frozen roll (R-13)."""
    seat.user_id = user_id


def set_up_committee(
    actor: Actor, *, place_id: int, kind: CommitteeKind, name: str, venue: str, charter: Charter, now: datetime
) -> Committee:
    """A new body of a place without seats; raise ``Unfit`` when its charter is none or its name is taken."""
    place = _lock_place(actor, place_id)
    adopted = rules.adopted(charter)
    if queries.is_name_taken(place.id, name):
        raise rules.NameTaken("name", name=name)
    body = create_committee(place=place, kind=kind, name=name, venue=venue, **adopted.columns())
    data = {"committee": body.id, "place": place.id, "kind": kind, "name": name, "charter": adopted.columns()}
    audit.record("committee.created", {**data, "by": actor.user_id}, now=now)
    return body


def change_committee(
    actor: Actor, *, committee_id: int, name: str, venue: str, charter: Charter, now: datetime
) -> Committee:
    """Change name, venue and charter. Votes that are already prepared keep the copy of the charter they were given."""
    body = queries.committee(committee_id)
    _lock_place(actor, body.place_id)
    db.session.refresh(body, with_for_update=True)
    adopted = rules.adopted(charter)
    if queries.is_name_taken(body.place_id, name, but=body.id):
        raise rules.NameTaken("name", name=name)
    if (body.name, body.venue) != (name, venue):
        body.name, body.venue = name, venue
        audit.record("committee.described", {"committee": body.id, "name": name, "by": actor.user_id}, now=now)
    if queries.charter_of(body) != adopted:
        for column, value in adopted.columns().items():
            setattr(body, column, value)
        data = {"committee": body.id, "charter": adopted.columns(), "by": actor.user_id}
        audit.record("charter.changed", data, now=now)
    return body


def open_seat(actor: Actor, *, committee_id: int, kind: SeatKind, label: str, address: str = "", now: datetime) -> Seat:
    """One more seat, for whoever signs in with ``address``, or for nobody yet. Published votes keep their roll."""
    body = _lock_committee(actor, committee_id)
    if queries.labels_taken(body.id, [label]):
        raise rules.LabelTaken("label", label=label)
    holder = _holder(address) if address else None
    seat = add_seat(body, kind=kind, label=label, user_id=holder.id if holder else None)
    _record_added(actor, seat, now=now)
    return seat


def open_seats(actor: Actor, *, committee_id: int, kind: SeatKind, text: str, now: datetime) -> list[Seat]:
    """The seats of a pasted list (``rules.read_seat_lines``), all of them or, with ``LinesNotRight``, none."""
    body = _lock_committee(actor, committee_id)
    lines = queries.check_lines(body.id, text)
    wrong = sum(line.fault is not None for line in lines)
    if wrong:
        raise rules.LinesNotRight("lines", count=wrong)
    seats = [
        Seat(
            committee_id=body.id,
            kind=kind,
            label=line.draft.label,
            is_voting=kind is not SeatKind.adviser,
            user_id=line.holder.id if line.holder else None,
        )
        for line in lines
    ]
    db.session.add_all(seats)
    db.session.flush()  # The leaves hold the ids.
    for seat in seats:
        _record_added(actor, seat, now=now)
    return seats


def seat_person(actor: Actor, *, seat_id: int, address: str, now: datetime) -> Seat:
    """Whoever signs in with ``address`` takes the seat, in place of anybody who sat there."""
    seat = _lock_seat(actor, seat_id)
    holder = _holder(address)
    if seat.user_id != holder.id:
        fill_seat(seat, user_id=holder.id)
        _record_seat(actor, "seat.filled", seat, now=now, user=holder.id)
    return seat


def empty_seat(actor: Actor, *, seat_id: int, now: datetime) -> Seat:
    """Nobody sits there any more; the seat still counts in the total. Emptying it twice changes nothing."""
    seat = _lock_seat(actor, seat_id)
    if seat.user_id is not None:
        left = seat.user_id
        fill_seat(seat, user_id=None)
        _record_seat(actor, "seat.emptied", seat, now=now, user=left)
    return seat


def _holder(address: str) -> User:
    canonical = rules.canonical_address(address)
    if not canonical:
        raise rules.AddressUnclear("address", address=address)
    holder = people.user_at(canonical)
    refusal = queries.holder_refusal(address, holder)
    if refusal is not None or holder is None:
        raise refusal or rules.PersonUnknown("address", address=address)
    return holder


def _record_added(actor: Actor, seat: Seat, *, now: datetime) -> None:
    """The label stays out of the public log: in a lane it is a door."""
    _record_seat(actor, "seat.added", seat, now=now, user=seat.user_id, kind=seat.kind)


def _record_seat(actor: Actor, tag: str, seat: Seat, *, now: datetime, **more: Any) -> None:
    data = {"committee": seat.committee_id, "seat": seat.id, "by": actor.user_id, **more}
    audit.record(tag, data, now=now)


def _lock_place(actor: Actor, place_id: int) -> Place:
    """Two bodies of one place cannot take the same name at the same moment."""
    place = db.session.get(Place, place_id, with_for_update=True)
    if place is None:
        raise NotFound()
    access.require(actor, "committees.administer", place.scope)
    return place


def _lock_committee(actor: Actor, committee_id: int) -> Committee:
    """Two seats of one body cannot take the same label at the same moment."""
    body = queries.administered(actor, committee_id)
    db.session.refresh(body, with_for_update=True)
    return body


def _lock_seat(actor: Actor, seat_id: int) -> Seat:
    seat, _body = queries.administered_seat(actor, seat_id)
    db.session.refresh(seat, with_for_update=True)
    return seat
