"""Meetings, their agenda, who is there, who speaks, and the numbered log of all that happens in the room."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.meetings.models.files import AgendaPaper as AgendaPaper
from deliberation.meetings.models.files import CalendarFeed as CalendarFeed
from deliberation.meetings.models.planned import AgendaRequest as AgendaRequest
from deliberation.meetings.models.planned import MeetingSeries as MeetingSeries
from deliberation.meetings.models.planned import Registration as Registration
from deliberation.meetings.rules import (
    Answer,
    ClosedBy,
    ItemState,
    MeetingState,
    Mode,
    MotionKind,
    MotionSource,
    MotionState,
    PulseState,
    QuestionState,
    Side,
    SpeakerState,
    TallyAbout,
    TallyState,
    is_left_open,
    is_missed,
    planned_end,
)

_PENDING = text("state = 'pending'")
_OPEN = text("state = 'open'")


class Meeting(Model):
    """``last_sequence`` is the number of the newest MeetingEvent; whoever writes one locks this row first."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index("ix_meeting_place_starts", "place_id", "starts_at"),
        UniqueConstraint("series_id", "series_day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    charter_version: Mapped[int] = mapped_column(default=1)  # Of the committee's charter the meeting was called under.
    title: Mapped[str]
    venue: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_minutes: Mapped[int]
    state: Mapped[MeetingState] = mapped_column(enum_column(MeetingState), default=MeetingState.planned)
    chair_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noticed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agenda_locks_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agenda_hash: Mapped[str] = mapped_column(
        default=""
    )  # Of the items as the notice gave them; a leaf of the audit log.
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(default="")  # Why it was cancelled.
    check_in_secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    current_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", use_alter=True))
    capacity: Mapped[int | None]  # Places for those who sign up, besides the seats and the chair; none is no limit.
    notice_sequence: Mapped[int] = mapped_column(default=0)  # RFC 5545: up with each change people are told of.
    day_reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hour_reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overrun_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # When people last heard it was left open.
    series_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_series.id"))
    series_day: Mapped[date | None] = mapped_column(Date)  # The day the series' rhythm gave, whenever it is held.
    last_sequence: Mapped[int] = mapped_column(default=0)

    def is_missed(self, now: datetime) -> bool:
        """Whether it was called and nobody opened it."""
        return is_missed(state=self.state, starts_at=self.starts_at, now=now)

    @property
    def ends_at(self) -> datetime:
        """When it is to be over, as planned."""
        return planned_end(starts_at=self.starts_at, opened_at=self.opened_at, planned_minutes=self.planned_minutes)

    def is_left_open(self, now: datetime) -> bool:
        """Whether it was opened and nobody closed it."""
        return is_left_open(state=self.state, ends_at=self.ends_at, now=now)


class AgendaItem(Model):
    """``in_notice`` items may be voted; others may only be discussed (domain.md C3)."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_meeting", "meeting_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    title: Mapped[str]
    motion_text: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int]
    extra_seconds: Mapped[int] = mapped_column(default=0)  # what the chair added to everybody's turn.
    in_notice: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ItemState] = mapped_column(enum_column(ItemState), default=ItemState.queued)
    stand_in_chair_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(default="")
    debate_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    debate_closed_by: Mapped[ClosedBy | None] = mapped_column(enum_column(ClosedBy))
    close_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # Who wants the debate to end.
    close_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attendance(Model):
    """Someone's presence; ``method`` is "code", "link", "chair" or "helper".

    A walk-in has no account: ``walk_in_name`` and ``walk_in_unit`` are what was said at the door, and are erased a year
    after the meeting (R-54). ``seat_id`` is the seat a walk-in came for, one that nobody has signed in for yet.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"), UniqueConstraint("meeting_id", "seat_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    walk_in_name: Mapped[str] = mapped_column(default="")
    walk_in_unit: Mapped[str] = mapped_column(default="")
    mode: Mapped[Mode] = mapped_column(enum_column(Mode), default=Mode.in_room)
    method: Mapped[str]
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DoorHelper(Model):
    """Somebody the chair asked to check people in at this one meeting, and nothing else."""

    __tablename__ = "door_helper"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Speaker(Model):
    """A raised hand, and the turn it became. ``allotted_seconds`` runs from ``started_at`` on the server's clock.

    It stands still from ``paused_at`` on; ``paused_milliseconds`` is how long earlier pauses took. ``motion_id`` is the
    motion that was pending when the turn began: turns are counted by motion (R-41). ``pinned_place`` is the place in
    the queue that the chair gave, with ``pin_reason`` that everybody reads.
    """

    __tablename__ = "speaker"
    __table_args__ = (Index("ix_speaker_item", "item_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    side: Mapped[Side] = mapped_column(enum_column(Side))
    state: Mapped[SpeakerState] = mapped_column(enum_column(SpeakerState), default=SpeakerState.waiting)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    allotted_seconds: Mapped[int] = mapped_column(default=120)
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_milliseconds: Mapped[int] = mapped_column(default=0)
    pinned_place: Mapped[int | None]
    pin_reason: Mapped[str] = mapped_column(default="")


class Motion(Model):
    """A motion, or an amendment to the motion ``parent_id``, on one item of the agenda (R-43).

    ``text`` is what a motion says now, and what its motion would say with an amendment. ``number`` counts the motions,
    or the amendments, of the item. ``base_version`` is the version of the motion that an amendment was written for.
    ``decided_by`` is "consent", "tally" or "vote", empty while nothing is decided.
    """

    __tablename__ = "motion"
    __table_args__ = (
        Index("ix_motion_item", "item_id", "state"),
        Index(
            "uq_motion_pending", "item_id", "kind", unique=True, sqlite_where=_PENDING, postgresql_where=_PENDING
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    kind: Mapped[MotionKind] = mapped_column(enum_column(MotionKind))
    source: Mapped[MotionSource] = mapped_column(enum_column(MotionSource), default=MotionSource.floor)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    base_version: Mapped[int] = mapped_column(default=1)
    state: Mapped[MotionState] = mapped_column(enum_column(MotionState), default=MotionState.proposed)
    mover_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    seconder_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # Why the chair did not take it.


class MotionVersion(Model):
    """What a motion said from one moment on; the first version is as it was moved, each later one an amendment's."""

    __tablename__ = "motion_version"
    __table_args__ = (UniqueConstraint("motion_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Tally(Model):
    """A show of hands. ``standing`` and ``result`` are frozen when it is closed."""

    __tablename__ = "tally"
    __table_args__ = (
        Index("uq_tally_open", "meeting_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_tally_item", "item_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    about: Mapped[TallyAbout] = mapped_column(enum_column(TallyAbout))
    state: Mapped[TallyState] = mapped_column(enum_column(TallyState), default=TallyState.open)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class TallyAnswer(Model):
    """One person's answer to a show of hands; ``entered_by_id`` when somebody without a phone answered aloud."""

    __tablename__ = "tally_answer"
    tally_id: Mapped[int] = mapped_column(ForeignKey("tally.id"), primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"), primary_key=True)
    answer: Mapped[Answer] = mapped_column(enum_column(Answer))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class AgreedStep(Model):
    """Who does what by which day, as the room agreed (R-47); read aloud at the beginning of the next meeting.

    ``owner_name`` is how everybody reads who it is: an office with its name, a unit, a masked name, or as it was said.
    """

    __tablename__ = "agreed_step"
    __table_args__ = (Index("ix_agreed_step_meeting", "meeting_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    owner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    owner_name: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # When it was given to somebody as a case.


class Question(Model):
    """A question from the floor. ``likes`` is frozen as it ends: answered, taken back, set aside, or with its item."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_item", "item_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[QuestionState] = mapped_column(enum_column(QuestionState), default=QuestionState.asked)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    likes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")  # Why the chair set it aside.


class QuestionLike(Model):
    __tablename__ = "question_like"
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)


class Pulse(Model):
    """A quick question to everybody present, advisory and anonymous; ``result`` is what rules.pulse_result keeps."""

    __tablename__ = "pulse"
    __table_args__ = (
        Index("uq_pulse_open", "meeting_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_pulse_item", "item_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    text: Mapped[str]
    options: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[PulseState] = mapped_column(enum_column(PulseState), default=PulseState.open)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class PulseParticipation(Model):
    """That somebody answered, without a time and without what; gone as the pulse closes."""

    __tablename__ = "pulse_participation"
    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulse.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)


class PulseCount(Model):
    """How many gave one answer; gone as the pulse closes."""

    __tablename__ = "pulse_count"
    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulse.id"), primary_key=True)
    option: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class MeetingEvent(Model):
    """One thing that happened, numbered without gaps within its meeting."""

    __tablename__ = "meeting_event"
    __table_args__ = (UniqueConstraint("meeting_id", "sequence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    sequence: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class DoneAct(Model):
    """A message a device sent and may send again after a lost answer: the second time changes nothing.

    Who was told no stays told no: a copy that the line brings late gets the same ``refusal``, though it might be in
    order by then.
    """

    __tablename__ = "done_act"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    client_key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
