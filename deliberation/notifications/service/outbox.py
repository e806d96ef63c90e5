"""The outbox: what is to go out by which way, leased to whoever sends it, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from deliberation.kernel.database import db
from deliberation.notifications import rules
from deliberation.notifications.models import Channel, Delivery, DeliveryState, MailboxItem
from deliberation.notifications.service.queueing import delivery, try_next_way


def queue_direct(
    *, channel: Channel, address: str, subject: str, body: str, key: str, now: datetime, user_id: int | None = None
) -> None:
    """Send ``body`` to an address without a message: a one-time code, a digest. The text is wiped once it is delivered.

    ``key`` names it; queueing the same key again changes nothing.
    """
    if db.session.scalar(select(Delivery.id).where(Delivery.key == key)) is None:
        row = delivery(key, channel, address, at=now, subject=subject, body=body, user_id=user_id)
        db.session.execute(insert(Delivery), [row])


def take_back_direct(keys: Collection[str]) -> None:
    """What was queued under these keys goes, sent or not: its cause is undone, and its address is nobody's to keep."""
    db.session.execute(delete(Delivery).where(Delivery.key.in_(keys), Delivery.message_id.is_(None)))


def claim_due(*, now: datetime) -> Sequence[Delivery]:
    """Take the next deliveries that are due and lease them to the caller, who sends them after the commit.

    One-time codes go before everything else. Another process passes over what is locked here (``SKIP LOCKED``; SQLite
    has one writer anyway) and finds it leased afterwards. A caller that dies leaves the lease to run out, and they are
    sent again under the same key.
    """
    claimed: list[Delivery] = []
    for is_direct in (True, False):
        due = (
            select(Delivery)
            .where(Delivery.state == DeliveryState.queued, Delivery.next_attempt_at <= now)
            .where(Delivery.message_id.is_(None) if is_direct else Delivery.message_id.is_not(None))
            .order_by(Delivery.next_attempt_at, Delivery.id)
            .limit(rules.BATCH - len(claimed))
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        claimed += db.session.scalars(due)
    if claimed:
        lease = {"attempts": Delivery.attempts + 1, "next_attempt_at": now + rules.LEASE}
        _change([each.id for each in claimed], lease)
    return claimed


def mark_sent(delivery_ids: Sequence[int], *, now: datetime) -> None:
    """They went out; the text of a direct one is forgotten."""
    done = {"state": DeliveryState.sent, "sent_at": now, "next_attempt_at": None}
    _change(delivery_ids, {**done, "error": "", "subject": "", "body": ""})


def give_back(delivery_ids: Sequence[int], *, now: datetime) -> None:
    """The caller did not come to these within its lease: they are due again, and it was no attempt."""
    _change(delivery_ids, {"attempts": Delivery.attempts - 1, "next_attempt_at": now})


def _change(delivery_ids: Sequence[int], changed: dict[str, Any]) -> None:
    if delivery_ids:
        rows = update(Delivery).where(Delivery.id.in_(delivery_ids)).values(changed)
        db.session.execute(rows.execution_options(synchronize_session=False))


def mark_failed(delivery_id: int, *, attempt: int, error: str, is_final: bool, now: datetime) -> None:
    """It did not go out: try later, or give it up and go the next way (domain.md C3, Notice).

    ``attempt`` is the caller's: whoever has lost the lease meanwhile, and with it the say, changes nothing.
    """
    failed = db.session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if failed is None or failed.state is not DeliveryState.queued or failed.attempts != attempt:
        return
    failed.error = error[:500]
    failed.next_attempt_at = None if is_final else rules.next_attempt(failed.attempts, now=now)
    if failed.next_attempt_at is None:
        failed.state, failed.subject, failed.body = DeliveryState.failed, "", ""
        if failed.message_id is not None:
            db.session.flush()
            try_next_way(failed.message_id, now=now)


def retry_failed(*, now: datetime) -> int:
    """Try what was given up once more, from the start; how many they are. The text of a direct one is gone for good."""
    given_up = (Delivery.state == DeliveryState.failed, Delivery.message_id.is_not(None))
    again = {"state": DeliveryState.queued, "attempts": 0, "next_attempt_at": now}
    changed = update(Delivery).where(*given_up).values(again).returning(Delivery.id)
    return len(db.session.scalars(changed.execution_options(synchronize_session=False)).all())


def put_in_mailbox(*, key: str, channel: Channel, address: str, subject: str, body: str, now: datetime) -> None:
    """Receive in the demo's mailbox; what has arrived under ``key`` before is not received again."""
    if db.session.scalar(select(MailboxItem.id).where(MailboxItem.key == key)) is None:
        item = MailboxItem(key=key, channel=channel, address=address, subject=subject, body=body, sent_at=now)
        db.session.add(item)
