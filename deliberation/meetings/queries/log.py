"""The log of a meeting, and the rows it is to be the same as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select

from deliberation.kernel.database import db
from deliberation.meetings.models import (
    AgendaItem,
    AgreedStep,
    Attendance,
    DoorHelper,
    Meeting,
    MeetingEvent,
    Motion,
    MotionVersion,
    Pulse,
    Question,
    Speaker,
    Tally,
)
from deliberation.meetings.queries.agenda import meeting
from deliberation.meetings.rules import Tables, differences, missing_numbers, rebuild

LOGGED: tuple[type[Any], ...] = (
    Meeting, AgendaItem, Attendance, DoorHelper, Speaker, Motion, MotionVersion, Tally, AgreedStep, Question,
    Pulse,
)  # fmt: skip
# The secret of the codes, the log's own counter, names that are erased after a year, and what a series and those
# who sign up need before the meeting begins, and when people were told that it was left open.
KEPT_OUT = frozenset(
    {
        "check_in_secret", "last_sequence", "walk_in_name", "walk_in_unit", "erased_at", "capacity", "notice_sequence",
        "day_reminded_at", "hour_reminded_at", "overrun_told_at", "series_id", "series_day",
    }
)  # fmt: skip


def events(meeting_id: int) -> Sequence[MeetingEvent]:
    """Everything that happened at a meeting, by number."""
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == meeting_id)
    return db.session.scalars(rows.order_by(MeetingEvent.sequence)).all()


def standing_at_opening(meeting_id: int) -> dict[str, Any] | None:
    """Who was there when it was opened, in figures (rules.Standing); ``None`` before that."""
    rows = select(MeetingEvent.data).where(MeetingEvent.meeting_id == meeting_id, MeetingEvent.kind == "meeting.opened")
    data = db.session.scalar(rows.order_by(MeetingEvent.sequence).limit(1))
    return data.get("standing") if data else None


def last_act_at(meeting_id: int) -> datetime:
    """When something was last done in the room. Every meeting has a log: planning it is the first thing."""
    rows = select(MeetingEvent.at).where(MeetingEvent.meeting_id == meeting_id)
    return db.session.scalars(rows.order_by(MeetingEvent.sequence.desc()).limit(1)).one()


def ended_by_itself(meeting_id: int) -> bool:
    """Whether nobody closed it, so that it ended the next morning."""
    rows = select(MeetingEvent.data).where(MeetingEvent.meeting_id == meeting_id, MeetingEvent.kind == "meeting.closed")
    return any(data.get("by_itself") for data in db.session.scalars(rows))


def not_carried(meeting_id: int) -> dict[int, str]:
    """The items on which something was agreed after a vote that did not carry their motion, and what it came to."""
    rows = select(MeetingEvent.data).where(MeetingEvent.meeting_id == meeting_id, MeetingEvent.kind == "item.decided")
    return {data["item"]: data["not_carried"] for data in db.session.scalars(rows) if data.get("not_carried")}


def stored_rows(meeting_id: int) -> Tables:
    """The rows of a meeting as they are stored, in the shape in which the log writes them."""
    return {model.__tablename__: {row["id"]: row for row in _rows(model, meeting_id)} for model in LOGGED}


def _rows(model: type[Any], meeting_id: int) -> Iterator[dict[str, Any]]:
    names = [column.key for column in inspect(model).column_attrs if column.key not in KEPT_OUT]
    found = select(model)
    if model is Meeting:
        found = found.where(Meeting.id == meeting_id)
    elif model is MotionVersion:
        found = found.join(Motion, Motion.id == MotionVersion.motion_id).where(Motion.meeting_id == meeting_id)
    else:
        found = found.where(model.meeting_id == meeting_id)
    for row in db.session.scalars(found.execution_options(populate_existing=True)):
        yield {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """A column's value as the log writes it."""
    return value.isoformat() if isinstance(value, date) else value


def replay_findings(meeting_id: int) -> list[str]:
    """What the stored state of a meeting has that its log has not, and the other way round; a line each."""
    last = meeting(meeting_id).last_sequence
    written = events(meeting_id)
    gaps = missing_numbers((each.sequence for each in written), last=last)
    found = differences(rebuild(each.data for each in written), stored_rows(meeting_id))
    return [*(f"event {number} is missing" for number in gaps), *(str(each) for each in found)]
