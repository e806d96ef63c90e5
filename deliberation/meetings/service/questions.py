"""Questions from the floor: asked, liked, answered. What is still open as its item ends stays for the minutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import live, queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Question, QuestionLike
from deliberation.meetings.rules import QuestionState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.people.access import Actor


def ask_question(actor: Actor, *, item_id: int, text: str, now: datetime) -> Question:
    item, meeting = load_item(item_id)
    if actor.user_id is None:
        raise NotAllowed()
    refusal = rules.refusal_to_ask(
        meeting=meeting.state,
        item=item.state,
        is_present=queries.is_present(meeting.id, actor.user_id),
        open_count=len(queries.own_question_ids(item.id, [actor.user_id]).get(actor.user_id, [])),
    )
    if refusal:
        raise refusal
    question = Question(meeting_id=meeting.id, item_id=item.id, author_id=actor.user_id, text=text, asked_at=now)
    db.session.add(question)
    _say(meeting, "question.asked", question, actor, now=now)
    tell_own_pages(meeting, actor.user_id)
    return question


def withdraw_question(actor: Actor, *, question_id: int, now: datetime) -> None:
    question, _item, meeting = _load(question_id)
    refusal = rules.refusal_to_withdraw_question(
        state=question.state, is_author=actor.user_id is not None and question.author_id == actor.user_id
    )
    if refusal:
        raise refusal
    if question.state is QuestionState.asked:
        _end(question, QuestionState.withdrawn, now=now)
        _say(meeting, "question.withdrawn", question, actor, now=now)
        tell_own_pages(meeting, question.author_id)


def like_question(actor: Actor, *, question_id: int, is_liked: bool, now: datetime) -> None:
    """One like a person, which may be taken back. The room is not locked: it is in before the answer, or refused."""
    question = queries.question(question_id, lock={"read": True})
    if actor.user_id is None:
        raise NotAllowed()
    refusal = rules.refusal_to_like(
        state=question.state, is_present=queries.is_present(question.meeting_id, actor.user_id)
    )
    if refusal:
        raise refusal
    given = db.session.get(QuestionLike, (question.id, actor.user_id))
    if given is not None and not is_liked:
        db.session.delete(given)
    elif given is None and is_liked:
        _like(question, actor.user_id)
    live.push_likes(question.meeting_id, question.item_id)


def _like(question: Question, user_id: int) -> None:
    """Two devices of one person at once leave one like."""
    try:
        with db.session.begin_nested():
            db.session.add(QuestionLike(question_id=question.id, user_id=user_id))
    except IntegrityError:
        return


def answer_question(actor: Actor, *, question_id: int, is_answered: bool, now: datetime) -> None:
    """The chair marks what was answered; marked by mistake it is open again, while its item is in hand."""
    question, item, meeting = _load(question_id)
    require_chair(actor, meeting, item)
    wanted = QuestionState.answered if is_answered else QuestionState.asked
    if question.state is wanted:
        return
    if meeting.current_item_id != item.id or question.state not in (QuestionState.asked, QuestionState.answered):
        raise rules.QuestionNotThere()
    if is_answered:
        _end(question, QuestionState.answered, now=now)
    else:
        question.state, question.ended_at, question.likes = QuestionState.asked, None, None
    _say(meeting, "question.answered" if is_answered else "question.reopened", question, actor, now=now)


def set_question_aside(actor: Actor, *, question_id: int, reason: str, now: datetime) -> None:
    """The chair takes it from the screens, with a reason for the record: it strays from the matter, or hurts."""
    question, item, meeting = _load(question_id)
    require_chair(actor, meeting, item)
    if question.state is QuestionState.set_aside:
        return
    if question.state is not QuestionState.asked:
        raise rules.QuestionNotThere()
    question.reason = reason
    _end(question, QuestionState.set_aside, now=now)
    _say(meeting, "question.set_aside", question, actor, now=now)
    tell_own_pages(meeting, question.author_id)


def freeze_questions(item: AgendaItem) -> None:
    """The item ends: what nobody answered stays as it is, with the likes it had, for the minutes."""
    for question in queries.open_questions(item.id):
        question.likes = queries.likes_of([question.id]).get(question.id, 0)


def _load(question_id: int) -> tuple[Question, AgendaItem, Meeting]:
    """The meeting locked first, and the question after, for itself: likes only share it."""
    item, meeting = load_item(queries.question(question_id).item_id)
    return queries.question(question_id, lock={"read": False}), item, meeting


def _end(question: Question, state: QuestionState, *, now: datetime) -> None:
    question.state, question.ended_at = state, now
    question.likes = queries.likes_of([question.id]).get(question.id, 0)


def _say(meeting: Meeting, kind: str, question: Question, actor: Actor, *, now: datetime) -> None:
    db.session.flush()
    data = {"item": question.item_id, "question": question.id}
    note(meeting, kind, actor=actor, now=now, parts=("questions",), data=data)
