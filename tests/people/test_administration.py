"""Administrators: accounts, roles in their places, the last administrator, the calendar, the places."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import event, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import live
from deliberation.kernel.database import db, transaction
from deliberation.people import queries, rules, service
from deliberation.people.access import Role
from deliberation.people.models import RoleAssignment, User
from tests.support import make
from tests.support.door import client_of, post


@pytest.fixture
def lane(app):
    with transaction():
        return make.place()


@pytest.fixture
def chief(app) -> User:
    """Administrator of everywhere."""
    with transaction():
        return make.person(name="顾青", roles=[Role.administrator])


@pytest.fixture
def local(lane) -> User:
    """Administrator of the lane alone."""
    with transaction():
        return make.person(name="何一", roles=[Role.administrator], place=lane)


def held(user: User) -> list[tuple[Role, int | None]]:
    return [(row.role, row.place_id) for row in queries.current_roles([user.id])]


def leaves(tag: str) -> list[dict]:
    rows = select(AuditLeaf.data).where(AuditLeaf.tag == tag).order_by(AuditLeaf.id)
    return [json.loads(data) for data in db.session.scalars(rows)]


def test_opening_an_account_and_appointing(app, lane, chief, monkeypatch):
    closed: list[int] = []
    monkeypatch.setattr(live, "disconnect_person", closed.append)
    client = client_of(app, chief)
    opened = post(
        client, "/admin/people/new", name="沈岚", phone="13800000007", email="", duty="联络员", home_place_id=lane.id
    )
    user = queries.user_at("13800000007")
    assert user is not None
    assert opened.location == f"/admin/people/{user.id}"
    assert post(client, f"/admin/people/{user.id}/roles", role="liaison", place_id=lane.id).status_code == 302
    assert held(user) == [(Role.liaison, lane.id)]
    recorded = leaves("role.granted")[-1]
    about = {"user": user.id, "role": "liaison", "place": lane.id, "by": chief.id}
    assert {name: recorded[name] for name in about} == about
    page = client.get(f"/admin/people/{user.id}").text
    assert "data-confirm" in page
    assignment = queries.current_roles([user.id])[0]
    for _ in range(2):  # Ending it twice changes nothing.
        assert post(client, f"/admin/roles/{assignment.id}/end").status_code == 302
    assert held(user) == []
    assert len(leaves("role.ended")) == 1
    assert closed == [user.id, user.id]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": "", "email": ""}, "至少填一个"),
        ({"phone": "123"}, "不像手机号"),
        ({"email": "nobody"}, "不像邮箱"),
        ({"name": ""}, "还没填"),
        ({"phone": "13800000008"}, "已经有账号"),
    ],
)
def test_an_account_that_cannot_be_opened(app, lane, chief, fields, said):
    with transaction():
        service.create_user(name="旧人", phone="13800000008", now=make.NOW)
    filled = {"name": "新人", "phone": "13800000009", "email": "", "duty": "", "home_place_id": lane.id, **fields}
    page = post(client_of(app, chief), "/admin/people/new", **filled)
    assert page.status_code == 422
    assert said in page.text
    assert queries.user_at("13800000009") is None


def test_an_administrator_of_one_place_has_no_power_in_another(app, lane, chief, local):
    with transaction():
        elsewhere = make.place()
        worker = make.person()
        office = service.grant_role(user_id=worker.id, role=Role.teller, place_id=elsewhere.id, now=make.NOW)
    client = client_of(app, local)
    assert post(client, f"/admin/people/{worker.id}/roles", role="liaison", place_id=elsewhere.id).status_code == 422
    assert post(client, f"/admin/people/{worker.id}/roles", role="administrator", place_id=0).status_code == 422
    assert post(client, f"/admin/roles/{office.id}/end").status_code == 403
    assert post(client, "/admin/calendar", year=2027, days="2027-01-01 休").status_code == 403
    assert held(worker) == [(Role.teller, elsewhere.id)]
    assert post(client, f"/admin/people/{worker.id}/roles", role="liaison", place_id=lane.id).status_code == 302


@pytest.mark.parametrize("role", ["visitor", "participant", "king", ""])
def test_what_is_no_office_cannot_be_granted(app, lane, chief, role):
    with transaction():
        worker = make.person()
    assert (
        post(client_of(app, chief), f"/admin/people/{worker.id}/roles", role=role, place_id=lane.id).status_code == 422
    )
    assert held(worker) == []


def test_nobody_removes_the_last_administrator(app, chief, local):
    client = client_of(app, chief)
    own = queries.current_roles([chief.id])[0]
    refused = post(client, f"/admin/roles/{own.id}/end")
    assert refused.status_code == 409
    assert "最后一位管理员" in refused.text
    assert post(client, f"/admin/people/{chief.id}/active", active="0").status_code == 409
    assert held(chief) == [(Role.administrator, None)]
    with transaction():
        second = make.person(roles=[Role.administrator])
    assert post(client, f"/admin/roles/{own.id}/end").status_code == 302
    assert held(second) == [(Role.administrator, None)]


def test_a_closed_administrator_does_not_count(app, chief):
    with transaction():
        second = make.person(roles=[Role.administrator])
        second.active = False
    own = queries.current_roles([chief.id])[0]
    with pytest.raises(rules.LastAdministrator), transaction():
        service.dismiss(make.actor(chief), assignment_id=own.id, now=make.NOW)


def test_closing_an_account_ends_its_session(app, lane, chief):
    with transaction():
        worker = make.person(home_place_id=lane.id)
    theirs = client_of(app, worker)
    assert theirs.get("/me").status_code == 200
    client = client_of(app, chief)
    post(client, f"/admin/people/{worker.id}/active", active="0")
    assert theirs.get("/me").status_code == 302
    post(client, f"/admin/people/{worker.id}/active", active="1")
    assert theirs.get("/me").status_code == 200


def test_the_list_finds_people_and_costs_the_same_for_many(app, lane, chief):
    client = client_of(app, chief)

    def cost() -> int:
        sent = []
        engine = db.engine if hasattr(db.engine, "pool") else db.engine.engine
        note = lambda *details: sent.append(details[2]) if "SAVEPOINT" not in details[2] else None  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        client.get("/admin/people")
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    with transaction():
        for _ in range(3):
            make.person(roles=[Role.liaison], place=lane)
    few = cost()
    with transaction():
        people = [make.person(name=f"顾客{number}", roles=[Role.deputy], place=lane) for number in range(25)]
    assert cost() == few
    first = client.get("/admin/people", query_string={"words": "顾客"}).text
    assert "顾客24" in first
    assert "顾客3" not in first
    before = min(person.id for person in people[5:])
    assert "顾客3" in client.get("/admin/people", query_string={"words": "顾客", "before": before}).text
    assert "没有找到" in client.get("/admin/people", query_string={"words": "%"}).text
    assert str(people[3].email) in client.get("/admin/people", query_string={"words": people[3].email}).text


def test_the_calendar_says_what_it_knows_and_takes_another_year(app, chief):
    client = client_of(app, chief)
    page = client.get("/admin/calendar").text
    assert "2004 年到 2026 年" in page
    assert post(client, "/admin/calendar", year=2027, days="2027-01-01 休 元旦\n2027-01-03 班").status_code == 302
    calendar = queries.working_calendar()
    days = [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)]
    assert [calendar.is_working_day(day) for day in days] == [False, False, True, True]
    assert "2027-01-01 休 元旦" in client.get("/admin/calendar?year=2027").text
    post(client, "/admin/calendar", year=2027, days="2027-01-04 休")
    calendar = queries.working_calendar()
    assert [calendar.is_working_day(day) for day in days] == [True, False, False, False]
    assert [leaf["days"] for leaf in leaves("calendar.entered")][-1] == {"2027-01-04": False}


def test_a_calendar_with_a_fault_is_kept_in_the_form(app, chief):
    page = post(client_of(app, chief), "/admin/calendar", year=2027, days="2027-01-01 休\n明天放假")
    assert page.status_code == 422
    assert "第 2 行" in page.text
    assert "明天放假" in page.text
    assert 2027 not in queries.calendar_years()


def test_places_are_added_and_described(app, lane, chief, local):
    client = client_of(app, chief)
    new = {"name": "三号楼", "code": "BLD3", "plate": "三", "kind": "building", "parent_id": lane.id}
    assert post(client, "/admin/places/new", **new).status_code == 302
    assert post(client, "/admin/places/new", **new).status_code == 422  # The code is taken.
    assert post(client, "/admin/places/new", **{**new, "code": "b!"}).status_code == 422
    assert post(client, "/admin/places/BLD3", name="三号楼", contact_phone="021-5555").status_code == 302
    pale = post(client, "/admin/places/BLD3", name="三号楼", colour="#F3966A")
    assert pale.status_code == 422
    assert "#F3966A 太浅了" in pale.text
    assert 'value="#F3966A"' in pale.text  # What was typed is not lost.
    own = {"name": "三号楼", "contact_phone": "021-5555", "colour": "7A3E00", "emblem": "lamp"}
    assert post(client, "/admin/places/BLD3", **own).status_code == 302
    home = client.get("/places/BLD3").text
    assert re.search(r"<html [^>]*data-own[^>]*--own:#7a3e00;--own-dark:#[0-9a-f]{6}", home)
    assert "#i-lamp" in home
    page = client.get("/admin/places/BLD3").text
    assert "021-5555" in page
    with transaction():
        elsewhere = make.place()
    assert client_of(app, local).get(f"/admin/places/{elsewhere.code}").status_code == 403
    assert client_of(app, local).get("/admin/places/BLD3").status_code == 200


def test_two_administrators_cannot_end_each_other_at_once(new_postgres_url, tmp_path):
    """On PostgreSQL, each in a transaction of its own: one of the two is refused."""
    import threading

    from tests.support import applications

    app = applications.build(tmp_path, new_postgres_url)
    with app.app_context():
        with transaction():
            pair = [make.person(roles=[Role.administrator]) for _ in range(2)]
        actors = [make.actor(user) for user in pair]
        offices = [queries.current_roles([user.id])[0].id for user in pair]
    ready, outcomes = threading.Barrier(2), []

    def end(actor, office) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    service.dismiss(actor, assignment_id=office, now=make.NOW)
                outcomes.append("ended")
            except rules.LastAdministrator:
                outcomes.append("refused")

    threads = [threading.Thread(target=end, args=pair) for pair in zip(actors, reversed(offices), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        left = db.session.scalars(select(RoleAssignment).where(RoleAssignment.ended_at.is_(None))).all()
        assert sorted(outcomes) == ["ended", "refused"]
        assert len(left) == 1
        db.session.remove()
        db.engine.dispose()
