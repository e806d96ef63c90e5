"""Ballots on paper: what was printed, what two tellers read from it, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.rules import ConflictDecision, InvalidReason


class PaperBallot(Model):
    """A printed ballot of one voter; ``token`` stands in its QR. A spoiled sheet is kept and replaced by a new one."""

    __tablename__ = "paper_ballot"
    __table_args__ = (
        Index(
            "uq_paper_ballot_current",
            "vote_id",
            "roll_entry_id",
            unique=True,
            sqlite_where=text("spoiled_at IS NULL"),
            postgresql_where=text("spoiled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spoiled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Two tellers agreed on what it says,
    settled_choice: Mapped[str | None] = mapped_column(Text)  # which is this, or none when they found it invalid.


class PaperEntry(Model):
    """What one teller read from a sheet: a choice, or why it is invalid (R-16). A later reading replaces it."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        Index(
            "uq_paper_entry_current",
            "paper_id",
            "teller_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper_ballot.id"))
    teller_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    choice: Mapped[str | None] = mapped_column(Text)
    invalid_reason: Mapped[InvalidReason | None] = mapped_column(enum_column(InvalidReason))
    # Who filled it in for the voter, as the sheet names them, and who watched.
    helper: Mapped[str] = mapped_column(default="", server_default="")
    witness: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvalidBallot(Model):
    """A ballot that does not take part, and why; it is listed with the result (R-16)."""

    __tablename__ = "invalid_ballot"
    __table_args__ = (UniqueConstraint("vote_id", "roll_entry_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper_ballot.id"))
    reason: Mapped[InvalidReason] = mapped_column(enum_column(InvalidReason))
    ruled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BallotConflict(Model):
    """A sheet and the voter's ballot of another channel say different things (R-18), whichever came first.

    One teller proposes from evidence, another confirms. Undecided at the count, neither is counted. When the voter
    casts once more, the row tells of the new pair; the log keeps what was said of the earlier one.
    """

    __tablename__ = "ballot_conflict"
    __table_args__ = (UniqueConstraint("vote_id", "roll_entry_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper_ballot.id"))
    paper_choice: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposal: Mapped[ConflictDecision | None] = mapped_column(enum_column(ConflictDecision))
    evidence: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[ConflictDecision | None] = mapped_column(enum_column(ConflictDecision))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
