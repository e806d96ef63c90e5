"""Lists of cases: whose, how they stand, where; page after page by key, so that the last costs what the first does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, tuple_, union

from deliberation.cases.models import Assignment, Case
from deliberation.cases.queries.cases import IN_HAND, office_name
from deliberation.cases.rules import LIVE, CaseFilter, CaseState
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place

PAGE = 20
WATCHING = (Role.liaison, Role.supervisor, Role.park_manager)
ANSWERED = (CaseState.replied, CaseState.look_back)


@dataclass(frozen=True)
class Line:
    """A case in a list, with its matter. ``until`` is what the list goes by: when it is due, or was closed."""

    case: Case
    matter: Matter
    handler_name: str
    is_mine: bool
    until: datetime


@dataclass(frozen=True)
class CaseList:
    """``cursor`` is where the next page begins; ``watched`` are the places the person may choose among."""

    lines: Sequence[Line]
    cursor: str
    watched: Sequence[Place]


def watched_places(actor: Actor) -> list[Place]:
    """The places the person watches over; one statement."""
    held = {grant.place_id for grant in actor.grants if grant.role in WATCHING}
    return [place for place in places.all_places() if None in held or held & set(place.scope)] if held else []


def list_for(
    actor: Actor, *, chosen: CaseFilter, is_mine: bool, now: datetime, place_id: int | None = None, after: str = ""
) -> CaseList:
    """One page: the person's own cases, or those of the places watched over (of ``place_id`` alone); two statements.

    The most urgent first, what is closed the newest first. ``after`` is the cursor of the page before.
    """
    watched = watched_places(actor)
    key = _key(chosen)
    rows = (
        select(Case, Matter, User)
        .join(Matter, Matter.id == Case.matter_id)
        .join(User, User.id == Case.handler_id)
        .where(_stands(chosen, now), _own(actor) if is_mine else _of_places(watched, place_id))
    )
    start = _read_cursor(after)
    if start is not None:
        here, given = tuple_(key, Case.id), tuple_(*start)
        rows = rows.where(here < given if chosen is CaseFilter.closed else here > given)
    order = (key.desc(), Case.id.desc()) if chosen is CaseFilter.closed else (key, Case.id)
    found = db.session.execute(rows.order_by(*order).limit(PAGE + 1)).all()
    lines = [
        Line(case, matter, office_name(user), case.handler_id == actor.user_id, getattr(case, key.key))
        for case, matter, user in found[:PAGE]
    ]
    return CaseList(lines, _cursor(lines[-1]) if len(found) > PAGE else "", watched)


def _key(chosen: CaseFilter) -> Any:
    return {CaseFilter.closed: Case.closed_at, CaseFilter.waits: Case.approval_due_at}.get(chosen, Case.due_at)


def _stands(chosen: CaseFilter, now: datetime) -> ColumnElement[bool]:
    """How the cases stand; each of these goes by an index of its own."""
    if chosen is CaseFilter.closed:
        return Case.state == CaseState.closed
    if chosen is CaseFilter.waits:
        return Case.state == CaseState.external_approval_pending
    if chosen is CaseFilter.answered:
        return Case.state.in_(ANSWERED)
    return (
        Case.state.in_(IN_HAND)
        if chosen is CaseFilter.open
        else and_(Case.state.in_(IN_HAND), Case.due_at < now, Case.paused_at.is_(None))
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    """Handled by the person, or asked of them; two small sets rather than a walk over all cases."""
    led = select(Case.id).where(Case.handler_id == actor.user_id)
    asked = select(Assignment.case_id).where(Assignment.handler_id == actor.user_id, Assignment.state.in_(tuple(LIVE)))
    return Case.id.in_(union(led, asked))


def _of_places(watched: Sequence[Place], place_id: int | None) -> ColumnElement[bool]:
    return Case.place_id.in_([place.id for place in watched if place_id is None or place_id in place.scope])


def _cursor(line: Line) -> str:
    return f"{line.until.isoformat()}_{line.case.id}"


def _read_cursor(after: str) -> tuple[datetime, int] | None:
    """The key that a cursor stands for; ``None`` for the first page, and for what somebody made up."""
    at, _line, case_id = after.partition("_")
    try:
        moment, number = datetime.fromisoformat(at), int(case_id)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo is not None and 0 <= number < 2**31 else None
