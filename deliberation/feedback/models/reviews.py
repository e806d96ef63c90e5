"""The pack of a monthly review: what the month was, and the lessons that are written to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class ReviewPack(Model):
    """月谈会材料: drafted each month for a place with such a body, on its agenda by itself, published with lessons.

    ``month`` is the first day of the month it is about. ``content`` is what was found when it was drafted, plain JSON
    (feedback.queries.reviews), so that the talk and the paper are about the same numbers.
    """

    __tablename__ = "review_pack"
    __table_args__ = (UniqueConstraint("place_id", "month"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    month: Mapped[date]
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def failed_case_ids(self) -> list[int]:
        return [each["case"] for each in self.content["failed"]]


class ReviewLesson(Model):
    """What one failed case taught, and who does what about it by when."""

    __tablename__ = "review_lesson"
    __table_args__ = (UniqueConstraint("pack_id", "case_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("review_pack.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    text: Mapped[str]
    owner_name: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
