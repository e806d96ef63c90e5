"""Seats: made, renamed, filled, emptied and ended.

``add_seat`` and ``fill_seat`` are the plain acts; the verbs that take an ``actor`` are what the administrators of a
place do by hand. They ask for the right, and each change of theirs is a leaf of the audit log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from deliberation.audit import service as audit
from deliberation.committees import queries, rules
from deliberation.committees.models import Committee, Seat, StandIn
from deliberation.committees.rules import SeatKind
from deliberation.kernel.database import db
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User


def add_seat(
    committee: Committee,
    *,
    kind: SeatKind,
    label: str,
    is_voting: bool = True,
    user_id: int | None = None,
    unit_id: int | None = None,
    organisation_id: int | None = None,
) -> Seat:
    """A seat; an adviser speaks and has no vote (domain.md C5), another one may be without."""
    seat = Seat(
        committee_id=committee.id,
        kind=kind,
        label=label,
        is_voting=is_voting and kind is not SeatKind.adviser,
        user_id=user_id,
        unit_id=unit_id,
        organisation_id=organisation_id,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def fill_seat(seat: Seat, *, user_id: int | None) -> None:
    """Say who holds a seat; ``None`` empties it. Votes already published keep their frozen roll (R-13)."""
    seat.user_id = user_id


def open_seat(
    actor: Actor,
    *,
    committee_id: int,
    kind: SeatKind,
    label: str,
    address: str = "",
    is_voting: bool = True,
    now: datetime,
) -> Seat:
    """One more seat, for whoever signs in with ``address``, or for nobody yet. Published votes keep their roll."""
    body = _lock_committee(actor, committee_id)
    if queries.labels_taken(body.id, [label]):
        raise rules.LabelTaken("label", label=label)
    holder = person_at(address) if address else None
    seat = add_seat(body, kind=kind, label=label, is_voting=is_voting, user_id=holder.id if holder else None)
    _record_added(actor, seat, now=now)
    return seat


def open_seats(
    actor: Actor, *, committee_id: int, kind: SeatKind, text: str, is_voting: bool = True, now: datetime
) -> list[Seat]:
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
            is_voting=is_voting and kind is not SeatKind.adviser,
            user_id=line.holder.id if line.holder else None,
        )
        for line in lines
    ]
    db.session.add_all(seats)
    db.session.flush()  # The leaves hold the ids.
    for seat in seats:
        _record_added(actor, seat, now=now)
    return seats


def change_seat(actor: Actor, *, seat_id: int, label: str, kind: SeatKind, is_voting: bool, now: datetime) -> Seat:
    """Another name, another kind, with or without a vote. Votes already published keep their roll and its labels."""
    seat = lock_seat(actor, seat_id)
    if label != seat.label and queries.labels_taken(seat.committee_id, [label]):
        raise rules.LabelTaken("label", label=label)
    is_voting = is_voting and kind is not SeatKind.adviser
    if (seat.label, seat.kind, seat.is_voting) == (label, kind, is_voting):
        return seat
    is_renamed = seat.label != label
    seat.label, seat.kind, seat.is_voting = label, kind, is_voting
    _record_seat(actor, "seat.changed", seat, now=now, kind=kind, is_voting=is_voting, is_renamed=is_renamed)
    return seat


def end_seat(actor: Actor, *, seat_id: int, now: datetime) -> Seat:
    """The body does without this seat: it counts in no total, and nobody sits in on it. Ending twice is once."""
    seat = lock_seat(actor, seat_id, is_any=True)
    if seat.ended_at is None:
        seat.ended_at = now
        standing = update(StandIn).where(StandIn.seat_id == seat.id, StandIn.ended_at.is_(None))
        db.session.execute(standing.values(ended_at=now))
        _record_seat(actor, "seat.ended", seat, now=now, user=seat.user_id)
    return seat


def seat_person(actor: Actor, *, seat_id: int, address: str, now: datetime) -> Seat:
    """Whoever signs in with ``address`` takes the seat, in place of anybody who sat there."""
    seat = lock_seat(actor, seat_id)
    holder = person_at(address)
    if seat.user_id != holder.id:
        fill_seat(seat, user_id=holder.id)
        _record_seat(actor, "seat.filled", seat, now=now, user=holder.id)
    return seat


def empty_seat(actor: Actor, *, seat_id: int, now: datetime) -> Seat:
    """Nobody sits there any more; the seat still counts in the total. Emptying it twice changes nothing."""
    seat = lock_seat(actor, seat_id)
    if seat.user_id is not None:
        left = seat.user_id
        fill_seat(seat, user_id=None)
        _record_seat(actor, "seat.emptied", seat, now=now, user=left)
    return seat


def person_at(address: str, *, besides: int | None = None) -> User:
    """The account that signs in with ``address``; raise ``Unfit`` when it cannot take a seat or is ``besides``."""
    canonical = rules.canonical_address(address)
    if not canonical:
        raise rules.AddressUnclear("address", address=address)
    holder = people.user_at(canonical)
    refusal = queries.holder_refusal(address, holder, besides=besides)
    if refusal is not None or holder is None:
        raise refusal or rules.PersonUnknown("address", address=address)
    return holder


def _record_added(actor: Actor, seat: Seat, *, now: datetime) -> None:
    """The label stays out of the public log: in a lane it is a door."""
    _record_seat(actor, "seat.added", seat, now=now, user=seat.user_id, kind=seat.kind, is_voting=seat.is_voting)


def _record_seat(actor: Actor, tag: str, seat: Seat, *, now: datetime, **more: Any) -> None:
    data = {"committee": seat.committee_id, "seat": seat.id, "by": actor.user_id, **more}
    audit.record(tag, data, now=now)


def _lock_committee(actor: Actor, committee_id: int) -> Committee:
    """Two seats of one body cannot take the same label at the same moment."""
    body = queries.administered(actor, committee_id)
    db.session.refresh(body, with_for_update=True)
    return body


def lock_seat(actor: Actor, seat_id: int, *, is_any: bool = False) -> Seat:
    """A seat the actor administers, locked with its body; one that has ended only when ``is_any``."""
    seat, body = queries.administered_seat(actor, seat_id)
    db.session.refresh(body, with_for_update=True)
    db.session.refresh(seat, with_for_update=True)
    if seat.ended_at is not None and not is_any:
        raise rules.SeatEnded("label", label=seat.label)
    return seat
