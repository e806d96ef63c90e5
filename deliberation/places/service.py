"""Places: made by administrators and by the demo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from deliberation.kernel.database import db
from deliberation.places.models import Place, PlaceKind, Unit, UnitKind
from deliberation.places.rules import read_colour

DETAILS = (
    "name", "address", "description", "contact_name", "contact_phone", "contact_hours", "spots", "colour", "emblem",
)  # fmt: skip


def create_place(
    *, code: str, name: str, plate: str, kind: PlaceKind, parent: Place | None = None, **details: str
) -> Place:
    """Add a place below ``parent``; ``details`` are the texts of the model (address, contact_name, spots …).

    Raises rules.NoColour and rules.TooPale. Everybody finds it, unless it stands in one that is hidden.
    """
    details["colour"] = read_colour(details.get("colour", ""))
    place = Place(code=code, name=name, plate=plate, kind=kind, parent_id=parent.id if parent else None, **details)
    place.hidden_since = parent.hidden_since if parent else None
    db.session.add(place)
    db.session.flush()  # The path holds the place's own id.
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    return place


def describe_place(place_id: int, details: dict[str, str]) -> Place:
    """Change the texts of ``DETAILS``; the code, the plate and the place above stay for good.

    Raises rules.NoColour and rules.TooPale.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    for name in DETAILS:
        setattr(place, name, details[name])
    place.colour = read_colour(details["colour"])
    return place


def set_emblem_picture(place_id: int, file_name: str) -> str:
    """A picture of the place's own is its emblem, "" for the sign again; return the picture nobody can put back now."""
    place = db.session.get_one(Place, place_id, with_for_update=True, populate_existing=True)
    forgotten = place.emblem_picture_before
    place.emblem_picture_before, place.emblem_picture = place.emblem_picture, file_name
    return forgotten


def put_emblem_picture_back(place_id: int) -> Place:
    """What it was before the last change; once more, and it is as it was."""
    place = db.session.get_one(Place, place_id, with_for_update=True, populate_existing=True)
    place.emblem_picture, place.emblem_picture_before = place.emblem_picture_before, place.emblem_picture
    return place


def open_place(place: Place) -> bool:
    """From now on everybody finds it and what stands in it; ``False`` when it was open already."""
    return _set_hidden(place, None)


def hide_place(place: Place, *, since: datetime) -> None:
    """It is being set up: it and what stands in it are found by its administrators alone."""
    _set_hidden(place, since)


def _set_hidden(place: Place, since: datetime | None) -> bool:
    changes = (place.hidden_since is None) is not (since is None)
    for each in db.session.scalars(select(Place).where(Place.path.startswith(place.path, autoescape=True))):
        each.hidden_since = since
    return changes


def create_unit(*, place: Place, kind: UnitKind, label: str) -> Unit:
    unit = Unit(place_id=place.id, kind=kind, label=label)
    db.session.add(unit)
    db.session.flush()  # A seat holds the id.
    return unit


def remove_units(unit_ids: Collection[int]) -> None:
    """Units that were made by mistake; the database refuses while a seat is theirs."""
    db.session.execute(delete(Unit).where(Unit.id.in_(unit_ids)))


def remove_places(place_ids: Collection[int]) -> None:
    """Places that were made by mistake; the database refuses while anything stands in them."""
    db.session.execute(delete(Place).where(Place.id.in_(place_ids)))
