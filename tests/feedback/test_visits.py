"""Somebody who did not handle it goes to look: sent by the liaison, reminded, heard; and nothing closes before."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from deliberation.cases.rules import CaseState
from deliberation.feedback import jobs, queries, rules, service
from deliberation.feedback.models import LookBackVisit
from deliberation.feedback.rules import Answer
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post

ASKED = datetime(2026, 4, 2, 10, tzinfo=SHANGHAI)
DUE = date(2026, 4, 8)


def asked(**plan: Any) -> tuple[World, User]:
    """A reply of kind A whose one look-back asks for a visit, and somebody of the residents' committee."""
    with transaction():
        made = cycle.settled()
        neighbour = make.person(name="顾阿姨", duty="居委会", roles=[Role.residents_committee], place=made.hall.place)
        given = {"kind": "", "days": "30", "days_to_answer": 7, "asks_visit": True, **plan}
        service.set_plan(made.hall.liaison, place_id=made.hall.place.id, now=SETTLED, **given)
        made.reply(now=SETTLED)
    jobs.send_due(ASKED)
    return made, neighbour


def wanted() -> LookBackVisit:
    """The newest one."""
    return list(db.session.scalars(select(LookBackVisit).order_by(LookBackVisit.id)))[-1]


def send(made: World, visitor: User, *, now: datetime = ASKED) -> LookBackVisit:
    with transaction():
        return service.send_visitor(made.hall.liaison, wanted().id, visitor_id=visitor.id, due_on=DUE, now=now)


def report(visitor: User, finding: Answer, *, now: datetime = ASKED, **more: Any) -> None:
    given = {"text": "标线画得清楚，车都顺着走。", "no_photo_reason": "门口在施工，不便拍照", **more}
    with transaction():
        service.report_visit(make.actor(visitor), wanted().id, finding=finding, now=now, **given)


def told(kind: str) -> list[int]:
    return list(db.session.scalars(select(Message.user_id).where(Message.kind == kind).order_by(Message.id)))


def test_the_liaison_sends_somebody_who_did_not_handle_it(app: Flask) -> None:
    made, neighbour = asked()
    tasks = {line.task for line in queries.desk_lines(made.hall.liaison, now=ASKED)}
    assert "send_visitor" in tasks
    with pytest.raises(rules.VisitorIsHandler):
        send(made, user(made.handler.user_id or 0))
    with pytest.raises(rules.VisitorUnfit):
        send(made, made.proposer)
    send(made, neighbour)
    assert told("visit.assigned") == [neighbour.id]
    assert [line.task for line in queries.desk_lines(make.actor(neighbour), now=ASKED)] == ["visit"]
    with pytest.raises(rules.NotTheVisitor):
        report(made.proposer, Answer.fixed)
    report(neighbour, Answer.fixed, counts=(36, 35, 33))
    entry = [each for each in matters.timeline(made.hall.matter.id) if each.code == "look_back.visited"][-1]
    assert (entry.actor_name, entry.data["finding"]) == ("顾阿姨 · 居委会", "fixed")
    term = queries.term(made.case.id, 1)
    assert term is not None
    assert (term.asked - made.look_backs()[0].asked, term.rated, term.satisfied) == (36, 35, 33), "E7"
    with pytest.raises(rules.VisitOver):
        report(neighbour, Answer.no)


@pytest.mark.parametrize("finding", [Answer.no, Answer.came_back])
def test_what_the_visitor_finds_reopens_the_case(sqlite_app: Flask, finding: Answer) -> None:
    made, neighbour = asked()
    send(made, neighbour)
    report(neighbour, finding, text="下雨又积水，和以前一样")
    assert (made.case.state, made.case.times_reopened) == (CaseState.assigned, 1)
    assert queries.open_visits(made.case.id) == []


