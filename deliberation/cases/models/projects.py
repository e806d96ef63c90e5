"""What a case carries as a project: its two leads, its milestones, what is measured."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import Side
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class ProjectLead(Model):
    """Who answers for one side, by name and in public (A37); kept after somebody else has taken over."""

    __tablename__ = "project_lead"
    __table_args__ = (
        Index(
            "uq_project_lead_current",
            "case_id",
            "side",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    side: Mapped[Side] = mapped_column(enum_column(Side))
    name: Mapped[str]
    office: Mapped[str] = mapped_column(default="")
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Milestone(Model):
    __tablename__ = "milestone"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    title: Mapped[str]
    due_on: Mapped[date]
    reached_on: Mapped[date | None]


class Measure(Model):
    """What is measured, in which unit, from where to where. Numbers are kept as they are written, never as floats."""

    __tablename__ = "measure"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    name: Mapped[str]
    unit: Mapped[str]
    baseline: Mapped[str]
    baseline_on: Mapped[date]
    target: Mapped[str]


class Reading(Model):
    """One value of a measure, with the day it was read off, and the photo that shows it where there is one."""

    __tablename__ = "reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    value: Mapped[str]
    read_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
