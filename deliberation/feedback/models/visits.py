"""Going to look whether it is fixed: who was asked to, until when, and what they found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.feedback.rules import Answer
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class LookBackVisit(Model):
    """One visit of a look-back, wanted from the day it is asked; ``visitor_id``, whom the liaison sends, is no handler.

    ``asked``, ``rated`` and ``satisfied`` are people without an account whom the visitor called on or rang up; they
    count among those of the look-back. Once ``cancelled_at`` is set nobody has to go any more.
    """

    __tablename__ = "look_back_visit"
    __table_args__ = (Index("ix_look_back_visit_reminder", "next_reminder_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finding: Mapped[Answer | None] = mapped_column(enum_column(Answer))
    text: Mapped[str] = mapped_column(default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    no_photo_reason: Mapped[str] = mapped_column(default="")
    asked: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_over(self) -> bool:
        return self.reported_at is not None or self.cancelled_at is not None
