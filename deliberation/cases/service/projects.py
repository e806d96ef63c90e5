"""A case as a project: who leads it on both sides, what is due when, and what is measured. The handler keeps it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from deliberation.cases import queries, rules
from deliberation.cases.ground import by_name, lock, record, refuse
from deliberation.cases.models import Case, Measure, Milestone, ProjectLead, Reading
from deliberation.cases.rules import Side
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.matters.queries import interested_user_ids
from deliberation.people.access import Actor, require


def _hold(actor: Actor, case_id: int) -> tuple[Case, Matter]:
    """The case, locked, for its handler while it is in hand."""
    case, matter, place = lock(case_id)
    require(actor, "case.handle", place.scope)
    has_interest = actor.user_id in interested_user_ids(case.matter_id)
    is_handler = case.handler_id == actor.user_id
    refuse(rules.refusal_to_handle(state=case.state, is_handler=is_handler, has_interest=has_interest))
    return case, matter


def name_lead(actor: Actor, case_id: int, *, side: Side, name: str, office: str, now: datetime) -> ProjectLead:
    """Say who leads on one side; whoever did before stays in the record."""
    case, matter = _hold(actor, case_id)
    current = {lead.side: lead for lead in queries.leads(case.id)}
    other = Side.contractor if side is Side.client else Side.client
    refuse(rules.refusal_to_name(name=name, other=current[other].name if other in current else ""))
    if side in current:
        current[side].ended_at = now
        db.session.flush()  # One current lead a side: the old one ends before the new one begins.
    lead = ProjectLead(case_id=case.id, side=side, name=name, office=office, named_at=now)
    db.session.add(lead)
    data = {"side": str(side), "name": name, "office": office}
    matters.add_entry(matter, "project.led", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("project.led", case, now=now, side=str(side))
    return lead


def add_milestone(actor: Actor, case_id: int, *, title: str, due_on: date, now: datetime) -> Milestone:
    case, _matter = _hold(actor, case_id)
    milestone = Milestone(case_id=case.id, title=title, due_on=due_on)
    db.session.add(milestone)
    db.session.flush()
    record("project.planned", case, now=now, milestone=milestone.id, due_on=due_on.isoformat())
    return milestone


def reach_milestone(actor: Actor, milestone_id: int, *, reached_on: date, now: datetime) -> Milestone:
    milestone = db.session.get(Milestone, milestone_id)
    if milestone is None:
        raise NotFound()
    case, matter = _hold(actor, milestone.case_id)
    if milestone.reached_on is not None:
        raise rules.MilestoneReached()
    milestone.reached_on = reached_on
    data = {"title": milestone.title, "reached_on": reached_on.isoformat(), "due_on": milestone.due_on.isoformat()}
    matters.add_entry(matter, "project.reached", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("project.reached", case, now=now, milestone=milestone.id)
    return milestone


def add_measure(
    actor: Actor, case_id: int, *, name: str, unit: str, baseline: str, baseline_on: date, target: str, now: datetime
) -> Measure:
    """What will be measured: from ``baseline`` (read off on ``baseline_on``) to ``target``, both in ``unit``."""
    case, _matter = _hold(actor, case_id)
    measure = Measure(
        case_id=case.id,
        name=name,
        unit=unit,
        baseline=str(rules.number_of(baseline)),
        baseline_on=baseline_on,
        target=str(rules.number_of(target)),
    )
    db.session.add(measure)
    db.session.flush()
    record("measure.set", case, now=now, measure=measure.id)
    return measure


def record_reading(actor: Actor, measure_id: int, *, value: str, read_on: date, now: datetime) -> Reading:
    measure = db.session.scalar(select(Measure).where(Measure.id == measure_id))
    if measure is None:
        raise NotFound()
    case, matter = _hold(actor, measure.case_id)
    number = rules.number_of(value)
    reading = Reading(
        measure_id=measure.id, value=str(number), read_on=read_on, recorded_by_id=case.handler_id, recorded_at=now
    )
    db.session.add(reading)
    data = {"name": measure.name, "value": str(number), "unit": measure.unit, "read_on": read_on.isoformat()}
    matters.add_entry(matter, "measure.read", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("measure.read", case, now=now, measure=measure.id, value=str(number))
    return reading
