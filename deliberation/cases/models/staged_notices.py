"""What stands in the way, and the three notices that are posted on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import ObjectState
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class NoticeObject(Model):
    """``label`` is the number plate or whatever tells it from others: in public only masked (R-50)."""

    __tablename__ = "notice_object"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    label: Mapped[str]
    spot: Mapped[str]
    state: Mapped[ObjectState] = mapped_column(enum_column(ObjectState), default=ObjectState.standing)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_note: Mapped[str] = mapped_column(default="")


class StagedNotice(Model):
    """One of the three, with the photo that shows it posted. ``posted_at`` is the server's time, never the form's."""

    __tablename__ = "staged_notice"
    __table_args__ = (UniqueConstraint("object_id", "stage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(ForeignKey("notice_object.id"))
    stage: Mapped[int]
    basis: Mapped[str]
    remedy: Mapped[str]
    due_on: Mapped[date]
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
