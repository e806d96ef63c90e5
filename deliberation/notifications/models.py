"""Messages to people, and the outbox: one delivery a channel, sent at least once, received once by its key."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, ScalarSelect, UniqueConstraint, select, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.notifications import rules

_UNREAD = text("read_at IS NULL")
_OPEN = text("done_at IS NULL")
_HELD = text("state = 'held'")


class Channel(StrEnum):
    inbox = "inbox"
    email = "email"
    sms = "sms"
    push = "push"
    wecom = "wecom"
    dingtalk = "dingtalk"
    feishu = "feishu"


class DeliveryState(StrEnum):
    """``held`` waits for its person's digest and is then ``gathered``: into it, or read or not wanted before."""

    queued = "queued"
    held = "held"
    gathered = "gathered"
    sent = "sent"
    failed = "failed"


class Occasion(Model):
    """Something people are told of, with what all of them hear alike: kept once, however many they are.

    ``kind`` ("outcome.notice") names the template, ``data`` fills it. ``key`` makes telling idempotent. What is public
    (rules.PUBLIC) has the place it concerns.
    """

    __tablename__ = "occasion"
    __table_args__ = (Index("ix_occasion_place", "place_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Audience(Model):
    """People of an occasion that very many hear of, told in the transaction of its cause and not yet given a message.

    ``user_ids`` are at most service.SHARE people of one ``reason``, in a row of their own so that it costs the cause
    next to nothing; the delivery job makes their messages and lets the row go, in one transaction.
    """

    __tablename__ = "audience"
    id: Mapped[int] = mapped_column(primary_key=True)
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasion.id"), index=True)
    reason: Mapped[str]
    user_ids: Mapped[list[int]] = mapped_column(JSON)


class Message(Model):
    """What one person is told of an occasion, once.

    ``reason`` says why this person hears it (a ParticipationReason or an office). ``own_data`` is what only they hear.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("occasion_id", "user_id"),
        Index("ix_message_inbox", "user_id", "id"),
        Index("ix_message_unread", "user_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasion.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(default="")
    own_data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occasion: Mapped[Occasion] = relationship(lazy="joined", innerjoin=True)

    @property
    def data(self) -> dict[str, Any]:
        return {**self.occasion.data, **(self.own_data or {})}

    @hybrid_property
    def kind(self) -> str:
        return self.occasion.kind

    @kind.inplace.expression
    @classmethod
    def _kind(cls) -> ScalarSelect[str]:
        return select(Occasion.kind).where(Occasion.id == cls.occasion_id).scalar_subquery()

    @hybrid_property
    def matter_id(self) -> int | None:
        return self.occasion.matter_id

    @matter_id.inplace.expression
    @classmethod
    def _matter_id(cls) -> ScalarSelect[int | None]:
        return select(Occasion.matter_id).where(Occasion.id == cls.occasion_id).scalar_subquery()

    @property
    def created_at(self) -> datetime:
        return self.occasion.created_at


class Delivery(Model):
    """A row of the outbox: ``message`` by ``channel``, due at ``next_attempt_at`` while it is queued.

    While a process is sending it, ``next_attempt_at`` is its lease: when that passes without a word, it is sent again.
    A direct one (a one-time code, a digest, what a group's robot posts) has no message; its ``subject`` and ``body``
    are wiped once it has been sent. ``address`` of a push is the word "push", of a robot its id. ``user_id`` is whose
    digest it is or waits for, ``occasion_id`` what a robot posts.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "next_attempt_at"),
        Index("ix_delivery_held", "user_id", postgresql_where=_HELD, sqlite_where=_HELD),
    )
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
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("occasion.id"))


class Wishes(Model):
    """How a person wants to hear; nobody without a row has said anything, and ``rules.Wishes()`` holds for them.

    ``first`` is the channel to try first. ``rhythm`` is at_once, daily, weekly or never; ``digest_at`` is when the next
    digest is due. Between ``quiet_from`` and ``quiet_until`` (hours of Shanghai, 0 to 23; the same for none) nothing
    rings.
    """

    __tablename__ = "wishes"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    first: Mapped[Channel] = mapped_column(enum_column(Channel))
    rhythm: Mapped[rules.Rhythm] = mapped_column(enum_column(rules.Rhythm))
    wants_reminders: Mapped[bool]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    def as_rules(self) -> rules.Wishes:
        return rules.Wishes(self.first, self.rhythm, self.wants_reminders, self.quiet_from, self.quiet_until)


class MatterMute(Model):
    """A person wants no more reminders and news of a matter sent to them; its outcome still is."""

    __tablename__ = "matter_mute"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class PushTarget(Model):
    """A browser in which a person allowed pushes (RFC 8030), with the keys of RFC 8291."""

    __tablename__ = "push_target"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlaceRobot(Model):
    """A robot of a group chat that posts what becomes public in a place. ``token`` and ``secret`` are its maker's."""

    __tablename__ = "place_robot"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    name: Mapped[str]
    token: Mapped[str]
    secret: Mapped[str] = mapped_column(default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaperTask(Model):
    """A message no channel could bring: ``holder`` tells the person on paper or by voice (domain.md C3, Notice)."""

    __tablename__ = "paper_task"
    __table_args__ = (Index("ix_paper_task_open", "holder_id", postgresql_where=_OPEN, sqlite_where=_OPEN),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    how: Mapped[str] = mapped_column(default="")  # told, handed or posted.


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
