"""R-41 and R-42: who speaks next, and who may still ask to."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.meetings.rules import (
    FloorClosed,
    HandAlreadyRaised,
    ItemState,
    MeetingState,
    NobodyWaits,
    NotCheckedIn,
    Request,
    Side,
    SomebodySpeaks,
    SpeakerState,
    TurnsUsedUp,
    order_queue,
    refusal_to_give_floor,
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
    sides = draw(st.lists(st.sampled_from(Side), max_size=25))
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
