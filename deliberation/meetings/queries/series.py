"""Series, and the meetings that were planned for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import Meeting, MeetingSeries
from deliberation.meetings.rules import MeetingState


def series(series_id: int) -> MeetingSeries:
    found = db.session.get(MeetingSeries, series_id)
    if found is None:
        raise NotFound()
    return found


def series_of(committee_ids: Iterable[int]) -> Sequence[MeetingSeries]:
    """The series these bodies have going."""
    rows = select(MeetingSeries).where(
        MeetingSeries.committee_id.in_(set(committee_ids)), MeetingSeries.ended_at.is_(None)
    )
    return db.session.scalars(rows.order_by(MeetingSeries.id)).all()


def going_series_ids() -> Sequence[int]:
    return db.session.scalars(select(MeetingSeries.id).where(MeetingSeries.ended_at.is_(None))).all()


def series_days(series_id: int) -> frozenset[date]:
    """The nominal days that have their meeting, called off or not."""
    rows = select(Meeting.series_day).where(Meeting.series_id == series_id, Meeting.series_day.is_not(None))
    return frozenset(day for day in db.session.scalars(rows) if day is not None)


def planned_of_series(series_id: int, *, now: datetime) -> Sequence[Meeting]:
    """Coming meetings nobody has been told of yet, in order."""
    return _coming(series_id, MeetingState.planned, now=now)


def called_of_series(series_id: int, *, now: datetime) -> Sequence[Meeting]:
    """Coming meetings whose notice has gone out, in order."""
    return _coming(series_id, MeetingState.noticed, now=now)


def _coming(series_id: int, state: MeetingState, *, now: datetime) -> Sequence[Meeting]:
    rows = select(Meeting).where(Meeting.series_id == series_id, Meeting.state == state, Meeting.starts_at > now)
    return db.session.scalars(rows.order_by(Meeting.starts_at, Meeting.id)).all()
