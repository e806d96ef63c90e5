"""What the public is told of private matters: how many there were and what became of them, nothing of any one."""

from __future__ import annotations

from sqlalchemy import case as when
from sqlalchemy import exists, func, select

from deliberation.cases.models import Case, Demand, Reply
from deliberation.cases.rules import PrivateNeed, PublicTable, ReplyKind, published
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.places.models import Place

OUTCOMES = ("solved", "answered", "open")
# The tables themselves: these sums are for everybody, so they count what their reader may not see one by one.
MATTER, CASE, REPLY, DEMAND = (model.metadata.tables[model.__tablename__] for model in (Matter, Case, Reply, Demand))


def private_totals(place: Place) -> PublicTable:
    """A row for each ``PrivateNeed``, a column for each of ``OUTCOMES``, small cells kept back (R-52)."""
    answers = select(REPLY.c.id).join(CASE, CASE.c.id == REPLY.c.case_id).where(CASE.c.matter_id == MATTER.c.id)
    is_solved = exists(answers.where(REPLY.c.kind == str(ReplyKind.A)).correlate(MATTER))
    outcome = when((is_solved, "solved"), (exists(answers.correlate(MATTER)), "answered"), else_="open")
    rows = (
        select(DEMAND.c.private_need, outcome.label("outcome"))
        .join(MATTER, MATTER.c.id == DEMAND.c.matter_id)
        .join(Place, Place.id == MATTER.c.place_id)
        .where(DEMAND.c.private_need.is_not(None), DEMAND.c.is_first, Place.path.startswith(place.path))
        .subquery()
    )
    counted = select(rows.c.private_need, rows.c.outcome, func.count()).group_by(rows.c.private_need, rows.c.outcome)
    found = {(row[0], row[1]): row[2] for row in db.session.execute(counted)}
    return published([[found.get((need, outcome), 0) for outcome in OUTCOMES] for need in PrivateNeed])
