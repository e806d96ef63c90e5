"""Demands: what was heard on a visit, at a reception or on the telephone, or stood in a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import DemandSource, PrivateNeed
from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.proposals.rules import ProposalKind


class Demand(Model):
    """What one person or firm said, taken down by staff. The first one opens its matter; others may join it later.

    ``name`` and ``phone`` are whom to call back: shown to the liaison and the handler, in public masked or not at all
    (R-50). ``person_id`` is their account where they have one, ``firm_id`` the firm they speak for. ``file_name`` and
    ``file_line`` say where it stood. ``solution`` is filled when it was settled on the spot.
    """

    __tablename__ = "demand"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str | None] = mapped_column(unique=True)  # From the form: sending twice is harmless.
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    is_first: Mapped[bool] = mapped_column(default=True)
    source: Mapped[DemandSource] = mapped_column(enum_column(DemandSource))
    title: Mapped[str]
    text: Mapped[str]
    kind: Mapped[ProposalKind] = mapped_column(enum_column(ProposalKind))
    spot: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    firm: Mapped[str] = mapped_column(default="")
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    heard_on: Mapped[date]
    private_need: Mapped[PrivateNeed | None] = mapped_column(enum_column(PrivateNeed))
    solution: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    file_line: Mapped[int | None]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemandFile(Model):
    """A file that was read and not taken over yet: one for each person and place; its rows, checked, as plain JSON."""

    __tablename__ = "demand_file"
    __table_args__ = (UniqueConstraint("place_id", "read_by_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_name: Mapped[str]
    file_hash: Mapped[str]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
