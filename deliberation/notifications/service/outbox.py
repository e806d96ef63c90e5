"""Telling people: one message a person and event, and a delivery for each channel that reaches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    insert,
    select,
)

from deliberation.kernel.database import db
from deliberation.notifications import rules
from deliberation.notifications.models import Channel, Delivery, DeliveryState, MailboxItem, Message
from deliberation.people.models import User


def queue_messages(messages: Mapping[int, int], *, now: datetime) -> None:
    """A delivery for each of these new messages (user id → message id), by the way that reaches its person, if any."""
    people = db.session.execute(select(User.id, User.email, User.us_phone_number).where(User.id.in_(messages)))
    rows = []
    for user_id, email, phone in people:
        channel, address = (Channel.email, email) if email else (Channel.sms, phone)
        if address:
            key = f"{messages[user_id]}:{channel}"
            rows.append(_delivery(key, channel, address, message_id=messages[user_id], now=now))
    if rows:
        db.session.execute(insert(Delivery), sorted(rows, key=lambda row: int(row["message_id"])))


def _delivery(
    key: str, channel: Channel, address: str, *, now: datetime, message_id: int | None = None, **texts: str
) -> dict[str, Any]:
    return {
        "key": key,
        "message_id": message_id,
        "channel": channel,
        "address": address,
        "state": DeliveryState.queued,
        "attempts": 0,
        "error": "",
        "next_attempt_at": now,
        "subject": texts.get("subject", ""),
        "body": texts.get("body", ""),
    }


def queue_direct(*, channel: Channel, address: str, subject: str, body: str, key: str, now: datetime) -> None:
    """Send ``body`` to an address without an inbox: a one-time code. The text is wiped once it has been delivered.

    ``key`` names it; queueing the same key again changes nothing.
    """
    if db.session.scalar(select(Delivery.id).where(Delivery.key == key)) is None:
        row = _delivery(key, channel, address, subject=subject, body=body, now=now)
        db.session.execute(insert(Delivery), [row])


def claim_due(*, now: datetime) -> Sequence[Delivery]:
    """Take the next deliveries that are due and lease them to the caller, who sends them after the commit.

    Another process passes over what is locked here (``SKIP LOCKED``; SQLite has one writer anyway) and finds it
    leased afterwards. A caller that dies leaves the lease to run out, and they are sent again under the same key.
    """
    due = (
        select(Delivery)
        .where(Delivery.state == DeliveryState.queued, Delivery.next_attempt_at <= now)
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(rules.BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = db.session.scalars(due).all()
    for delivery in claimed:
        delivery.attempts += 1
        delivery.next_attempt_at = now + rules.LEASE
    return claimed


def mark_sent(delivery_id: int, *, now: datetime) -> None:
    """It went out; the text of a direct one is forgotten."""
    delivery = _locked(delivery_id)
    delivery.state, delivery.sent_at, delivery.next_attempt_at = DeliveryState.sent, now, None
    delivery.error, delivery.subject, delivery.body = "", "", ""


def mark_failed(delivery_id: int, *, error: str, is_final: bool, now: datetime) -> None:
    """It did not go out: try later, or give it up and try the person's telephone instead (domain.md C3, Notice)."""
    delivery = _locked(delivery_id)
    delivery.error = error[:500]
    delivery.next_attempt_at = None if is_final else rules.next_attempt(delivery.attempts, now=now)
    if delivery.next_attempt_at is None:
        delivery.state, delivery.subject, delivery.body = DeliveryState.failed, "", ""
        _try_telephone(delivery, now=now)


def _locked(delivery_id: int) -> Delivery:
    delivery = db.session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        raise LookupError(f"no delivery {delivery_id}")
    return delivery


def _try_telephone(delivery: Delivery, *, now: datetime) -> None:
    if delivery.channel is not Channel.email or delivery.message_id is None:
        return
    phone = db.session.scalar(
        select(User.us_phone_number).join(Message, Message.user_id == User.id).where(Message.id == delivery.message_id)
    )
    if phone:
        key = f"{delivery.message_id}:{Channel.sms}"
        row = _delivery(key, Channel.sms, phone, message_id=delivery.message_id, now=now)
        db.session.execute(insert(Delivery), [row])


def put_in_mailbox(*, key: str, channel: Channel, address: str, subject: str, body: str, now: datetime) -> None:
    """Receive in the demo's mailbox; what has arrived under ``key`` before is not received again."""
    if db.session.scalar(select(MailboxItem.id).where(MailboxItem.key == key)) is None:
        item = MailboxItem(key=key, channel=channel, address=address, subject=subject, body=body, sent_at=now)
        db.session.add(item)
