"""What other pages show of minutes: the lines of a desk. The matter's own page reads of them in its timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.meetings.models import Meeting
from deliberation.minutes.models import Minutes
from deliberation.minutes.rules import MinutesState, task_of
from deliberation.people.access import Actor
from deliberation.places.models import Place


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Minutes this person has to write, to confirm or to publish, with the day they are due; one statement."""
    if actor.user_id is None:
        return []
    rows = db.session.execute(
        select(Minutes, Meeting.title, Place)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .join(Place, Place.id == Minutes.place_id)
        .where(Minutes.state != MinutesState.published)
        .where(or_(Minutes.recorder_id == actor.user_id, Minutes.chair_id == actor.user_id))
        .order_by(Minutes.publish_due_at, Minutes.id)
    )
    lines = [_line(minutes, title, place, actor) for minutes, title, place in rows]
    return [line for line in lines if line.task]


def _line(minutes: Minutes, title: str, place: Place, actor: Actor) -> DeskLine:
    is_recorder, is_chair = minutes.recorder_id == actor.user_id, minutes.chair_id == actor.user_id
    task = task_of(minutes.state, is_recorder=is_recorder, is_chair=is_chair)
    due_at = minutes.draft_due_at if minutes.state is MinutesState.draft else minutes.publish_due_at
    page = "/edit" if task == "write_minutes" else ""
    url = f"/meetings/{minutes.meeting_id}/minutes{page}"
    return DeskLine(2, "", place.plate, title, task, due_at, url, place=place.code)


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> None:
    """Nothing: the meeting's panel leads to its page, and the timeline says when minutes came out."""


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Nothing on the home page: minutes are the work of offices."""
    return []
