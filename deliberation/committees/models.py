"""Bodies that meet and decide: building committees (1+N+X), lane associations, lunch sessions; seats and charters."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, enum_column


class CommitteeKind(StrEnum):
    building_committee = "building_committee"
    lane_association = "lane_association"
    lunch_session = "lunch_session"
    owners_assembly = "owners_assembly"


class SeatKind(StrEnum):
    """``core`` is the 1 of 1+N+X, ``member`` the N, ``adviser`` the X; ``unit`` is a household, shop or firm."""

    core = "core"
    member = "member"
    adviser = "adviser"
    unit = "unit"


class Committee(Model):
    """A body of a place with its charter, the rules of order and of decision it adopted.

    ``rule_kind`` with quorum and threshold as whole numbers ("2/3" is 2 and 3) is a votes.rules.DecisionRule;
    ``charter_clause`` cites where the charter says so.
    """

    __tablename__ = "committee"
    __table_args__ = (UniqueConstraint("place_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[CommitteeKind] = mapped_column(enum_column(CommitteeKind))
    name: Mapped[str]
    venue: Mapped[str] = mapped_column(default="")
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
    notice_working_days: Mapped[int] = mapped_column(default=3)
    turn_seconds: Mapped[int] = mapped_column(default=120)
    turns_per_motion: Mapped[int] = mapped_column(default=2)


class Seat(Model):
    """A seat, and who sits on it. A seat nobody has signed in for yet has no ``user_id`` but counts in the total."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("committee_id", "label"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    kind: Mapped[SeatKind] = mapped_column(enum_column(SeatKind))
    label: Mapped[str]
    is_voting: Mapped[bool] = mapped_column(default=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
