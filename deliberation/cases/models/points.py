"""The points of contractors: lines that are only ever added, and appeals against them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.audit import append_only
from deliberation.cases.rules import EntryKind
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class PointEntry(Model):
    """A line of a contractor's year: ``points`` is what it adds, less than zero for a deduction.

    Each year begins with a grant of twelve. A reversal names the deduction that it takes back.
    """

    __tablename__ = "point_entry"
    __table_args__ = (Index("ix_point_entry_year", "contractor_id", "year", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    contractor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("point_entry.id"), unique=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PointAppeal(Model):
    """What the firm says against a deduction, and what somebody else than who made it decided."""

    __tablename__ = "point_appeal"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("point_entry.id"), unique=True)
    text: Mapped[str]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


append_only.fence(PointEntry)
