"""What people bring up, and what the liaison did with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel


class Proposal(Model):
    """One person's proposal; a matter of its own from the moment it is submitted.

    ``hides_name`` keeps the author's name from the public, never from the liaison. After a merge it stays, in state
    ``merged``, and points to the proposal it was joined to; it is never deleted.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_queue", "place_id", "state", "screening_due_at"),
        Index("ix_proposal_author", "author_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str | None] = mapped_column(unique=True)  # From the form: sending twice is harmless.
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), unique=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str]
    text: Mapped[str]
    kind: Mapped[ProposalKind] = mapped_column(enum_column(ProposalKind))
    spot: Mapped[str] = mapped_column(default="")
    hides_name: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    screening_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    screened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    screened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(default="")
    redirect_channel: Mapped[RedirectChannel | None] = mapped_column(enum_column(RedirectChannel))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)


class ProposalPhoto(Model):
    __tablename__ = "proposal_photo"
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)


class Support(Model):
    """联名: a person supports a proposal; taking it back removes the row."""

    __tablename__ = "support"
    __table_args__ = (UniqueConstraint("proposal_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MergeRequest(Model):
    """One liaison asks to join ``proposal`` to ``into``; another confirms or declines (domain.md C5)."""

    __tablename__ = "merge_request"
    __table_args__ = (Index("ix_merge_request_pending", "decided_at", "into_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    reason: Mapped[str]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_confirmed: Mapped[bool | None]
    decline_reason: Mapped[str] = mapped_column(default="")
