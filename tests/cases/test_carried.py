"""Project, notices and points of a case, through the door and in its public page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from deliberation.audit.append_only import ImpossibleChange
from deliberation.cases import queries, rules, service
from deliberation.cases.models import PointEntry
from deliberation.cases.rules import Course, DemandSource, Heard, ObjectState
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.people.models import Organisation, OrganisationKind, User
from tests.support import make
from tests.support.door import client_of, post

NOW = make.NOW
TODAY = date(2026, 3, 2)
PLATE = "沪A·12345"


@dataclass
class Scene:
    case_id: int
    number: str
    people: dict[str, User]
    firm: Organisation


@pytest.fixture
def scene(sqlite_app: Flask) -> Any:
    """A case of the lane in a handler's hands, brought up by somebody who hears what becomes of it."""
    with transaction():
        place = make.place()
        firm = Organisation(name="捷安施工", kind=OrganisationKind.firm)
        db.session.add(firm)
        db.session.flush()
        people = {
            "liaison": make.person(name="沈岚", roles=[Role.liaison], place=place),
            "handler": make.person(name="钱工", roles=[Role.handler], place=place),
            "supervisor": make.person(name="葛督", roles=[Role.supervisor], place=place),
            "reporter": make.person(name="王敏", phone=True),
            "builder": make.person(name="李捷", organisation_id=firm.id),
        }
        heard = Heard(
            source=DemandSource.phone, title="转角那辆车积灰半年了", text="那辆车挡住轮椅坡道，请挪走。",
            heard_on=TODAY, phone=people["reporter"].us_phone_number or "",
        )  # fmt: skip
        course = Course(handler_id=people["handler"].id)
        taken = service.take_in(make.actor(people["liaison"]), place_id=place.id, heard=heard, course=course, now=NOW)
    case = queries.case_of_matter(taken.matter_id)
    assert case is not None
    at(NOW)
    yield Scene(case.id, matters.matter(taken.matter_id).number, people, firm)
    clock.configure(frozen=None, file=None)


def at(moment: datetime) -> datetime:
    clock.configure(frozen=moment, file=None)
    return moment


def picture() -> Any:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(data, "JPEG")
    data.seek(0)
    return (data, "a.jpg")


def client(scene: Scene, app: Flask, name: str = "handler") -> FlaskClient:
    return client_of(app, scene.people[name])


def page(scene: Scene, app: Flask) -> str:
    return client_of(app).get(f"/matters/{scene.number}").text


def test_two_leads_milestones_and_measures_stand_on_the_page(sqlite_app: Flask, scene: Scene) -> None:
    handler, path = client(scene, sqlite_app), f"/cases/{scene.case_id}/project"
    assert handler.get(path).status_code == 200
    for side, name in (("client", "钱工"), ("contractor", "李捷")):
        sent = post(handler, f"{path}/lead", **{"lead-side": side, "lead-name": name, "lead-office": "工程部"})
        assert sent.status_code == 302, sent.text[:900]
    same = post(handler, f"{path}/lead", **{"lead-side": "client", "lead-name": "李捷"})
    assert same.status_code == 422, "one person cannot lead on both sides"
    post(handler, f"{path}/milestone", **{"milestone-title": "线路检修完", "milestone-due_on": "2026-03-10"})
    (milestone,) = queries.project(scene.case_id).milestones
    reaching = f"/cases/milestones/{milestone.id}/reach"
    assert post(handler, reaching, **{f"reach{milestone.id}-reached_on": "上周"}).status_code == 422, (
        "never today instead"
    )
    assert (
        post(
            handler, f"/cases/milestones/{milestone.id}/reach", **{f"reach{milestone.id}-reached_on": "2026-03-09"}
        ).status_code
        == 302
    )
    measure = {"name": "台阶处照度", "unit": "勒克斯", "baseline": "3", "baseline_on": "2026-03-02", "target": "20"}
    wrong = post(
        handler, f"{path}/measure", **{f"measure-{key}": value for key, value in {**measure, "target": "很亮"}.items()}
    )
    assert wrong.status_code == 422
    assert "台阶处照度" in wrong.text, "what was typed stays"
    post(handler, f"{path}/measure", **{f"measure-{key}": value for key, value in measure.items()})
    (measured,) = queries.project(scene.case_id).measures
    reading = f"/cases/measures/{measured.measure.id}/reading"
    key = f"reading{measured.measure.id}"
    worded = post(handler, reading, **{f"{key}-value": "二十二", f"{key}-read_on": "2026-03-20"})
    assert worded.status_code == 422
    assert 'value="二十二"' in worded.text
    assert post(handler, reading, **{f"{key}-value": "22.5", f"{key}-read_on": "2026-03-20"}).status_code == 302
    shown = page(scene, sqlite_app)
    for words in ("李捷", "线路检修完", "3月9日", "22.5", "勒克斯", "达到了"):
        assert words in shown
    assert client(scene, sqlite_app, "reporter").get(path).status_code == 403
    assert post(client(scene, sqlite_app, "liaison"), f"{path}/lead").status_code == 403


