"""Meetings and their items, as lists and pages read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.matters.models import Matter
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import ItemState, MeetingState
from deliberation.people import queries as people
from deliberation.people.access import ACTIONS, Role
from deliberation.people.models import RoleAssignment, User
from deliberation.places.models import Place

Json = dict[str, Any]
LIVE = (MeetingState.open, MeetingState.recess)
COMING = (MeetingState.planned, MeetingState.noticed, *LIVE)
MOST_COMING = 100


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list, with the names of its place and chair."""

    meeting: Meeting
    place_name: str
    chair_name: str

    @property
    def month(self) -> date:
        """The first day of the month in Shanghai under which a list shows it."""
        return day_in_shanghai(self.meeting.starts_at).replace(day=1)


def iso(instant: datetime | None) -> str | None:
    """As the room's state writes an instant."""
    return instant.isoformat() if instant is not None else None


def meeting(meeting_id: int) -> Meeting:
    found = db.session.get(Meeting, meeting_id)
    if found is None:
        raise NotFound()
    return found


def item(item_id: int) -> AgendaItem:
    found = db.session.get(AgendaItem, item_id)
    if found is None:
        raise NotFound()
    return found


def items(meeting_id: int) -> Sequence[AgendaItem]:
    """The agenda in its order."""
    rows = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    return db.session.scalars(rows.order_by(AgendaItem.position, AgendaItem.id)).all()


def agenda_matter_ids(meeting_id: int) -> list[int]:
    """The matters on the agenda, each once."""
    return list(dict.fromkeys(each.matter_id for each in items(meeting_id) if each.matter_id is not None))


def coming_meetings(place_ids: Iterable[int] | None = None) -> list[MeetingLine]:
    """Planned, noticed and running meetings, the nearest first; of these places, or of all."""
    rows = select(Meeting).where(Meeting.state.in_(COMING)).order_by(Meeting.starts_at, Meeting.id).limit(MOST_COMING)
    if place_ids is not None:
        rows = rows.where(Meeting.place_id.in_(set(place_ids)))
    return _lines(db.session.scalars(rows).all())


def called_meetings(place_ids: Iterable[int], *, now: datetime) -> Sequence[Meeting]:
    """What people were told of, from a month back: called, running, closed, and called off after its notice."""
    rows = select(Meeting).where(Meeting.place_id.in_(set(place_ids)), Meeting.noticed_at.is_not(None))
    rows = rows.where(Meeting.starts_at >= now - timedelta(days=31))
    return db.session.scalars(rows.order_by(Meeting.starts_at, Meeting.id).limit(500)).all()


def past_meetings(place_ids: Iterable[int] | None = None, *, before: int | None = None) -> Page[MeetingLine]:
    """Closed and cancelled meetings, the latest made first, a page at a time."""
    rows = select(Meeting).where(Meeting.state.not_in(COMING))
    if place_ids is not None:
        rows = rows.where(Meeting.place_id.in_(set(place_ids)))
    page = newest_first(rows, key=Meeting.id, before=before)
    return Page(items=_lines(page.items), cursor=page.cursor)


def _lines(meetings: Sequence[Meeting]) -> list[MeetingLine]:
    chairs = people.users_by_id(each.chair_id for each in meetings)
    place_ids = {each.place_id for each in meetings}
    names = dict(db.session.execute(select(Place.id, Place.name).where(Place.id.in_(place_ids))).all())
    return [MeetingLine(each, names[each.place_id], chairs[each.chair_id].name) for each in meetings]


def matters_to_schedule(place: Place) -> Sequence[Matter]:
    """Accepted matters of a place and of what lies in it, waiting for a meeting, the oldest first."""
    below = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    rows = select(Matter).where(Matter.state == "accepted", Matter.place_id.in_(below), Matter.closed_at.is_(None))
    return db.session.scalars(rows.order_by(Matter.opened_at, Matter.id)).all()


def latest_item_of_matter(matter_id: int) -> tuple[AgendaItem, Meeting] | None:
    """Where a matter is or was last on an agenda; cancelled meetings do not count."""
    rows = (
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.matter_id == matter_id, Meeting.state != MeetingState.cancelled)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc(), AgendaItem.id.desc())
        .limit(1)
    )
    found = db.session.execute(rows).first()
    return (found[0], found[1]) if found else None


def waiting_items_of_matter(matter_id: int) -> Sequence[AgendaItem]:
    """Items of meetings still to come or running that have this matter and are not yet finished."""
    rows = (
        select(AgendaItem)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.matter_id == matter_id, Meeting.state.in_(COMING))
        .where(AgendaItem.state.not_in((ItemState.decided, ItemState.deferred)))
    )
    return db.session.scalars(rows).all()


def people_who_may_chair(place: Place) -> Sequence[User]:
    """Who holds a role that may chair, in the place or above it, by name."""
    roles: set[Role] = set(ACTIONS["meeting.chair"])
    rows = (
        select(User)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(RoleAssignment.role.in_(roles), RoleAssignment.ended_at.is_(None), User.active)
        .where(RoleAssignment.place_id.in_(place.scope) | RoleAssignment.place_id.is_(None))
        .distinct()
        .order_by(User.id)
    )
    return db.session.scalars(rows).all()
