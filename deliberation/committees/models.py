"""Bodies that meet, decide or hear people out: their charters with all versions, their seats and who sits in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.kernel.database import Model, UtcDateTime, enum_column

_CURRENT = text("ended_at IS NULL")


class Committee(Model):
    """A body of a place with the charter in force, the rules of order and of decision it adopted.

    The charter's columns are those of ``rules.Charter``; ``rule_kind`` with quorum and threshold as whole numbers
    ("2/3" is 2 and 3) is a votes.rules.DecisionRule, and ``charter_clause`` cites where the charter says so.
    ``charter_version`` counts from 1; meetings and votes keep the number of the one they were called under.
    """

    __tablename__ = "committee"
    __table_args__ = (UniqueConstraint("place_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[CommitteeKind] = mapped_column(enum_column(CommitteeKind))
    name: Mapped[str]
    venue: Mapped[str] = mapped_column(default="")
    charter_version: Mapped[int] = mapped_column(default=1)
    rule_kind: Mapped[str] = mapped_column(default="charter")
    quorum_numerator: Mapped[int | None]
    quorum_denominator: Mapped[int | None]
    threshold_numerator: Mapped[int | None]
    threshold_denominator: Mapped[int | None]
    threshold_basis: Mapped[str] = mapped_column(default="cast")
    threshold_strict: Mapped[bool] = mapped_column(default=False)
    charter_clause: Mapped[str] = mapped_column(default="")
    electronic_clause: Mapped[str] = mapped_column(default="")  # Where the rules of order allow ballots by web.
    objection_days: Mapped[int] = mapped_column(default=0)  # C3: between the announcement and taking effect.
    convener: Mapped[str] = mapped_column(default="liaison")
    # By how many days a vote that is short of its quorum may go on, once; 0 is not at all (C3).
    extension_days: Mapped[int] = mapped_column(default=0, server_default="0")
    notice_working_days: Mapped[int] = mapped_column(default=3)
    notice_calendar_days: Mapped[int] = mapped_column(default=0)
    turn_seconds: Mapped[int] = mapped_column(default=120)
    turns_per_motion: Mapped[int] = mapped_column(default=2)
    needs_second: Mapped[bool] = mapped_column(default=False)
    allows_amendments: Mapped[bool] = mapped_column(default=True)
    allows_remote: Mapped[bool] = mapped_column(default=False)
    minutes_working_days: Mapped[int] = mapped_column(default=5)


class PastCharter(Model):
    """A charter that a newer one has replaced; ``terms`` is its columns. Nobody changes it any more."""

    __tablename__ = "past_charter"
    __table_args__ = (UniqueConstraint("committee_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    version: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class Seat(Model):
    """A seat, and who holds it. A seat nobody has signed in for yet has no ``user_id`` but counts in the total.

    One that has ended counts no more, but stays: meetings and rolls of its time name it.
    """

    __tablename__ = "seat"
    __table_args__ = (
        Index(
            "uq_seat_current",
            "committee_id",
            "label",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    kind: Mapped[SeatKind] = mapped_column(enum_column(SeatKind))
    label: Mapped[str]
    is_voting: Mapped[bool] = mapped_column(default=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StandIn(Model):
    """Who sits in for a seat's holder from ``first_day`` to ``last_day`` in Shanghai, both included.

    For one meeting both are its day. Terms of one seat never overlap. ``basis`` says why, or on which letter.
    """

    __tablename__ = "stand_in"
    __table_args__ = (Index("ix_stand_in_seat", "seat_id", "first_day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(default="")
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
