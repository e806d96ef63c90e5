"""The pages of meetings and the messages of the room, as a browser meets them."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.live import socketio
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import Side
from deliberation.people.models import User
from tests.support import door
from tests.support.gathering import MOTION, NOW, STARTS, Gathering


@pytest.fixture(autouse=True)
def noon(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    return sqlite_app


def user(actor):
    from deliberation.kernel.database import db

    return db.session.get(User, actor.user_id)


def client(app, actor=None):
    return door.client_of(app, user(actor) if actor else None)


def socket(app, actor=None):
    return socketio.test_client(app, flask_test_client=client(app, actor))


def ask(connection, name, payload=None):
    return connection.emit(name, payload, callback=True)


def heard(connection, name="room.event"):
    return [message["args"][0] for message in connection.get_received() if message["name"] == name]


# Pages


def test_a_notice_is_public_with_its_texts_and_rule(noon):
    there = Gathering().notice()
    page = client(noon).get(f"/meetings/{there.meeting.id}")
    assert page.status_code == 200
    for words in (MOTION, "三号楼 2 层会议室", "全体 10 席过半数同意", "加到日历", "登录后进会场"):
        assert words in page.text
    assert "发通知<" not in page.text


def test_lists_are_by_place(noon):
    there, elsewhere = Gathering().notice(), Gathering()
    visitor = client(noon)
    assert there.meeting.title in visitor.get(f"/meetings?place={there.place.code}").text
    assert there.meeting.title not in visitor.get(f"/meetings?place={elsewhere.place.code}").text
    there.act(service.cancel_meeting, there.shen, meeting_id=there.meeting.id, reason="漏水", now=NOW)
    page = visitor.get("/meetings").text
    assert "开过的" in page


def test_a_liaison_plans_by_hand_from_form_to_notice(noon):
    clock.configure(frozen=NOW, file=None)
    there = Gathering()
    liaison = client(noon, there.shen)
    form = {
        "committee_id": there.body.id,
        "title": "楼委会第 10 次会议",
        "venue": "三号楼",
        "chair_id": there.shen.user_id,
    }
    hour = {"starts_at": "2026-03-06T12:15", "planned_minutes": 60}
    too_long = door.post(liaison, "/meetings/new", **form, **{**hour, "planned_minutes": 90})
    assert too_long.status_code == 422
    assert "最多 60 分钟" in too_long.text
    for day, said in (("2026-03-01", "已经过去了"), ("2026-03-04", "来不及通知"), ("9999-12-01", "/admin/calendar")):
        refused = door.post(liaison, "/meetings/new", **form, **{**hour, "starts_at": f"{day}T12:15"})
        assert refused.status_code in (409, 422)
        beside = refused.text.split('id="starts_at-error"')[1][:600]
        assert said in beside
        assert 'value="楼委会第 10 次会议"' in refused.text
    nothing = door.post(
        liaison, "/meetings/new", committee_id=there.body.id, title="", starts_at="明天", planned_minutes="x"
    )
    assert nothing.status_code == 422
    planned = door.post(liaison, "/meetings/new", **form, **hour)
    assert planned.status_code == 302
    path = planned.location
    assert "议程里还没有受理了的事" in liaison.get(path).text
    item = {"matter_id": there.matters[0].id, "title": "", "motion_text": MOTION, "minutes": 20}
    assert door.post(liaison, f"{path}/items", **item).status_code == 302
    assert door.post(liaison, f"{path}/items", matter_id=0, title="", minutes=5).status_code == 422
    ready = liaison.get(path).text
    assert "现在还不能发通知" not in ready
    assert f'{path}/notice"' in ready
    assert door.post(liaison, f"{path}/notice").status_code == 302
    meeting = queries.meeting(int(path.rsplit("/", 1)[1]))
    assert meeting.state is rules.MeetingState.noticed
    assert meeting.starts_at == STARTS


def test_an_empty_reason_cancels_nothing(noon):
    there = Gathering().notice()
    answer = door.post(client(noon, there.shen), f"/meetings/{there.meeting.id}/cancel", reason="")
    assert answer.status_code == 422
    assert queries.meeting(there.meeting.id).state is rules.MeetingState.noticed


def test_the_calendar_file_is_one_event_in_utc(noon):
    there = Gathering().notice()
    answer = client(noon).get(f"/meetings/{there.meeting.id}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert "DTSTART:20260306T041500Z" in lines
    assert "DTEND:20260306T051500Z" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


def test_a_page_about_nothing_says_so(noon):
    Gathering()
    for path in ("/meetings/999999", "/meetings?place=NOPE", "/committees/999999"):
        assert client(noon).get(path).status_code == 404


@pytest.mark.parametrize("page", ["room", "chair", "check-in", "new", "state"])
def test_the_room_is_for_people_who_signed_in(noon, page):
    there = Gathering().notice()
    path = "/meetings/new" if page == "new" else f"/meetings/{there.meeting.id}/{page}"
    assert client(noon).get(path, headers={"Accept": "application/json"}).status_code == 401


def test_the_console_and_the_screen_are_for_who_may_chair_here(noon):
    there = Gathering().notice()
    path = f"/meetings/{there.meeting.id}"
    member, shen, projector = client(noon, there.members[0]), client(noon, there.shen), client(noon)
    assert [member.get(f"{path}/{page}").status_code for page in ("chair", "screen", "check-in-code")] == [
        403,
        403,
        403,
    ]
    assert [shen.get(f"{path}/{page}").status_code for page in ("chair", "screen", "check-in-code")] == [200, 200, 200]
    key = rules.screen_key(there.meeting.check_in_secret, meeting_id=there.meeting.id)
    for page in ("screen", "check-in-code", "state"):
        assert projector.get(f"{path}/{page}?key={key}").status_code == 200
        assert projector.get(f"{path}/{page}?key=wrong", headers={"Accept": "application/json"}).status_code == 401


def test_the_list_at_the_door_with_real_names_is_for_the_door_only(noon):
    there = Gathering().notice()
    meeting = {"meeting_id": there.meeting.id}
    path = f"/meetings/{there.meeting.id}/door"
    there.arrive(there.follower)
    there.act(service.check_in_walk_in, there.shen, name="王阿姨", unit="三号楼", **meeting)
    helper = client(noon, there.follower)
    assert [each.get(path).status_code for each in (helper, client(noon, there.members[0]))] == [403, 403]
    there.act(service.name_helper, there.shen, user_id=there.follower.user_id, **meeting)
    seen = helper.get(path).json
    assert [(each["name"], each["is_helper"]) for each in seen["others"]] == [("王阿姨", False), ("何静", True)]
    assert not seen["may_name_helpers"]
    there.act(service.dismiss_helper, there.shen, user_id=there.follower.user_id, **meeting)
    assert helper.get(path).status_code == 403
    roll = client(noon, there.shen).get(path).json["seats"]
    assert roll[0]["name"] == there.members[0].name
    assert [line["user_id"] is not None for line in roll] == [True] * 7 + [False] * 3  # For whom walk-ins may come.


def test_the_committee_page_shows_masked_names_and_the_charter(noon):
    there = Gathering()
    page = client(noon).get(f"/committees/{there.body.id}").text
    assert "赵*" in page
    assert there.members[0].name not in page
    assert "楼委会章程第 8 条" in page


def test_a_lane_lists_no_doors(noon):
    there = Gathering(seats=40)
    page = client(noon).get(f"/committees/{there.body.id}").text
    assert "赵*" not in page
    assert "40 席" in page


# Checking in by the page


def test_the_code_on_the_screen_checks_in_after_a_confirmation(noon):
    there = Gathering().notice()
    path, member = f"/meetings/{there.meeting.id}", client(noon, there.members[0])
    code = client(noon, there.shen).get(f"{path}/check-in-code").json["code"]
    assert code in member.get(f"{path}/check-in?code={code}").text
    assert queries.present_user_ids(there.meeting.id) == frozenset()
    wrong = door.post(member, f"{path}/check-in", code="000000" if code != "000000" else "000001")
    assert wrong.status_code == 422
    assert "这个签到码不对，或者过期了" in wrong.text
    right = door.post(member, f"{path}/check-in", code=f"{code[:3]} {code[3:]}")
    assert (right.status_code, right.location) == (302, f"{path}/room")
    assert queries.present_user_ids(there.meeting.id) == {there.members[0].user_id}


# The HTTP door to the messages


def test_acts_go_by_plain_http_too(noon):
    there = Gathering().debate()
    member, path = client(noon, there.members[0]), f"/meetings/{there.meeting.id}/act"
    raised = {"message": "hand.raise", "item_id": there.item.id, "side": "for"}
    assert member.post(path, data=raised).status_code == 400  # Without its token.
    answer = door.post(member, path, json=True, **raised)
    assert answer.json["ok"]
    assert door.post(member, path, **raised).location == f"/meetings/{there.meeting.id}/room"
    assert len(there.state()["queue"]) == 1
    assert door.post(member, path, json=True, message="floor.next", item_id=there.item.id).status_code == 403
    for unknown in ("room.join", "vote.join", "nonsense", ""):
        assert door.post(member, path, json=True, message=unknown).json["code"] == "unknown_message"


def test_a_key_makes_sending_again_harmless(noon):
    there = Gathering().debate()
    for number in (0, 1):
        there.act(service.raise_hand, there.members[number], item_id=there.item.id, side=Side.in_favour)
    chair = socket(noon, there.shen)
    payload = {"item_id": there.item.id, "client_key": "device-1"}
    first = ask(chair, "floor.next", payload)
    assert ask(chair, "floor.next", payload) == {"ok": True, "repeated": True}
    assert there.state()["speaker"]["id"] == first["speaker_id"]
    assert len(there.state()["queue"]) == 1


# Sockets


def test_joining_gives_the_whole_state_and_then_each_event(noon):
    there = Gathering().debate()
    member, chair = socket(noon, there.members[0]), socket(noon, there.shen)
    state = ask(member, "room.join", {"meeting_id": there.meeting.id})["state"]
    assert state["item"]["motion_text"] == MOTION
    assert state["me"]["is_present"]
    assert state["vote"] is None
    ask(chair, "room.join", {"meeting_id": there.meeting.id})
    assert ask(member, "hand.raise", {"item_id": there.item.id, "side": "against"})["ok"]
    (event,) = heard(chair)
    assert event["sequence"] == state["sequence"] + 1
    assert event["patch"]["queue"][0]["side"] == "against"
    assert heard(member, "room.me") == [{"meeting_id": there.meeting.id}]
    ask(chair, "room.leave", {"meeting_id": there.meeting.id})
    ask(member, "hand.withdraw", {"item_id": there.item.id})
    assert heard(chair) == []


@pytest.mark.parametrize(
    ("name", "payload", "code"),
    [
        ("hand.raise", {"item_id": "one", "side": "for"}, "bad_input"),
        ("hand.raise", {"side": "for"}, "bad_input"),
        ("hand.raise", {"item_id": 2**80, "side": "for"}, "bad_input"),
        ("hand.raise", {"item_id": -1, "side": "for"}, "bad_input"),
        ("hand.raise", [1, 2], "bad_input"),
        ("hand.raise", None, "bad_input"),
        ("hand.raise", {"item_id": 999999, "side": "for"}, "not_found"),
        ("hand.raise", {"item_id": "item", "side": "sideways"}, "bad_input"),
        ("item.decide", {"item_id": "item", "text": "x" * 1_000_000}, "not_allowed"),
        ("floor.next", {"item_id": "item"}, "not_allowed"),
        ("meeting.close", {"meeting_id": "meeting"}, "not_allowed"),
        ("attendance.check_in", {"meeting_id": "meeting", "user_id": 1}, "not_at_the_door"),
        ("floor.end", {"item_id": "item"}, "not_allowed"),
        ("hand.lift", {"item_id": "item"}, "unknown_message"),
        ("room.event", {"sequence": 99, "patch": {}}, "unknown_message"),
    ],
)
def test_a_wrong_message_gets_an_answer_and_changes_nothing(noon, name, payload, code):
    there = Gathering().debate()
    known = {"item": there.item.id, "meeting": there.meeting.id}
    if isinstance(payload, dict):
        payload = {key: known.get(value, value) for key, value in payload.items() if not isinstance(value, dict)}
    before = there.state()
    answer = ask(socket(noon, there.members[0]), name, payload)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert answer["sentence"]
    assert there.state() == before


def test_a_chair_who_writes_too_much_or_nothing_keeps_the_item(noon):
    there = Gathering().debate()
    chair = socket(noon, there.shen)
    for text in ("", "x" * 1001, "\u200b\u200b"):
        answer = ask(chair, "item.decide", {"item_id": there.item.id, "text": text})
        assert answer["code"] == "bad_input"
        assert answer["fields"]["text"]
    assert there.item.state == "debate"


def test_a_visitor_follows_only_by_the_screens_link(noon):
    there = Gathering().debate()
    visitor = socket(noon)
    assert ask(visitor, "room.join", {"meeting_id": there.meeting.id})["code"] == "sign_in_needed"
    key = rules.screen_key(there.meeting.check_in_secret, meeting_id=there.meeting.id)
    answer = ask(visitor, "room.join", {"meeting_id": there.meeting.id, "screen_key": key})
    assert answer["state"]["me"]["is_signed_in"] is False
    raised = ask(visitor, "hand.raise", {"item_id": there.item.id, "side": "for"})
    assert raised["code"] == "sign_in_needed"


def test_a_role_taken_away_counts_at_once(noon):
    from sqlalchemy import select

    from deliberation.kernel.database import db, transaction
    from deliberation.people import service as people
    from deliberation.people.models import RoleAssignment

    there = Gathering().open()
    chair = socket(noon, there.shen)
    with transaction():
        held = db.session.scalar(select(RoleAssignment).where(RoleAssignment.user_id == there.shen.user_id))
        people.end_role(held, now=STARTS, ended_by_id=there.shen.user_id)
    assert ask(chair, "meeting.close", {"meeting_id": there.meeting.id})["code"] == "not_allowed"


def test_a_script_in_a_motion_is_only_text(noon):
    there = Gathering().plan()
    there.add(motion_text="<script>alert(1)</script>")
    page = client(noon).get(f"/meetings/{there.meeting.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    there.act(service.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    for member in there.members[:6]:
        there.arrive(member)
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(service.start_item, there.shen, item_id=there.item.id)
    assert "<script>alert(1)" not in client(noon, there.members[0]).get(f"/meetings/{there.meeting.id}/room").text


def test_the_panels_of_other_pages(noon):
    there = Gathering().notice()
    matter = there.matters[0]
    part = queries.on_matter(matter, there.shen, now=STARTS)
    assert (part.may_enter, part.is_chair, part.may_plan) == (True, True, True)
    assert queries.on_matter(there.matters[1], there.shen, now=STARTS) is None
    (line,) = queries.desk_lines(there.shen, now=NOW)
    assert (line.task, line.url) == ("hold_meeting", f"/meetings/{there.meeting.id}/chair")
    (need,) = queries.needs(there.proposer, now=STARTS)
    assert need.url == f"/meetings/{there.meeting.id}/room"
    assert queries.needs(there.follower, now=STARTS) == []
    assert queries.next_meeting(there.place.scope, now=NOW).id == there.meeting.id
    visitor = client(noon).get(f"/matters/{matter.number}")
    assert there.meeting.title in visitor.text
    assert "排进会议，通知已发" in visitor.text
    assert (
        there.meeting.title
        in client(noon, there.proposer).get(f"/places/{there.place.code}", follow_redirects=True).text
    )


def test_what_happened_reads_in_the_timeline(noon):
    there = Gathering().debate()
    there.act(service.defer_item, there.shen, item_id=there.item.id, reason="等电力公司答复")
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    page = client(noon).get(f"/matters/{there.matters[0].number}").text
    assert "会上决定延后再议" in page
    assert "等电力公司答复" in page
