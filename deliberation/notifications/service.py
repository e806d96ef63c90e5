"""Telling people: one message a person and event, and a delivery for each channel that reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from deliberation.kernel.database import db
from deliberation.notifications.models import Channel, Delivery, DeliveryState, Message
from deliberation.people.models import User


def tell(
    reasons: Mapping[int, str],
    kind: str,
    *,
    key: str,
    now: datetime,
    matter_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[int, Mapping[str, Any]] | None = None,
) -> int:
    """Tell each person of ``reasons`` (user id → why they hear it) of one event; return how many are new.

    ``kind`` names the template templates/messages/<kind>.txt; ``data`` is plain JSON for it, ``personal`` adds to it
    for one person (a signed link). ``key`` names the event: telling the same event again adds nobody twice.
    """
    known = set(db.session.scalars(select(Message.user_id).where(Message.key.in_([f"{key}:{u}" for u in reasons]))))
    new = [user_id for user_id in reasons if user_id not in known]
    if not new:
        return 0
    rows = [
        {
            "key": f"{key}:{user_id}",
            "user_id": user_id,
            "matter_id": matter_id,
            "kind": kind,
            "reason": str(reasons[user_id]),
            "data": {**(data or {}), **((personal or {}).get(user_id, {}))},
            "created_at": now,
        }
        for user_id in new
    ]
    ids = db.session.execute(insert(Message).returning(Message.id, Message.user_id), rows)
    _queue_deliveries({user_id: message_id for message_id, user_id in ids}, now=now)
    return len(new)


def _queue_deliveries(message_ids: Mapping[int, int], *, now: datetime) -> None:
    people = db.session.execute(
        select(User.id, User.email, User.us_phone_number).where(User.id.in_(list(message_ids)))
    ).all()
    rows = []
    for user_id, email, phone in people:
        channel, address = (Channel.email, email) if email else (Channel.sms, phone)
        if address:
            rows.append(_delivery(message_ids[user_id], channel, address, now=now))
    if rows:
        db.session.execute(insert(Delivery), rows)


def _delivery(message_id: int, channel: Channel, address: str, *, now: datetime) -> dict[str, Any]:
    return {
        "key": f"{message_id}:{channel}",
        "message_id": message_id,
        "channel": channel,
        "address": address,
        "state": DeliveryState.queued,
        "attempts": 0,
        "error": "",
        "next_attempt_at": now,
    }
