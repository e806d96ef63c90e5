"""The messages about motions, hands, counting and the door, as a device sends them: by socket and by plain HTTP."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.live import socketio
from deliberation.meetings import queries, service
from deliberation.meetings.rules import MotionKind, Side
from deliberation.people.models import User
from tests.support import door
from tests.support.gathering import MAJORITY, MOTION, STARTS, Gathering

BETTER = MOTION.replace("11月20日", "11月15日")
REMOTE = {**MAJORITY, "allows_remote": True, "needs_second": True}


@pytest.fixture(autouse=True)
def noon(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    return sqlite_app


def client(app, actor=None):
    from deliberation.kernel.database import db

    return door.client_of(app, db.session.get(User, actor.user_id) if actor else None)


class Device:
    """Somebody's page with its socket; ``ask`` fails the test when the answer is a refusal it did not expect."""

    def __init__(self, app, actor):
        self.socket = socketio.test_client(app, flask_test_client=client(app, actor))

    def ask(self, name, refused="", /, **payload):
        answer = self.socket.emit(name, payload, callback=True)
        assert answer.get("code", "") == refused, answer
        return answer

    def heard(self, name="room.event"):
        return [message["args"][0] for message in self.socket.get_received() if message["name"] == name]


@pytest.fixture
def room(noon):
    there = Gathering(**REMOTE).debate()
    devices = {key: Device(noon, actor) for key, actor in zip("abc", there.members, strict=False)}
    return there, Device(noon, there.shen), devices


def test_an_amendment_from_the_mover_to_the_screen(room):
    there, chair, people = room
    chair.ask("room.join", meeting_id=there.meeting.id)
    item = {"item_id": there.item.id}
    people["a"].ask("motion.propose", "bad_input", **item, kind="wish", text=BETTER)
    people["a"].ask("motion.propose", "bad_input", **item, kind="amendment", text="x")
    people["a"].ask("motion.propose", "changes_nothing", **item, kind="amendment", text=MOTION)
    motion_id = people["a"].ask("motion.propose", **item, kind="amendment", text=BETTER)["motion_id"]
    people["a"].ask("motion.second", "own_motion", motion_id=motion_id)
    chair.ask("motion.accept", "second_missing", motion_id=motion_id)
    people["b"].ask("motion.second", motion_id=motion_id)
    people["b"].ask("motion.accept", "not_allowed", motion_id=motion_id)
    chair.ask("motion.accept", motion_id=motion_id)
    shown = chair.heard()[-1]["patch"]["item"]
    assert [run["op"] for run in shown["amendment"]["runs"]] == ["equal", "delete", "insert", "equal"]
    chair.ask("motion.agree", motion_id=motion_id)
    shown = chair.heard()[-1]["patch"]["item"]
    assert (shown["motion"]["text"], shown["amendment"]) == (BETTER, None)
    other = people["c"].ask("motion.propose", **item, kind="amendment", text=MOTION)["motion_id"]
    chair.ask("motion.decline", "bad_input", motion_id=other, reason="")
    chair.ask("motion.decline", motion_id=other, reason="刚刚议过")
    people["c"].ask("motion.withdraw", "motion_state", motion_id=other)


def test_a_motion_is_sent_again_without_harm(room):
    there, _chair, people = room
    payload = {"item_id": there.item.id, "kind": "amendment", "text": BETTER, "client_key": "phone-1"}
    people["a"].ask("motion.propose", **payload)
    assert people["a"].ask("motion.propose", **payload)["repeated"] is True
    assert len(queries.waiting_motions(there.item.id)) == 1


def test_who_was_told_no_hears_no_again_though_it_would_be_in_order_by_now(room, noon):
    there, chair, people = room
    motion_id = people["a"].ask("motion.propose", item_id=there.item.id, kind="amendment", text=BETTER)["motion_id"]
    early = {"motion_id": motion_id, "client_key": "chair-1"}
    told = chair.ask("motion.accept", "second_missing", **early)
    people["b"].ask("motion.second", motion_id=motion_id)
    assert chair.ask("motion.accept", "second_missing", **early) == told
    path = f"/meetings/{there.meeting.id}/act"
    answer = door.post(client(noon, there.shen), path, json=True, message="motion.accept", **early)
    assert (answer.status_code, answer.get_json()) == (409, told)
    chair.ask("motion.accept", motion_id=motion_id, client_key="chair-2")


