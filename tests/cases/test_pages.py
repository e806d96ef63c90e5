"""The case's pages through the HTTP door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from deliberation.cases.rules import CaseState
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.matters import queries as matters
from deliberation.people.queries import user
from tests.support import cycle
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post


@pytest.fixture
def made(sqlite_app: Flask):
    with transaction():
        world = cycle.settled()
    clock.configure(frozen=SETTLED, file=None)
    yield world
    clock.configure(frozen=None, file=None)


def send(client: FlaskClient, path: str, fields: dict[str, Any]) -> Any:
    """Fields whose names carry their form's prefix."""
    return post(client, path, **fields)


def handler_of(app: Flask, made: World):
    return client_of(app, user(made.handler.user_id or 0))


def test_the_handler_works_through_the_page(sqlite_app: Flask, made: World) -> None:
    handler, path = handler_of(sqlite_app, made), f"/cases/{made.case.id}"
    assert "先联系提出人" in handler.get(path).text
    assert send(handler, f"{path}/contact", {"contact-note": "约好明天看"}).status_code == 302
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "JPEG")
    picture.seek(0)
    sent = {"progress-text": "标线画好了", "progress-stage": "after", "progress-measure": "3.9 米"}
    answer = send(handler, f"{path}/progress", {**sent, "progress-photo": (picture, "a.jpg")})
    assert answer.status_code == 302, answer.text[:1500]
    bad = send(handler, f"{path}/reply", {"reply-kind": "B", "reply-text": "下周办，材料已经到了"})
    assert bad.status_code == 422, "a promise without its day"
    answer = send(handler, f"{path}/reply", {"reply-kind": "A", "reply-text": "标线画好了，牌子立好了"})
    assert answer.status_code == 302
    assert made.case.state is CaseState.replied
    page = handler.get(path).text
    assert "标线画好了，牌子立好了" in page
    assert "/photos/" in page
    assert handler.get(f"/matters/{made.hall.matter.number}").status_code == 200
    codes = [entry.code for entry in matters.timeline(made.hall.matter.id)]
    assert codes[-3:] == ["case.contacted", "case.progress", "case.replied"]


def test_what_was_typed_stays_when_a_field_is_missing(sqlite_app: Flask, made: World) -> None:
    handler, path = handler_of(sqlite_app, made), f"/cases/{made.case.id}"
    page = send(handler, f"{path}/reply", {"reply-text": "这是写好的一段答复"})
    assert page.status_code == 422
    assert "这是写好的一段答复" in page.text
    assert "有几处没填对" in page.text


def test_residents_and_visitors_do_not_get_in(sqlite_app: Flask, made: World) -> None:
    path = f"/cases/{made.case.id}"
    assert client_of(sqlite_app, made.proposer).get(path).status_code == 403
    assert client_of(sqlite_app).get(path).status_code == 302
    refused = post(client_of(sqlite_app, made.proposer), f"{path}/reply", json=True)
    assert refused.status_code == 403


def test_lists_and_forms_of_the_offices(sqlite_app: Flask, made: World) -> None:
    supervisor = client_of(sqlite_app, user(made.supervisor.user_id or 0))
    assert "钱工" in supervisor.get("/cases").text
    path = f"/cases/{made.case.id}"
    assert "延期，只能一次" in supervisor.get(path).text
    form = {"extend-working_days": "5", "extend-reason": "等标线材料到货"}
    assert send(supervisor, f"{path}/extend", form).status_code == 302
    assert "原定" in supervisor.get(path).text
    assert "还没有办结的事" in supervisor.get("/cases?closed=1").text
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    assert liaison.get(f"/cases/dispatch?matter={made.hall.matter.number}").status_code == 200
    again = post(
        liaison,
        f"/cases/dispatch?matter={made.hall.matter.number}",
        handler_id=made.handler.user_id,
        task="再派一次试试",
        limit="ordinary",
        level="1",
    )
    assert again.status_code == 409


def test_the_liaison_records_the_approval(sqlite_app: Flask) -> None:
    with transaction():
        made = cycle.settled(needs_approval=True)
    clock.configure(frozen=SETTLED, file=None)
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    path = f"/cases/{made.case.id}"
    assert "记下批准和公布" in liaison.get(path).text
    form = {"approval-reference": "沪公交 2026-12", "approval-published_on": "2026-03-03"}
    assert send(liaison, f"{path}/approval", form).status_code == 302
    assert made.case.state is CaseState.assigned
    clock.configure(frozen=None, file=None)
