"""What a body agreed on, and what has become of it: the first thing of the next meeting (R-47)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deliberation.committees.models import Committee
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.meetings.models import AgendaItem, Meeting, MeetingSeries
from deliberation.meetings.queries.series import series_of
from deliberation.meetings.rules import ItemState, MeetingState

SHOWN = 5


@dataclass(frozen=True)
class Promise:
    """A decision word for word, and its matter: who holds it until when, or that it is closed."""

    item: AgendaItem
    matter: Matter | None


@dataclass(frozen=True)
class BodyPart:
    """A body's series, its next meetings, and what its last one agreed on."""

    series: Sequence[MeetingSeries]
    coming: Sequence[Meeting]
    last: Meeting | None
    promises: Sequence[Promise]


def last_meeting(committee_id: int, *, before: datetime) -> Meeting | None:
    """The latest meeting of a body that was held before then."""
    rows = select(Meeting).where(
        Meeting.committee_id == committee_id, Meeting.state == MeetingState.closed, Meeting.starts_at < before
    )
    return db.session.scalar(rows.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1))


def promises_of(meeting: Meeting | None) -> Sequence[Promise]:
    """What was written down as decided, in the order of the agenda; two statements."""
    if meeting is None:
        return []
    rows = select(AgendaItem).where(
        AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.decided, AgendaItem.decision != ""
    )
    items = db.session.scalars(rows.order_by(AgendaItem.position, AgendaItem.id)).all()
    by_id = matters.matters_by_id(each.matter_id for each in items if each.matter_id is not None)
    return [Promise(each, by_id.get(each.matter_id) if each.matter_id is not None else None) for each in items]


def on_body(body: Committee, *, now: datetime) -> BodyPart:
    rows = select(Meeting).where(
        Meeting.committee_id == body.id,
        Meeting.state.in_((MeetingState.planned, MeetingState.noticed, MeetingState.open, MeetingState.recess)),
    )
    last = last_meeting(body.id, before=now)
    return BodyPart(
        series=series_of([body.id]),
        coming=db.session.scalars(rows.order_by(Meeting.starts_at, Meeting.id).limit(SHOWN)).all(),
        last=last,
        promises=promises_of(last),
    )
