"""The look-backs that ask whether it is really fixed, who was asked, and what they said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.feedback.rules import Answer, Rating
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class LookBack(Model):
    """ "Is it really fixed?", asked of everyone who took part ``days`` after the reply, on ``due_on`` in Shanghai.

    Answers are collected until ``answer_by``; then ``ended_at`` is set and the tally is published. Once
    ``cancelled_at`` is set (a later one was asked, or the case is in hand again) it is neither asked nor answered.
    """

    __tablename__ = "look_back"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "days"),
        Index("ix_look_back_due", "asked_at", "due_at"),
        Index("ix_look_back_ending", "ended_at", "answer_by"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)  # Counts up each time the case is reopened.
    days: Mapped[int]
    days_to_answer: Mapped[int] = mapped_column(default=7)
    asks_visit: Mapped[bool] = mapped_column(default=False)  # Somebody who is not the handler goes to look.
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked: Mapped[int] = mapped_column(default=0)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LookBackAddressee(Model):
    """Who was asked, and so may answer."""

    __tablename__ = "look_back_addressee"
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)


class LookBackAnswer(Model):
    """One person's answer; answering again changes it until the look-back is superseded."""

    __tablename__ = "look_back_answer"
    __table_args__ = (UniqueConstraint("look_back_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    answer: Mapped[Answer] = mapped_column(enum_column(Answer))
    reason: Mapped[str] = mapped_column(default="")
    rating: Mapped[Rating | None] = mapped_column(enum_column(Rating))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))  # Private: for the offices that handle it.
    at: Mapped[datetime] = mapped_column(UtcDateTime)
