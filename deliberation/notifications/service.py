"""Telling people: one message a person and event, and a delivery for each channel that reaches them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    update,
    values,
)

from deliberation.kernel import live
from deliberation.kernel.database import db, insert_missing
from deliberation.notifications import queries, rules
from deliberation.notifications.models import Channel, Delivery, DeliveryState, MailboxItem, Message
from deliberation.people.models import User

AT_ONCE = 5000  # Rows of one statement; a database takes a limited number of parameters.
MESSAGE = ("key", "user_id", "matter_id", "kind", "reason", "data", "created_at")
PEOPLE = values(
    column("user_id", Message.user_id.type), column("reason", Message.reason.type), column("data", Message.data.type),
    name="people",
)  # fmt: skip


def tell(
    reasons: Mapping[int, str] | Select[int, str],
    kind: str,
    *,
    key: str,
    now: datetime,
    matter_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Tell each person of ``reasons`` (user id → why they hear it) of one event.

    Where very many hear it, ``reasons`` is a statement of each person once with these two columns, ``user_id`` and
    ``reason``. ``kind`` names the template templates/messages/<kind>.txt; ``data`` is plain JSON for it, ``personal``
    adds to it for one person. In ``data``, ``path`` is where the inbox leads (else the matter's page), and ``sms``
    "first_line" makes a text message say the body's first line (else the subject). ``key`` names the event: telling it
    again adds nobody twice.
    """
    event = _Event(key, kind, matter_id, dict(data or {}), now)
    if isinstance(reasons, Select):
        _tell(reasons.subquery("people"), event)
        return
    own = {user_id: {**event.data, **more} for user_id, more in (personal or {}).items()}
    rows = [(user_id, str(reason), own.get(user_id, event.data)) for user_id, reason in reasons.items()]
    for start in range(0, len(rows), AT_ONCE):
        _tell(PEOPLE.data(rows[start : start + AT_ONCE]).cte(), event)


@dataclass(frozen=True)
class _Event:
    """What everybody hears alike (see ``tell``)."""

    key: str
    kind: str
    matter_id: int | None
    data: dict[str, Any]
    now: datetime


def _tell(people: FromClause, event: _Event) -> None:
    """One statement a table, however many ``people`` there are; whoever has the message keeps the one they have."""
    key = literal(f"{event.key}:") + cast(people.c.user_id, String)
    rows = select(
        key,
        people.c.user_id,
        literal(event.matter_id, Message.matter_id.type),
        literal(event.kind),
        people.c.reason,
        people.c.data if "data" in people.c else literal(event.data, Message.data.type),
        literal(event.now, Message.created_at.type),
    )
    last = db.session.scalar(select(func.max(Message.id))) or 0
    insert_missing(Message, MESSAGE, rows.order_by(people.c.user_id), key=["key"])
    new = and_(Message.key == key, Message.id > last)
    _queue_deliveries(people.join(Message, new), people, now=event.now)
    _push_unread(people)


def _push_unread(people: FromClause) -> None:
    """The bell of every open page of these people, after the commit; who has as many unread is told together."""
    together: dict[int, list[int]] = defaultdict(list)
    for user_id, unread in queries.unread_counts(select(people.c.user_id)).items():
        together[unread].append(user_id)
    for unread, user_ids in together.items():
        live.tell_people(user_ids, "inbox.changed", {"unread": unread})


def _queue_deliveries(messages: FromClause, people: FromClause, *, now: datetime) -> None:
    """A delivery for each of these messages, by the channel that reaches its person; none where none does."""
    by_mail = and_(User.email.is_not(None), User.email != "")
    channel = case((by_mail, str(Channel.email)), else_=str(Channel.sms))
    address = case((by_mail, User.email), else_=User.us_phone_number)
    same = _delivery("", Channel.email, "", now=now)
    own = {
        "key": cast(Message.id, String) + ":" + channel, "message_id": Message.id, "channel": channel,
        "address": address,
    }  # fmt: skip
    common = {name: literal(value, Delivery.__table__.c[name].type) for name, value in same.items() if name not in own}
    rows = select(*own.values(), *common.values()).select_from(messages.join(User, User.id == people.c.user_id))
    insert_missing(Delivery, [*own, *common], rows.where(address != "").order_by(Message.id), key=["key"])


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
