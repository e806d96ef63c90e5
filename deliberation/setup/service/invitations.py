"""Invitations: made one by one or as a list, called back, and used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.committees import service as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.notifications import service as notifications
from deliberation.notifications.models import Channel
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import GRANTED, Actor, Role, require
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.setup import queries, rules
from deliberation.setup.models import Invitation, InvitationUse
from deliberation.setup.rules import Invitee, StepKind
from deliberation.setup.service.steps import begin_step, note, open_place

Worded = Callable[[Invitation, Place], tuple[str, str]]  # The subject and the text of the message that carries it.


def invite(
    actor: Actor,
    *,
    place_id: int,
    expires_at: datetime,
    now: datetime,
    uses_allowed: int = 1,
    name: str = "",
    address: str = "",
    role: Role | None = None,
    seat_id: int | None = None,
    worded: Worded | None = None,
) -> Invitation:
    """An invitation into the place. One that gives a role or a seat names who it is for, and is used once.

    With an ``address`` and ``worded`` it is sent there.
    """
    place = places.place(place_id)
    require(actor, "invitation.manage", place.scope)
    if role is not None or seat_id is not None:
        _require_right_to_give(actor, place, role=role, seat_id=seat_id)
        if not address:
            raise NotAllowed()
    made = Invitation(
        place_id=place.id, seat_id=seat_id, role=role, name=name, address=address,
        uses_allowed=1 if address else uses_allowed, expires_at=expires_at, created_by_id=actor.user_id, created_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    open_place(actor, place, now=now)  # Whoever is asked in finds it.
    data = {"invitation": made.id, "place": place.id, "role": role, "seat": seat_id, "uses": made.uses_allowed}
    audit.record("invitation.made", {**data, "by": actor.user_id}, now=now)
    if address and worded is not None:
        _send(made, *worded(made, place), now=now)
    return made


def _require_right_to_give(actor: Actor, place: Place, *, role: Role | None, seat_id: int | None) -> None:
    if role is not None:
        require(actor, "people.administer", place.scope)
        if role not in GRANTED or role is Role.administrator:
            raise NotAllowed()  # Another administrator is appointed by hand, to a person one sees.
    if seat_id is not None:
        require(actor, "committees.administer", place.scope)
        if seat_id not in {seat.id for seat in queries.empty_seats(place.id)}:
            raise rules.SeatTaken()


def _send(made: Invitation, subject: str, body: str, *, now: datetime) -> None:
    channel = Channel.email if "@" in made.address else Channel.sms
    key = delivery_key(made.id)
    notifications.queue_direct(channel=channel, address=made.address, subject=subject, body=body, key=key, now=now)


def delivery_key(invitation_id: int) -> str:
    """What the outbox calls the message that carries it."""
    return f"invitation:{invitation_id}"


def invite_list(
    actor: Actor, *, place_id: int, invitees: Sequence[Invitee], expires_at: datetime, worded: Worded, now: datetime
) -> list[Invitation]:
    """Everybody of a list that has been read, each with an invitation of their own."""
    seats = {seat.label: seat.id for seat in queries.empty_seats(place_id)}
    given: dict[str, Any] = {"place_id": place_id, "expires_at": expires_at, "worded": worded, "now": now}
    return [
        invite(actor, name=each.name, address=each.address, seat_id=seats[each.seat] if each.seat else None, **given)
        for each in invitees
    ]


def note_invitations(actor: Actor, *, setup_id: int, made: Sequence[Invitation], now: datetime) -> None:
    """They belong to the setting up, and go with it when it is undone."""
    found = begin_step(actor, setup_id, StepKind.invitations)
    note(actor, found, StepKind.invitations, {"invitations": [each.id for each in made]}, now=now)


def revoke(actor: Actor, *, invitation_id: int, now: datetime) -> Invitation:
    """Nobody comes in by it any more; who has come stays. Calling it back twice is once."""
    found, _place = queries.managed_invitation(actor, invitation_id)
    db.session.refresh(found, with_for_update=True)
    if found.revoked_at is None:
        found.revoked_at = now
        audit.record("invitation.revoked", {"invitation": found.id, "by": actor.user_id}, now=now)
    return found


def accept(actor: Actor, *, invitation_id: int, now: datetime) -> Invitation:
    """The person comes into the place: follows it, and takes the role or the seat that the invitation gives."""
    require(actor, "invitation.accept")
    user = people.user(actor.user_id or 0)
    found = queries.invitation(invitation_id)
    db.session.refresh(found, with_for_update=True)
    if queries.has_used(found.id, user.id):
        return found
    place = places.place(found.place_id)
    addresses = [each for each in (user.us_phone_number, user.email) if each]
    refusal = rules.refusal_to_accept(queries.terms(found), addresses=addresses, now=now)
    if refusal is not None:
        raise refusal
    found.uses += 1
    db.session.add(InvitationUse(invitation_id=found.id, user_id=user.id, used_at=now))
    people_service.settle(user.id, place_id=place.id, now=now)
    if found.seat_id is not None:
        _take_seat(found, user.id, now=now)
    if found.role is not None:
        _take_role(found, user.id, place)
        people_service.grant_role(
            user_id=user.id, role=found.role, place_id=place.id, granted_by_id=found.created_by_id, now=now
        )
    audit.record("invitation.used", {"invitation": found.id, "user": user.id, "place": place.id}, now=now)
    return found


def _take_seat(found: Invitation, user_id: int, *, now: datetime) -> None:
    seat = db.session.get(Seat, found.seat_id, with_for_update=True)
    if seat is None or seat.ended_at is not None or seat.user_id not in (None, user_id):
        raise rules.SeatTaken()
    committees.fill_seat(seat, user_id=user_id)
    audit.record("seat.filled", {"seat": seat.id, "committee": seat.committee_id, "user": user_id}, now=now)


def _take_role(found: Invitation, user_id: int, place: Place) -> None:
    """Whoever gave it must still be able to: an administrator's links do not outlive the office."""
    if not people.actor(found.created_by_id).may("people.administer", place.scope):
        raise rules.InvitationRevoked()
