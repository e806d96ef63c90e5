"""One matter, one file: its number, its holder, its timeline, and everyone who takes part."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column


class Step(IntEnum):
    """The five steps: 提案, 议事, 表决, 办理, 反馈."""

    proposal = 1
    meeting = 2
    vote = 3
    action = 4
    feedback = 5


class ParticipationReason(StrEnum):
    proposer = "proposer"
    merged_author = "merged_author"
    supporter = "supporter"
    attendee = "attendee"
    eligible_voter = "eligible_voter"
    follower = "follower"


class MatterCounter(Model):
    """The last number given in a year by a place, and by those below it that bear its plate."""

    __tablename__ = "matter_counter"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Matter(Model):
    """``number`` is "WTL-2026-031". ``state`` names where it stands within the step ("screening", "voting" …).

    The holder is a person or a named body, what is to be done, and until when; all empty once it is closed.
    """

    __tablename__ = "matter"
    __table_args__ = (
        Index("ix_matter_place_step", "place_id", "step", "id"),
        Index(
            "ix_matter_private",
            "place_id",
            sqlite_where=text("is_private"),
            postgresql_where=text("is_private"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    plate: Mapped[str]  # The number as people read it: "梧 2026-031".
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    title: Mapped[str]
    step: Mapped[int] = mapped_column(default=Step.proposal)
    state: Mapped[str] = mapped_column(default="screening")
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    holder_name: Mapped[str] = mapped_column(default="")
    holder_task: Mapped[str] = mapped_column(default="")  # A code, worded by matters.wording.
    holder_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    # Seen by the firm or person, the liaison, the manager and the handler alone: matters.privacy sees to it.
    is_private: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class MatterReader(Model):
    """Who may read a private matter besides the liaison and the manager of its place: a person, or everyone of a firm.

    ``reason`` is "submitter", or "handler" while the person handles it.
    """

    __tablename__ = "matter_reader"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str]


class TimelineEntry(Model):
    """One step of a matter. ``code`` ("proposal.accepted") and ``data`` are put in words when shown."""

    __tablename__ = "timeline_entry"
    __table_args__ = (Index("ix_timeline_entry_matter", "matter_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    step: Mapped[int]
    code: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(default="")  # As the public may see it: masked, or the office's name.
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Participation(Model):
    """Why a person hears what becomes of a matter; each reason is kept."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("matter_id", "user_id", "reason"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[ParticipationReason] = mapped_column(enum_column(ParticipationReason))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Interest(Model):
    """A declared interest (R-40): the person may not chair, count or handle this matter."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("matter_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str]
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
