"""What each office has to do about cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from deliberation.cases.models import Assignment, Case, ExtensionRequest, PointAppeal, PointEntry
from deliberation.cases.queries.cases import (
    IN_HAND,
    MOST_LINES,
    held_places,
)
from deliberation.cases.queries.deputies import deputy_lines
from deliberation.cases.rules import LIVE, AssignmentState, CaseState, ExtensionState, HandOver
from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.places.models import Place


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """What the actor has to do about cases: sixteen statements at most, whatever the number of cases."""
    return [
        *_handler_lines(actor),
        *_asked_lines(actor),
        *_office_lines(actor, now),
        *_extension_lines(actor),
        *_dispatch_lines(actor),
        *_appeal_lines(actor),
        *deputy_lines(actor, now=now),
    ]


def _line(case: Case, matter: Matter, task: str, due_at: datetime | None) -> DeskLine:
    step = 5 if task == "close_case" else 4
    return DeskLine(step, matter.number, matter.plate, matter.title, task, due_at, f"/cases/{case.id}")


def task_of_handler(case: Case) -> tuple[str, datetime | None]:
    """What the handler has to do next, and until when: a code of matters.wording.HOLDER_TASKS."""
    if case.paused_until is not None:
        return "paused", case.paused_until
    if case.state is CaseState.assigned:
        return ("recheck" if case.times_reopened else "contact"), case.contact_due_at
    return ("follow_up" if case.promised_on else "handle"), case.due_at


def _handler_lines(actor: Actor) -> list[DeskLine]:
    if actor.user_id is None:
        return []
    rows = db.session.execute(
        select(Case, Matter)
        .join(Matter, Matter.id == Case.matter_id)
        .where(Case.handler_id == actor.user_id, Case.state.in_(IN_HAND))
        .order_by(Case.due_at)
        .limit(MOST_LINES)
    )
    return [_line(case, matter, *task_of_handler(case)) for case, matter in rows]


def _asked_lines(actor: Actor) -> list[DeskLine]:
    """What the actor was asked to lead, while another leads meanwhile, and what to assist with."""
    if actor.user_id is None:
        return []
    awaits = Assignment.is_lead & (Assignment.state == AssignmentState.offered) & (Case.handler_id != actor.user_id)
    rows = db.session.execute(
        select(Assignment, Case, Matter)
        .join(Case, Case.id == Assignment.case_id)
        .join(Matter, Matter.id == Case.matter_id)
        .where(Assignment.handler_id == actor.user_id, Assignment.state.in_(tuple(LIVE)), Case.state.in_(IN_HAND))
        .where(or_(awaits, Assignment.is_lead.is_(False)))
        .order_by(Assignment.id)
        .limit(MOST_LINES)
    )
    return [
        _line(case, matter, "accept_case", asked.answer_by)
        if asked.is_lead
        else _line(case, matter, "assist", asked.due_at)
        for asked, case, matter in rows
    ]


def _office_lines(actor: Actor, now: datetime) -> list[DeskLine]:
    """For the liaison: approvals to obtain, what was handed back, cases to close; for the supervisor: who is to lead,
    and what is overdue.
    """
    liaison, supervisor = _places_of(actor, Role.liaison), _places_of(actor, Role.supervisor)
    in_hand = Case.state.in_(IN_HAND)
    due = func.coalesce(Case.due_at, Case.approval_due_at)
    asked: list[tuple[list[int], Any, Any]] = [
        (liaison, Case.state == CaseState.external_approval_pending, Case.approval_due_at),
        (liaison, Case.looked_back_at.is_not(None) & (Case.state != CaseState.closed), due),
        (liaison, in_hand & (Case.hand_over == HandOver.returned), due),
        (supervisor, in_hand & (Case.hand_over == HandOver.disputed), due),
        (supervisor, in_hand & (Case.due_at < now) & Case.paused_at.is_(None), Case.due_at),
    ]
    found = {row[0].id: row for place_ids, stands, key in asked for row in _some(place_ids, stands, key)}
    return [_line(case, matter, *_office_task(case, matter, place, actor)) for case, matter, place in found.values()]


def _extension_lines(actor: Actor) -> list[DeskLine]:
    """For the supervisor: who asks for more time, until the day it is asked for."""
    place_ids = _places_of(actor, Role.supervisor)
    if not place_ids:
        return []
    rows = db.session.execute(
        select(ExtensionRequest, Case, Matter)
        .join(Case, Case.id == ExtensionRequest.case_id)
        .join(Matter, Matter.id == Case.matter_id)
        .where(ExtensionRequest.state == ExtensionState.open, ExtensionRequest.asked_by_id != actor.user_id)
        .where(Case.place_id.in_(place_ids), Case.state.in_(IN_HAND))
        .order_by(ExtensionRequest.due_at, ExtensionRequest.id)
        .limit(MOST_LINES)
    )
    return [_line(case, matter, "decide_extension", request.due_at) for request, case, matter in rows]


def _places_of(actor: Actor, role: Role) -> list[int]:
    held = {grant.place_id for grant in actor.grants if grant.role is role}
    return [place.id for place in places.all_places() if None in held or held & set(place.scope)] if held else []


def _some(place_ids: list[int], stands: ColumnElement[bool], key: Any) -> Sequence[Row[Case, Matter, Place]]:
    """The first of the cases that stand so in these places; each such statement goes by an index of its own."""
    if not place_ids:
        return []
    rows = (
        select(Case, Matter, Place)
        .join(Matter, Matter.id == Case.matter_id)
        .join(Place, Place.id == Case.place_id)
        .where(Case.place_id.in_(place_ids), stands)
        .order_by(key, Case.id)
        .limit(MOST_LINES)
    )
    return db.session.execute(rows).all()


def _office_task(case: Case, matter: Matter, place: Place, actor: Actor) -> tuple[str, datetime | None]:
    if case.state in IN_HAND and case.hand_over is HandOver.disputed and actor.may("case.decide_lead", place.scope):
        return "decide_lead", case.hand_over_due_at
    if case.state in IN_HAND and case.hand_over is HandOver.returned and actor.may("case.dispatch", place.scope):
        return "dispatch_again", case.hand_over_due_at
    if case.state is CaseState.external_approval_pending:
        return "obtain_approval", case.approval_due_at
    if case.looked_back_at is not None:
        return "close_case", matter.holder_due_at
    return "press_handler", case.due_at


def _dispatch_lines(actor: Actor) -> list[DeskLine]:
    rows = db.session.scalars(
        select(Matter)
        .join(Place, Place.id == Matter.place_id)
        .where(Matter.holder_task == "dispatch", Matter.closed_at.is_(None))
        .where(held_places(actor, Role.liaison, Role.park_manager))
        .order_by(Matter.holder_due_at)
        .limit(MOST_LINES)
    )
    return [
        DeskLine(4, m.number, m.plate, m.title, "dispatch", m.holder_due_at, f"/cases/dispatch?matter={m.number}")
        for m in rows
    ]


def _appeal_lines(actor: Actor) -> list[DeskLine]:
    """What a contractor says against a deduction, for the supervisor; whoever took the points off does not decide."""
    if not any(grant.role is Role.supervisor for grant in actor.grants):
        return []
    rows = db.session.execute(
        select(PointEntry, Matter)
        .join(PointAppeal, PointAppeal.entry_id == PointEntry.id)
        .join(Case, Case.id == PointEntry.case_id)
        .join(Matter, Matter.id == Case.matter_id)
        .join(Place, Place.id == Case.place_id)
        .where(PointAppeal.decided_at.is_(None), PointEntry.recorded_by_id != actor.user_id)
        .where(held_places(actor, Role.supervisor))
        .order_by(PointAppeal.id)
        .limit(MOST_LINES)
    )
    return [
        DeskLine(
            4, m.number, m.plate, m.title, "decide_appeal", None,
            f"/cases/contractors/{entry.contractor_id}?year={entry.year}",
        )
        for entry, m in rows
    ]  # fmt: skip


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """The handler's own cases and what was asked of them, for the home page; two statements."""
    return [
        Need(line.step, line.title, line.due_at, line.url, "cases/_need.html", {"task": line.task, "plate": line.plate})
        for line in [*_asked_lines(actor), *_handler_lines(actor)][:3]
    ]
