"""The live room on both databases: quorum, the floor, stand-ins, the numbered log, and what becomes of the matters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound, Refusal
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import ParticipationReason, Step
from deliberation.meetings import queries, rules, service
from deliberation.meetings.models import MeetingEvent
from deliberation.meetings.rules import ItemState, MeetingState, Side
from deliberation.meetings.signals import meeting_closing
from tests.support.gathering import STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


def events(there):
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == there.meeting.id).order_by(MeetingEvent.sequence)
    return db.session.scalars(rows).all()


def hand(there, number, side=Side.in_favour, *, seconds=0):
    now = STARTS + timedelta(seconds=seconds)
    actor = there.members[number]
    return there.act(service.raise_hand, actor, item_id=there.item.id, side=side, now=now)


def chair(there, verb, **fields):
    return there.act(verb, there.shen, item_id=there.item.id, **fields)


# Checking in, and opening


def test_opening_needs_the_quorum_in_the_room():
    there = Gathering().notice()
    for member in there.members[:5]:
        there.arrive(member)
    with pytest.raises(rules.SeatsMissing) as refused:
        there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    assert refused.value.params == {"present": 5, "needed": 6, "missing": 1}
    there.arrive(there.members[5])
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    assert queries.meeting(there.meeting.id).state is MeetingState.open


def test_a_charter_that_counts_ballots_needs_nobody_in_the_room():
    charter = {"rule_kind": "charter", "quorum_numerator": 2, "quorum_denominator": 3}
    there = Gathering(**charter, threshold_numerator=2, threshold_denominator=3).notice()
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id)
    figures = there.state()["attendance"]
    assert (figures["seats_to_open"], figures["quorum"]) == (0, 7)


def test_a_meeting_opens_half_an_hour_early_at_most():
    there = Gathering().notice()
    for member in there.members:
        there.arrive(member)
    early = STARTS - timedelta(minutes=31)
    with pytest.raises(rules.TooEarlyToOpen):
        there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id, now=early)
    there.act(service.open_meeting, there.shen, meeting_id=there.meeting.id, now=early + timedelta(minutes=1))


def test_a_code_holds_for_its_half_minute_and_the_next():
    there = Gathering().notice()
    member, secret = there.members[0], there.meeting.check_in_secret
    at = STARTS - timedelta(seconds=STARTS.second % 30)
    code = rules.check_in_code(secret, meeting_id=there.meeting.id, at=at)
    fields = {"meeting_id": there.meeting.id, "code": code}
    with pytest.raises(rules.CodeExpired):
        there.act(service.check_in, member, **fields, now=at + timedelta(seconds=60))
    assert queries.present_user_ids(there.meeting.id) == frozenset()
    spaced = {**fields, "code": f" {code[:3]} {code[3:]} "}  # As the screen shows it.
    there.act(service.check_in, member, **spaced, now=at + timedelta(seconds=59))
    assert queries.present_user_ids(there.meeting.id) == {member.user_id}


def test_checking_in_twice_is_one_presence_and_makes_an_attendee():
    there = Gathering().notice()
    there.arrive(there.follower)
    there.arrive(there.follower)
    assert [event.kind for event in events(there)].count("attendance.checked_in") == 1
    reasons = matters.reasons_of(there.matters[0].id, there.follower.user_id)
    assert ParticipationReason.attendee in reasons
    assert there.state()["attendance"]["observers"] == 1


def test_checking_in_is_from_an_hour_before_until_the_end():
    there = Gathering().notice()
    with pytest.raises(rules.CheckInClosed):
        there.arrive(there.members[0], now=STARTS - timedelta(minutes=61))
    there.arrive(there.members[0], now=STARTS - timedelta(minutes=59))


def test_the_chair_checks_in_seat_holders_and_nobody_else():
    there = Gathering().notice()
    fields = {"meeting_id": there.meeting.id}
    there.act(service.check_in_other, there.shen, user_id=there.members[0].user_id, **fields)
    assert there.state()["attendance"]["seats_present"] == 1
    with pytest.raises(NotFound):
        there.act(service.check_in_other, there.shen, user_id=there.follower.user_id, **fields)
    with pytest.raises(NotAllowed):
        there.act(service.check_in_other, there.members[0], user_id=there.members[1].user_id, **fields)


def test_who_leaves_no_longer_counts_and_no_longer_waits():
    there = Gathering().debate()
    hand(there, 0)
    there.act(service.leave, there.members[0], meeting_id=there.meeting.id)
    state = there.state()
    assert (state["attendance"]["seats_present"], state["queue"]) == (5, [])
    there.arrive(there.members[0])
    assert there.state()["attendance"]["seats_present"] == 6


# The floor


def test_the_queue_is_in_the_order_of_the_rules():
    there = Gathering().debate()
    hand(there, 0, Side.in_favour, seconds=1)
    hand(there, 1, Side.in_favour, seconds=2)
    hand(there, 2, Side.against, seconds=3)
    hand(there, 3, Side.question, seconds=4)
    assert [each["face"] for each in there.state()["queue"]] == ["赵", "许", "宋", "龙"]
    chair(there, service.next_speaker)
    hand(there, 0, Side.in_favour, seconds=5)
    queue = there.state()["queue"]
    assert [(each["face"], each["turn"]) for each in queue] == [("许", 1), ("宋", 1), ("龙", 1), ("赵", 2)]
    assert there.state()["speaker"]["name"] == "赵*"


def test_raising_twice_keeps_the_place_and_another_side_changes_it():
    there = Gathering().debate()
    first = hand(there, 0, seconds=1)
    before = len(events(there))
    assert hand(there, 0, seconds=9).id == first.id
    assert len(events(there)) == before
    changed = hand(there, 0, Side.against, seconds=9)
    assert (changed.id, changed.side) == (first.id, Side.against)
    assert changed.requested_at == STARTS + timedelta(seconds=1)
    there.act(service.withdraw_hand, there.members[0], item_id=there.item.id)
    there.act(service.withdraw_hand, there.members[0], item_id=there.item.id)
    assert there.state()["queue"] == []


def test_a_hand_is_for_who_is_there_and_has_a_turn_left():
    there = Gathering().debate()
    with pytest.raises(rules.NotCheckedIn):
        there.act(service.raise_hand, there.members[6], item_id=there.item.id, side=Side.in_favour)
    there.arrive(there.shen)
    with pytest.raises(rules.ChairSpeaks):
        there.act(service.raise_hand, there.shen, item_id=there.item.id, side=Side.in_favour)
    for _turn in range(2):
        hand(there, 0)
        chair(there, service.next_speaker)
    with pytest.raises(rules.TurnsUsedUp):
        hand(there, 0)
    other = next(item for item in queries.items(there.meeting.id) if item.id != there.item.id)
    with pytest.raises(rules.FloorClosed):
        there.act(service.raise_hand, there.members[1], item_id=other.id, side=Side.in_favour)


def test_one_speaks_at_a_time_and_turns_are_extended_alike():
    there = Gathering().debate()
    first, second = hand(there, 0), hand(there, 1, seconds=1)
    chair(there, service.next_speaker)
    with pytest.raises(rules.SomebodySpeaks):
        there.act(service.give_floor, there.shen, speaker_id=second.id)
    chair(there, service.extend_turn, everybody=False)
    assert there.state()["speaker"]["allotted_seconds"] == 150
    chair(there, service.extend_turn, everybody=True)
    assert there.state()["speaker"]["allotted_seconds"] == 180
    there.act(service.end_turn, there.members[0], item_id=there.item.id)
    assert there.state()["speaker"] is None
    with pytest.raises(rules.NobodySpeaks):
        chair(there, service.extend_turn, everybody=False)
    there.act(service.give_floor, there.shen, speaker_id=second.id)
    assert there.state()["speaker"]["allotted_seconds"] == 150
    assert there.state()["item"]["spoken"] == {"for": 2, "against": 0, "question": 0}
    assert there.state()["me"]["speaking"] is False
    assert there.state(there.members[1])["me"]["speaking"] is True
    assert first.ended_at == STARTS


def test_the_floor_is_the_chairs():
    there = Gathering().debate()
    hand(there, 0)
    with pytest.raises(rules.NotTheChair):
        there.act(service.next_speaker, there.lu, item_id=there.item.id)
    with pytest.raises(NotAllowed):
        there.act(service.next_speaker, there.members[1], item_id=there.item.id)
    chair(there, service.next_speaker)
    assert chair(there, service.next_speaker) is None
    with pytest.raises(rules.NobodyWaits):
        chair(there, service.next_speaker)


# Interests, and who stands in


def test_a_chair_with_an_interest_is_blocked_until_somebody_stands_in():
    there = Gathering().debate()
    there.act(service.declare_interest, there.shen, item_id=there.item.id, reason="灯具供货商的股东")
    hand(there, 0)
    with pytest.raises(rules.ChairHasInterest):
        chair(there, service.next_speaker)
    with pytest.raises(rules.NotAChair):
        chair(there, service.appoint_stand_in, user_id=there.members[0].user_id)
    chair(there, service.appoint_stand_in, user_id=there.lu.user_id)
    with pytest.raises(rules.ChairHasInterest):
        chair(there, service.next_speaker)
    there.act(service.next_speaker, there.lu, item_id=there.item.id)
    item = there.state()["item"]
    assert item["interests"] == [{"name": "沈*", "reason": "灯具供货商的股东"}]
    assert (item["stand_in_name"], item["chair_has_interest"]) == ("陆明", True)
    there.act(service.declare_interest, there.lu, item_id=there.item.id, reason="是灯具供货商")
    with pytest.raises(rules.NotTheChair):  # The chair has to ask somebody else.
        there.act(service.end_turn, there.lu, item_id=there.item.id)


def test_a_chair_who_wants_to_speak_hands_over_first():
    there = Gathering().debate()
    there.arrive(there.shen)
    chair(there, service.appoint_stand_in, user_id=there.lu.user_id)
    there.act(service.raise_hand, there.shen, item_id=there.item.id, side=Side.against)
    assert len(there.state()["queue"]) == 1


# Items, recess, the end


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
