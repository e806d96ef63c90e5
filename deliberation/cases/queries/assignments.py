"""Who was asked to lead or to assist, and whose a place is in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, false, or_, select

from deliberation.cases.models import Assignment, Case, Chief
from deliberation.cases.queries.cases import MOST_LINES, office_name
from deliberation.cases.rules import LIVE, MEETINGS, AssignmentState
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.people.access import Actor
from deliberation.people.models import Organisation, User
from deliberation.people.queries import organisations_by_id, users_by_id
from deliberation.places.models import Place
from deliberation.places.queries import places_by_id

ALIVE = tuple(LIVE)


def assignment(assignment_id: int) -> Assignment:
    found = db.session.get(Assignment, assignment_id)
    if found is None:
        raise NotFound()
    return found


def assignments(case_id: int) -> Sequence[Assignment]:
    """Leads and assistants, in the order in which they were asked."""
    return db.session.scalars(select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id)).all()


def open_lead(rows: Sequence[Assignment]) -> Assignment | None:
    """Whose acceptance as the lead is awaited."""
    return next((row for row in rows if row.is_lead and row.state is AssignmentState.offered), None)


def has_part(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case``: the actor was asked to lead or to assist, and it has not ended."""
    return _live_part(actor).correlate(Case)


def _live_part(actor: Actor) -> Exists:
    rows = select(Assignment.id).where(Assignment.case_id == Case.id, Assignment.handler_id == actor.user_id)
    return rows.where(Assignment.state.in_(ALIVE)).exists()


@dataclass(frozen=True)
class AssignmentLine:
    """A part in a case with names; ``is_mine`` is the actor's own."""

    row: Assignment
    name: str
    unit: Organisation | None
    is_mine: bool


def assignment_lines(rows: Sequence[Assignment], actor: Actor) -> list[AssignmentLine]:
    """Two statements, however many rows."""
    people, units = users_by_id(row.handler_id for row in rows), organisations_by_id(row.unit_id for row in rows)
    return [
        AssignmentLine(
            row, office_name(people.get(row.handler_id)), units.get(row.unit_id or 0), row.handler_id == actor.user_id
        )
        for row in rows
    ]


def ever_handled_by(case_id: int) -> frozenset[int]:
    """Who has led or assisted: none of them closes the case (C5)."""
    rows = select(Assignment.handler_id).where(Assignment.case_id == case_id)
    return frozenset(db.session.scalars(rows.where(Assignment.state != AssignmentState.returned)))


def waiting_too_long(now: datetime) -> Sequence[int]:
    """Matters whose time to be dispatched is over, where some place above has a chief."""
    held = db.session.scalars(select(Chief.place_id).where(Chief.ended_at.is_(None))).all()
    below = or_(false(), *(Place.path.contains(f"/{place_id}/", autoescape=True) for place_id in held))
    rows = select(Matter.id).join(Place, Place.id == Matter.place_id).where(Matter.holder_task == "dispatch", below)
    return db.session.scalars(
        rows.where(Matter.holder_due_at < now, Matter.closed_at.is_(None)).limit(MOST_LINES)
    ).all()


@dataclass(frozen=True)
class Hearing:
    """The meeting of a case's level: ``meeting`` ``None`` while none has it on its agenda, ``is_heard`` once it had."""

    kind: CommitteeKind
    meeting: Meeting | None
    is_heard: bool


def hearing(matter_id: int, level: int) -> Hearing | None:
    """``None`` at level 1, which needs no meeting."""
    kind = MEETINGS.get(level)
    if kind is None:
        return None
    request = meetings.agenda_request(matter_id, kind)
    item = db.session.get(AgendaItem, request.item_id) if request is not None and request.item_id else None
    meeting = db.session.get(Meeting, item.meeting_id) if item is not None else None
    return Hearing(kind, meeting, request is not None and request.done_at is not None)


def is_heard(matter_id: int, kind: CommitteeKind) -> bool:
    request = meetings.agenda_request(matter_id, kind)
    return request is not None and request.done_at is not None


def chief_of(scope: Sequence[int]) -> User | None:
    """The chief of the place, else of the nearest place above that has one."""
    rows = select(Chief.place_id, User).join(User, User.id == Chief.user_id)
    found = db.session.execute(rows.where(Chief.place_id.in_(scope), Chief.ended_at.is_(None), User.active)).all()
    depth = {place_id: number for number, place_id in enumerate(scope)}
    return max(found, key=lambda row: depth[row.place_id]).User if found else None


def current_chief(place_id: int) -> Chief | None:
    return db.session.scalar(
        select(Chief).where(Chief.place_id == place_id, Chief.ended_at.is_(None)).with_for_update()
    )


def chiefs() -> list[tuple[Place, User]]:
    """Every place that has one, from the top."""
    rows = db.session.scalars(select(Chief).where(Chief.ended_at.is_(None))).all()
    places, people = places_by_id(row.place_id for row in rows), users_by_id(row.user_id for row in rows)
    return sorted(((places[row.place_id], people[row.user_id]) for row in rows), key=lambda pair: pair[0].path)
