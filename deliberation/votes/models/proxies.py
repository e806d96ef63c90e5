"""Written authority to vote for somebody else (Civil Code art. 165, Shanghai property rules art. 18)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class ProxyAuthority(Model):
    """The principal's entry on the roll, the agent, the opinion the agent must follow, and until when it holds.

    ``opinion`` is a canonical choice. It is signed on paper (``photo_id`` shows the sheet) and recorded by an office,
    or given by the principal's own account (no photo). A teller other than the recorder checks a paper one before it
    can be used. One that has been used can no longer be revoked.
    """

    __tablename__ = "proxy_authority"
    __table_args__ = (
        Index(
            "uq_proxy_authority_current",
            "vote_id",
            "roll_entry_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND refused_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL AND refused_at IS NULL"),
        ),
        Index("ix_proxy_authority_agent", "vote_id", "agent_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opinion: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_reason: Mapped[str] = mapped_column(Text, default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_on_paper(self) -> bool:
        return self.photo_id is not None

    @property
    def is_standing(self) -> bool:
        """Neither revoked nor refused."""
        return self.revoked_at is None and self.refused_at is None

    @property
    def is_waiting(self) -> bool:
        """On paper, and no teller has checked it yet."""
        return self.is_on_paper and self.is_standing and self.checked_at is None
