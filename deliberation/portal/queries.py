"""What the public pages read across rooms: places with their matters, and what needs this person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from deliberation.cases import queries as cases
from deliberation.feedback import queries as feedback
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.kernel.keyset import Page, newest_first
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, Participation, TimelineEntry
from deliberation.meetings import queries as meetings
from deliberation.minutes import queries as minutes
from deliberation.notifications import queries as notifications
from deliberation.people.access import Actor
from deliberation.places.models import Place
from deliberation.portal.rules import URGENCIES, DeskFilter
from deliberation.proposals import queries as proposals
from deliberation.votes import queries as votes

ROOMS: dict[str, Any] = {
    "proposals": proposals,
    "meetings": meetings,
    "votes": votes,
    "cases": cases,
    "minutes": minutes,
    "feedback": feedback,
    "notifications": notifications,
}
MOST_NEEDS = 3
MOST_HELD = 100


def _below(statement: Select[Any], place: Place | None) -> Select[Any]:
    """Only matters of ``place`` and of the places below it."""
    if place is None:
        return statement
    return statement.join(Place, Place.id == Matter.place_id).where(Place.path.startswith(place.path))


def step_counts(place: Place) -> list[int]:
    """How many open matters of the place stand at each of the five steps."""
    rows: Any = select(Matter.step, func.count())
    rows = rows.where(Matter.closed_at.is_(None), Matter.merged_into_id.is_(None)).group_by(Matter.step)
    counts = {row[0]: row[1] for row in db.session.execute(_below(rows, place))}
    return [counts.get(step, 0) for step in range(1, 6)]


def matters(
    *,
    place: Place | None = None,
    step: int | None = None,
    participant_id: int | None = None,
    words: str = "",
    before: int | None = None,
    size: int = 20,
) -> Page[Matter]:
    """Matters, the newest first; those joined to another are reached through it and left out."""
    rows = _below(select(Matter).where(Matter.merged_into_id.is_(None)), place)
    if step is not None:
        rows = rows.where(Matter.step == step)
    if participant_id is not None:
        mine = select(Participation.matter_id).where(Participation.user_id == participant_id)
        rows = rows.where(Matter.id.in_(mine))
    if words:
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
        rows = rows.where(Matter.title.ilike(pattern, escape="\\") | Matter.number.ilike(pattern, escape="\\"))
    return newest_first(rows, key=Matter.id, before=before, size=size)


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What each room shows of a matter to this person; rooms with nothing to show are left out."""
    parts = {name: room.on_matter(matter, actor, now=now) for name, room in ROOMS.items()}
    return {name: part for name, part in parts.items() if part is not None}


def step_days(timeline: Sequence[TimelineEntry]) -> list[datetime | None]:
    """When each of the five steps last moved: the day it was done, or for the present one the newest thing."""
    moved = {entry.step: entry.at for entry in timeline}
    return [moved.get(step) for step in range(1, 6)]


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """What needs this person: what can be done at once first, then by how soon it is due; at most three."""
    found: list[Need] = []
    for room in ROOMS.values():
        found += room.needs(actor, now=now)
    latest = now + timedelta(days=3650)
    return sorted(found, key=lambda need: (not need.is_doable, need.due_at or latest))[:MOST_NEEDS]


@dataclass(frozen=True)
class DeskGroup:
    """``kind`` is late, today, week or later."""

    kind: str
    lines: list[DeskLine]


def desk(actor: Actor, *, now: datetime) -> list[DeskGroup]:
    """Everything the person's offices have to do, by how soon it is due."""
    lines: list[DeskLine] = []
    for room in ROOMS.values():
        lines += room.desk_lines(actor, now=now)
    lines += _held_by(actor, besides={line.number for line in lines})
    latest = now + timedelta(days=3650)
    lines.sort(key=lambda line: line.due_at or latest)
    groups = [DeskGroup(kind, [line for line in lines if _urgency(line.due_at, now) == kind]) for kind in URGENCIES]
    return [group for group in groups if group.lines]


def narrowed(groups: Sequence[DeskGroup], chosen: DeskFilter) -> list[DeskGroup]:
    """The same with what the filter keeps; a group without any is left out."""
    kept = [DeskGroup(group.kind, [x for x in group.lines if chosen.keeps(x, group.kind)]) for group in groups]
    return [group for group in kept if group.lines]


def _held_by(actor: Actor, *, besides: set[str]) -> list[DeskLine]:
    """Whatever else the person holds: no matter waits for somebody on whose desk it does not lie."""
    held = select(Matter).where(Matter.holder_id == actor.user_id, Matter.closed_at.is_(None))
    rows = db.session.scalars(held.order_by(Matter.holder_due_at, Matter.id).limit(MOST_HELD))
    return [
        DeskLine(m.step, m.number, m.plate, m.title, m.holder_task, m.holder_due_at, f"/matters/{m.number}")
        for m in rows
        if m.number not in besides
    ]


def _urgency(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "later"
    if due_at < now:
        return "late"
    days = (clock.shanghai_date(due_at) - clock.shanghai_date(now)).days
    if days == 0:
        return "today"
    return "week" if days <= 7 else "later"
