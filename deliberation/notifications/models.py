"""Messages to people, and the outbox: one delivery a channel, sent at least once, received once by its key."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column


class Channel(StrEnum):
    inbox = "inbox"
    email = "email"
    sms = "sms"


class DeliveryState(StrEnum):
    queued = "queued"
    sent = "sent"
    failed = "failed"


class Message(Model):
    """What one person is told about one event. ``kind`` ("outcome.notice") names the template, ``data`` fills it.

    ``reason`` says why this person hears it (a ParticipationReason or an office). ``key`` makes telling idempotent.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_inbox", "user_id", "id"), Index("ix_message_unread", "user_id", "read_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Model):
    """A row of the outbox: ``message`` by ``channel``, due at ``next_attempt_at`` while it is queued.

    While a process is sending it, ``next_attempt_at`` is its lease: when that passes without a word, it is sent again.
    A direct one (a one-time code) has no message; its ``subject`` and ``body`` are wiped once it has been sent.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "state", "next_attempt_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    address: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState), default=DeliveryState.queued)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")


class MailboxItem(Model):
    """The demo's local mailbox: what would have gone out by email or SMS."""

    __tablename__ = "mailbox_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    address: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
