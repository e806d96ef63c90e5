"""A person's own meetings, for the calendar that only they have the address of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from deliberation.committees import queries as committees
from deliberation.kernel.database import db
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.matters.models import Participation
from deliberation.meetings.models import AgendaItem, CalendarFeed, Meeting, Registration
from deliberation.meetings.rules import RegistrationState

MOST = 500


def feed_serial(user_id: int) -> int:
    """The number of the address that opens now; 1 for whoever has never renewed it."""
    return db.session.scalar(select(CalendarFeed.serial).where(CalendarFeed.user_id == user_id)) or 1


def meetings_of(user_id: int, *, now: datetime) -> Sequence[Meeting]:
    """What this person was told of, from a month back: where they chair or sit, signed up, or take part in a matter."""
    signed_up = select(Registration.meeting_id).where(
        Registration.user_id == user_id, Registration.state == RegistrationState.confirmed
    )
    takes_part = (
        select(AgendaItem.meeting_id)
        .join(Participation, Participation.matter_id == AgendaItem.matter_id)
        .where(Participation.user_id == user_id)
    )
    seats = committees.bodies_of(user_id, on=day_in_shanghai(now))
    rows = (
        select(Meeting)
        .where(Meeting.noticed_at.is_not(None), Meeting.starts_at >= now - timedelta(days=31))
        .where(
            or_(
                Meeting.chair_id == user_id,
                Meeting.committee_id.in_(seats),
                Meeting.id.in_(signed_up),
                Meeting.id.in_(takes_part),
            )
        )
    )
    return db.session.scalars(rows.order_by(Meeting.starts_at, Meeting.id).limit(MOST)).all()
