"""Pictures that people add: checked, re-encoded without their metadata, stored under a name nobody can guess."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class Photo(Model):
    """``file_name`` lies in the uploads folder; ``caption`` says what is seen, for people who cannot see it."""

    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
