"""What stands before a meeting: series planned ahead, who signed up, and what has to come before the next one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.meetings.rules import Frequency, RegistrationState, RestDays, Rhythm


class MeetingSeries(Model):
    """Meetings of a body in a rhythm (rules.Rhythm), planned ahead by a job until it has ended."""

    __tablename__ = "meeting_series"
    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    title: Mapped[str]
    venue: Mapped[str]
    at_minute: Mapped[int]  # Minutes after midnight in Shanghai: 735 is 12:15.
    planned_minutes: Mapped[int]
    capacity: Mapped[int | None]
    chair_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    frequency: Mapped[Frequency] = mapped_column(enum_column(Frequency))
    first_day: Mapped[date] = mapped_column(Date)
    weekday: Mapped[int]
    nth: Mapped[int]
    month_day: Mapped[int]
    rest_days: Mapped[RestDays] = mapped_column(enum_column(RestDays))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(default="")

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.frequency, self.first_day, self.weekday, self.nth, self.month_day, self.rest_days)


class Registration(Model):
    """Somebody signed up for a meeting. Who waits gets a place in the order of ``asked_at``."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("meeting_id", "user_id"),
        Index("ix_registration_line", "meeting_id", "state", "asked_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(enum_column(RegistrationState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgendaRequest(Model):
    """A matter that has to come before the next meeting of a kind (domain.md A29); ``item_id`` is where it stands."""

    __tablename__ = "agenda_request"
    __table_args__ = (UniqueConstraint("matter_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    kind: Mapped[CommitteeKind] = mapped_column(enum_column(CommitteeKind))
    minutes: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
