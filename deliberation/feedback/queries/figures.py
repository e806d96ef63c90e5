"""The figures of R-60 for a place and some months, by place, level, department, topic or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from deliberation.feedback import rules
from deliberation.feedback.models import CaseTerm
from deliberation.feedback.rules import Dimension, Figures, Period, Shown, Term
from deliberation.kernel.database import db
from deliberation.people.access import Actor
from deliberation.people.queries import organisations_by_id
from deliberation.places.models import Place
from deliberation.places.queries import places_by_id
from deliberation.proposals.rules import ProposalKind

COLUMNS = (
    CaseTerm.place_id, CaseTerm.level, CaseTerm.unit_id, CaseTerm.kind, CaseTerm.due_on, CaseTerm.due_at,
    CaseTerm.contact_due_at, CaseTerm.contacted_at, CaseTerm.replied_at, CaseTerm.reply_kind, CaseTerm.reopened_at,
    CaseTerm.asked, CaseTerm.rated, CaseTerm.satisfied,
)  # fmt: skip
DESCRIPTIONS = {
    Dimension.place: lambda row: row.place_id,
    Dimension.level: lambda row: row.level,
    Dimension.unit: lambda row: row.unit_id or 0,
    Dimension.topic: lambda row: ProposalKind(row.kind) if row.kind else "",
    Dimension.month: lambda row: row.due_on.replace(day=1),
}


@dataclass(frozen=True)
class Line:
    """``name`` is a place, a level (1–3), a department, a topic or the first day of a month; "" stands for none."""

    name: str | int | date | ProposalKind
    shown: Shown


@dataclass(frozen=True)
class Table:
    """``is_whole`` says that nothing is kept back, since an office reads it."""

    place: Place | None
    period: Period
    by: Dimension
    lines: Sequence[Line]
    total: Shown
    is_whole: bool


def figures(place: Place | None, period: Period, *, by: Dimension, now: datetime) -> tuple[dict[Any, Figures], Figures]:
    """The figures of each group and of all, for what fell due in ``period`` by ``now``: one statement.

    ``place`` stands for itself and all below it, ``None`` for everywhere. Keys: an id of a place or a unit (0: none), a
    level, a topic ("": none), the first day of a month.
    """
    rows = (
        select(*COLUMNS)
        .join(Place, Place.id == CaseTerm.place_id)
        .where(CaseTerm.due_on.between(period.first_day, period.last_day), CaseTerm.due_at <= now)
        .where(CaseTerm.paused_at.is_(None))
    )
    if place is not None:
        rows = rows.where(Place.path.startswith(place.path, autoescape=True))
    found = db.session.execute(rows.order_by(CaseTerm.due_on, CaseTerm.id)).all()
    groups = rules.grouped(found, by=DESCRIPTIONS[by], term=_term)
    return groups, sum(groups.values(), Figures())


def _term(row: Any) -> Term:
    return Term(
        due_at=row.due_at,
        contact_due_at=row.contact_due_at,
        contacted_at=row.contacted_at,
        replied_at=row.replied_at,
        kind=row.reply_kind,
        is_reopened=row.reopened_at is not None,
        asked=row.asked,
        rated=row.rated,
        satisfied=row.satisfied,
    )


def figures_table(place: Place | None, period: Period, *, by: Dimension, actor: Actor, now: datetime) -> Table:
    """What the page shows this reader: an office of the place everything, everybody else what R-52 allows."""
    groups, total = figures(place, period, by=by, now=now)
    is_whole = actor.may("figures.read_whole", place.scope if place else ())
    if is_whole:
        shown, last = {key: Shown.whole(each) for key, each in groups.items()}, Shown.whole(total)
    else:
        shown, last = rules.public(groups, total)
    names = _names(by, list(groups))
    lines = [Line(names.get(key, key), row) for key, row in shown.items()]
    lines.sort(key=lambda line: (line.name == "", line.name if not isinstance(line.name, str) else 0, str(line.name)))
    return Table(place, period, by, lines, last, is_whole)


def _names(by: Dimension, keys: Sequence[Any]) -> Mapping[Any, str]:
    if by is Dimension.place:
        return {key: place.name for key, place in places_by_id(keys).items()}
    if by is Dimension.unit:
        return {0: "", **{key: unit.name for key, unit in organisations_by_id(keys).items()}}
    return {}
