"""The deadline table: what holds where, and what held before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from deliberation.cases.models import CaseLimit
from deliberation.cases.rules import LIMITS, Limit, SetLimit, limits_in_force
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people.models import User
from deliberation.people.queries import users_by_id
from deliberation.places.models import Place
from deliberation.places.queries import places_by_id

MOST_PAST = 50


def limit_of(row: CaseLimit) -> Limit:
    return Limit(row.value, row.unit, row.basis or LIMITS[row.name].basis)


def _in_force(scope: Sequence[int]) -> Sequence[CaseLimit]:
    rows = select(CaseLimit).where(CaseLimit.ended_at.is_(None), CaseLimit.name.in_(LIMITS))
    return db.session.scalars(rows.where(CaseLimit.place_id.in_(scope) | CaseLimit.place_id.is_(None))).all()


def limits_in(scope: Sequence[int]) -> Mapping[str, Limit]:
    """What holds in the place of ``scope``, by name; one statement."""
    rows = [SetLimit(row.name, row.place_id, limit_of(row)) for row in _in_force(scope)]
    return limits_in_force(rows, scope)


def limit_row(limit_id: int) -> CaseLimit:
    found = db.session.get(CaseLimit, limit_id, with_for_update=True, populate_existing=True)
    if found is None or found.name not in LIMITS:
        raise NotFound()
    return found


def current_limit(name: str, place_id: int | None) -> CaseLimit | None:
    """The row in force for exactly this place, locked; ``None`` where none is set."""
    rows = select(CaseLimit).where(CaseLimit.name == name, CaseLimit.ended_at.is_(None))
    same = CaseLimit.place_id.is_(None) if place_id is None else CaseLimit.place_id == place_id
    return db.session.scalar(rows.where(same).order_by(CaseLimit.id.desc()).limit(1).with_for_update())


@dataclass(frozen=True)
class LimitLine:
    """One limit on the page: what holds everywhere, and where it is otherwise (row, place)."""

    name: str
    limit: Limit
    overrides: Sequence[tuple[CaseLimit, Place, Limit]]


@dataclass(frozen=True)
class PastLimit:
    """A change, newest first: ``place`` ``None`` is everywhere, ``who`` ``None`` is the installation."""

    row: CaseLimit
    limit: Limit
    place: Place | None
    who: User | None


@dataclass(frozen=True)
class LimitsPage:
    lines: Sequence[LimitLine]
    changes: Sequence[PastLimit]


def limits_page() -> LimitsPage:
    """Every limit with its exceptions and the latest changes; a constant number of statements."""
    rows = db.session.scalars(select(CaseLimit).where(CaseLimit.ended_at.is_(None)).order_by(CaseLimit.id)).all()
    changed = select(CaseLimit).where(CaseLimit.reason != "").order_by(CaseLimit.id.desc()).limit(MOST_PAST)
    past = db.session.scalars(changed).all()
    places = places_by_id({row.place_id for row in [*rows, *past] if row.place_id is not None})
    people = users_by_id(row.set_by_id for row in past)
    everywhere = limits_in_force([SetLimit(row.name, row.place_id, limit_of(row)) for row in rows if _known(row)], ())
    lines = [
        LimitLine(
            name,
            limit,
            [(row, places[row.place_id], limit_of(row)) for row in rows if row.name == name and row.place_id],
        )
        for name, limit in everywhere.items()
    ]
    changes = [
        PastLimit(row, limit_of(row), places.get(row.place_id or 0), people.get(row.set_by_id or 0))
        for row in past
        if _known(row)
    ]
    return LimitsPage(lines, changes)


def _known(row: CaseLimit) -> bool:
    """Rows of a limit that the program no longer has stay in the table, and are not shown."""
    return row.name in LIMITS
