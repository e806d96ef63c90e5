"""What the chair writes down after the vote was lost, from the refusal to the minutes; and a meeting nobody opened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import ItemState, MotionState
from deliberation.minutes import queries as minutes
from deliberation.people.models import User
from deliberation.votes import service as votes
from deliberation.votes.rules import Terms
from tests.support import door
from tests.support.gathering import STARTS, Gathering

BESIDE = "表决没有通过；另外议定："
OTHER = "请物业下周先修好坏掉的两盏灯。"


def page(app, path, actor=None) -> str:
    return door.client_of(app, db.session.get(User, actor.user_id) if actor else None).get(path).text


@pytest.fixture
def lost(sqlite_app):
    """Six are present, nobody votes, and the result has been read back."""
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().debate()
    vote = there.act(votes.call_vote, there.shen, item_id=there.item.id, terms=Terms(), minutes=5)
    there.act(votes.close_vote, there.shen, vote_id=vote.id)
    there.act(votes.announce_result, there.shen, vote_id=vote.id)
    return there


def test_a_lost_motion_is_not_written_down_as_agreed(sqlite_app, lost, monkeypatch):
    sent = []
    monkeypatch.setattr("deliberation.kernel.live.broadcast", lambda _room, _name, payload: sent.append(payload))
    decide = {"item_id": lost.item.id, "owner_name": "物业", "due_on": date(2026, 3, 13)}
    with pytest.raises(rules.MotionNotCarried):
        lost.act(service.decide_item, lost.shen, text="大家同意，通过。", **decide)
    assert (lost.item.state, lost.item.decision) == (ItemState.debate, "")
    assert queries.agreed_steps(lost.meeting.id) == []

    lost.act(service.decide_item, lost.shen, text=OTHER, is_other=True, **decide)
    line = next(each for each in lost.state()["items"] if each["id"] == lost.item.id)
    assert (line["decision"], line["not_carried"]) == (OTHER, "failed_approval")
    pushed = next(each["patch"]["items"] for each in sent if each.get("kind") == "item.decided")
    assert "failed_approval" in [each["not_carried"] for each in pushed]
    lost.act(service.close_meeting, lost.shen, meeting_id=lost.meeting.id)
    for path in (f"/matters/{lost.matters[0].number}", f"/meetings/{lost.meeting.id}"):
        shown = page(sqlite_app, path)
        assert BESIDE in shown
        assert OTHER in shown
    assert '<b class="strong">物业，<time' in page(sqlite_app, f"/matters/{lost.matters[0].number}")
    assert "没投 <b>10</b>" in page(sqlite_app, f"/matters/{lost.matters[0].number}")
    assert "表决时到会 6 席，没到 4 席。" in page(sqlite_app, f"/matters/{lost.matters[0].number}")
    written = page(sqlite_app, f"/meetings/{lost.meeting.id}/minutes", lost.shen)
    assert written.count(OTHER) == 1
    assert BESIDE in written
    items = minutes.sheet(minutes.minutes(lost.meeting.id))["items"]
    assert [item.get("not_carried") for item in items if item["decision"]] == ["failed_approval"]
    assert queries.replay_findings(lost.meeting.id) == []


def test_what_the_vote_decided_is_not_offered_to_be_put_off(lost):
    item = lost.state()["item"]
    assert (item["motion"]["state"], item["may_defer"]) == (MotionState.lost, False)
    with pytest.raises(rules.UnderVote):
        lost.act(service.defer_item, lost.shen, item_id=lost.item.id, reason="下次再说")


def test_an_item_whose_motion_was_lost_is_over_without_a_decision(lost):
    lost.act(service.finish_item, lost.shen, item_id=lost.item.id)
    assert (lost.item.state, lost.item.decision) == (ItemState.decided, "")
    assert [each.state for each in queries.motions(lost.item.id)] == [MotionState.lost]
    assert queries.meeting(lost.meeting.id).current_item_id is None
    last = matters.timeline(lost.matters[0].id)
    assert "meeting.discussed" in {entry.code for entry in last}


def test_an_item_without_a_lost_vote_is_decided_or_put_off(sqlite_app):
    there = Gathering().debate()
    assert there.state()["item"]["may_defer"] is True
    with pytest.raises(rules.NothingVoted):
        there.act(service.finish_item, there.shen, item_id=there.item.id)


def test_whoever_chairs_calls_people_by_their_names(sqlite_app):
    there = Gathering().debate()
    there.act(service.raise_hand, there.members[0], item_id=there.item.id, side=rules.Side.in_favour)
    (waiting,) = there.state()["queue"]
    assert waiting["name"] == "赵*"
    assert there.state(there.shen)["me"]["names"] == {str(waiting["id"]): "赵某"}
    assert there.state(there.members[1])["me"]["names"] == {}


def test_a_meeting_nobody_opened_is_shown_as_what_it_is(sqlite_app):
    clock.configure(frozen=STARTS, file=None)
    there = Gathering().notice()
    later = STARTS + timedelta(hours=4, minutes=1)
    assert queries.can_enter(there.meeting, now=STARTS + timedelta(hours=4))
    assert not queries.can_enter(there.meeting, now=later)
    (line,) = queries.desk_lines(there.shen, now=later)
    assert (line.task, line.url) == ("move_meeting", f"/meetings/{there.meeting.id}")
    assert queries.desk_lines(there.lu, now=later) == []
    clock.configure(frozen=later, file=None)
    for path in (f"/meetings/{there.meeting.id}", f"/matters/{there.matters[0].number}", "/meetings"):
        shown = page(sqlite_app, path)
        assert "没有按时开" in shown
        assert "已通知</span>" not in shown
        assert "calendar.ics" not in shown
        assert f"/meetings/{there.meeting.id}/room" not in shown
    planned_by = page(sqlite_app, f"/meetings/{there.meeting.id}", there.shen)
    assert planned_by.count(f'href="/meetings/{there.meeting.id}/change"') == 1
