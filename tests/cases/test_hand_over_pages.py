"""The pages of handing over, who reads a private case, and the owners of last resort."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from deliberation.cases import queries
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import service as matters
from deliberation.people.queries import user
from tests.cases.offices import WHY, Offices, given
from tests.support.cycle import SETTLED
from tests.support.door import client_of, post


@pytest.fixture
def seen(sqlite_app: Flask):
    there = given()
    clock.configure(frozen=SETTLED, file=None)
    yield there
    clock.configure(frozen=None, file=None)


def test_the_pages_of_handing_over(sqlite_app: Flask, seen: Offices) -> None:
    there, path = seen, f"/cases/{seen.case.id}"
    first, second, liaison, supervisor = (
        client_of(sqlite_app, user(actor.user_id or 0))
        for actor in (there.first, there.second, there.liaison, there.supervisor)
    )
    assert "请您接办" in first.get(path).text
    back = f"/cases/assignments/{there.asked(there.first).id}/hand-back"
    unclear = post(first, back, **{"handback-reason": "不"})
    assert unclear.status_code == 422
    assert post(first, back, **{"handback-reason": WHY}).status_code == 302
    page = liaison.get(path).text
    assert "由首接的 钱工 先办" in page
    assert WHY in page
    sent = {"askanother-handler_id": str(there.second.user_id)}
    assert post(liaison, f"{path}/ask-another", **sent).status_code == 302
    assert path in second.get("/cases").text
    back = f"/cases/assignments/{there.asked(there.second).id}/hand-back"
    assert post(second, back, **{"handback-reason": WHY}).status_code == 302
    assert post(liaison, f"{path}/ask-another", **sent).status_code == 409
    assert "定由谁主办" in supervisor.get(path).text
    decided = {"decidelead-handler_id": str(there.third.user_id), "decidelead-reason": "灯杆在园区红线内"}
    assert post(supervisor, f"{path}/lead", **decided).status_code == 302
    public = client_of(sqlite_app).get(f"/matters/{there.world.hall.matter.number}").text
    assert "高工 · 工程" in public
    assert "不再改派" in public
    sent = {"level-level": "3", "level-reason": "牵涉三个部门"}
    assert post(liaison, f"{path}/level", **sent).status_code == 302
    assert "等下一次领导会商排上议程" in liaison.get(path).text
    sent = {"askassistance-handler_id": str(there.second.user_id), "askassistance-task": "把电接到灯杆"}
    assert post(liaison, f"{path}/assistance", **sent).status_code == 302
    done = f"/cases/assignments/{there.asked(there.second).id}/finish"
    assert post(second, done, **{"finishassistance-text": "接好了"}).status_code == 422
    assert post(second, done, **{"finishassistance-text": "电接到灯杆了"}).status_code == 302
    assert "电接到灯杆了" in client_of(sqlite_app).get(f"/matters/{there.world.hall.matter.number}").text


def test_of_a_private_case_exactly_those_read_who_work_on_it(sqlite_app: Flask, seen: Offices) -> None:
    there, path = seen, f"/cases/{seen.case.id}"
    with transaction():
        matters.keep_private(matters.load_for_change(there.case.matter_id), user_id=None, organisation_id=None)
        there.case.is_private = True
    second = client_of(sqlite_app, user(there.second.user_id or 0))
    there.hand_back(there.first)
    assert second.get(path).status_code == 404
    there.ask(there.second)
    assert second.get(path).status_code == 200
    there.hand_back(there.second)
    assert second.get(path).status_code == 404
    assert client_of(sqlite_app, user(there.first.user_id or 0)).get(path).status_code == 200
    there.assist(there.second)
    assert second.get(path).status_code == 200


def test_the_case_page_costs_the_same_however_many_take_part(sqlite_app: Flask, seen: Offices) -> None:
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def statements() -> int:
        db.session.expire_all()
        counted.clear()
        for actor in (seen.liaison, seen.first):
            queries.page(seen.case.id, actor, now=SETTLED)
            queries.desk_lines(actor, now=SETTLED)
        return len(counted)

    seen.assist(seen.second)
    event.listen(db.engines[None], "before_cursor_execute", note)
    try:
        before = statements()
        seen.assist(seen.third)
        assert statements() == before
    finally:
        event.remove(db.engines[None], "before_cursor_execute", note)


def test_the_owners_of_last_resort_are_named_on_a_page(sqlite_app: Flask, seen: Offices) -> None:
    liaison = client_of(sqlite_app, user(seen.liaison.user_id or 0))
    assert "还没有定" in liaison.get("/cases/chiefs").text
    sent = {"place_id": str(seen.world.hall.place.id), "user_id": str(seen.second.user_id)}
    assert post(liaison, "/cases/chiefs", **sent).status_code == 302
    assert "方工" in liaison.get("/cases/chiefs").text
    assert post(liaison, "/cases/chiefs", **{**sent, "user_id": "0"}).status_code == 302
    assert queries.chief_of(seen.world.hall.place.scope) is None
