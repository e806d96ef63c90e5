"""What other pages show of meetings: the panel of a matter, the lines of a desk, the cards of the home page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from deliberation.committees import queries as committees
from deliberation.kernel.database import db
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, Participation
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.queries.agenda import COMING, LIVE, latest_item_of_matter
from deliberation.meetings.queries.bodies import body_of, may_convene
from deliberation.meetings.rules import CHECK_IN_EARLY, LATE_START, MeetingState
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.places.models import Place

SHOWN_AHEAD = timedelta(days=14)
MOST_NEEDS = 5


@dataclass(frozen=True)
class MeetingPart:
    """The matter's latest meeting, and what this person may do with it."""

    meeting: Meeting
    item: AgendaItem
    chair_name: str
    may_enter: bool
    may_plan: bool
    is_chair: bool
    is_missed: bool


def can_enter(meeting: Meeting, *, now: datetime) -> bool:
    """Whether the room's door is open: from an hour before the beginning until the end, or until nobody came."""
    is_near = meeting.state is MeetingState.noticed and now >= meeting.starts_at - CHECK_IN_EARLY
    return (is_near and not meeting.is_missed(now)) or meeting.state in LIVE


def next_meeting(place_ids: Iterable[int], *, now: datetime) -> Meeting | None:
    """The nearest meeting of these places that people have been told of, a running one first."""
    rows = (
        select(Meeting)
        .where(Meeting.place_id.in_(set(place_ids)), Meeting.state.in_((MeetingState.noticed, *LIVE)))
        .where(or_(Meeting.state.in_(LIVE), Meeting.starts_at >= now - LATE_START))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    return db.session.scalar(rows)


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> MeetingPart | None:
    """The panel of the matter page: the meeting it is or was on, ``None`` when it never was on one."""
    found = latest_item_of_matter(matter.id)
    if found is None:
        return None
    item, meeting = found
    return MeetingPart(
        meeting=meeting,
        item=item,
        chair_name=people.user(meeting.chair_id).name,
        may_enter=can_enter(meeting, now=now),
        may_plan=may_convene(actor, body_of(meeting)),
        is_chair=actor.user_id is not None and actor.user_id == meeting.chair_id,
        is_missed=meeting.is_missed(now),
    )


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Meetings this person planned or chairs that wait for a notice, for the beginning, or for the end.

    One that nobody has closed lies on the desk of the liaison too, one where a deputy is to be on the deputy's.
    """
    if actor.user_id is None:
        return []
    own = or_(Meeting.chair_id == actor.user_id, Meeting.planned_by_id == actor.user_id)
    serves = or_(own, Meeting.state.in_(LIVE)) if Role.liaison in actor.roles_anywhere() else own
    rows = select(Meeting).where(Meeting.state.in_(COMING), serves).order_by(Meeting.starts_at, Meeting.id)
    meetings = db.session.scalars(rows).all()
    where = places.places_by_id(each.place_id for each in meetings)
    return [
        _desk_line(each, actor, where[each.place_id], now=now)
        for each in meetings
        if _is_theirs(each, actor, where[each.place_id].scope, now=now)
    ] + _sessions_of_deputy(actor, now=now)


def _is_theirs(meeting: Meeting, actor: Actor, scope: tuple[int, ...], *, now: datetime) -> bool:
    """The planner sends the notice; from then on it is the chair's. One that was not held is the planner's again."""
    if meeting.is_left_open(now) and Role.liaison in actor.roles_in(scope):
        return True
    if meeting.state is MeetingState.planned or meeting.is_missed(now):
        return meeting.planned_by_id == actor.user_id or meeting.state is MeetingState.planned
    return meeting.chair_id == actor.user_id


def _desk_line(meeting: Meeting, actor: Actor, place: Place, *, now: datetime) -> DeskLine:
    task, due_at = _task(meeting, now=now)
    at_console = task in ("hold_meeting", "close_meeting") and meeting.chair_id == actor.user_id
    url = f"/meetings/{meeting.id}/chair" if at_console else f"/meetings/{meeting.id}"
    return _line(meeting, place, task, due_at, url)


def _line(meeting: Meeting, place: Place, task: str, due_at: datetime, url: str) -> DeskLine:
    return DeskLine(2, "", place.plate, meeting.title, task, due_at, url, place=place.code)


def _task(meeting: Meeting, *, now: datetime) -> tuple[str, datetime]:
    """What is to be done with it next, and until when."""
    if meeting.is_missed(now):
        return "move_meeting", meeting.starts_at
    if meeting.state is MeetingState.planned:
        return "send_notice", meeting.agenda_locks_at
    if meeting.state is MeetingState.noticed:
        return "hold_meeting", meeting.starts_at
    return "close_meeting" if now >= meeting.ends_at else "hold_meeting", meeting.ends_at


def _sessions_of_deputy(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Where a deputy sits, or a matter of theirs is talked over, within a fortnight: part of the office, so a line."""
    if actor.user_id is None or not any(grant.role is Role.deputy for grant in actor.grants):
        return []
    found = [each for each in _coming_to(actor.user_id, now=now) if each.chair_id != actor.user_id]
    where = places.places_by_id(each.place_id for each in found)
    return [_line(each, where[each.place_id], "attend", each.starts_at, f"/meetings/{each.id}") for each in found]


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Meetings of the next fortnight where this person holds a seat, chairs, or takes part in a matter."""
    if actor.user_id is None:
        return []
    return [_need(each, actor, now=now) for each in _coming_to(actor.user_id, now=now)]


def _coming_to(user_id: int, *, now: datetime) -> Sequence[Meeting]:
    """The meetings of the next fortnight where the person holds a seat, chairs, or takes part in a matter."""
    seats = committees.bodies_of(user_id, on=day_in_shanghai(now))
    part = (
        select(AgendaItem.meeting_id)
        .join(Participation, Participation.matter_id == AgendaItem.matter_id)
        .where(Participation.user_id == user_id)
    )
    rows = (
        select(Meeting)
        .where(Meeting.state.in_((MeetingState.noticed, *LIVE)), Meeting.starts_at <= now + SHOWN_AHEAD)
        .where(or_(Meeting.state.in_(LIVE), Meeting.starts_at >= now - LATE_START))
        .where(or_(Meeting.chair_id == user_id, Meeting.committee_id.in_(seats), Meeting.id.in_(part)))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_NEEDS)
    )
    return db.session.scalars(rows).all()


def _need(meeting: Meeting, actor: Actor, *, now: datetime) -> Need:
    enters, is_chair = can_enter(meeting, now=now), meeting.chair_id == actor.user_id
    page = ("chair" if is_chair else "room") if enters else ""
    return Need(
        step=2,
        title=meeting.title,
        due_at=meeting.starts_at,
        url=f"/meetings/{meeting.id}/{page}".rstrip("/"),
        template="meetings/_need.html",
        data={
            "venue": meeting.venue,
            "planned_minutes": meeting.planned_minutes,
            "is_live": meeting.state in LIVE,
            "can_enter": enters,
            "is_chair": is_chair,
        },
        is_doable=enters,
    )
