"""Reading: what a person has opened is read, and the bell says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from deliberation.kernel import live
from deliberation.kernel.database import db
from deliberation.notifications import queries
from deliberation.notifications.models import Message


def mark_read(message: Message, *, now: datetime) -> None:
    if message.read_at is None:
        message.read_at = now
        db.session.flush()
        _push_count(message.user_id)


def mark_all_read(user_id: int, *, now: datetime) -> None:
    db.session.execute(update(Message).where(Message.user_id == user_id, Message.read_at.is_(None)).values(read_at=now))
    _push_count(user_id)


def _push_count(user_id: int) -> None:
    live.tell_person(user_id, "inbox.changed", {"unread": queries.unread_count(user_id)})
