"""Taking a step back, or the whole: what it made goes, unless somebody uses it by now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.committees import service as committees
from deliberation.kernel.database import db
from deliberation.notifications import service as notifications
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.places import service as place_service
from deliberation.setup import queries, rules
from deliberation.setup.models import Invitation, Setup, SetupStep
from deliberation.setup.rules import StepKind
from deliberation.setup.service.invitations import delivery_key
from deliberation.setup.service.steps import locked


def undo_step(actor: Actor, *, setup_id: int, step: StepKind, now: datetime) -> None:
    found = locked(actor, setup_id)
    if found.is_over:
        raise rules.SetupOver()
    row = queries.steps([found.id])[found.id].get(step)
    if row is None:
        raise rules.NothingToUndo()
    _undo(actor, found, row, now=now)


def undo_all(actor: Actor, *, setup_id: int, now: datetime) -> None:
    """Every step, the last one first. Where one cannot go any more, nothing is undone."""
    found = locked(actor, setup_id)
    if found.undone_at is not None:
        return
    done = queries.steps([found.id])[found.id]
    for step in reversed(StepKind):
        if step in done:
            _undo(actor, found, done[step], now=now)
    found.undone_at = now
    audit.record("setup.undone", {"setup": found.id, "by": actor.user_id}, now=now)


def _undo(actor: Actor, found: Setup, row: SetupStep, *, now: datetime) -> None:
    """Delete what the step made. What else points there says so itself: the database refuses, and all of it stays."""
    made, step = row.made, row.kind
    place_id = found.place_id
    try:
        with db.session.begin_nested():
            db.session.delete(row)
            if step is StepKind.place:
                found.place_id = None
                db.session.flush()
            if made.get("invitations"):
                notifications.take_back_direct([delivery_key(each) for each in made["invitations"]])
                db.session.execute(delete(Invitation).where(Invitation.id.in_(made["invitations"])))
            for committee_id in made.get("committees", []):
                committees.remove_committee(actor, committee_id=committee_id, now=now)
            if step is StepKind.invitations and place_id is not None:
                _hide(actor, place_id, now=now)
            place_service.remove_units(made.get("units", []))
            place_service.remove_places(made.get("places", []))
    except IntegrityError as error:
        raise rules.StillUsed() from error
    data = {"setup": found.id, "place": place_id, "step": step, "made": made, "by": actor.user_id}
    audit.record("setup.step_undone", data, now=now)


def _hide(actor: Actor, place_id: int, *, now: datetime) -> None:
    """As before its last step: found by its administrators alone. Not when people know it by now."""
    place = places.place(place_id)
    if place.hidden_since is not None or queries.is_open_to_people(place.id):
        return
    if queries.is_lived_in(places.ids_within(place)):
        raise rules.StillUsed()
    place_service.hide_place(place, since=now)
    audit.record("place.hidden", {"place": place.id, "by": actor.user_id}, now=now)
