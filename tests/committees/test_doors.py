"""The pages of those who set committees up: what they show, refuse and keep, for whom, and at what cost."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from deliberation.committees import queries
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import transaction
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.people.access import Role
from tests.support import make
from tests.support.counting import statements
from tests.support.door import client_of, post

CHARTER: dict[str, Any] = {
    "name": "梧桐里弄管会", "venue": "活动室", "rule_kind": "charter", "quorum": "2/3", "threshold": "2/3",
    "threshold_basis": "cast", "charter_clause": "章程第 12 条", "convener": "association",
    "notice_days": "3", "notice_unit": "working", "turn_seconds": "120", "turns_per_motion": "2",
    "minutes_working_days": "5",
}  # fmt: skip


TODAY = day_in_shanghai(make.NOW)


@pytest.fixture
def lane(sqlite_app):
    with transaction():
        return make.place()


@pytest.fixture
def liaison(lane):
    with transaction():
        return make.person(name="沈岚", roles=[Role.liaison], place=lane)


@pytest.fixture
def body(lane):
    with transaction():
        return make.committee(place=lane)


@pytest.fixture
def client(sqlite_app, liaison):
    return client_of(sqlite_app, liaison)


def bodies(lane):
    return queries.committees_of([lane.id])


def test_a_liaison_sets_an_association_up_from_the_first_page_to_the_last_seat(client, lane):
    with transaction():
        zhou = make.person(name="周敏", phone=True)
    assert "还没有议事会" in client.get("/admin/committees").text
    made = post(client, "/admin/committees/new/lane_association", place_id=lane.id, **CHARTER)
    (body,) = bodies(lane)
    assert made.location == f"/admin/committees/{body.id}"
    assert body.kind is CommitteeKind.lane_association
    assert "接着把席位加上" in client.get(made.location).text
    phone, voting = zhou.us_phone_number, {"kind": "unit", "is_voting": "y"}
    one = post(client, f"{made.location}/seats", label="18 号二层", address=phone, **voting)
    many = post(client, f"{made.location}/seats/many", lines=f"2 号一层\n2 号二层，{zhou.email}", **voting)
    assert (one.status_code, many.status_code) == (302, 302)
    assert queries.seat_totals(body).voting == 3
    page = client.get(made.location).text
    assert "加好了 2 席" in page
    assert "周*" in page
    assert "周敏" not in page
    assert phone not in page
    listed = client.get("/admin/committees").text
    assert body.name in listed
    assert "空着 1 席" in listed


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"threshold": "1/2"}, "赞成和反对一样多也会通过"),
        ({"threshold": "1/3"}, "反对的人更多也会通过"),
        ({"threshold": "4/3"}, "最多是全部"),
        ({"threshold": "0/3"}, "要大于零"),
        ({"quorum": "3/2"}, "最多是全部"),
        ({"quorum": "三分之二"}, "请写成分数"),
        ({"threshold": "1/1", "threshold_strict": "y"}, "没有人能超过全部"),
        ({"threshold": ""}, "要写明多少同意才算通过"),
        ({"notice_days": "2"}, "至少提前 3 个工作日"),
        ({"turn_seconds": "一分钟"}, "整数"),
        ({"rule_kind": ""}, "请选一种"),
        ({"name": ""}, "还没填"),
        ({"name": "TAKEN"}, "请换一个名称"),
        ({"place_id": "999999"}, "field--bad"),
    ],
)
def test_a_charter_that_is_refused_says_why_and_keeps_what_was_typed(client, lane, body, fields, said):
    if fields.get("name") == "TAKEN":
        fields = {"name": body.name}
    given = {"place_id": lane.id, **CHARTER, "venue": "三楼的小房间", **fields}
    answer = post(client, "/admin/committees/new/lane_association", **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "三楼的小房间" in answer.text
    for name in ("quorum", "threshold"):
        assert f'name="{name}" placeholder="2/3" type="text" value="{given[name]}"' in answer.text
    assert bodies(lane) == [body]


def test_more_than_half_is_a_rule(client, lane):
    fields = {**CHARTER, "threshold": "1/2", "threshold_strict": "y", "quorum": ""}
    assert post(client, "/admin/committees/new/lunch_session", place_id=lane.id, **fields).status_code == 302
    (body,) = bodies(lane)
    page = client.get(f"/committees/{body.id}").text
    assert "同意超过 2 分之 1 才算通过" in page


@pytest.mark.parametrize(
    ("basis", "said"), [("members", "全体席位里，同意不少于"), ("for_against", "弃权不计入"), ("cast", "投出的票里")]
)
def test_the_charter_is_changed_and_read_in_words(client, body, basis, said):
    path = f"/admin/committees/{body.id}/charter"
    assert 'value="2/3"' in client.get(path).text
    assert post(client, path, **{**CHARTER, "threshold": "3/4", "threshold_basis": basis}).status_code == 302
    page = client.get(f"/admin/committees/{body.id}").text
    assert "还按原来的章程" in page
    assert "4 分之 3" in page
    assert said in page


def test_a_refused_change_of_the_charter_changes_nothing(client, body):
    refused = post(client, f"/admin/committees/{body.id}/charter", **{**CHARTER, "threshold": "1/2"})
    assert refused.status_code == 422
    assert "请勾上「要超过」" in refused.text
    assert queries.charter_of(queries.committee(body.id)).threshold == (2, 3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "还没填"),
        ({"label": "甲"}, "这一席已经有了"),
        ({"address": "13899999999"}, "还没有账号"),
        ({"address": "周敏"}, "不像手机号"),
        ({"kind": "king"}, "field--bad"),
    ],
)
def test_a_seat_that_is_refused(client, body, fields: dict[str, Any], said):
    seats = f"/admin/committees/{body.id}/seats"
    post(client, seats, label="甲", kind="unit", address="")
    answer = post(client, seats, **{"label": "乙", "kind": "unit", "address": "", **fields})
    assert answer.status_code == 422
    assert said in answer.text
    assert [seat.label for seat in queries.seats(body.id)] == ["甲"]


def test_a_list_is_looked_through_line_by_line_and_stored_only_when_all_is_right(client, body):
    path = f"/admin/committees/{body.id}/seats/many"
    wrong = "甲\n甲\n乙，13899999999\n丙，不是"
    buttons: list[dict[str, Any]] = [{"look": "1"}, {}]
    for button in buttons:
        answer = post(client, path, kind="unit", lines=wrong, **button)
        assert answer.status_code == 422
        for said in ("「甲」这一席已经有了", "「13899999999」还没有账号", "「不是」不像手机号", "第 4 行"):
            assert said in answer.text
        assert wrong in answer.text
        assert "有 3 行" in answer.text
        assert list(queries.seats(body.id)) == []
    looked = post(client, path, kind="adviser", lines="甲\n乙", look="1")
    assert looked.status_code == 200
    assert "2 席都没问题，还没有存" in looked.text
    assert list(queries.seats(body.id)) == []
    assert post(client, path, kind="adviser", lines="甲\n乙").status_code == 302
    assert [(seat.label, seat.is_voting) for seat in queries.seats(body.id)] == [("甲", False), ("乙", False)]


@pytest.mark.parametrize(
    ("lines", "said"), [("", "还没填"), ("\n".join(f"{n} 号" for n in range(501)), "一次最多加 500 席")]
)
@pytest.mark.parametrize("button", [{}, {"look": "1"}])
def test_a_list_that_is_none_or_too_long(client, body, lines, said, button):
    answer = post(client, f"/admin/committees/{body.id}/seats/many", kind="unit", lines=lines, **button)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_seat_changes_hands(client, body):
    with transaction():
        zhou, qiu = make.person(name="周敏"), make.person(name="邱阿姨")
        (seat,) = make.seats(body, count=1, users=[zhou])
    path = f"/admin/seats/{seat.id}"
    assert "周*" in client.get(path).text
    unknown = post(client, path, address="nobody@example.org")
    assert unknown.status_code == 422
    assert "还没有账号" in unknown.text
    assert post(client, path, address=qiu.email).status_code == 302
    assert queries.seat_holders(body.id, on=TODAY) == {qiu.id}
    assert post(client, f"{path}/empty").location == f"/admin/committees/{body.id}"
    assert "还没有人坐" in client.get(path).text


def test_what_people_write_is_shown_as_text(client, lane, body):
    post(client, f"/admin/committees/{body.id}/seats", label="<b>甲</b> 100%", kind="unit", address="")
    script = {**CHARTER, "name": "<script>alert(1)</script>"}
    post(client, "/admin/committees/new/lunch_session", place_id=lane.id, **script)
    for path in ("/admin/committees", f"/admin/committees/{body.id}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<b>甲" not in page.text
        assert "<script>alert" not in page.text


def test_in_another_place_nothing_is_shown_and_nothing_changes(sqlite_app, body):
    with transaction():
        (seat,) = make.seats(body, count=1, users=[make.person()])
        elsewhere = make.place()
        association = make.person(roles=[Role.association, Role.liaison, Role.administrator], place=elsewhere)
    client, own = client_of(sqlite_app, association), f"/admin/committees/{body.id}"
    assert body.name not in client.get("/admin/committees").text
    for path in (own, f"{own}/charter", f"{own}/seats/many", f"/admin/seats/{seat.id}"):
        assert client.get(path).status_code == 403
    assert post(client, f"{own}/charter", **CHARTER).status_code == 403
    assert post(client, f"{own}/seats", label="乙", kind="unit").status_code == 403
    assert post(client, f"{own}/seats/many", lines="乙", kind="unit").status_code == 403
    assert post(client, f"/admin/seats/{seat.id}", address="a@example.org").status_code == 403
    assert post(client, f"/admin/seats/{seat.id}/empty").status_code == 403
    new = {"place_id": body.place_id, **CHARTER}
    assert post(client, "/admin/committees/new/lunch_session", **new).status_code == 422
    assert [row.user_id for row in queries.seats(body.id)] == [seat.user_id]
    assert "管理席位和章程" not in client.get(f"/committees/{body.id}").text


def test_whoever_may_finds_the_way(sqlite_app, client, body):
    assert f"/admin/committees/{body.id}" in client.get(f"/committees/{body.id}").text
    page = client.get("/admin/committees").text
    assert "/admin/people" not in page
    with transaction():
        chief = make.person(roles=[Role.administrator])
    assert "/admin/committees" in client_of(sqlite_app, chief).get("/admin/places").text
    for path in ("/admin/committees/999999", "/admin/seats/999999"):
        assert client.get(path).status_code == 404
    with transaction():
        neighbour = make.person()
    assert client_of(sqlite_app, neighbour).get("/admin/committees").status_code == 403


def test_every_page_costs_the_same_for_one_seat_and_for_many(app):
    with transaction():
        place = make.place()
        association = make.person(roles=[Role.association], place=place)
        body = make.committee(place=place)
        make.seats(body, count=1, users=[make.person()])
    client = client_of(app, association)
    paths = ("/admin/committees", f"/admin/committees/{body.id}", f"/admin/committees/{body.id}?words=号")
    for path in paths:
        client.get(path)  # What the first request of all looks up is not the page's.
    few = [statements(partial(client.get, path)) for path in paths]
    with transaction():
        make.seats(body, count=60, users=[make.person() for _ in range(40)])
        for _ in range(5):
            make.seats(make.committee(place=place), count=3, users=[make.person()])
    assert [statements(partial(client.get, path)) for path in paths] == few


def test_a_long_list_of_seats_is_paged_by_key_and_searched(client, body):
    with transaction():
        labels = [seat.label for seat in make.seats(body, count=45)]
    path, seen = f"/admin/committees/{body.id}", []
    for _ in range(3):
        page = client.get(path).text
        seen += re.findall(r'class="line__t" href="/admin/seats/\d+">([^<]+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == labels[::-1]
    assert path == ""
    found = client.get(f"/admin/committees/{body.id}?words={labels[7]}").text
    assert labels[7] in found
    assert 'rel="next"' not in found
    assert "没有找到" in client.get(f"/admin/committees/{body.id}?words=没有这样的").text
