"""A deputy passes on and presses: what they are waiting for lies on a desk of theirs, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from deliberation.cases import queries
from deliberation.cases import service as cases
from deliberation.cases.rules import Course, DemandSource, Heard
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Matter
from deliberation.people.access import Role
from deliberation.proposals.rules import ProposalKind
from tests.support import make
from tests.support.door import client_of

NOW = make.NOW
LATER = NOW + timedelta(days=30)


def test_a_deputy_sees_what_became_of_it_and_what_is_overdue_in_the_station(sqlite_app: Flask) -> None:
    def take_in(by: object, title: str, *, place_id: int, handler: int | None = None) -> int:
        heard = Heard(DemandSource.reception, title, "接待时说的。", shanghai_date(NOW), ProposalKind.facilities)
        given = cases.take_in(by, place_id=place_id, heard=heard, course=Course(handler_id=handler), now=NOW)
        return given.matter_id

    with transaction():
        here, elsewhere = make.place(), make.place()
        user = make.person(name="范平", roles=[Role.deputy], place=here)
        liaison, handler = (make.person(roles=[role]) for role in (Role.liaison, Role.handler))
        deputy, office = make.actor(user), make.actor(liaison)
        own = take_in(office, "步道接到地铁口", place_id=here.id)
        cases.register_suggestion(office, matter_id=own, deputy_id=user.id, is_hard=False, now=NOW)
        passed_on = take_in(deputy, "想有人教用手机", place_id=here.id)
        take_in(office, "路灯不亮", place_id=here.id, handler=handler.id)
        take_in(office, "别处的事", place_id=elsewhere.id, handler=handler.id)

    def tasks(*, now: object = NOW) -> dict[str, str]:
        return {line.title: line.task for line in queries.desk_lines(deputy, now=now)}

    assert tasks() == {"步道接到地铁口": "await_forward", "想有人教用手机": "await_forward"}
    with transaction():
        cases.dispatch(office, matter_id=passed_on, handler_id=handler.id, lead_unit_id=None, task="教", now=NOW)
        cases.dispatch(office, matter_id=own, handler_id=handler.id, lead_unit_id=None, task="接通步道", now=NOW)
        due_at = queries.case_of_matter(own).due_at
    assert tasks() == dict.fromkeys(("步道接到地铁口", "想有人教用手机"), "await_reply")
    line = next(line for line in queries.desk_lines(deputy, now=NOW) if line.title == "步道接到地铁口")
    assert (line.due_at, line.url) == (due_at, f"/matters/{db.session.get_one(Matter, own).number}")
    assert tasks(now=LATER)["路灯不亮"] == "press_handler"
    assert "别处的事" not in tasks(now=LATER)

    client = client_of(sqlite_app, user)
    page = client.get("/desk").text
    assert "等答复，到日子没答可以催" in page
    case_id = queries.case_of_matter(own).id
    assert f"/cases/{case_id}" not in page
    assert client.get(f"/cases/{case_id}").status_code == 403, "the case's own page is for whoever handles it"
