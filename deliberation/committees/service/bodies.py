"""Making bodies, naming them, and the charters they adopt one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from deliberation.audit import service as audit
from deliberation.committees import queries, rules
from deliberation.committees.models import Committee, PastCharter, Seat
from deliberation.committees.rules import Charter, CommitteeKind
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places.models import Place


def create_committee(*, place: Place, kind: CommitteeKind, name: str, **charter: Any) -> Committee:
    """A body of ``place``; ``charter`` is the model's plain columns (rule_kind, quorum_numerator, notice days …)."""
    committee = Committee(place_id=place.id, kind=kind, name=name, **charter)
    db.session.add(committee)
    db.session.flush()  # Seats need the id.
    return committee


def set_up_committee(
    actor: Actor, *, place_id: int, kind: CommitteeKind, name: str, venue: str, charter: Charter, now: datetime
) -> Committee:
    """A new body of a place without seats; raise ``Unfit`` when its charter is none or its name is taken."""
    place = _lock_place(actor, place_id)
    adopted = rules.adopted(charter, kind=kind)
    if queries.is_name_taken(place.id, name):
        raise rules.NameTaken("name", name=name)
    body = create_committee(place=place, kind=kind, name=name, venue=venue, **adopted.columns())
    data = {"committee": body.id, "place": place.id, "kind": kind, "name": name, "charter": adopted.columns()}
    audit.record("committee.created", {**data, "version": 1, "by": actor.user_id}, now=now)
    return body


def change_committee(
    actor: Actor, *, committee_id: int, name: str, venue: str, charter: Charter, now: datetime
) -> Committee:
    """Change name, venue and charter. A changed charter gets the next number, and the one before is kept.

    Meetings that have been called and votes that are prepared stay under the charter they were given.
    """
    body = queries.committee(committee_id)
    _lock_place(actor, body.place_id)
    db.session.refresh(body, with_for_update=True)
    adopted = rules.adopted(charter, kind=body.kind)
    if queries.is_name_taken(body.place_id, name, but=body.id):
        raise rules.NameTaken("name", name=name)
    if (body.name, body.venue) != (name, venue):
        body.name, body.venue = name, venue
        audit.record("committee.described", {"committee": body.id, "name": name, "by": actor.user_id}, now=now)
    if queries.charter_of(body) != adopted:
        _adopt(actor, body, adopted, now=now)
    return body


def _adopt(actor: Actor, body: Committee, charter: Charter, *, now: datetime) -> None:
    past = PastCharter(
        committee_id=body.id,
        version=body.charter_version,
        terms=queries.charter_of(body).columns(),
        replaced_at=now,
        replaced_by_id=actor.user_id,
    )
    db.session.add(past)
    body.charter_version += 1
    for column, value in charter.columns().items():
        setattr(body, column, value)
    data = {"committee": body.id, "version": body.charter_version, "charter": charter.columns(), "by": actor.user_id}
    audit.record("charter.changed", data, now=now)


def remove_committee(actor: Actor, *, committee_id: int, now: datetime) -> None:
    """A body that was set up by mistake, with its seats; the database refuses once it has met or voted."""
    body = queries.committee(committee_id)
    _lock_place(actor, body.place_id)
    data = {"committee": body.id, "place": body.place_id, "name": body.name, "by": actor.user_id}
    for model in (Seat, PastCharter):
        db.session.execute(delete(model).where(model.committee_id == body.id))
    db.session.delete(body)
    db.session.flush()
    audit.record("committee.removed", data, now=now)


def _lock_place(actor: Actor, place_id: int) -> Place:
    """Two bodies of one place cannot take the same name at the same moment."""
    place = db.session.get(Place, place_id, with_for_update=True)
    if place is None:
        raise NotFound()
    access.require(actor, "committees.administer", place.scope)
    return place
