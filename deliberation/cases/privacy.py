"""A private matter's cases are left out with it, in whatever list (``matters.privacy``)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from deliberation.cases.models import Case
from deliberation.matters import privacy
from deliberation.people.access import Actor


def readable(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case``: public, or of a private matter that is this person's to see."""
    if not actor.is_signed_in:
        return Case.is_private.is_(False)
    return or_(Case.is_private.is_(False), Case.matter_id.in_(privacy.private_ids(actor)))


privacy.guard(Case, readable)