def test_hands_are_counted_and_only_how_many_is_told_meanwhile(room):
    there, chair, people = room
    people["c"].ask("room.join", meeting_id=there.meeting.id)
    people["a"].ask("debate.ask_close", item_id=there.item.id)
    tally_id = chair.ask("tally.open", item_id=there.item.id, about="close_debate")["tally_id"]
    people["c"].heard()
    for key in "ab":
        people[key].ask("tally.answer", tally_id=tally_id, answer="for")
    people["c"].ask("tally.answer", "yes_or_no", tally_id=tally_id, answer="abstain")
    people["c"].ask("tally.answer", "bad_input", tally_id=tally_id, answer="maybe")
    told = people["c"].heard("tally.answered")
    assert told[-1] == {"meeting_id": there.meeting.id, "tally_id": tally_id, "answered": 2, "voters": 6}
    result = chair.ask("tally.close", tally_id=tally_id)["result"]
    assert (result["for"], result["needed"], result["holds"]) == (2, 4, False)
    people["c"].ask("tally.answer", "tally_state", tally_id=tally_id, answer="for")
    again = chair.ask("tally.open", item_id=there.item.id, about="close_debate")["tally_id"]
    chair.ask("tally.open", "tally_open", item_id=there.item.id, about="amendment")
    chair.ask("tally.drop", tally_id=again)
    chair.ask("tally.open", "nothing_to_amend", item_id=there.item.id, about="amendment")
    chair.ask("debate.close", item_id=there.item.id)
    people["a"].ask("hand.raise", "debate_over", item_id=there.item.id, side="for")
    people["a"].ask("hand.raise", item_id=there.item.id, side="order")
    chair.ask("debate.reopen", item_id=there.item.id)


def test_the_chair_moves_a_hand_with_a_reason_that_everybody_reads(room):
    there, chair, people = room
    chair.ask("room.join", meeting_id=there.meeting.id)
    ids = {key: people[key].ask("hand.raise", item_id=there.item.id, side="for")["speaker_id"] for key in "abc"}
    people["b"].ask("hand.move", "not_allowed", speaker_id=ids["b"], place=1, reason="我先")
    chair.ask("hand.move", "bad_input", speaker_id=ids["c"], place=1, reason="")
    chair.ask("hand.move", "place_out_of_queue", speaker_id=ids["c"], place=4, reason="要赶车")
    chair.ask("hand.move", speaker_id=ids["c"], place=1, reason="要赶车")
    queue = chair.heard()[-1]["patch"]["queue"]
    assert [(each["id"], each["pin_reason"]) for each in queue] == [
        (ids["c"], "要赶车"),
        (ids["a"], ""),
        (ids["b"], ""),
    ]
    people["a"].ask("hand.raise", item_id=there.item.id, side="order")
    assert [each["side"] for each in chair.heard()[-1]["patch"]["queue"]] == ["order", "for", "for"]
    chair.ask("hand.move", "points_come_first", speaker_id=ids["a"], place=1, reason="算了")


def test_a_turn_stands_still_and_goes_on_with_the_time_it_had(room):
    there, chair, people = room
    item = {"item_id": there.item.id}
    chair.ask("floor.pause", "nobody_speaks", **item)
    people["a"].ask("hand.raise", **item, side="for")
    chair.ask("floor.next", **item)
    clock.configure(frozen=STARTS.replace(second=30), file=None)
    chair.ask("floor.pause", **item)
    assert there.state()["speaker"]["paused_at"] == STARTS.replace(second=30).isoformat()
    clock.configure(frozen=STARTS.replace(minute=STARTS.minute + 1), file=None)
    chair.ask("floor.resume", **item)
    speaker = there.state()["speaker"]
    assert (speaker["paused_at"], speaker["paused_milliseconds"]) == (None, 30_000)


