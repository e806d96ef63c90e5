"""What pages read about messages."""

from __future__ import annotations

from sqlalchemy import func, select

from deliberation.kernel.database import db
from deliberation.notifications.models import Message


def unread_count(user_id: int) -> int:
    """How many messages the person has not read, counted to 100 at most."""
    unread = select(Message.id).where(Message.user_id == user_id, Message.read_at.is_(None)).limit(100)
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0
