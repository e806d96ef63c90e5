"""Lists of cases."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from deliberation.cases.models import Case
from deliberation.cases.queries.assignments import has_part
from deliberation.cases.queries.cases import (
    MOST_LINES,
    held_places,
    office_name,
)
from deliberation.cases.rules import CaseState
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places.models import Place


@dataclass(frozen=True)
class Line:
    """A case in a list, with its matter."""

    case: Case
    matter: Matter
    handler_name: str
    is_mine: bool


def _mine_or_watched(actor: Actor) -> ColumnElement[bool]:
    watched = held_places(actor, Role.liaison, Role.supervisor, Role.park_manager)
    return or_(Case.handler_id == actor.user_id, has_part(actor), watched)


def list_for(actor: Actor, *, is_closed: bool) -> list[Line]:
    """The actor's own cases and those of the places the actor watches over, the most urgent first."""
    rows = db.session.execute(
        select(Case, Matter, User)
        .join(Matter, Matter.id == Case.matter_id)
        .join(Place, Place.id == Case.place_id)
        .join(User, User.id == Case.handler_id)
        .where(_mine_or_watched(actor))
        .where(Case.state == CaseState.closed if is_closed else Case.state != CaseState.closed)
        .order_by(func.coalesce(Case.due_at, Case.approval_due_at), Case.id)
        .limit(MOST_LINES)
    )
    return [Line(each, matter, office_name(user), each.handler_id == actor.user_id) for each, matter, user in rows]
