"""The floor: the queue, turns, the chair with an interest, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import queries, rules, service
from deliberation.meetings.rules import Side
from tests.meetings.hands import chair, events, hand
from tests.support.gathering import STARTS, Gathering

pytestmark = pytest.mark.usefixtures("app")


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


def test_of_two_presses_at_once_only_one_moves_on():
    there = Gathering().debate()
    for number in range(3):
        hand(there, number, seconds=number)
    first = chair(there, service.next_speaker, shown=0)
    with pytest.raises(rules.FloorMovedOn):  # The chair's other page still showed that nobody spoke.
        chair(there, service.next_speaker, shown=0)
    assert there.state()["speaker"]["id"] == first.id
    second = chair(there, service.next_speaker, shown=first.id)
    with pytest.raises(rules.FloorMovedOn):
        chair(there, service.end_turn, shown=first.id)
    assert there.state()["speaker"]["id"] == second.id
