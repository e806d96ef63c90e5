"""Series of meetings: begun, planned ahead, altered, ended."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from deliberation.audit import service as audit
from deliberation.committees import queries as committees
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Meeting, MeetingSeries
from deliberation.meetings.rules import Occurrence, Rhythm
from deliberation.meetings.service import planning
from deliberation.meetings.service.chair import require_convener
from deliberation.meetings.service.log import note
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor

AHEAD = timedelta(weeks=6)


def begin_series(
    actor: Actor,
    *,
    committee_id: int,
    title: str,
    venue: str,
    at_minute: int,
    planned_minutes: int,
    capacity: int | None,
    chair_id: int,
    rhythm: Rhythm,
    now: datetime,
) -> MeetingSeries:
    """Meetings of a body from now on in this rhythm; the first ones are planned at once."""
    body = committees.committee(committee_id)
    place = require_convener(actor, body)
    rules.check_rhythm(rhythm)
    planning.check_chair(place, chair_id)
    planning.check_length(body, starts_at=_at(rhythm.first_day, at_minute), planned_minutes=planned_minutes)
    series = MeetingSeries(
        committee_id=body.id, title=title, venue=venue, at_minute=at_minute, planned_minutes=planned_minutes,
        capacity=capacity, chair_id=chair_id, planned_by_id=actor.user_id, created_at=now, **_columns(rhythm),
    )  # fmt: skip
    db.session.add(series)
    db.session.flush()
    _record(actor, "series.begun", series, now=now)
    plan_ahead(series.id, now=now)
    return series


def plan_ahead(series_id: int, *, now: datetime) -> list[Meeting]:
    """Plan the series' meetings of the next six weeks that are not planned yet and can still be called in time."""
    series = _lock(series_id)
    if series.ended_at is not None:
        return []
    known = queries.series_days(series.id)
    return [_plan(series, each, now=now) for each in _callable(series, now=now) if each.nominal not in known]


def _callable(series: MeetingSeries, *, now: datetime) -> list[Occurrence]:
    today, calendar = day_in_shanghai(now), people.working_calendar()
    notice = committees.charter_of(committees.committee(series.committee_id)).notice
    earliest = rules.earliest_meeting_day(notified_on=today, notice=notice, calendar=calendar)
    plan = rules.occurrences(series.rhythm, after=today, until=today + AHEAD, calendar=calendar)
    return [each for each in plan.occurrences if each.day >= earliest]


def _plan(series: MeetingSeries, occurrence: Occurrence, *, now: datetime) -> Meeting:
    body = committees.committee(series.committee_id)
    meeting = planning.make_meeting(
        body, title=series.title, venue=series.venue, starts_at=_at(occurrence.day, series.at_minute),
        planned_minutes=series.planned_minutes, chair_id=series.chair_id, planned_by_id=series.planned_by_id,
        capacity=series.capacity, now=now,
    )  # fmt: skip
    meeting.series_id, meeting.series_day = series.id, occurrence.nominal
    db.session.flush()
    return meeting


def change_series(
    actor: Actor, *, series_id: int, title: str, venue: str, at_minute: int, rhythm: Rhythm, now: datetime
) -> MeetingSeries:
    """Another rhythm, hour or room. Meetings already called stay; those only planned take the new days in order."""
    series = _lock(series_id)
    require_convener(actor, committees.committee(series.committee_id))
    if series.ended_at is not None:
        raise rules.SeriesEnded()
    rules.check_rhythm(rhythm)
    series.title, series.venue, series.at_minute = title, venue, at_minute
    for column, value in _columns(rhythm).items():
        setattr(series, column, value)
    planned = list(queries.planned_of_series(series.id, now=now))
    for meeting in planned:
        meeting.series_day = None
    db.session.flush()
    taken = queries.series_days(series.id)
    days = [each for each in _callable(series, now=now) if each.nominal not in taken]
    for meeting, occurrence in zip(planned, days, strict=False):
        planning.set_hour(meeting, starts_at=_at(occurrence.day, at_minute))
        meeting.title, meeting.venue, meeting.series_day = title, venue, occurrence.nominal
        note(meeting, "meeting.changed", actor=actor, now=now, parts=("meeting",), data={"venue": venue})
    for meeting in planned[len(days) :]:
        planning.call_off(meeting, actor=actor, reason=title, now=now)
    db.session.flush()
    _record(actor, "series.changed", series, now=now)
    _tell(series, "series.changed", now=now)
    plan_ahead(series.id, now=now)
    return series


def end_series(actor: Actor, *, series_id: int, reason: str, now: datetime) -> MeetingSeries:
    """No more meetings are planned, and those not yet called are off; what has been called is held. People are told."""
    series = _lock(series_id)
    require_convener(actor, committees.committee(series.committee_id))
    if series.ended_at is not None:
        return series
    series.ended_at, series.ended_reason = now, reason
    for meeting in queries.planned_of_series(series.id, now=now):
        planning.call_off(meeting, actor=actor, reason=reason, now=now)
    _record(actor, "series.ended", series, now=now)
    _tell(series, "series.ended", now=now)
    return series


def _lock(series_id: int) -> MeetingSeries:
    """Two schedulers plan one series one after the other."""
    series = db.session.get(MeetingSeries, series_id, with_for_update=True, populate_existing=True)
    if series is None:
        raise NotFound()
    return series


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=SHANGHAI)


def _columns(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "frequency": rhythm.frequency, "first_day": rhythm.first_day, "weekday": rhythm.weekday, "nth": rhythm.nth,
        "month_day": rhythm.month_day, "rest_days": rhythm.rest_days,
    }  # fmt: skip


def _record(actor: Actor, tag: str, series: MeetingSeries, *, now: datetime) -> None:
    rhythm = {name: str(value) for name, value in _columns(series.rhythm).items()}
    data = {"series": series.id, "committee": series.committee_id, "rhythm": rhythm, "by": actor.user_id}
    audit.record(tag, data, now=now)


def _tell(series: MeetingSeries, kind: str, *, now: datetime) -> None:
    """Everybody of the body, and the chair: its members plan their days by it."""
    today = day_in_shanghai(now)
    reasons: dict[int, str] = dict.fromkeys(sorted(committees.members(series.committee_id, on=today)), "member")
    reasons[series.chair_id] = "chair"
    called = queries.called_of_series(series.id, now=now)
    data = {
        "path": f"/meetings/series/{series.id}",
        "title": series.title,
        "venue": series.venue,
        "reason": series.ended_reason,
        "called": [each.starts_at.isoformat() for each in called],
        "next": [each.starts_at.isoformat() for each in queries.planned_of_series(series.id, now=now)],
    }
    notifications.tell(reasons, kind, key=f"{kind}:{series.id}:{now.isoformat()}", now=now, data=data)
