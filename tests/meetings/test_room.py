"""Items of the live room and what becomes of the matters, the end, the numbered log; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import Step
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import ItemState, MeetingState, Side
from deliberation.meetings.signals import meeting_closing
from tests.meetings.hands import chair, events, hand
from tests.support.gathering import STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


def test_one_item_at_a_time_and_a_decision_stands_in_the_timeline():
    there = Gathering().debate()
    others = [item for item in queries.items(there.meeting.id) if item.id != there.item.id]
    with pytest.raises(rules.ItemInHand):
        there.act(service.start_item, there.shen, item_id=others[0].id)
    chair(there, service.decide_item, text="先补亮台阶与坡道。")
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state, matter.holder_task) == (2, "deliberated", "prepare_vote")
    entry = matters.timeline(matter.id)[-1]
    assert (entry.code, entry.data["decision"]) == ("meeting.decided", "先补亮台阶与坡道。")
    assert there.state()["item"] is None
    logged = len(events(there))
    assert chair(there, service.decide_item, text="先补亮台阶与坡道。").state is ItemState.decided
    assert len(events(there)) == logged, "pressed twice, decided once"
    with pytest.raises(Refusal):
        chair(there, service.decide_item, text="先补亮坡道。")
    there.act(service.start_item, there.shen, item_id=others[0].id)


def test_a_matter_put_off_waits_for_another_meeting():
    there = Gathering().debate()
    hand(there, 0)
    chair(there, service.defer_item, reason="等电力公司答复")
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state) == (1, "accepted")
    assert matters.timeline(matter.id)[-1].code == "meeting.deferred"
    assert there.state()["queue"] == []


def test_a_matter_whose_vote_has_begun_is_neither_put_off_nor_moved_back():
    there = Gathering().debate()
    with transaction():
        matter_service.move(matters.matter(there.matters[0].id), step=Step.vote, state="voting", now=STARTS)
    with pytest.raises(rules.UnderVote):
        chair(there, service.defer_item, reason="再等等")
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    matter = matters.matter(there.matters[0].id)
    assert (matter.step, matter.state) == (3, "voting")


def test_recess_ends_the_turn_and_keeps_the_queue():
    there = Gathering().debate()
    hand(there, 0)
    hand(there, 1, seconds=1)
    chair(there, service.next_speaker)
    there.act(service.recess_meeting, there.shen, meeting_id=there.meeting.id)
    state = there.state()
    assert (state["meeting"]["state"], state["speaker"], len(state["queue"])) == ("recess", None, 1)
    with pytest.raises(rules.FloorClosed):
        hand(there, 2)
    there.act(service.resume_meeting, there.shen, meeting_id=there.meeting.id)
    hand(there, 2)


def test_closing_leaves_nothing_hanging():
    there = Gathering().debate()
    hand(there, 0)
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    states = {item.matter_id: item.state for item in queries.items(there.meeting.id)}
    assert states[there.matters[0].id] is ItemState.decided
    assert states[None] is ItemState.deferred
    matter = matters.matter(there.matters[0].id)
    assert (matter.state, matters.timeline(matter.id)[-1].code) == ("deliberated", "meeting.discussed")
    assert there.state()["queue"] == []
    assert db.session.scalar(select(AuditLeaf).where(AuditLeaf.tag == "meeting.closed")) is not None
    with pytest.raises(rules.MeetingNotThere):
        there.act(service.recess_meeting, there.shen, meeting_id=there.meeting.id)


def test_an_item_that_was_not_reached_goes_back():
    there = Gathering().open()
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    matter = matters.matter(there.matters[0].id)
    assert (matter.state, matters.timeline(matter.id)[-1].code) == ("accepted", "meeting.not_reached")


def test_a_room_above_may_refuse_the_end():
    there = Gathering().debate()

    def refuse(_meeting):
        raise rules.UnderVote

    with meeting_closing.connected_to(refuse), pytest.raises(rules.UnderVote):
        there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    assert queries.meeting(there.meeting.id).state is MeetingState.open


def test_only_what_stood_in_the_notice_is_put_to_the_vote():
    there = Gathering().debate()
    with transaction():
        there.item.in_notice = False
    with pytest.raises(rules.NotInNotice):
        chair(there, service.put_to_vote)
    with transaction():
        there.item.in_notice = True
    hand(there, 0)
    chair(there, service.put_to_vote)
    with pytest.raises(rules.FloorClosed):
        chair(there, service.next_speaker)
    with pytest.raises(rules.VoteStillOpen):
        chair(there, service.decide_item, text="先补亮。")
    chair(there, service.resume_debate)
    assert there.state()["item"]["state"] == "debate"
    assert len(there.state()["queue"]) == 1


# The log


def test_each_act_is_one_event_numbered_without_gaps():
    there = Gathering().debate()
    for number in range(4):
        hand(there, number, seconds=number)
    chair(there, service.next_speaker)
    chair(there, service.decide_item, text="先补亮。")
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    numbers = [event.sequence for event in events(there)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert there.state()["sequence"] == numbers[-1]


def test_a_refused_act_leaves_no_trace():
    there = Gathering().debate()
    before = (len(events(there)), there.state())
    with pytest.raises(rules.NotCheckedIn):
        there.act(service.raise_hand, there.members[6], item_id=there.item.id, side=Side.against)
    assert (len(events(there)), there.state()) == before


def test_an_act_sent_again_is_done_once():
    there = Gathering().notice()
    with transaction():
        assert service.first_of_its_key(there.shen, "device-1", now=STARTS)[1]
        assert not service.first_of_its_key(there.shen, "device-1", now=STARTS)[1]
    with transaction():
        assert not service.first_of_its_key(there.shen, "device-1", now=STARTS)[1]
        assert service.first_of_its_key(there.lu, "device-1", now=STARTS)[1]


def test_what_is_broadcast_names_nobody(monkeypatch):
    sent = []
    monkeypatch.setattr("deliberation.kernel.live.broadcast", lambda room, name, payload: sent.append((room, payload)))
    monkeypatch.setattr("deliberation.kernel.live.tell_people", lambda *_about: None)
    there = Gathering().debate()
    hand(there, 0)
    chair(there, service.next_speaker)
    text = str([payload for _room, payload in sent])
    assert "赵*" in text
    assert all(member.name not in text for member in there.members)
    told = [key for _room, payload in sent for key in (*payload, *payload.get("patch", {}))]
    assert "patch" in told
    assert {"me", "user_id"}.isdisjoint(told)


def test_the_whole_state_takes_the_same_statements_however_many_there_are(count_statements):
    small, large = Gathering(members=2, seats=2).notice(), Gathering(members=7).debate()
    for number in range(6):
        hand(large, number)
    crowd = Gathering(members=2, seats=2).debate(present=2)
    hand(crowd, 0)
    rooms = [(there.meeting.id, there.members[0]) for there in (small, crowd, large)]
    few, some, many = (count_statements(*room) for room in rooms)
    assert few < some == many <= 45


@pytest.fixture
def count_statements():
    from sqlalchemy import Engine, event

    counted = []

    def note(*_about):
        counted.append(1)

    def count(meeting_id, actor):
        db.session.expunge_all()
        counted.clear()
        queries.whole_state(queries.meeting(meeting_id), actor, now=STARTS)
        return len(counted)

    event.listen(Engine, "before_cursor_execute", note)
    yield count
    event.remove(Engine, "before_cursor_execute", note)
