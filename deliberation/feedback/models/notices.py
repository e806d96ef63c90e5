"""Outcome notices: what everyone who took part is told of a decision or a reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime


class OutcomeNotice(Model):
    """结果告知 after a decision or a reply: drafted by the event, due in three days, sent to everyone who took part.

    ``fields`` holds the nine parts of domain.md C7 (feedback.wording puts them in words); one that is missing keeps the
    notice from going out. A draft has only what the liaison may change: ``reason`` and ``summary``.
    """

    __tablename__ = "outcome_notice"
    __table_args__ = (Index("ix_outcome_notice_due", "issued_at", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), unique=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id"), unique=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_step.id"), unique=True)  # Decided without a vote.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipients: Mapped[int] = mapped_column(default=0)
    on_paper: Mapped[int] = mapped_column(default=0)  # Seats without an account: the notice is posted for them.
