"""Which matters are suggestions of a deputy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class Suggestion(Model):
    """A deputy's suggestion: to be forwarded by ``forward_by``, answered to the deputy within months (A3, B8)."""

    __tablename__ = "suggestion"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), unique=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    is_hard: Mapped[bool] = mapped_column(default=False)  # Wide or hard: six months instead of three.
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forward_by: Mapped[datetime] = mapped_column(UtcDateTime)
    forwarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
