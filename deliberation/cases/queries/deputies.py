"""What concerns a deputy about cases: who passes on and presses has a desk too, and answers nothing (domain.md C5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from deliberation.cases.models import Case, Demand, Suggestion
from deliberation.cases.queries.cases import IN_HAND, MOST_LINES, held_places
from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.places.models import Place


def deputy_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """The deputy's own suggestions and what they have passed on, until it is answered; then what is overdue in the
    places of their station. Each matter once; three statements, and none for anybody else.
    """
    if not any(grant.role is Role.deputy for grant in actor.grants):
        return []
    lines = [*_suggested(actor), *_passed_on(actor), *_overdue(actor, now)]
    return list({line.number: line for line in reversed(lines)}.values())


def _line(matter: Matter, task: str, due_at: datetime | None) -> DeskLine:
    """It leads to the page that everybody reads: the case's own page is for whoever handles it."""
    return DeskLine(matter.step, matter.number, matter.plate, matter.title, task, due_at, f"/matters/{matter.number}")


def _suggested(actor: Actor) -> list[DeskLine]:
    """To be forwarded in working days, then answered in months (domain.md B8)."""
    rows = db.session.execute(
        select(Suggestion, Matter, Case.due_at)
        .join(Matter, Matter.id == Suggestion.matter_id)
        .outerjoin(Case, (Case.matter_id == Matter.id) & Case.state.in_(IN_HAND))
        .where(Suggestion.deputy_id == actor.user_id, Matter.closed_at.is_(None))
        .where(Suggestion.forwarded_at.is_(None) | Case.id.is_not(None))
        .order_by(Suggestion.id)
        .limit(MOST_LINES)
    )
    return [
        _line(matter, "await_forward", suggestion.forward_by)
        if suggestion.forwarded_at is None
        else _line(matter, "await_reply", due_at)
        for suggestion, matter, due_at in rows
    ]


def _passed_on(actor: Actor) -> list[DeskLine]:
    """What they took in from somebody, at a reception or on a visit, until the one who was given it has answered."""
    heard = exists().where(Demand.matter_id == Matter.id, Demand.taken_by_id == actor.user_id)
    rows = db.session.execute(
        select(Matter, Case)
        .outerjoin(Case, (Case.matter_id == Matter.id) & Case.state.in_(IN_HAND))
        .where(Matter.closed_at.is_(None), heard, Case.id.is_not(None) | (Matter.holder_task == "dispatch"))
        .order_by(Matter.id)
        .limit(MOST_LINES)
    )
    return [
        _line(matter, "await_forward", matter.holder_due_at)
        if case is None
        else _line(matter, "await_reply", case.due_at)
        for matter, case in rows
    ]


def _overdue(actor: Actor, now: datetime) -> list[DeskLine]:
    """What anybody may see to be late in the places of their station."""
    rows = db.session.execute(
        select(Matter, Case.due_at)
        .join(Case, Case.matter_id == Matter.id)
        .join(Place, Place.id == Case.place_id)
        .where(Case.state.in_(IN_HAND), Case.due_at < now, Case.paused_at.is_(None), Case.is_private.is_(False))
        .where(held_places(actor, Role.deputy))
        .order_by(Case.due_at, Case.id)
        .limit(MOST_LINES)
    )
    return [_line(matter, "press_handler", due_at) for matter, due_at in rows]
