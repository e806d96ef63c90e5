"""The case's pages through the HTTP door."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event

from deliberation.cases import service
from deliberation.cases.rules import CaseState
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import Step
from deliberation.people.queries import user
from tests.support import cycle, make
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
    short = send(handler, f"{path}/progress", {"progress-text": "好", "progress-photo": (io.BytesIO(b"x"), "a.jpg")})
    assert short.status_code == 422
    assert "照片或文件要重新选" in short.text, "no browser gives a chosen file back"
    assert send(handler, f"{path}/progress", {"progress-text": "换好了"}).status_code == 302
    sent = {"progress-text": "标线画好了", "progress-stage": "after", "progress-measure": "3.9 米"}
    answer = send(handler, f"{path}/progress", {**sent, "progress-photo": (picture, "a.jpg")})
    assert answer.status_code == 302, answer.text[:1500]
    bad = send(handler, f"{path}/reply", {"reply-kind": "B", "reply-text": "下周办，材料已经到了"})
    assert bad.status_code == 422, "a promise without its day"
    assert 'id="reply-promised_on-error"' in bad.text
    assert "下周办，材料已经到了" in bad.text
    answer = send(handler, f"{path}/reply", {"reply-kind": "A", "reply-text": "标线画好了，牌子立好了"})
    assert answer.status_code == 302
    assert made.case.state is CaseState.replied
    page = handler.get(path).text
    assert "标线画好了，牌子立好了" in page
    assert "/photos/" in page
    assert handler.get(f"/matters/{made.hall.matter.number}").status_code == 200
    codes = [entry.code for entry in matters.timeline(made.hall.matter.id)]
    assert codes[-4:] == ["case.contacted", "case.progress", "case.progress", "case.replied"]


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
    assert "还没有办结的事" in supervisor.get("/cases?state=closed").text
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
    assert "再派一次试试" in again.text


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


def test_lists_go_page_by_page_and_everything_chosen_stands_in_the_address(sqlite_app: Flask) -> None:
    """Forty-five cases, many due at the same moment: each is on one page, once, and each page asks as much."""
    with transaction():
        world = cycle.settled()
        place = world.hall.place
        other = make.place(parent=place)
        for number in range(44):
            matter = make.matter(place=other if number % 4 else place, title=f"第 {number} 件")
            matter_service.move(matter, step=Step.action, state="accepted", now=SETTLED)
            given = {"handler_id": world.handler.user_id or 0, "lead_unit_id": None, "task": "照样办一件"}
            service.dispatch(world.hall.liaison, matter_id=matter.id, now=SETTLED, **given)
    clock.configure(frozen=SETTLED, file=None)
    liaison = client_of(sqlite_app, user(world.hall.liaison.user_id or 0))
    seen: list[str] = []
    path, counts, asked = "/cases?state=open", [], []
    note = lambda *_all: asked.append(1)  # noqa: E731
    event.listen(db.engines[None], "before_cursor_execute", note)
    while path:
        asked.clear()
        page = liaison.get(path).text
        counts.append(len(asked))
        seen += re.findall(r'href="/cases/(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
        assert not path or "state=open" in path
    event.remove(db.engines[None], "before_cursor_execute", note)
    assert (len(seen), len(set(seen)), len(counts)) == (45, 45, 3)
    assert counts[0] == counts[1] == counts[2]
    here = liaison.get(f"/cases?place={other.id}").text
    assert len(re.findall(r'href="/cases/(\d+)"', here)) == 20
    assert "派给我的" in here
    mine = client_of(sqlite_app, user(world.handler.user_id or 0))
    assert len(re.findall(r'href="/cases/(\d+)"', mine.get("/cases").text)) == 20
    for made_up in (
        "after=x",
        "after=2026-01-01_1",
        "after=2026-01-01T00:00:00%2B00:00_99999999999",
        "state=x&place=y",
    ):
        assert liaison.get(f"/cases?{made_up}").status_code == 200
    for state in ("late", "waits", "answered", "closed"):
        assert "没有" in liaison.get(f"/cases?state={state}").text
    clock.configure(frozen=None, file=None)