def test_an_abandoned_car_gets_three_notices_and_is_towed(sqlite_app: Flask, scene: Scene) -> None:
    """E6: none skipped, each with its photo and the server's time, the plate masked, the reporter told of each."""
    handler, path = client(scene, sqlite_app), f"/cases/{scene.case_id}/notices"
    post(handler, path, **{"add-label": PLATE, "add-spot": "转角坡道"})
    (standing,) = queries.standing_objects(scene.case_id)
    car, moment = standing.object.id, NOW
    towing = {f"settle{car}-outcome": "towed", f"settle{car}-note": "会同民警"}
    for stage in (1, 2, 3):
        due = (moment + timedelta(days=7)).date().isoformat()
        fields = {f"o{car}-basis": "上海市道路交通管理条例", f"o{car}-remedy": "请把车挪走", f"o{car}-due_on": due}
        url = f"/cases/notice-objects/{car}/post"
        skipping = post(handler, f"{url}/{stage + 1}", **fields, **{f"o{car}-photo": picture()})
        assert skipping.status_code == 409
        assert post(handler, f"{url}/{stage}", **fields).status_code == 422, "no photo, no notice"
        sent = post(handler, f"{url}/{stage}", **fields, **{f"o{car}-photo": picture()})
        assert sent.status_code == 302, sent.text[:1500]
        early = post(handler, f"/cases/notice-objects/{car}/settle", **{**towing, f"settle{car}-note": "太早"})
        assert early.status_code == 409
        assert "太早" in early.text, "what was typed stays"
        posted = queries.standing_objects(scene.case_id)[0].notices[-1]
        assert (posted.stage, posted.posted_at) == (stage, moment)
        moment = at(moment + timedelta(days=8))
    assert post(handler, f"/cases/notice-objects/{car}/settle", **towing).status_code == 302
    assert queries.standing_objects(scene.case_id)[0].object.state is ObjectState.towed
    shown = page(scene, sqlite_app)
    assert "沪A·**345" in shown
    assert PLATE not in shown
    assert "拖走了" in shown
    kinds = [message.kind for message in db.session.query(Message).filter_by(user_id=scene.people["reporter"].id)]
    assert kinds == ["staged_notice.posted"] * 3 + ["notice_object.settled"]


def test_the_sheet_to_post_is_one_page_and_its_picture_is_for_the_offices(sqlite_app: Flask, scene: Scene) -> None:
    handler, path = client(scene, sqlite_app), f"/cases/{scene.case_id}/notices"
    post(handler, path, **{"add-label": PLATE, "add-spot": "转角坡道"})
    (standing,) = queries.standing_objects(scene.case_id)
    car = standing.object.id
    fields = {f"o{car}-basis": "条例第六十一条", f"o{car}-remedy": "请把车挪走", f"o{car}-due_on": "2026-03-12"}
    post(handler, f"/cases/notice-objects/{car}/post/1", **fields, **{f"o{car}-photo": picture()})
    (notice,) = queries.standing_objects(scene.case_id)[0].notices
    sheet = handler.get(f"/cases/notices/{notice.id}.pdf")
    assert sheet.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(sheet.data))
    (only,) = reader.pages
    text = only.extract_text().replace("\n", "")
    for words in ("第一次告知", "条例第六十一条", "请把车挪走", "3月12日", "9:00", "021-55550101"):
        assert words in text, words
    assert PLATE not in text
    assert handler.get(f"/cases/notices/{notice.id}/photo").status_code == 200
    stranger = client(scene, sqlite_app, "reporter")
    assert stranger.get(f"/cases/notices/{notice.id}/photo").status_code == 403
    assert stranger.get(f"/cases/notices/{notice.id}.pdf").status_code == 403


