"""Cases: who handles a matter, against which clock, and what was answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.cases.models.answers import Progress as Progress
from deliberation.cases.models.answers import Reply as Reply
from deliberation.cases.models.assignments import Assignment as Assignment
from deliberation.cases.models.assignments import Chief as Chief
from deliberation.cases.models.demands import Demand as Demand
from deliberation.cases.models.demands import DemandFile as DemandFile
from deliberation.cases.models.extensions import ExtensionRequest as ExtensionRequest
from deliberation.cases.models.limits import CaseLimit as CaseLimit
from deliberation.cases.models.pauses import CasePause as CasePause
from deliberation.cases.models.points import PointAppeal as PointAppeal
from deliberation.cases.models.points import PointEntry as PointEntry
from deliberation.cases.models.projects import Measure as Measure
from deliberation.cases.models.projects import Milestone as Milestone
from deliberation.cases.models.projects import ProjectLead as ProjectLead
from deliberation.cases.models.projects import Reading as Reading
from deliberation.cases.models.staged_notices import NoticeObject as NoticeObject
from deliberation.cases.models.staged_notices import StagedNotice as StagedNotice
from deliberation.cases.models.suggestions import Suggestion as Suggestion
from deliberation.cases.rules import CaseState, HandOver
from deliberation.kernel.database import Model, UtcDateTime, enum_column

_IN_HAND = "state IN ('assigned', 'contacted', 'in_progress')"


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Case(Model):
    """``first_due_at`` is set when the clock starts and no extension changes it (R-07); ``level`` is 1, 2 or 3.

    While ``state`` is ``external_approval_pending`` no clock runs but that of ``approval_due_at``. ``due_at`` moves to
    the promised day when a reply of kind B or C is given. ``looked_back_at`` is when the last look-back of this round
    ended without anybody saying no: from then on the liaison may close. ``next_reminder_at`` is when the job looks.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_due", "state", "due_at"),
        Index("ix_case_handler", "handler_id", "state"),
        Index("ix_case_reminder", "next_reminder_at"),
        # The lists and desks: each goes by one of these, however many cases there are.
        _partial("ix_case_in_hand", "due_at", "id", where=_IN_HAND),
        _partial("ix_case_in_hand_here", "place_id", "due_at", "id", where=_IN_HAND),
        _partial("ix_case_answered", "place_id", "due_at", "id", where="state IN ('replied', 'look_back')"),
        _partial("ix_case_closed", "closed_at", "id", where="state = 'closed'"),
        _partial("ix_case_closed_here", "place_id", "closed_at", "id", where="state = 'closed'"),
        _partial("ix_case_closable", "place_id", where="looked_back_at IS NOT NULL AND state <> 'closed'"),
        _partial("ix_case_handed_over", "place_id", where="hand_over IN ('returned', 'disputed')"),
        Index("ix_case_climb", "climb_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), unique=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_step.id"), unique=True)  # Agreed at a meeting.
    title: Mapped[str]
    task: Mapped[str]
    level: Mapped[int] = mapped_column(default=1)
    state: Mapped[CaseState] = mapped_column(enum_column(CaseState), default=CaseState.assigned)
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    working_days: Mapped[int]
    limit_name: Mapped[str] = mapped_column(default="agreed")  # Of rules.LIMITS; "agreed" by a vote or a meeting.
    limit_basis: Mapped[str] = mapped_column(default="")  # As it was when the clock started.
    approval_body: Mapped[str] = mapped_column(default="")
    approval_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval_reference: Mapped[str] = mapped_column(default="")
    approval_published_on: Mapped[date | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contact_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extension_reason: Mapped[str] = mapped_column(default="")
    promised_on: Mapped[date | None]
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # It goes on by itself.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)  # The whole it was split off.
    hand_over: Mapped[HandOver] = mapped_column(enum_column(HandOver), default=HandOver.settled)
    hand_over_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Until when that word is due.
    hear_by: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Until when the meeting of its level has it.
    climb_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # When it goes up a level, unless answered before.
    next_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pressed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # When somebody last pressed its handler.
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    times_reopened: Mapped[int] = mapped_column(default=0)
    is_private: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # As its matter is.
