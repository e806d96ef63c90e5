"""Questions from the floor, and quick questions that hide who said what."""

from __future__ import annotations

import pytest

from deliberation.meetings import rules
from deliberation.meetings.rules import ItemState, MeetingState, PulseState, QuestionState

FREE = {"meeting": MeetingState.open, "item": ItemState.debate, "is_present": True, "open_count": 0}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"item": ItemState.vote}, None),
        ({"open_count": 2}, None),
        ({"open_count": 3}, rules.TooManyQuestions),
        ({"is_present": False}, rules.NotCheckedIn),
        ({"item": ItemState.queued}, rules.FloorClosed),
        ({"item": ItemState.decided}, rules.FloorClosed),
        ({"meeting": MeetingState.recess}, rules.FloorClosed),
    ],
)
def test_who_is_present_asks_while_the_item_is_in_hand(changed, refusal):
    found = rules.refusal_to_ask(**{**FREE, **changed})
    assert (type(found) if found else None) is refusal


@pytest.mark.parametrize("state", [QuestionState.answered, QuestionState.withdrawn, QuestionState.set_aside])
def test_what_is_over_is_not_liked(state):
    assert isinstance(rules.refusal_to_like(state=state, is_present=True), rules.QuestionNotThere)
    assert rules.refusal_to_like(state=QuestionState.asked, is_present=True) is None
    assert isinstance(rules.refusal_to_like(state=QuestionState.asked, is_present=False), rules.NotCheckedIn)


def test_only_the_author_takes_a_question_back():
    asked = QuestionState.asked
    assert rules.refusal_to_withdraw_question(state=asked, is_author=True) is None
    assert isinstance(rules.refusal_to_withdraw_question(state=asked, is_author=False), rules.NotYourQuestion)
    answered = rules.refusal_to_withdraw_question(state=QuestionState.answered, is_author=True)
    assert isinstance(answered, rules.QuestionNotThere)


def test_options_are_read_line_by_line():
    assert rules.read_options(" 赞成 \n\n 还要  想想\n反对\n") == ["赞成", "还要 想想", "反对"]


@pytest.mark.parametrize("text", ["赞成", "赞成\n赞成", "\n".join("一二三四五六七"), "赞成\n" + "长" * 31])
def test_options_that_cannot_be_told_apart_or_are_too_many_are_refused(text):
    with pytest.raises(rules.PulseOptionsWrong):
        rules.read_options(text)


@pytest.mark.parametrize("counts", [{}, {0: 4}, {0: 2, 2: 2}])
def test_below_five_answers_not_even_the_number_is_kept(counts):
    assert rules.pulse_result("abc", counts) == {"is_shown": False}
    assert rules.shown_answered(sum(counts.values())) is None


def test_from_five_answers_on_the_figures_are_shown_in_the_order_of_the_options():
    assert rules.pulse_result("abc", {2: 1, 0: 4}) == {"is_shown": True, "answered": 5, "counts": [4, 0, 1]}
    assert rules.shown_answered(5) == 5


@pytest.mark.parametrize(
    ("state", "option", "is_present", "refusal"),
    [
        (PulseState.open, 2, True, None),
        (PulseState.open, 3, True, rules.PulseOptionUnknown),
        (PulseState.open, 0, False, rules.NotCheckedIn),
        (PulseState.closed, 0, True, rules.PulseNotThere),
        (PulseState.dropped, 0, True, rules.PulseNotThere),
    ],
)
def test_a_quick_question_is_answered_by_who_is_present_while_it_is_asked(state, option, is_present, refusal):
    found = rules.refusal_to_answer_pulse(state=state, options=3, option=option, is_present=is_present)
    assert (type(found) if found else None) is refusal
