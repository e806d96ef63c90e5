"""Outcome notices, and the look-backs that ask whether it is really fixed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.feedback.rules import Answer
from deliberation.kernel.database import Model, UtcDateTime, enum_column


class OutcomeNotice(Model):
    """结果告知 after a decision or a reply: drafted by the event, due in three days, sent to everyone who took part.

    ``fields`` holds the nine parts of domain.md C7 (feedback.wording puts them in words); one that is missing keeps the
    notice from going out. A draft has only what the liaison may change: ``reason`` and ``summary``.
    """

    __tablename__ = "outcome_notice"
    __table_args__ = (Index("ix_outcome_notice_due", "issued_at", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), unique=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id"), unique=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_step.id"), unique=True)  # Decided without a vote.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipients: Mapped[int] = mapped_column(default=0)
    on_paper: Mapped[int] = mapped_column(default=0)  # Seats without an account: the notice is posted for them.


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
    at: Mapped[datetime] = mapped_column(UtcDateTime)
