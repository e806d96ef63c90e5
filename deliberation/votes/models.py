"""Votes: the text and its rule, the frozen roll, the ballots, the result with its working."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.rules import Channel, Choice, Outcome, RuleKind, VoteState


class Vote(Model):
    """A resolution put to a committee's seats. After ``published_at`` text, rule and roll are immutable.

    The rule is copied from the committee's charter when the vote is prepared (quorum and threshold as whole numbers).
    ``needs_external_approval`` names nobody's power: where the police or another office must approve and publish, the
    resolution waits. ``handler_*`` say who takes the case when it passes, and within how many working days.
    """

    __tablename__ = "vote"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(default="")
    rule_kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    quorum_numerator: Mapped[int | None]
    quorum_denominator: Mapped[int | None]
    threshold_numerator: Mapped[int | None]
    threshold_denominator: Mapped[int | None]
    threshold_basis: Mapped[str] = mapped_column(default="cast")
    threshold_strict: Mapped[bool] = mapped_column(default=False)
    charter_clause: Mapped[str] = mapped_column(default="")
    seats_total: Mapped[int] = mapped_column(default=0)
    roll_hash: Mapped[str] = mapped_column(default="")
    state: Mapped[VoteState] = mapped_column(enum_column(VoteState), default=VoteState.draft)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    needs_external_approval: Mapped[bool] = mapped_column(default=False)
    approval_body: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    handler_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    handler_working_days: Mapped[int] = mapped_column(default=15)


class RollEntry(Model):
    """A seat that may vote, frozen when the vote is published."""

    __tablename__ = "roll_entry"
    __table_args__ = (UniqueConstraint("vote_id", "seat_id"), Index("ix_roll_entry_voter", "vote_id", "user_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    label: Mapped[str]


class Ballot(Model):
    """One ballot of one seat. A later one replaces it until the close; both are kept.

    ``client_ballot_id`` comes from the voter's device, so sending again is harmless. ``leaf_hash`` is the receipt.
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
    choice: Mapped[Choice] = mapped_column(enum_column(Choice))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    cast_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
