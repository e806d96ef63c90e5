"""Questions with likes, quick questions that keep nobody's answer, and reactions that keep nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.kernel.live import socketio
from deliberation.meetings import queries, rules, service
from deliberation.meetings.models import DoneAct, PulseCount, PulseParticipation, QuestionLike
from deliberation.meetings.rules import QuestionState
from deliberation.people.models import User
from tests.support import door
from tests.support.gathering import STARTS, Gathering

USUAL = "赞成\n还要想想\n反对"


def asked(there, number=0, text="坡道那头也会亮吗？"):
    return there.act(service.ask_question, there.members[number], item_id=there.item.id, text=text)


def like(there, question, number, is_liked=True):
    there.act(service.like_question, there.members[number], question_id=question.id, is_liked=is_liked)


def pulse_of(there):
    return there.act(service.open_pulse, there.shen, item_id=there.item.id, text="先补亮坡道？", options=USUAL)


def say(there, pulse, number, option):
    from deliberation.kernel.database import transaction

    with transaction():
        return service.answer_pulse(there.members[number], pulse_id=pulse.id, option=option)


def rows_of(table):
    return db.session.scalar(select(func.count()).select_from(table))


@pytest.mark.usefixtures("app")
def test_questions_are_liked_once_a_person_and_the_most_liked_comes_first():
    there = Gathering().debate()
    first, second = asked(there), asked(there, 1, "要花多少钱？")
    for number in (0, 2, 2, 3):
        like(there, second, number)
    like(there, first, 2)
    like(there, second, 3, is_liked=False)
    shown = there.state(there.members[2])
    assert [(each["id"], each["likes"], each["author"]) for each in shown["questions"]] == [
        (second.id, 2, "宋*"),
        (first.id, 1, "赵*"),
    ]
    assert shown["me"]["likes"] == [first.id, second.id]
    assert there.state(there.members[1])["me"]["questions"] == [second.id]


@pytest.mark.usefixtures("app")
def test_what_was_asked_ends_answered_taken_back_or_set_aside_and_else_stays_for_the_minutes():
    there = Gathering().debate()
    answered, own, rude, left = (asked(there, number, f"第 {number} 个问题") for number in range(4))
    like(there, left, 0)
    there.act(service.answer_question, there.shen, question_id=answered.id, is_answered=True)
    there.act(service.withdraw_question, there.members[1], question_id=own.id)
    there.act(service.set_question_aside, there.shen, question_id=rude.id, reason="说的是别人的私事")
    assert [(each["id"], each["state"]) for each in there.state()["questions"]] == [
        (left.id, "asked"),
        (answered.id, "answered"),
    ]
    with pytest.raises(rules.QuestionNotThere):
        like(there, own, 3)
    with pytest.raises(rules.NotYourQuestion):
        there.act(service.withdraw_question, there.members[0], question_id=left.id)
    with pytest.raises(NotAllowed):
        there.act(service.answer_question, there.members[0], question_id=left.id, is_answered=True)
    there.act(service.decide_item, there.shen, item_id=there.item.id, text="先补亮台阶。")
    assert [(each.id, each.likes) for each in queries.unanswered(there.meeting.id)] == [(left.id, 1)]
    assert there.state()["questions"] == []
    with pytest.raises(rules.QuestionNotThere):
        there.act(service.answer_question, there.shen, question_id=left.id, is_answered=True)


@pytest.mark.usefixtures("app")
def test_a_quick_question_keeps_nobodys_answer_and_shows_nothing_below_five():
    there = Gathering().debate(present=6)
    pulse = pulse_of(there)
    with pytest.raises(rules.PulseOpen):
        pulse_of(there)
    assert [say(there, pulse, number, 0) for number in (0, 0, 1, 2, 3)] == [True, False, True, True, True]
    shown = there.state(there.members[0])
    assert (shown["pulse"]["answered"], shown["pulse"]["result"]) == (None, None)
    assert (shown["me"]["has_answered_pulse"], there.state(there.members[5])["me"]["has_answered_pulse"]) == (
        True,
        False,
    )
    say(there, pulse, 4, 2)
    assert there.state()["pulse"]["answered"] == 5
    assert {column.name for column in PulseParticipation.__table__.columns} == {"pulse_id", "user_id"}
    there.act(service.close_pulse, there.shen, pulse_id=pulse.id)
    assert there.state()["pulse"]["result"] == {"is_shown": True, "answered": 5, "counts": [4, 0, 1]}
    assert (rows_of(PulseParticipation), rows_of(PulseCount)) == (0, 0)
    with pytest.raises(rules.PulseNotThere):
        say(there, pulse, 5, 0)


@pytest.mark.usefixtures("sqlite_app")
def test_too_few_answers_leave_nothing_behind_even_as_the_item_ends():
    there = Gathering().debate()
    pulse = pulse_of(there)
    for number in range(4):
        say(there, pulse, number, 1)
    there.act(service.decide_item, there.shen, item_id=there.item.id, text="先补亮台阶。")
    assert queries.pulse(pulse.id).result == {"is_shown": False}
    assert rows_of(PulseCount) == 0
    assert there.state()["pulse"] is None


@pytest.mark.usefixtures("sqlite_app")
def test_who_is_not_there_neither_asks_nor_likes_nor_answers():
    there = Gathering().debate(present=6)
    question, pulse = asked(there), pulse_of(there)
    for attempt in (lambda: asked(there, 6), lambda: like(there, question, 6), lambda: say(there, pulse, 6, 0)):
        with pytest.raises(rules.NotCheckedIn):
            attempt()
    assert rows_of(QuestionLike) == 0


def test_by_socket_and_by_plain_http_and_what_everybody_hears(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().debate()
    browsers = [door.client_of(sqlite_app, db.session.get(User, member.user_id)) for member in there.members[:2]]
    sockets = [socketio.test_client(sqlite_app, flask_test_client=each) for each in browsers]
    for each in sockets:
        each.emit("room.join", {"meeting_id": there.meeting.id}, callback=True)
    sent = {"item_id": there.item.id, "text": "坡道那头也会亮吗？"}
    question_id = sockets[0].emit("question.ask", sent, callback=True)["question_id"]
    path = f"/meetings/{there.meeting.id}/act"
    liked = door.post(browsers[1], path, json=True, message="question.like", question_id=question_id, is_liked="true")
    assert liked.json["ok"]
    pulse = pulse_of(there)
    answer = {"pulse_id": pulse.id, "option": 0, "client_key": "phone-1"}
    assert sockets[0].emit("pulse.answer", answer, callback=True) == {"ok": True}
    assert sockets[0].emit("pulse.answer", answer, callback=True) == {"ok": True, "repeated": True}
    nod = {"meeting_id": there.meeting.id, "kind": "well_said", "client_key": "phone-2"}
    answers = [sockets[0].emit("reaction.send", nod, callback=True) for _each in range(6)]
    assert [each["ok"] for each in answers] == [True] * 5 + [False]
    assert answers[-1]["code"] == "too_many_requests"
    assert sockets[0].emit("reaction.send", {**nod, "kind": "boo"}, callback=True)["code"] == "bad_input"
    keys = set(db.session.scalars(select(DoneAct.client_key)))
    assert keys.isdisjoint({"phone-1", "phone-2"})  # Nothing says who answered, or nodded, when.
    heard = {each["name"]: each["args"][0] for each in sockets[1].get_received()}
    assert heard["question.likes"]["likes"] == {str(question_id): 1}
    assert heard["pulse.answered"]["answered"] is None
    assert heard["room.reactions"]["counts"].keys() == {"well_said"}
    assert queries.question(question_id).state is QuestionState.asked
