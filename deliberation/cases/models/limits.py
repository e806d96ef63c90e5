"""The deadline table (domain.md C4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import LimitUnit
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class CaseLimit(Model):
    """How long something may take, everywhere (``place_id`` empty) or in one place and below.

    A change ends the row and writes the next one, so that what held on a day can be read later. ``basis`` is empty
    while the words of rules.LIMITS hold.
    """

    __tablename__ = "case_limit"
    __table_args__ = (Index("ix_case_limit_current", "name", "place_id", "ended_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    value: Mapped[int]
    unit: Mapped[LimitUnit] = mapped_column(enum_column(LimitUnit))
    basis: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # Ended without another in its stead.
    drop_reason: Mapped[str] = mapped_column(default="")
