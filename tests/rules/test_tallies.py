"""R-45 in whole numbers, who answers a show of hands, and what counts as present."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.meetings import rules
from deliberation.meetings.rules import Answer, ItemState, MeetingState, Standing, TallyAbout, TallyState


def kind_of(refusal):
    return type(refusal).__name__ if refusal else None


# Two thirds of the voters present


@pytest.mark.parametrize(
    ("in_favour", "present", "closes"),
    [(2, 3, True), (1, 3, False), (42, 63, True), (41, 63, False), (42, 64, False), (43, 64, True), (1, 1, True),
     (0, 1, False), (6, 9, True), (5, 9, False), (7, 10, True), (6, 10, False), (0, 0, False)],
)  # fmt: skip
def test_two_thirds_exactly_close_the_debate_and_one_fewer_does_not(in_favour, present, closes):
    assert rules.closes_debate(in_favour=in_favour, voters_present=present) is closes


@given(present=st.integers(1, 10_000), in_favour=st.integers(0, 10_000))
def test_it_is_the_fraction_and_the_figure_that_is_shown_is_the_least_that_does_it(present, in_favour):
    in_favour = min(in_favour, present)
    closes = rules.closes_debate(in_favour=in_favour, voters_present=present)
    assert closes is (Fraction(in_favour, present) >= Fraction(2, 3))
    assert closes is (in_favour >= rules.needed_to_close(present))


def close(**changed):
    facts = {
        "meeting": MeetingState.open, "item": ItemState.debate, "is_over": False, "somebody_speaks": False,
        "waiting": 0, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_close_debate(**facts))


def test_with_the_queue_empty_the_chair_closes_alone():
    assert close() is None
    assert close(waiting=1) == "QueueNotEmpty"
    assert close(somebody_speaks=True) == "QueueNotEmpty"
    assert close(is_over=True) == "DebateOver"
    assert close(item=ItemState.vote) == "FloorClosed"


def answer(**changed):
    facts = {
        "state": TallyState.open, "about": TallyAbout.amendment, "answer": Answer.abstain, "is_present": True,
        "weight": 1, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_to_answer(**facts))


def test_who_is_present_with_a_vote_answers_while_hands_are_counted():
    assert answer() is None
    assert answer(state=TallyState.closed) == "TallyNotThere"
    assert answer(is_present=False) == "NotCheckedIn"
    assert answer(weight=0) == "NoVoice"
    assert answer(about=TallyAbout.close_debate) == "YesOrNo"
    assert answer(about=TallyAbout.close_debate, answer=Answer.against) is None


# The figures of the room


def standing(**changed):
    facts = {
        "people": 12, "in_room": 10, "remote": 2, "observers": 3, "walk_ins": 1, "seats": 9, "seats_total": 10,
        "needed": 6, **changed,
    }  # fmt: skip
    return Standing(**facts)


def test_seats_have_the_voices_and_where_there_are_none_everybody_with_an_account():
    assert standing().voters == 9
    assert standing(seats=0, seats_total=0).voters == 11


def test_enough_are_present_or_it_is_said_how_many_are_missing():
    assert (standing(seats=6).has_quorum, standing(seats=6).missing) == (True, 0)
    assert (standing(seats=5).has_quorum, standing(seats=5).missing) == (False, 1)
    assert (standing(needed=0, seats=0).has_quorum, standing(needed=0, seats=0).missing) == (None, 0)


def test_a_walk_in_takes_a_seat_that_nobody_holds():
    take = rules.refusal_to_take_seat
    assert take(has_holder=False, is_taken=False) is None
    assert kind_of(take(has_holder=False, is_taken=True)) == "SeatTaken"
    assert kind_of(take(has_holder=True, is_taken=False)) == "SeatHasHolder"


def test_names_of_walk_ins_are_kept_for_a_year():
    now = datetime(2027, 3, 6, 4, 0, tzinfo=UTC)
    assert rules.walk_ins_erased_before(now) == datetime(2026, 3, 6, 4, 0, tzinfo=UTC)


# What is to be done


def step(**changed):
    facts = {
        "has_owner": True, "due_on": date(2026, 3, 20), "today": date(2026, 3, 6), "count": 0, **changed,
    }  # fmt: skip
    return kind_of(rules.refusal_of_step(**facts))


def test_a_step_has_an_owner_and_a_day():
    assert step() is None
    assert step(due_on=date(2026, 3, 6)) is None
    assert step(has_owner=False) == "OwnerMissing"
    assert step(due_on=None) == "DayMissing"
    assert step(due_on=date(2026, 3, 5)) == "DayInThePast"
    assert step(count=30) == "TooManySteps"
