"""Who was asked to lead or to assist with a case, what they said, and by when they do it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import AssignmentState
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class Assignment(Model):
    """One unit's part in a case; the case's first lead row is its first receiver.

    ``answer_by`` is until when it may be handed back; silence accepts. An assisting unit's own clock is ``due_at`` with
    ``next_reminder_at``; a lead's is the case's, so both are empty there. ``is_final``: the supervisor decided so, or
    it fell to the owner of last resort, and it cannot be handed back.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_handler", "handler_id", "state"),
        Index("ix_assignment_state", "state", "answer_by"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    is_lead: Mapped[bool]
    handler_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    task: Mapped[str] = mapped_column(default="")  # What an assisting unit is to do; a lead's is the case's.
    state: Mapped[AssignmentState] = mapped_column(enum_column(AssignmentState), default=AssignmentState.offered)
    is_final: Mapped[bool] = mapped_column(default=False)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    return_reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_text: Mapped[str] = mapped_column(default="")
    next_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Chief(Model):
    """楼长, 园长: by name whose a place is when nobody else takes a matter of it (domain.md A34, A36)."""

    __tablename__ = "chief"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
