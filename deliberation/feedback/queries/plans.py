"""How matters are looked back at, place by place and kind by kind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deliberation.feedback.models import LookBackPlan
from deliberation.feedback.queries.terms import kind_of
from deliberation.feedback.rules import Plan, plan_for
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.places.models import Place


def plans_of(place_id: int) -> Sequence[LookBackPlan]:
    """What one place says itself, the general one first."""
    rows = select(LookBackPlan).where(LookBackPlan.place_id == place_id)
    return db.session.scalars(rows.order_by(LookBackPlan.kind)).all()


def plan_of_place(place: Place, kind: str) -> Plan:
    """The plan that holds for a kind of matter in a place."""
    rows = db.session.scalars(select(LookBackPlan).where(LookBackPlan.place_id.in_(place.scope)))
    return plan_for([each.plan for each in rows], kind=kind, scope=place.scope)


def plan_of_matter(matter: Matter) -> Plan:
    return plan_of_place(db.session.get_one(Place, matter.place_id), kind_of(matter.id))
