"""Ballots. Named ones carry their voter; secret ones are two tables that nothing joins (docs/decisions)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.rules import Channel


class Ballot(Model):
    """One named ballot of one voter. A later one replaces it until the close; both are kept.

    ``choice`` is the canonical text of counting.canonical_choice: "for", an option's code, or JSON. ``reason`` is the
    objection that a consensus asks for. ``client_ballot_id`` comes from the voter's device, so sending again is
    harmless. ``leaf_hash`` is the receipt. ``salt`` opens the commitment that the public log holds instead of the
    choice; it never leaves this table. A ballot on paper or by proxy names the sheet or the authority; one that was
    filled in for somebody names who helped (``helper``) and who watched (``witness``). ``cast_by_id`` is whose act
    put it here: the voter's own, the agent's, the helper's at the desk, or the second teller's.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        Index(
            "uq_ballot_current",
            "vote_id",
            "roll_entry_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    client_ballot_id: Mapped[str] = mapped_column(unique=True)
    choice: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    cast_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper_ballot.id"))
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("proxy_authority.id"))
    helper: Mapped[str] = mapped_column(default="", server_default="")
    witness: Mapped[str] = mapped_column(default="")


class VoterMark(Model):
    """That a voter of a secret vote has cast: neither when, nor what, nor which ballot."""

    __tablename__ = "voter_mark"
    __table_args__ = {"sqlite_with_rowid": False}
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    roll_entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True, index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))


class SealedBallot(Model):
    """A secret ballot in the urn while the vote is open: encrypted with a key that the database does not hold.

    ``id`` is the SHA-256 of the ballot id that only the voter's device knows. No voter, no time, no order. At the
    close the urn is opened, shuffled into ``SecretBallot`` and ``SecretReceipt``, and these rows are deleted.
    """

    __tablename__ = "sealed_ballot"
    __table_args__ = {"sqlite_with_rowid": False}
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SecretBallot(Model):
    """What a secret ballot said, with the weight and chamber of its voter and a random id; written at the close."""

    __tablename__ = "secret_ballot"
    __table_args__ = {"sqlite_with_rowid": False}
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    choice: Mapped[str] = mapped_column(Text)
    weight: Mapped[int] = mapped_column(default=1)
    chamber: Mapped[str] = mapped_column(default="")


class SecretReceipt(Model):
    """That a secret ballot is among the counted ones; it leads to no ``SecretBallot``. Written at the close."""

    __tablename__ = "secret_receipt"
    __table_args__ = {"sqlite_with_rowid": False}
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
