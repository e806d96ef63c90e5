"""What the pages of setting up and of invitations read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deliberation.committees.models import Committee, Seat
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, require
from deliberation.people.models import PlaceFollow, User
from deliberation.places import queries as places
from deliberation.places.models import Place, Unit
from deliberation.setup import privacy as privacy
from deliberation.setup.models import Invitation, InvitationUse, Setup, SetupStep
from deliberation.setup.rules import InvitationTerms, InvitationUnknown, StepKind


def require_setup(actor: Actor, found: Setup) -> None:
    """Whoever began it, while there is no place yet; then the administrators of the place."""
    if found.place_id is not None:
        require(actor, "setup.run", places.place(found.place_id).scope)
    elif found.started_by_id != actor.user_id and not actor.may("setup.run", ()):
        raise NotAllowed()


def setup(actor: Actor, setup_id: int) -> Setup:
    found = db.session.get(Setup, setup_id)
    if found is None:
        raise NotFound()
    require_setup(actor, found)
    return found


def setups(actor: Actor) -> Sequence[Setup]:
    """Those that this person may go on with or look back at, the newest first; of one undone nothing is left."""
    rows = db.session.scalars(select(Setup).where(Setup.undone_at.is_(None)).order_by(Setup.id.desc())).all()
    scopes = {place.id: place.scope for place in places.places_by_id(r.place_id for r in rows if r.place_id).values()}
    return [
        row
        for row in rows
        if (row.place_id is None and row.started_by_id == actor.user_id)
        or actor.may("setup.run", scopes.get(row.place_id or 0, ()))
    ]


def steps(setup_ids: Sequence[int]) -> dict[int, dict[StepKind, SetupStep]]:
    """The steps done, by setup."""
    found: dict[int, dict[StepKind, SetupStep]] = {each: {} for each in setup_ids}
    for row in db.session.scalars(select(SetupStep).where(SetupStep.setup_id.in_(setup_ids))):
        found[row.setup_id][row.kind] = row
    return found


def buildings(place_id: int) -> Sequence[Place]:
    return db.session.scalars(select(Place).where(Place.parent_id == place_id).order_by(Place.id)).all()


def units(place_ids: Sequence[int]) -> Sequence[Unit]:
    return db.session.scalars(select(Unit).where(Unit.place_id.in_(place_ids)).order_by(Unit.id)).all()


def is_lived_in(place_ids: Sequence[int]) -> bool:
    """Whether people know these places by now: somebody is at home there or follows them, or a matter stands there."""
    known = (Matter.place_id, User.home_place_id, PlaceFollow.place_id)
    return any(db.session.scalar(select(column).where(column.in_(place_ids)).limit(1)) is not None for column in known)


def is_open_to_people(place_id: int) -> bool:
    """Whether anybody has been asked into it."""
    return db.session.scalar(select(Invitation.id).where(Invitation.place_id == place_id).limit(1)) is not None


def empty_seats(place_id: int) -> Sequence[Seat]:
    """Seats of the place's bodies that nobody sits on, and nobody is invited to."""
    invited = select(Invitation.seat_id).where(Invitation.seat_id.is_not(None), Invitation.revoked_at.is_(None))
    rows = (
        select(Seat)
        .join(Committee, Committee.id == Seat.committee_id)
        .where(Committee.place_id == place_id, Seat.user_id.is_(None), Seat.ended_at.is_(None))
        .where(Seat.id.not_in(invited))
    )
    return db.session.scalars(rows.order_by(Seat.id)).all()


def invitation(invitation_id: int) -> Invitation:
    found = db.session.get(Invitation, invitation_id)
    if found is None:
        raise InvitationUnknown()
    return found


def managed_invitation(actor: Actor, invitation_id: int) -> tuple[Invitation, Place]:
    found = invitation(invitation_id)
    place = places.place(found.place_id)
    require(actor, "invitation.manage", place.scope)
    return found, place


def invitations(place_id: int, *, most: int = 500) -> Sequence[Invitation]:
    """The newest first."""
    rows = select(Invitation).where(Invitation.place_id == place_id)
    return db.session.scalars(rows.order_by(Invitation.id.desc()).limit(most)).all()


def terms(found: Invitation) -> InvitationTerms:
    return InvitationTerms(
        found.uses_allowed, found.uses, found.expires_at, found.revoked_at is not None, found.address
    )


def has_used(invitation_id: int, user_id: int) -> bool:
    rows = select(InvitationUse.id).where(
        InvitationUse.invitation_id == invitation_id, InvitationUse.user_id == user_id
    )
    return db.session.scalar(rows) is not None


def seats_by_id(ids: Sequence[int]) -> dict[int, Seat]:
    return {seat.id: seat for seat in db.session.scalars(select(Seat).where(Seat.id.in_(ids)))}
