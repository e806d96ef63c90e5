"""R-41 and R-42: who speaks next, and who may still ask to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.meetings.rules import (
    DebateOver,
    FloorClosed,
    HandAlreadyRaised,
    ItemState,
    MeetingState,
    NobodyWaits,
    NotCheckedIn,
    PlaceOutOfQueue,
    PointsComeFirst,
    Request,
    Side,
    SomebodySpeaks,
    SpeakerState,
    TurnsUsedUp,
    order_queue,
    pin_at,
    pins_after,
    refusal_to_give_floor,
    refusal_to_move_hand,
    refusal_to_raise_hand,
)

NOON = datetime(2026, 3, 6, 4, 15, tzinfo=UTC)
FOR, AGAINST, QUESTION = Side.in_favour, Side.against, Side.question
OTHER = {FOR: AGAINST, AGAINST: FOR}


def hands(*sides):
    """Raised hands in this order, one second apart, of the people 1, 2, 3 …"""
    return [
        Request(id=number, person_id=number, side=side, requested_at=NOON + timedelta(seconds=number))
        for number, side in enumerate(sides, start=1)
    ]


def people(requests, *, spoken=None, last_side=None):
    return [request.person_id for request in order_queue(requests, spoken_counts=spoken or {}, last_side=last_side)]


def test_for_and_against_alternate():
    assert people(hands(FOR, FOR, FOR, AGAINST, AGAINST)) == [1, 4, 2, 5, 3]


def test_the_earliest_hand_begins_when_nobody_has_spoken():
    assert people(hands(AGAINST, FOR, AGAINST)) == [1, 2, 3]


def test_the_other_side_follows_the_last_speaker():
    assert people(hands(FOR, AGAINST, FOR), last_side=FOR) == [2, 1, 3]
    assert people(hands(FOR, AGAINST, FOR), last_side=AGAINST) == [1, 2, 3]


def test_when_one_side_is_silent_the_other_goes_on():
    assert people(hands(FOR, FOR, FOR), last_side=FOR) == [1, 2, 3]


def test_whoever_has_not_spoken_comes_first():
    assert people(hands(FOR, AGAINST, FOR), spoken={1: 1, 2: 1}) == [3, 2, 1]
    assert people(hands(FOR, FOR), spoken={1: 1}, last_side=FOR) == [2, 1]


def test_a_question_takes_its_place_by_time_and_leaves_the_turn_as_it_was():
    assert people(hands(FOR, QUESTION, FOR, AGAINST)) == [1, 2, 4, 3]
    assert people(hands(QUESTION, FOR, AGAINST), last_side=FOR) == [1, 3, 2]
    assert people(hands(QUESTION, QUESTION)) == [1, 2]
    assert people(hands(FOR, QUESTION, AGAINST), last_side=QUESTION) == [1, 2, 3]


def test_the_same_second_is_settled_by_who_was_stored_first():
    together = [Request(id=number, person_id=number, side=FOR, requested_at=NOON) for number in (3, 1, 2)]
    assert people(together) == [1, 2, 3]


def test_an_empty_queue():
    assert order_queue([], spoken_counts={}) == []


@st.composite
def queues(draw):
    sides = draw(st.lists(st.sampled_from([FOR, AGAINST, QUESTION]), max_size=25))
    seconds = draw(st.lists(st.integers(0, 40), min_size=len(sides), max_size=len(sides)))
    requests = [
        Request(id=number, person_id=number, side=side, requested_at=NOON + timedelta(seconds=second))
        for number, (side, second) in enumerate(zip(sides, seconds, strict=True), start=1)
    ]
    spoken = draw(st.dictionaries(st.integers(1, 26), st.integers(0, 2)))
    return requests, spoken, draw(st.none() | st.sampled_from([FOR, AGAINST]))


@given(queue=queues(), seed=st.randoms(use_true_random=False))
def test_the_order_is_the_same_however_the_hands_are_read(queue, seed):
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    assert Counter(ordered) == Counter(requests)
    shuffled = list(requests)
    seed.shuffle(shuffled)
    assert order_queue(shuffled, spoken_counts=spoken, last_side=last_side) == ordered
    assert order_queue(ordered, spoken_counts=spoken, last_side=last_side) == ordered


@given(queue=queues())
def test_fewer_turns_come_before_more(queue):
    requests, spoken, last_side = queue
    turns = [
        spoken.get(request.person_id, 0) for request in order_queue(requests, spoken_counts=spoken, last_side=last_side)
    ]
    assert turns == sorted(turns)


@given(queue=queues())
def test_a_side_speaks_twice_running_only_when_the_other_had_nobody_waiting(queue):
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    for place, request in enumerate(ordered):
        if request.side is not QUESTION and request.side is last_side:
            turns = spoken.get(request.person_id, 0)
            same_turns = [each for each in ordered[place:] if spoken.get(each.person_id, 0) == turns]
            assert all(each.side is not OTHER[request.side] for each in same_turns)
        last_side = last_side if request.side is QUESTION else request.side


@given(queue=queues())
def test_on_one_side_the_earlier_hand_comes_first(queue):
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    for side in Side:
        same = [
            (spoken.get(request.person_id, 0), request.requested_at, request.id)
            for request in ordered
            if request.side is side
        ]
        assert same == sorted(same)


@given(queue=queues())
def test_serving_the_first_does_not_reorder_the_rest(queue):
    """What people saw on the screen stays true when the floor goes to the next speaker."""
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    if ordered:
        first, *rest = ordered
        served = {**spoken, first.person_id: spoken.get(first.person_id, 0) + 1}
        last_side = last_side if first.side is QUESTION else first.side
        assert order_queue(rest, spoken_counts=served, last_side=last_side) == rest


# Points of order, and where the chair puts people

ORDER = Side.order


def test_a_point_of_order_comes_before_everybody_and_leaves_the_turn_as_it_was():
    assert people(hands(FOR, AGAINST, ORDER, QUESTION, ORDER)) == [3, 5, 1, 2, 4]
    assert people(hands(FOR, ORDER, AGAINST), last_side=FOR) == [2, 3, 1]
    assert people(hands(FOR, ORDER), spoken={2: 9}) == [2, 1]


def pinned(requests, **places):
    return [replace(each, pinned_place=places.get(f"p{each.person_id}")) for each in requests]


def test_whom_the_chair_gave_a_place_stands_there_and_the_rule_orders_the_others():
    assert people(pinned(hands(FOR, AGAINST, FOR, AGAINST), p4=1)) == [4, 1, 2, 3]
    assert people(pinned(hands(FOR, FOR, FOR, AGAINST), p4=4)) == [1, 2, 3, 4]
    assert people(pinned(hands(FOR, FOR, AGAINST), p1=2)) == [2, 1, 3]


def test_who_was_put_somewhere_counts_for_whose_turn_it_is_next():
    assert people(pinned(hands(AGAINST, FOR, AGAINST, FOR), p3=1)) == [3, 2, 1, 4]


def test_a_place_behind_the_last_is_the_last():
    assert people(pinned(hands(FOR, AGAINST), p1=9)) == [2, 1]


def test_a_point_of_order_stands_before_a_pinned_place():
    assert people(pinned(hands(FOR, AGAINST, ORDER), p2=1)) == [3, 2, 1]


def test_as_somebody_goes_those_put_behind_move_up():
    assert pins_after({7: 3, 8: 1}, left=2) == {7: 2, 8: 1}
    assert pins_after({7: 3}, left=0) == {7: 3}  # A point of order.
    assert pins_after({}, left=1) == {}


def test_a_second_one_put_at_the_same_place_makes_the_first_step_back():
    assert pin_at({7: 1}, hand=8, place=1) == {7: 2, 8: 1}
    assert pin_at({7: 1, 8: 2}, hand=7, place=2) == {7: 2, 8: 1}
    assert pin_at({7: 1, 8: 3}, hand=8, place=1) == {7: 2, 8: 1}


@st.composite
def pinned_queues(draw):
    requests, spoken, last_side = draw(queues())
    points = draw(st.sets(st.sampled_from([each.id for each in requests]))) if requests else set()
    places = draw(st.permutations(range(1, len(requests) + 1)))
    chosen = draw(st.sets(st.sampled_from([each.id for each in requests]))) if requests else set()
    made = [
        replace(
            each,
            side=ORDER if each.id in points else each.side,
            pinned_place=place if each.id in chosen else None,
        )
        for each, place in zip(requests, places, strict=True)
    ]
    return made, spoken, last_side


@given(queue=pinned_queues())
def test_points_first_pins_where_they_were_put_and_the_others_as_if_there_were_none(queue):
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    assert Counter(ordered) == Counter(requests)
    points = [each for each in ordered if each.side is ORDER]
    rest = ordered[len(points) :]
    assert all(each.side is not ORDER for each in rest)
    assert points == sorted(points, key=lambda each: (each.requested_at, each.id))
    pins = [each for each in rest if each.pinned_place]
    assert pins == sorted(pins, key=lambda each: each.pinned_place)
    for place, each in enumerate(rest, start=1):
        if each.pinned_place:  # Where it was put, unless there are not enough others to stand before it.
            assert place <= each.pinned_place
            assert place == each.pinned_place or all(other.pinned_place for other in rest[place - 1 :])
    free = [spoken.get(each.person_id, 0) for each in rest if not each.pinned_place]
    assert free == sorted(free)


@given(queue=pinned_queues())
def test_what_people_saw_stays_true_as_the_first_of_them_speaks(queue):
    requests, spoken, last_side = queue
    ordered = order_queue(requests, spoken_counts=spoken, last_side=last_side)
    if not ordered:
        return
    first, *rest = ordered
    pins = {each.id: each.pinned_place for each in rest if each.pinned_place and each.side is not ORDER}
    moved = pins_after(pins, left=0 if first.side is ORDER else 1)
    rest = [replace(each, pinned_place=moved.get(each.id)) for each in rest]
    if first.side is not ORDER:
        spoken = {**spoken, first.person_id: spoken.get(first.person_id, 0) + 1}
        last_side = last_side if first.side is QUESTION else first.side
    assert order_queue(rest, spoken_counts=spoken, last_side=last_side) == rest


# Raising a hand


def raising(**changed):
    facts = {
        "meeting": MeetingState.open,
        "item": ItemState.debate,
        "is_present": True,
        "is_waiting": False,
        "turns_taken": 0,
    }
    return refusal_to_raise_hand(**{**facts, **changed})


def test_two_turns_on_a_motion():
    assert raising() is None
    assert raising(turns_taken=1) is None
    refusal = raising(turns_taken=2)
    assert isinstance(refusal, TurnsUsedUp)
    assert refusal.params == {"turns": 2}
    assert raising(turns_taken=2, turns_allowed=3) is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"is_present": False}, NotCheckedIn),
        ({"is_waiting": True}, HandAlreadyRaised),
        *(({"item": state}, FloorClosed) for state in ItemState if state is not ItemState.debate),
        *(({"meeting": state}, FloorClosed) for state in MeetingState if state is not MeetingState.open),
    ],
)
def test_a_hand_that_cannot_go_up(changed, refusal):
    assert isinstance(raising(**changed), refusal)


def giving(**changed):
    facts = {
        "meeting": MeetingState.open,
        "item": ItemState.debate,
        "speaker": SpeakerState.waiting,
        "somebody_speaks": False,
    }
    return refusal_to_give_floor(**{**facts, **changed})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"somebody_speaks": True}, SomebodySpeaks),
        ({"meeting": MeetingState.recess}, FloorClosed),
        ({"item": ItemState.vote}, FloorClosed),
        *(({"speaker": state}, NobodyWaits) for state in SpeakerState if state is not SpeakerState.waiting),
    ],
)
def test_the_floor_goes_to_one_who_waits(changed, refusal):
    assert giving() is None
    assert isinstance(giving(**changed), refusal)


def test_a_point_of_order_takes_no_turn_and_is_raised_when_the_debate_is_over_too():
    assert raising(side=Side.order, turns_taken=9) is None
    assert raising(side=Side.order, is_debate_over=True) is None
    assert isinstance(raising(is_debate_over=True), DebateOver)
    assert isinstance(raising(side=Side.order, item=ItemState.vote), FloorClosed)
    assert isinstance(raising(side=Side.order, is_present=False), NotCheckedIn)


def test_a_hand_is_moved_within_the_queue_and_no_point_of_order_is():
    facts = {"speaker": SpeakerState.waiting, "side": FOR, "count": 3}
    assert refusal_to_move_hand(**facts, place=3) is None
    assert isinstance(refusal_to_move_hand(**facts, place=4), PlaceOutOfQueue)
    assert isinstance(refusal_to_move_hand(**{**facts, "side": Side.order}, place=1), PointsComeFirst)
    assert isinstance(refusal_to_move_hand(**{**facts, "speaker": SpeakerState.speaking}, place=1), NobodyWaits)
