"""More time that a handler asks for, and what was decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.rules import ExtensionState
from deliberation.kernel.database import Model, UtcDateTime, enum_column

_OPEN = text("state = 'open'")


class ExtensionRequest(Model):
    """So many working days more for one unit's part in a case; one request of a part may be open at a time.

    ``due_at`` is the day that held when it was asked for, ``new_due_at`` the one that was granted.
    """

    __tablename__ = "extension_request"
    __table_args__ = (
        Index("uq_extension_request_open", "assignment_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_extension_request_waiting", "case_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    working_days: Mapped[int]
    reason: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ExtensionState] = mapped_column(enum_column(ExtensionState), default=ExtensionState.open)
    answer: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
