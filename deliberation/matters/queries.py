"""What pages and other rooms read about matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import privacy
from deliberation.matters.models import (
    Interest,
    Matter,
    MatterReader,
    Participation,
    ParticipationReason,
    TimelineEntry,
)
from deliberation.people.models import User
from deliberation.people.queries import holders_of_role
from deliberation.places.models import Place


def matter(matter_id: int) -> Matter:
    found = db.session.get(Matter, matter_id)
    if found is None:
        raise NotFound()
    return found


def matter_by_number(number: str) -> Matter:
    found = db.session.scalar(select(Matter).where(Matter.number == number.upper()))
    if found is None:
        raise NotFound()
    return found


def reader_ids(matter: Matter) -> frozenset[int]:
    """Everybody who may read a private matter: whom it concerns, who handles it, and the offices of its place."""
    named = select(MatterReader.user_id, MatterReader.organisation_id).where(MatterReader.matter_id == matter.id)
    rows = db.session.execute(named).all()
    firms = {row.organisation_id for row in rows if row.organisation_id is not None}
    colleagues = db.session.scalars(select(User.id).where(User.organisation_id.in_(firms))) if firms else ()
    place = db.session.get_one(Place, matter.place_id)
    offices = {user.id for role in privacy.OFFICES for user in holders_of_role(role, place.scope)}
    return frozenset({row.user_id for row in rows if row.user_id is not None} | set(colleagues) | offices)


def matters_by_id(ids: Iterable[int]) -> dict[int, Matter]:
    return {row.id: row for row in db.session.scalars(select(Matter).where(Matter.id.in_(set(ids))))}


def timeline(matter_id: int) -> Sequence[TimelineEntry]:
    """Every entry of a matter, oldest first."""
    rows = select(TimelineEntry).where(TimelineEntry.matter_id == matter_id)
    return db.session.scalars(rows.order_by(TimelineEntry.at, TimelineEntry.id)).all()


def reasons_of(matter_id: int, user_id: int) -> Sequence[ParticipationReason]:
    """Why this person hears of the matter, the first reason first."""
    rows = select(Participation.reason).where(Participation.matter_id == matter_id, Participation.user_id == user_id)
    return db.session.scalars(rows.order_by(Participation.id)).all()


def participants(matter_id: int) -> dict[int, list[ParticipationReason]]:
    """Everyone who takes part, with each reason."""
    rows = db.session.execute(
        select(Participation.user_id, Participation.reason)
        .where(Participation.matter_id == matter_id)
        .order_by(Participation.id)
    )
    reasons: dict[int, list[ParticipationReason]] = {}
    for user_id, reason in rows:
        reasons.setdefault(user_id, []).append(reason)
    return reasons


def interested_user_ids(matter_id: int) -> frozenset[int]:
    """Who declared an interest in the matter (R-40)."""
    return frozenset(db.session.scalars(select(Interest.user_id).where(Interest.matter_id == matter_id)))


def interests(matter_id: int) -> Sequence[Interest]:
    return db.session.scalars(select(Interest).where(Interest.matter_id == matter_id).order_by(Interest.id)).all()
