"""Pictures that people add: checked, re-encoded without their metadata, stored under a name nobody can guess."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class Photo(Model):
    """``file_name`` lies in the uploads folder; ``caption`` says what is seen, for people who cannot see it.

    A draft has been sent with a form that could not be taken yet; it is kept for a day, for the next attempt. A private
    picture lies in a folder that the public address does not reach; the room it belongs to shows it to whom it may.
    """

    __tablename__ = "photo"
    __table_args__ = (Index("ix_photo_drafts", "is_draft", "uploaded_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_draft: Mapped[bool] = mapped_column(default=False)
    is_private: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    @property
    def small_name(self) -> str:
        """The file of the thumbnail."""
        return small_name_of(self.file_name)


def small_name_of(file_name: str) -> str:
    return file_name.removesuffix(".jpg") + ".small.jpg"
