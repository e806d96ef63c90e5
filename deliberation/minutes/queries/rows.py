"""Minutes and their versions, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.minutes.models import Minutes, MinutesVersion
from deliberation.people.models import User
from deliberation.places import queries as places


def minutes_of_meeting(meeting_id: int) -> Minutes | None:
    return db.session.scalar(select(Minutes).where(Minutes.meeting_id == meeting_id))


def minutes(meeting_id: int) -> Minutes:
    found = minutes_of_meeting(meeting_id)
    if found is None:
        raise NotFound()
    return found


def versions(minutes_id: int) -> Sequence[MinutesVersion]:
    """Every published text, the newest first."""
    rows = select(MinutesVersion).where(MinutesVersion.minutes_id == minutes_id)
    return db.session.scalars(rows.order_by(MinutesVersion.version.desc())).all()


def newest_version(minutes_id: int) -> MinutesVersion | None:
    rows = select(MinutesVersion).where(MinutesVersion.minutes_id == minutes_id)
    return db.session.scalar(rows.order_by(MinutesVersion.version.desc()).limit(1))


def version(minutes_id: int, number: int) -> MinutesVersion:
    rows = select(MinutesVersion).where(MinutesVersion.minutes_id == minutes_id, MinutesVersion.version == number)
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound()
    return found


def recorders_to_choose(meeting: Meeting) -> Sequence[User]:
    """The offices of the place that may write minutes."""
    return meetings.people_who_may_chair(places.place(meeting.place_id))


def due_to_remind(now: datetime) -> Minutes | None:
    """One whose moment has come, held until the transaction ends; another scheduler passes over it."""
    due = select(Minutes).where(Minutes.next_reminder_at <= now).order_by(Minutes.next_reminder_at, Minutes.id)
    return db.session.scalar(due.limit(1).with_for_update(skip_locked=True))
