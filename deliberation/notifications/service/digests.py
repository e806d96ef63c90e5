"""Digests: what waited for a person, in one message; never empty, and nothing of it sent twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db
from deliberation.notifications import queries, rules
from deliberation.notifications.models import Channel, Delivery, DeliveryState, Message, Wishes
from deliberation.notifications.service.outbox import queue_direct


def gather_next(now: datetime, *, word: Callable[[Sequence[queries.Content], Channel], tuple[str, str]]) -> bool:
    """Make the digest of one person whose day has come; ``False`` when there is none.

    ``word`` puts it into words. What the person has read in the inbox meanwhile is left out, and without anything
    left there is no digest. A day on which nothing ran is made up by this one digest.
    """
    due = select(Wishes).where(Wishes.digest_at <= now).order_by(Wishes.digest_at, Wishes.user_id).limit(1)
    wishes = db.session.scalar(due.with_for_update(skip_locked=True))
    if wishes is None:
        return False
    due_at, wishes.digest_at = wishes.digest_at, rules.next_digest(wishes.rhythm, now=shanghai(now))
    held = select(Delivery).where(Delivery.user_id == wishes.user_id, Delivery.state == DeliveryState.held)
    waiting = db.session.scalars(held.order_by(Delivery.id).with_for_update()).all()
    if not waiting:
        return True
    gone = update(Delivery).where(Delivery.id.in_([each.id for each in waiting]))
    db.session.execute(gone.values(state=DeliveryState.gathered).execution_options(synchronize_session=False))
    unread = select(Message).where(Message.id.in_([each.message_id for each in waiting]), Message.read_at.is_(None))
    messages = db.session.scalars(unread.order_by(Message.id)).all()
    if messages and due_at is not None:
        channel, address = waiting[-1].channel, waiting[-1].address
        subject, body = word(queries.contents(messages), channel)
        key = f"digest:{wishes.user_id}:{due_at.isoformat()}"
        queue_direct(
            channel=channel, address=address, subject=subject, body=body, key=key, now=now, user_id=wishes.user_id
        )
    return True
