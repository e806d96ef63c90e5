"""Questions from the floor of the item in hand, the most liked first; and those that nobody answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import Meeting, Question, QuestionLike
from deliberation.meetings.queries.agenda import Json, iso
from deliberation.meetings.rules import QuestionState
from deliberation.people import queries as people
from deliberation.people.masking import mask_name

MOST_SHOWN = 20
SHOWN = (QuestionState.asked, QuestionState.answered)


def question(question_id: int, *, lock: dict[str, Any] | None = None) -> Question:
    found = db.session.get(Question, question_id, with_for_update=lock, populate_existing=lock is not None)
    if found is None:
        raise NotFound()
    return found


def open_questions(item_id: int) -> Sequence[Question]:
    rows = select(Question).where(Question.item_id == item_id, Question.state == QuestionState.asked)
    return db.session.scalars(rows.order_by(Question.id)).all()


def own_question_ids(item_id: int, user_ids: Collection[int]) -> dict[int, list[int]]:
    """What each of these people has asked on an item and nobody has answered yet; who asked nothing is not there."""
    rows = select(Question.author_id, Question.id).where(
        Question.item_id == item_id, Question.author_id.in_(user_ids), Question.state == QuestionState.asked
    )
    return _by_person(rows.order_by(Question.id))


def liked_question_ids(item_id: int, user_ids: Collection[int]) -> dict[int, list[int]]:
    rows = select(QuestionLike.user_id, Question.id).join(Question, Question.id == QuestionLike.question_id)
    rows = rows.where(Question.item_id == item_id, QuestionLike.user_id.in_(user_ids))
    return _by_person(rows.order_by(Question.id))


def _by_person(rows: Select[int | None, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for user_id, question_id in db.session.execute(rows):
        if user_id is not None:
            found.setdefault(user_id, []).append(question_id)
    return found


def likes_of(question_ids: Iterable[int]) -> dict[int, int]:
    rows = (
        select(QuestionLike.question_id, func.count())
        .where(QuestionLike.question_id.in_(set(question_ids)))
        .group_by(QuestionLike.question_id)
    )
    return dict(db.session.execute(rows).all())


def likes_of_item(item_id: int) -> dict[int, int]:
    rows = (
        select(QuestionLike.question_id, func.count())
        .join(Question, Question.id == QuestionLike.question_id)
        .where(Question.item_id == item_id)
        .group_by(QuestionLike.question_id)
    )
    return dict(db.session.execute(rows).all())


def unanswered(meeting_id: int) -> Sequence[Question]:
    """What was asked and not answered, by the order of asking; for the minutes. ``likes`` is what it had at the end."""
    rows = select(Question).where(Question.meeting_id == meeting_id, Question.state == QuestionState.asked)
    return db.session.scalars(rows.order_by(Question.id)).all()


def questions_part(meeting: Meeting) -> list[Json]:
    """The open ones first, the most liked before, then the earlier. One statement, and one for the names."""
    if meeting.current_item_id is None:
        return []
    count = select(func.count()).where(QuestionLike.question_id == Question.id).correlate(Question).scalar_subquery()
    rows = select(Question, count).where(Question.item_id == meeting.current_item_id, Question.state.in_(SHOWN))
    found = db.session.execute(rows.order_by(Question.id)).all()
    names = people.users_by_id(each.author_id for each, _likes in found)
    shown = sorted(found, key=lambda row: (row[0].state is not QuestionState.asked, -row[1], row[0].id))
    return [
        {
            "id": each.id,
            "item_id": each.item_id,
            "text": each.text,
            "author": mask_name(names[each.author_id].name),
            "asked_at": iso(each.asked_at),
            "state": each.state,
            "likes": likes,
        }
        for each, likes in shown[:MOST_SHOWN]
    ]
