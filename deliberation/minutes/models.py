"""Minutes: what the recorder writes beside the facts of the log, and every version that was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.minutes.rules import MinutesState


class Minutes(Model):
    """The minutes of one meeting that are being written, or were published last.

    ``version`` is the number of the text in hand, 1 until the first one is published; ``reason`` is why a later one
    corrects it. ``passages`` holds what was typed, by rules.passages.passage_keys. ``content`` is the whole text as
    the chair confirmed it (see queries.sheet), empty while it is still written.
    """

    __tablename__ = "minutes"
    __table_args__ = (Index("ix_minutes_state_due", "state", "publish_due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    chair_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    recorder_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[MinutesState] = mapped_column(enum_column(MinutesState), default=MinutesState.draft)
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(default="")
    returned_reason: Mapped[str] = mapped_column(default="")  # What the chair wants altered.
    passages: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    draft_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MinutesVersion(Model):
    """A published text, which nobody alters any more. ``content_hash`` is the SHA-256 of its canonical JSON."""

    __tablename__ = "minutes_version"
    __table_args__ = (UniqueConstraint("minutes_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