def test_nothing_is_closed_before_somebody_has_been_there(sqlite_app: Flask) -> None:
    made, neighbour = asked()
    jobs.end_due(ASKED + timedelta(days=9))
    assert (made.case.looked_back_at, made.hall.matter.holder_task) == (None, "send_visitor")
    send(made, neighbour, now=ASKED)
    report(neighbour, Answer.fixed, now=ASKED + timedelta(days=9))
    assert (made.case.looked_back_at is not None, made.hall.matter.holder_task) == (True, "close_case")


def test_reminders_come_on_the_morning_of_the_day_and_then_daily_with_the_liaison(sqlite_app: Flask) -> None:
    made, neighbour = asked()
    send(made, neighbour)
    morning = datetime(2026, 4, 8, 9, tzinfo=SHANGHAI)
    jobs.remind_of_visits(morning - timedelta(minutes=1))
    assert told("visit.due") == []
    for _scheduler in range(2):
        jobs.remind_of_visits(morning)
    assert told("visit.due") == [neighbour.id]
    jobs.remind_of_visits(morning + timedelta(days=1))
    assert sorted(told("visit.due")[1:]) == sorted([neighbour.id, made.hall.liaison.user_id or 0])


def test_a_look_back_that_takes_over_calls_the_earlier_visit_off(sqlite_app: Flask) -> None:
    made, _neighbour = asked(days="30, 90")
    first = wanted()
    jobs.send_due(datetime(2026, 6, 1, 10, tzinfo=SHANGHAI))
    assert wanted().id != first.id
    assert [each.id for each in queries.open_visits(made.case.id)] == [wanted().id]


def test_the_page_sends_and_hears_and_loses_nothing_that_was_typed(sqlite_app: Flask) -> None:
    made, neighbour = asked()
    clock.configure(frozen=ASKED, file=None)
    try:
        liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
        visitor = client_of(sqlite_app, neighbour)
        path = f"/feedback/visits/{wanted().id}"
        assert client_of(sqlite_app, made.proposer).get(path).status_code == 404
        past: dict[str, Any] = {"visitor_id": str(neighbour.id), "due_on": "2026-04-01"}
        assert "今天以后" in post(liaison, f"{path}/send", **past).text
        assert post(visitor, f"{path}/send", **past).status_code == 403
        assert post(liaison, f"{path}/send", **{**past, "due_on": "2026-04-08"}).status_code == 302
        said: dict[str, Any] = {"finding": "fixed", "text": "台阶边上够亮了"}
        page = post(visitor, path, **said)
        assert page.status_code == 422
        assert "请带一张照片回来" in page.text
        assert "台阶边上够亮了" in page.text
        photo = io.BytesIO()
        Image.new("RGB", (60, 40), "navy").save(photo, "JPEG")
        assert post(visitor, path, **said, photo=(io.BytesIO(photo.getvalue()), "lit.jpg")).status_code == 302
        assert "台阶边上够亮了" in client_of(sqlite_app).get(f"/matters/{made.hall.matter.number}").text
        assert post(visitor, path, json=True, **said).json["code"] == "visit_over"
    finally:
        clock.configure(frozen=None, file=None)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"is_visitor": False}, rules.NotTheVisitor),
        ({"has_handled": True}, rules.VisitorIsHandler),
        ({"is_over": True}, rules.VisitOver),
        ({"text": " 好 "}, rules.VisitTextMissing),
        ({"has_photo": False}, rules.VisitPhotoMissing),
        ({"has_photo": False, "no_photo_reason": "浴室里不便拍照"}, None),
        ({"counts": (3, 4, 1)}, rules.VisitCountsWrong),
        ({"counts": (3, 2, 3)}, rules.VisitCountsWrong),
        ({"counts": (36, 35, 33)}, None),
    ],
)
def test_what_a_report_needs(facts: dict[str, Any], refusal: type | None) -> None:
    usual = {
        "is_over": False,
        "is_visitor": True,
        "has_handled": False,
        "text": "看过了，好了",
        "has_photo": True,
        "no_photo_reason": "",
        "counts": (0, 0, 0),
    }
    found = rules.refusal_to_report(**{**usual, **facts})
    assert found is None if refusal is None else isinstance(found, refusal)
