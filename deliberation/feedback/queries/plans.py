"""How matters are looked back at, place by place and kind by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from deliberation.cases.clocks import limit_days
from deliberation.cases.queries import limits_in
from deliberation.cases.rules import Limit
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


def plan_of_place(place: Place, kind: str, *, today: date) -> Plan:
    """The plan that holds for a kind of matter in a place and a reply of ``today``."""
    rows = db.session.scalars(select(LookBackPlan).where(LookBackPlan.place_id.in_(place.scope)))
    usual = _usual(limits_in(place.scope), today)
    return plan_for([each.plan for each in rows], kind=kind, scope=place.scope, usual=usual)


def _usual(limits: Mapping[str, Limit], today: date) -> Plan:
    """What the deadline table says, as calendar days from ``today``."""
    days = {limit_days(limits[name], today) for name in ("look_back_first", "look_back_second")}
    return Plan(tuple(sorted(days)), limit_days(limits["look_back_answer"], today))


def plan_of_matter(matter: Matter, *, today: date) -> Plan:
    return plan_of_place(db.session.get_one(Place, matter.place_id), kind_of(matter.id), today=today)
