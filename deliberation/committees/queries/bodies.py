"""Bodies and their charters, the present ones and those a newer one has replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from sqlalchemy import select

from deliberation.committees.models import Committee, PastCharter
from deliberation.committees.rules import Charter, CommitteeKind
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.places.models import Place

_PLAIN = [each.name for each in fields(Charter) if each.name not in ("quorum", "threshold")]
_SHARES = [f"{name}_{part}" for name in ("quorum", "threshold") for part in ("numerator", "denominator")]


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


def nearest_of_kind(kind: CommitteeKind, place: Place) -> Committee | None:
    """The body of this kind that answers for a place: its own, else that of the nearest place above."""
    rows = (
        select(Committee)
        .join(Place, Place.id == Committee.place_id)
        .where(Committee.kind == kind, Committee.place_id.in_(place.scope))
        .order_by(Place.path.desc(), Committee.id)
    )
    found = {body.place_id: body for body in reversed(db.session.scalars(rows).all())}
    return next((found[place_id] for place_id in reversed(place.scope) if place_id in found), None)


def charter_of(body: Committee) -> Charter:
    """The charter in force."""
    return Charter.of_columns({name: getattr(body, name) for name in [*_PLAIN, *_SHARES]})


def charter_at(body: Committee, version: int) -> Charter:
    """The charter of that number, which a newer one may have replaced."""
    if version == body.charter_version:
        return charter_of(body)
    rows = select(PastCharter.terms).where(PastCharter.committee_id == body.id, PastCharter.version == version)
    terms = db.session.scalar(rows)
    if terms is None:
        raise NotFound()
    return Charter.of_columns(terms)


def past_charters(committee_id: int) -> Sequence[PastCharter]:
    """What stood before the present charter, the newest first."""
    rows = select(PastCharter).where(PastCharter.committee_id == committee_id)
    return db.session.scalars(rows.order_by(PastCharter.version.desc())).all()
