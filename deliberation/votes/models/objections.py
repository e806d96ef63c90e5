"""Objections: to the roll before the vote opens (R-13), to the result within its window (domain.md C3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.rules import ObjectionKind


class Objection(Model):
    """What somebody holds against the roll or the result, and the answer. ``is_upheld`` is none until answered."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_open", "vote_id", "kind", "answered_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    kind: Mapped[ObjectionKind] = mapped_column(enum_column(ObjectionKind))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_upheld: Mapped[bool | None]