def test_a_decision_has_an_owner_and_a_day_or_neither(room):
    there, chair, _people = room
    item = {"item_id": there.item.id}
    chair.ask("step.agree", "owner_missing", **item, text="量一量坡道", due_on="2026-04-06")
    chair.ask("step.agree", "day_missing", **item, text="量一量坡道", owner_name="物业")
    chair.ask("step.agree", "day_in_the_past", **item, text="量一量坡道", owner_name="物业", due_on="2026-03-05")
    chair.ask("step.agree", "bad_input", **item, text="量一量坡道", owner_name="物业", due_on="下周三")
    step_id = chair.ask("step.agree", **item, text="量一量坡道", owner_name="物业", due_on="2026-04-06")["step_id"]
    chair.ask("step.drop", step_id=step_id)
    chair.ask("item.decide", "owner_missing", **item, text=MOTION, due_on="2026-04-06")
    chair.ask(
        "item.decide", "owner_missing", **item, text=MOTION, owner_id=there.members[0].user_id, due_on="2026-04-06"
    )
    assert there.item.state == "debate"
    chair.ask("item.decide", **item, text=MOTION, owner_id=there.lu.user_id, due_on="2026-04-06")
    (step,) = there.state()["steps"]
    assert (step["text"], step["owner"], step["due_on"]) == (MOTION, "陆明 · 园区经理", "2026-04-06")


def test_the_door_is_open_to_whom_the_chair_asked(room):
    there, chair, people = room
    meeting = {"meeting_id": there.meeting.id}
    people["a"].ask("attendance.walk_in", "not_at_the_door", **meeting, name="王阿姨", unit="三号楼")
    people["a"].ask("helper.name", "not_allowed", **meeting, user_id=there.members[0].user_id)
    chair.ask("helper.name", "helper_unknown", **meeting, user_id=there.follower.user_id)
    chair.ask("helper.name", **meeting, user_id=there.members[0].user_id)
    people["a"].ask("attendance.walk_in", "bad_input", **meeting, name="王阿姨", unit="")
    came = people["a"].ask("attendance.walk_in", **meeting, name="王阿姨", unit="三号楼")["attendance_id"]
    people["a"].ask("attendance.mark_left", **meeting, attendance_id=came)
    people["b"].ask("attendance.mark_left", "not_at_the_door", **meeting, attendance_id=came)
    people["a"].ask("attendance.check_in", **meeting, user_id=there.members[6].user_id)
    chair.ask("helper.dismiss", **meeting, user_id=there.members[0].user_id)
    people["a"].ask("attendance.walk_in", "not_at_the_door", **meeting, name="李伯", unit="五号楼")


def test_a_remote_seat_holder_counts_by_one_message(noon):
    there = Gathering(**REMOTE).debate()
    there.act(service.leave, there.members[0], meeting_id=there.meeting.id)
    far = Device(noon, there.members[6])
    far.ask("attendance.join_remotely", meeting_id=there.meeting.id)
    shown = there.state()["attendance"]
    assert (shown["remote"], shown["seats_present"], shown["has_quorum"]) == (1, 6, True)
    far.ask("hand.raise", item_id=there.item.id, side="for")


def test_the_same_acts_go_by_plain_http(noon):
    there = Gathering().debate()
    member, path = client(noon, there.members[0]), f"/meetings/{there.meeting.id}/act"
    sent = {"message": "motion.propose", "item_id": there.item.id, "kind": "amendment", "text": BETTER}
    assert door.post(member, path, json=True, **sent).json["motion_id"]
    refused = door.post(member, path, json=True, **sent)
    assert (refused.status_code, refused.json["code"]) == (409, "already_proposed")
    chair = client(noon, there.shen)
    opened = door.post(chair, path, json=True, message="tally.open", item_id=there.item.id, about="close_debate")
    answered = door.post(
        member, path, json=True, message="tally.answer", tally_id=opened.json["tally_id"], answer="for"
    )
    assert answered.json["ok"]
    assert there.state()["tally"]["answered"] == 1


def test_what_is_broadcast_of_motions_names_nobody(noon, monkeypatch):
    sent = []
    monkeypatch.setattr("deliberation.kernel.live.broadcast", lambda room, name, payload: sent.append((room, payload)))
    monkeypatch.setattr("deliberation.kernel.live.tell_person", lambda *_about: None)
    there = Gathering().debate()
    motion = there.act(
        service.propose_motion, there.members[0], item_id=there.item.id, kind=MotionKind.amendment, text=BETTER
    )
    there.act(service.accept_motion, there.shen, motion_id=motion.id)
    there.act(service.ask_to_close, there.members[1], item_id=there.item.id)
    there.act(service.raise_hand, there.members[2], item_id=there.item.id, side=Side.order)
    text = str([payload for _room, payload in sent])
    assert "赵*" in text
    assert all(member.name not in text for member in there.members)
    assert "user_id" not in text
