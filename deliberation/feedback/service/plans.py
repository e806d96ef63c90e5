"""Saying how a place wants its matters to be looked back at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.feedback import rules
from deliberation.feedback.models import LookBackPlan
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.people.access import Actor, require
from deliberation.places import queries as places


def set_plan(
    actor: Actor, *, place_id: int, kind: str, days: str, days_to_answer: int, asks_visit: bool, now: datetime
) -> LookBackPlan:
    """For replies still to come; look-backs that are planned stay as they were told. ``days`` is "30, 90"."""
    place = places.place(place_id)
    require(actor, "look_back.plan", place.scope)
    row = select(LookBackPlan).where(LookBackPlan.place_id == place.id, LookBackPlan.kind == kind)
    plan = db.session.scalar(row.with_for_update())
    if plan is None:
        plan = LookBackPlan(place_id=place.id, kind=kind)
        db.session.add(plan)
    plan.days, plan.days_to_answer, plan.asks_visit = list(rules.read_days(days)), days_to_answer, asks_visit
    plan.set_by_id, plan.set_at = actor.user_id or 0, now
    db.session.flush()
    leaf = {
        "place": place.id,
        "kind": kind,
        "days": plan.days,
        "days_to_answer": days_to_answer,
        "asks_visit": asks_visit,
        "by": actor.user_id,
    }
    audit.record("look_back.planned", leaf, now=now)
    return plan


def drop_plan(actor: Actor, plan_id: int, *, now: datetime) -> None:
    """What is said further up, or the usual, holds again."""
    plan = db.session.get(LookBackPlan, plan_id, with_for_update=True)
    if plan is None:
        raise NotFound()
    require(actor, "look_back.plan", places.place(plan.place_id).scope)
    leaf = {"place": plan.place_id, "kind": plan.kind, "days": None, "by": actor.user_id}
    audit.record("look_back.planned", leaf, now=now)
    db.session.delete(plan)