def test_points_come_off_are_appealed_and_come_back_as_a_line(sqlite_app: Flask, scene: Scene) -> None:
    liaison, builder = client(scene, sqlite_app, "liaison"), client(scene, sqlite_app, "builder")
    supervisor = client(scene, sqlite_app, "supervisor")
    path, firm = f"/cases/{scene.case_id}/points", scene.firm.id
    fields = {"contractor_id": firm, "points": "3", "reason": "三月二日围挡没有关好，孩子走进了工地"}
    assert post(liaison, path, **fields).status_code == 422, "no evidence, no deduction"
    assert post(liaison, path, **fields, photo=picture()).status_code == 302
    assert post(liaison, path, **{**fields, "points": "2"}, photo=picture()).status_code == 302
    assert [entry.points for entry in queries.ledger(firm, 2026)] == [12, -3, -2]
    assert queries.balances(2026)[0][1] == 7
    entry = queries.ledger(firm, 2026)[1]
    assert "围挡没有关好" in client_of(sqlite_app).get(f"/cases/contractors/{firm}").text
    assert client_of(sqlite_app).get("/cases/contractors").status_code == 200
    appealing, field = f"/cases/points/{entry.id}/appeal", f"appeal{entry.id}-text"
    assert post(client(scene, sqlite_app, "reporter"), appealing, **{field: "不是我们"}).status_code == 403
    assert post(builder, appealing, **{field: "那天的围挡是别家开的"}).status_code == 302
    again = post(builder, appealing, **{field: "再说一次看看"})
    assert again.status_code == 409
    assert "再说一次看看" in again.text, "its form is gone, what was typed is not"
    raised = queries.appeal_of(entry.id)
    assert raised is not None
    url = f"/cases/appeals/{raised.id}/decide"
    assert "答复诚信积分的申诉" in supervisor.get("/desk").text
    assert "答复诚信积分的申诉" not in liaison.get("/desk").text
    deciding = {f"decide{raised.id}-is_upheld": "1", f"decide{raised.id}-answer": "照片上是另一家"}
    assert post(liaison, url, **deciding).status_code == 403
    short = post(supervisor, url, **{**deciding, f"decide{raised.id}-answer": "对"})
    assert short.status_code == 422
    assert f'id="decide{raised.id}-answer-error"' in short.text
    assert post(supervisor, url, **deciding).status_code == 302
    assert post(supervisor, url, **deciding).status_code == 409
    assert "答复诚信积分的申诉" not in supervisor.get("/desk").text
    assert [each.points for each in queries.ledger(firm, 2026)] == [12, -3, -2, 3]
    assert queries.ledger_page(firm, 2026).balance == 10
    evidence = f"/cases/points/{entry.id}/photo"
    for name, status in (("liaison", 200), ("builder", 200), ("supervisor", 200), ("reporter", 404)):
        assert client(scene, sqlite_app, name).get(evidence).status_code == status


def test_no_line_of_points_can_be_changed(app: Flask) -> None:
    with transaction():
        firm = Organisation(name="远山装饰", kind=OrganisationKind.firm)
        db.session.add(firm)
        db.session.flush()
        entry = PointEntry(contractor_id=firm.id, year=2026, kind=rules.EntryKind.grant, points=12, recorded_at=NOW)
        db.session.add(entry)
    with pytest.raises(ImpossibleChange), transaction():
        entry.points = 100
        db.session.flush()
    with pytest.raises(ImpossibleChange), transaction():
        db.session.delete(entry)
        db.session.flush()
    for statement in ("UPDATE point_entry SET points = 100", "DELETE FROM point_entry"):
        with pytest.raises(DBAPIError, match="only grows"), transaction():
            db.session.execute(text(statement))
    assert db.session.scalars(select(PointEntry.points)).all() == [12]
