"""A place that is being set up: until its last step opens it, only its administrators find it, in no matter what list.

Like a private matter it is not left to each query (``matters.privacy``): every SELECT of a place that a person reads by
leaves it out, so the home page, lists, forms, feeds and calendars know nothing of it, and by its code it is not found.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from deliberation.matters import privacy
from deliberation.people.access import ACTIONS, Actor
from deliberation.places.models import Place


def seen(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Place``: open, or this person's to administer, or one in which the person holds an office."""
    administered = {grant.place_id for grant in actor.grants if grant.role in ACTIONS["places.administer"]}
    if None in administered:
        return true()
    office = {grant.place_id for grant in actor.grants} - administered
    found: list[ColumnElement[bool]] = [Place.hidden_since.is_(None)]
    found += [Place.path.contains(f"/{place_id}/", autoescape=True) for place_id in administered]
    found += [Place.id == place_id for place_id in office if place_id is not None]
    return or_(*found)


privacy.guard(Place, seen)
