"""What pages read about places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.places.models import Place, PlaceKind

# The bare table: a code or a plate is taken by a place that the reader does not find, too (setup.privacy).
EVERY = Place.__table__


def find_place(code: str) -> Place | None:
    """By the code in capitals, as it stands in numbers; people also type it small."""
    return db.session.scalar(select(Place).where(Place.code == code.upper()))


def place_by_code(code: str) -> Place:
    """The same, where there must be one."""
    place = find_place(code)
    if place is None:
        raise NotFound()
    return place


def is_code_taken(code: str) -> bool:
    return db.session.scalar(select(EVERY.c.id).where(EVERY.c.code == code)) is not None


def is_plate_taken(plate: str, *, parent: Place | None) -> bool:
    """Whether a place elsewhere bears it. Below a place its own plate may be borne, and is counted with it."""
    above = parent.scope if parent else ()
    return db.session.scalar(select(EVERY.c.id).where(EVERY.c.plate == plate, EVERY.c.id.not_in(above))) is not None


def codes_taken() -> set[str]:
    return set(db.session.scalars(select(EVERY.c.code)))


def place(place_id: int) -> Place:
    found = db.session.get(Place, place_id)
    if found is None:
        raise NotFound()
    return found


def all_places() -> Sequence[Place]:
    """Every place, the top ones first, each followed by what lies below it."""
    return db.session.scalars(select(Place).order_by(Place.path)).all()


def names_of_buildings(place_id: int) -> Sequence[str]:
    """What the buildings that stand in a place are called."""
    rows = select(Place.name).where(Place.parent_id == place_id, Place.kind == PlaceKind.building)
    return db.session.scalars(rows.order_by(Place.id)).all()


def places_by_id(ids: Iterable[int]) -> dict[int, Place]:
    rows = db.session.scalars(select(Place).where(Place.id.in_(set(ids))))
    return {row.id: row for row in rows}


def emblem_pictures(file_names: Iterable[str]) -> frozenset[str]:
    """Those of ``file_names`` that are the emblem of a place, or were until the last change."""
    wanted = set(file_names)
    rows = db.session.execute(
        select(EVERY.c.emblem_picture, EVERY.c.emblem_picture_before).where(
            EVERY.c.emblem_picture.in_(wanted) | EVERY.c.emblem_picture_before.in_(wanted)
        )
    )
    return frozenset(name for row in rows for name in row if name in wanted)


def ids_within(place: Place) -> Sequence[int]:
    """The place and everything that lies in it."""
    return db.session.scalars(select(Place.id).where(Place.path.startswith(place.path, autoescape=True))).all()
