"""What can be taken home from a meeting: papers on its agenda, and the calendar of one's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class AgendaPaper(Model):
    """A paper on an item of the agenda, read by whoever reads the agenda. ``kind`` is "pdf", "docx" or "jpg".

    The content lies in the row, so that it stays exactly when the act stays. One that is taken off leaves its name and
    the reason, and nothing of what it said.
    """

    __tablename__ = "agenda_paper"
    __table_args__ = (Index("ix_agenda_paper_meeting", "meeting_id", "item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    title: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_reason: Mapped[str] = mapped_column(default="")


class CalendarFeed(Model):
    """How often a person has renewed the private address of their own calendar; only the newest one opens it."""

    __tablename__ = "calendar_feed"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(default=1)
    renewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
