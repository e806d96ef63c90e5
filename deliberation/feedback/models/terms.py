"""The terms of cases, kept for the figures: what a case's own row forgets when it is done again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.feedback.rules import Term
from deliberation.kernel.database import Model, UtcDateTime


class CaseTerm(Model):
    """One clock of one case (rules.figures): opened with the clock, never changed by what comes after it was due.

    ``due_on`` is the day in Shanghai, by which the figures of a month are found. ``kind`` is a ``ProposalKind`` or "".
    ``asked``, ``rated`` and ``satisfied`` are people: whoever answered twice in the round is counted once.
    """

    __tablename__ = "case_term"
    __table_args__ = (UniqueConstraint("case_id", "round"), Index("ix_case_term_due", "due_on", "place_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(default="")
    level: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    contact_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # While its clock stands still it is not due.
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_kind: Mapped[str] = mapped_column(default="")
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)

    @property
    def facts(self) -> Term:
        return Term(
            due_at=self.due_at,
            contact_due_at=self.contact_due_at,
            contacted_at=self.contacted_at,
            replied_at=self.replied_at,
            kind=self.reply_kind,
            is_reopened=self.reopened_at is not None,
            asked=self.asked,
            rated=self.rated,
            satisfied=self.satisfied,
        )
