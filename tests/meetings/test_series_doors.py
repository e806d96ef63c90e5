"""The pages of series, of signing up and of changes, as a browser meets them."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries, service
from deliberation.people.models import User
from tests.support import door, make
from tests.support.counting import statements
from tests.support.gathering import NOW, Gathering

RHYTHM = {
    "title": "楼委会例会", "venue": "三号楼", "frequency": "monthly_weekday", "weekday": 2, "nth": 2, "month_day": 1,
    "first_day": "2026-03-01", "at_time": "12:15", "rest_days": "move",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(sqlite_app):
    clock.configure(frozen=NOW, file=None)
    return sqlite_app


def client(app, actor=None):
    return door.client_of(app, db.session.get(User, actor.user_id) if actor else None)


def test_a_series_is_looked_at_begun_altered_and_ended_by_hand(today):
    there = Gathering()
    liaison = client(today, there.shen)
    own = {"committee_id": there.body.id, "planned_minutes": 60, "chair_id": there.shen.user_id}
    assert "往后六周的会自动排上" in liaison.get("/meetings/series/new").text
    seen = door.post(liaison, "/meetings/series/days", json=True, **RHYTHM).json["html"]
    assert "3月11日 周三" in seen
    looked = door.post(liaison, "/meetings/series/new", **own, **RHYTHM, look="1")
    assert "4月8日 周三" in looked.text
    begun = door.post(liaison, "/meetings/series/new", **own, **RHYTHM)
    assert begun.status_code == 302
    page = client(today).get(begun.location).text
    assert "每月第 2 个周三 12:15" in page
    assert "停开这一串会" not in page
    altered = door.post(liaison, f"{begun.location}/change", **{**RHYTHM, "frequency": "monthly_day", "month_day": 20})
    assert altered.status_code == 302
    assert "每月 20 号 12:15" in liaison.get(begun.location).text
    assert door.post(liaison, f"{begun.location}/end", reason="").status_code == 302
    assert "已经停开了" not in liaison.get(begun.location).text
    door.post(liaison, f"{begun.location}/end", reason="改成临时召集")
    assert "改成临时召集" in liaison.get(begun.location).text


def test_a_series_beyond_the_known_holidays_says_so(today):
    there = Gathering()
    clock.configure(frozen=NOW.replace(month=11), file=None)
    fields = {**RHYTHM, "first_day": "2026-11-03"}
    seen = door.post(client(today, there.shen), "/meetings/series/days", json=True, **fields).json["html"]
    assert "2027 年的放假安排还没有公布" in seen


def test_somebody_signs_up_waits_and_gives_the_place_back(today):
    there = Gathering().notice()
    meeting_id = there.meeting.id
    with transaction():
        queries.meeting(meeting_id).capacity = 1
        guests = [make.actor(make.person()) for _each in range(2)]
    path = f"/meetings/{meeting_id}"
    first, second = (client(today, guest) for guest in guests)
    assert "我要来，报名" in first.get(path).text
    door.post(first, f"{path}/registration")
    assert "您报上名了" in first.get(path).text
    assert "排候补" in second.get(path).text
    door.post(second, f"{path}/registration")
    assert "候补第 1 位" in second.get(path).text
    door.post(first, f"{path}/registration/cancel")
    assert "您报上名了" in second.get(path).text
    assert "登录后报名" in client(today).get(path).text
    assert "我要来，报名" not in client(today, there.members[0]).get(path).text


def test_a_change_after_the_notice_reaches_the_calendars(today):
    there = Gathering().notice()
    path, liaison = f"/meetings/{there.meeting.id}", client(today, there.shen)
    assert "通知已经发过" in liaison.get(f"{path}/change").text
    fields = {"title": "楼委会第 9 次会议", "venue": "一号楼大堂", "planned_minutes": 60, "capacity": ""}
    fields |= {"chair_id": there.shen.user_id, "starts_at": "2026-03-13T12:15"}
    assert door.post(liaison, f"{path}/change", **fields).status_code == 302
    for address in (f"{path}/calendar.ics", f"/meetings/places/{there.place.code}.ics"):
        lines = client(today).get(address).text.split("\r\n")
        assert {"SEQUENCE:1", "DTSTART:20260313T041500Z", "STATUS:CONFIRMED", "LOCATION:一号楼大堂"} <= set(lines)
    door.post(liaison, f"{path}/cancel", reason="停电")
    lines = client(today).get(f"/meetings/places/{there.place.code}.ics").text.split("\r\n")
    assert {"SEQUENCE:2", "STATUS:CANCELLED"} <= set(lines)
    member = client(today, there.members[0])
    assert member.get(f"{path}/change").status_code == 403


def test_the_agenda_is_dragged_into_order(today):
    there = Gathering().plan()
    there.add()
    ids = [item.id for item in queries.items(there.meeting.id)]
    path, liaison = f"/meetings/{there.meeting.id}", client(today, there.shen)
    assert f'data-reorder="{path}/order"' in liaison.get(path).text
    moved = door.post(liaison, f"{path}/order", json=True, items=",".join(map(str, ids[::-1])))
    assert moved.json == {"ok": True}
    assert [item.id for item in queries.items(there.meeting.id)] == ids[::-1]
    stale = door.post(liaison, f"{path}/order", json=True, items=str(ids[0]))
    assert (stale.status_code, stale.json["code"]) == (409, "order_outdated")


def test_a_meeting_many_signed_up_for_costs_no_more_statements(today):
    there = Gathering().notice()
    path, visitor = f"/meetings/{there.meeting.id}", client(today)
    few = statements(lambda: visitor.get(path))
    with transaction():
        guests = [make.actor(make.person()) for _each in range(20)]
    for guest in guests:
        there.act(service.register, guest, meeting_id=there.meeting.id, now=NOW)
    assert statements(lambda: visitor.get(path)) == few
