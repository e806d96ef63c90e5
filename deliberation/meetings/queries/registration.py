"""Who has signed up, who waits, and who is to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from deliberation.committees import queries as committees
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db
from deliberation.matters.models import Participation, ParticipationReason
from deliberation.meetings.models import AgendaItem, Meeting, Registration
from deliberation.meetings.queries.agenda import LIVE
from deliberation.meetings.queries.bodies import day_of
from deliberation.meetings.rules import AN_HOUR, GRACE, MORNING, MeetingState, RegistrationState


@dataclass(frozen=True)
class Registrations:
    """``confirmed`` have a place of ``capacity`` (``None``: no limit), ``waiting`` have none yet; ``own`` is this
    person's, and ``place_in_line`` how many wait up to and including this person."""

    confirmed: int
    waiting: int
    capacity: int | None
    own: Registration | None
    place_in_line: int


def registration_of(meeting_id: int, user_id: int) -> Registration | None:
    rows = select(Registration).where(Registration.meeting_id == meeting_id, Registration.user_id == user_id)
    return db.session.scalar(rows)


def confirmed_count(meeting_id: int) -> int:
    rows = select(func.count()).select_from(Registration)
    rows = rows.where(Registration.meeting_id == meeting_id, Registration.state == RegistrationState.confirmed)
    return db.session.scalar(rows) or 0


def waiting_registrations(meeting_id: int, *, limit: int | None) -> Sequence[Registration]:
    """Those who wait, the earliest first, at most ``limit``."""
    rows = select(Registration).where(
        Registration.meeting_id == meeting_id, Registration.state == RegistrationState.waiting
    )
    return db.session.scalars(rows.order_by(Registration.asked_at, Registration.id).limit(limit)).all()


def registrations(meeting: Meeting, user_id: int | None) -> Registrations:
    """The figures and this person's own, in three statements."""
    rows = (
        select(Registration.state, func.count())
        .where(Registration.meeting_id == meeting.id)
        .group_by(Registration.state)
    )
    counted = dict(db.session.execute(rows).all())
    own = registration_of(meeting.id, user_id) if user_id is not None else None
    line = 0
    if own is not None and own.state is RegistrationState.waiting:
        waiting = waiting_registrations(meeting.id, limit=None)
        line = next(number for number, each in enumerate(waiting, start=1) if each.id == own.id)
    return Registrations(
        confirmed=counted.get(RegistrationState.confirmed, 0),
        waiting=counted.get(RegistrationState.waiting, 0),
        capacity=meeting.capacity,
        own=own if own is not None and own.state is not RegistrationState.cancelled else None,
        place_in_line=line,
    )


def registered_user_ids(meeting_id: int) -> Sequence[int]:
    """Who has a place or waits for one."""
    rows = select(Registration.user_id).where(
        Registration.meeting_id == meeting_id, Registration.state != RegistrationState.cancelled
    )
    return db.session.scalars(rows.order_by(Registration.id)).all()


def next_to_remind(*, now: datetime) -> Meeting | None:
    """A called meeting whose reminder is due, locked; what another process holds is passed over."""
    evening = now.astimezone(SHANGHAI)
    days = 1 if evening.time() >= MORNING else 0
    until = datetime.combine(evening.date() + timedelta(days=days + 1), datetime.min.time(), tzinfo=SHANGHAI)
    is_hour = and_(Meeting.hour_reminded_at.is_(None), Meeting.starts_at <= now + AN_HOUR)
    is_day = and_(Meeting.day_reminded_at.is_(None), Meeting.starts_at < until)
    rows = (
        select(Meeting)
        .where(Meeting.state == MeetingState.noticed, Meeting.starts_at > now, or_(is_hour, is_day))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(rows)


def overrun_meeting_ids(*, now: datetime) -> Sequence[int]:
    """Meetings that began more than an hour ago and are still open; rules.overrun_due says what is to be done."""
    rows = select(Meeting.id).where(Meeting.state.in_(LIVE), Meeting.starts_at <= now - GRACE)
    return db.session.scalars(rows.order_by(Meeting.id)).all()


def people_to_remind(meeting: Meeting) -> dict[int, str]:
    """Who is expected: the chair, the seats, who has a place, and who brought the matters up."""
    authors = (
        select(Participation.user_id, Participation.reason)
        .join(AgendaItem, AgendaItem.matter_id == Participation.matter_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .where(Participation.reason.in_((ParticipationReason.proposer, ParticipationReason.merged_author)))
    )
    reasons: dict[int, str] = {user_id: str(reason) for user_id, reason in db.session.execute(authors)}
    confirmed = select(Registration.user_id).where(
        Registration.meeting_id == meeting.id, Registration.state == RegistrationState.confirmed
    )
    reasons.update(dict.fromkeys(db.session.scalars(confirmed), "registered"))
    reasons.update(dict.fromkeys(sorted(committees.seat_holders(meeting.committee_id, on=day_of(meeting))), "member"))
    reasons[meeting.chair_id] = "chair"
    return reasons


def told_of(meeting: Meeting) -> dict[str, Any]:
    """What every short message about a meeting says."""
    return {
        "path": f"/meetings/{meeting.id}",
        "meeting_id": meeting.id,
        "title": meeting.title,
        "venue": meeting.venue,
        "starts_at": meeting.starts_at.isoformat(),
        "planned_minutes": meeting.planned_minutes,
    }
