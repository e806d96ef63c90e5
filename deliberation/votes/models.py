"""Votes: the text and its rule, the frozen roll, the ballots, the result with its working."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, Index, LargeBinary, UniqueConstraint, event, inspect, text
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column

from deliberation.committees.models import Committee
from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.rules import (
    Channel,
    Choice,
    DecisionRule,
    Outcome,
    RuleKind,
    TextImmutable,
    VoteState,
    ballots_needed,
)


class Vote(Model):
    """A resolution put to a committee's seats. After ``published_at`` text, rule and roll are immutable.

    The rule is copied from the committee's charter when the vote is prepared (quorum and threshold as whole numbers).
    ``needs_external_approval`` names nobody's power: where the police or another office must approve and publish, the
    resolution waits. ``handler_*`` say who takes the case when it passes, and within how many working days.
    """

    __tablename__ = "vote"
    __table_args__ = (Index("ix_vote_state_closes", "state", "closes_at"),)
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

    @property
    def rule(self) -> DecisionRule:
        return decision_rule(self)

    @property
    def ballots_needed(self) -> int:
        """How many ballots make the quorum of the frozen roll; 0 where the rule asks for none."""
        return ballots_needed(self.rule, self.seats_total)

    @property
    def is_under_way(self) -> bool:
        return self.state in (VoteState.draft, VoteState.published, VoteState.voting, VoteState.counted)

    @property
    def is_passed(self) -> bool:
        return self.announced_at is not None and self.outcome is Outcome.passed


def decision_rule(charter: Vote | Committee) -> DecisionRule:
    """The rule a charter's columns spell out, in the committee or copied into a vote."""
    return DecisionRule(
        kind=RuleKind(charter.rule_kind),
        quorum=_share(charter.quorum_numerator, charter.quorum_denominator),
        threshold=_share(charter.threshold_numerator, charter.threshold_denominator),
        basis=charter.threshold_basis,
        strict=charter.threshold_strict,
        clause=charter.charter_clause,
    )


def _share(numerator: int | None, denominator: int | None) -> Fraction | None:
    return Fraction(numerator, denominator) if numerator is not None and denominator else None


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
    ``salt`` opens the commitment that the public log holds instead of the choice; it never leaves this table.
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
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    cast_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)


# Nobody changes a published text, its rule, its roll, or a ballot: not even by mistake, and not through this code.
FROZEN = (
    "matter_id", "committee_id", "place_id", "item_id", "meeting_id", "title", "text", "text_hash", "rule_kind",
    "quorum_numerator", "quorum_denominator", "threshold_numerator", "threshold_denominator", "threshold_basis",
    "threshold_strict", "charter_clause", "seats_total", "roll_hash", "opens_at", "closes_at", "published_at",
    "needs_external_approval", "approval_body",
)  # fmt: skip


def _changed(row: Any, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())


def _was_published(vote: Vote) -> bool:
    history = inspect(vote).attrs["published_at"].history
    before = history.deleted or history.unchanged
    return bool(before and before[0] is not None)


@event.listens_for(Vote, "before_update")
def _keep_published_vote(_mapper: Mapper[Vote], _connection: Connection, vote: Vote) -> None:
    if _was_published(vote) and any(_changed(vote, name) for name in FROZEN):
        raise TextImmutable()


@event.listens_for(Vote, "before_delete")
@event.listens_for(RollEntry, "before_update")
@event.listens_for(RollEntry, "before_delete")
@event.listens_for(Ballot, "before_delete")
def _keep_row(_mapper: Mapper[Any], _connection: Connection, _row: Any) -> None:
    raise TextImmutable()


@event.listens_for(Ballot, "before_update")
def _keep_ballot(_mapper: Mapper[Ballot], _connection: Connection, ballot: Ballot) -> None:
    changed = {attribute.key for attribute in inspect(ballot).attrs if attribute.history.has_changes()}
    if changed - {"superseded_at"}:
        raise TextImmutable()


@event.listens_for(RollEntry, "before_insert")
def _keep_frozen_roll(_mapper: Mapper[RollEntry], connection: Connection, entry: RollEntry) -> None:
    session = inspect(entry).session
    vote = session.get(Vote, entry.vote_id) if session is not None else None
    if vote is not None and _was_published(vote):
        raise TextImmutable()


@event.listens_for(Session, "do_orm_execute")
def _keep_rows_in_bulk(execution: ORMExecuteState) -> None:
    """UPDATE and DELETE statements pass the events above by; there is no honest use for one on these tables."""
    if execution.is_update or execution.is_delete:
        mapper = execution.bind_mapper
        if mapper is not None and mapper.class_ in (Vote, RollEntry, Ballot):
            raise TextImmutable()
