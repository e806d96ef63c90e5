"""What happens again and again in tests of the room: a hand goes up, the chair acts, the log is read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.meetings import service
from deliberation.meetings.models import MeetingEvent
from deliberation.meetings.rules import Side
from tests.support.gathering import STARTS


def events(there):
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == there.meeting.id).order_by(MeetingEvent.sequence)
    return db.session.scalars(rows).all()


def hand(there, number, side=Side.in_favour, *, seconds=0):
    now = STARTS + timedelta(seconds=seconds)
    actor = there.members[number]
    return there.act(service.raise_hand, actor, item_id=there.item.id, side=side, now=now)


def chair(there, verb, **fields):
    return there.act(verb, there.shen, item_id=there.item.id, **fields)
