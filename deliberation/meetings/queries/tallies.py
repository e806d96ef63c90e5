"""The show of hands that is being counted, or was counted last. How anybody answered is read by nobody but them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import Attendance, Meeting, Tally, TallyAnswer
from deliberation.meetings.queries.agenda import Json, iso
from deliberation.meetings.queries.attendance import voices
from deliberation.meetings.rules import Answer, TallyAbout, TallyState, needed_to_close


def tally(tally_id: int) -> Tally:
    found = db.session.get(Tally, tally_id)
    if found is None:
        raise NotFound()
    return found


def open_tally(meeting_id: int) -> Tally | None:
    """The one show of hands of a meeting that is being counted."""
    return db.session.scalar(select(Tally).where(Tally.meeting_id == meeting_id, Tally.state == TallyState.open))


def answers(tally_id: int) -> dict[int, Answer]:
    """Who said what, by attendance."""
    rows = select(TallyAnswer.attendance_id, TallyAnswer.answer).where(TallyAnswer.tally_id == tally_id)
    return dict(db.session.execute(rows).all())


def answer_of(tally_id: int, attendance_id: int) -> TallyAnswer | None:
    return db.session.get(TallyAnswer, (tally_id, attendance_id))


def own_answers(meeting_id: int, user_ids: Collection[int]) -> dict[int, Answer]:
    """What each of these people said in the show of hands that is being counted."""
    rows = (
        select(Attendance.user_id, TallyAnswer.answer)
        .select_from(TallyAnswer)
        .join(Tally, Tally.id == TallyAnswer.tally_id)
        .join(Attendance, Attendance.id == TallyAnswer.attendance_id)
        .where(Tally.meeting_id == meeting_id, Tally.state == TallyState.open, Attendance.user_id.in_(user_ids))
    )
    return {user_id: answer for user_id, answer in db.session.execute(rows) if user_id is not None}


def weights(meeting: Meeting, tally_id: int) -> tuple[dict[Answer, int], int]:
    """How many votes stand for each answer, and how many are present; who has left again no longer counts."""
    present = voices(meeting)
    counted = dict.fromkeys(Answer, 0)
    for attendance_id, answer in answers(tally_id).items():
        counted[answer] += present.get(attendance_id, 0)
    return counted, sum(present.values())


def tally_part(meeting: Meeting) -> Json | None:
    """The open show of hands, else the last one of the item in hand; figures of an open one tell only how many."""
    shown = open_tally(meeting.id)
    if shown is None and meeting.current_item_id is not None:
        rows = select(Tally).where(Tally.item_id == meeting.current_item_id, Tally.state == TallyState.closed)
        shown = db.session.scalar(rows.order_by(Tally.id.desc()).limit(1))
    if shown is None:
        return None
    figures = {"answered": 0, "voters": 0}
    if shown.state is TallyState.open:
        counted, present = weights(meeting, shown.id)
        figures = {"answered": sum(counted.values()), "voters": present}
    is_about_debate = shown.about is TallyAbout.close_debate
    return {
        "id": shown.id,
        "item_id": shown.item_id,
        "motion_id": shown.motion_id,
        "about": shown.about,
        "state": shown.state,
        "opened_at": iso(shown.opened_at),
        "closed_at": iso(shown.closed_at),
        **figures,
        "needed": needed_to_close(figures["voters"]) if is_about_debate else 0,
        "standing": shown.standing,
        "result": shown.result,
    }
