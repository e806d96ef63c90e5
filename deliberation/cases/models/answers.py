"""What is answered, and what was done on the way."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import ReplyKind
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class Reply(Model):
    """An answer of kind A–D; B and C carry the date that was promised."""

    __tablename__ = "reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[ReplyKind] = mapped_column(enum_column(ReplyKind))
    text: Mapped[str]
    promised_on: Mapped[date | None]
    slip_reason: Mapped[str] = mapped_column(default="")  # Why an earlier promised day was not kept.
    replied_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    replied_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Progress(Model):
    """What was done on the way, with a photo and a measure where there is one (before, after)."""

    __tablename__ = "progress"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    text: Mapped[str]
    stage: Mapped[str] = mapped_column(default="")  # "before", "after" or empty.
    measure: Mapped[str] = mapped_column(default="")  # As read off, with its unit: "22 勒克斯".
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
