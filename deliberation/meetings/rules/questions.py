"""Questions from the floor, liked by others and answered in the room. Pure."""

from __future__ import annotations

from enum import StrEnum

from deliberation.kernel.errors import N_, NotAllowed, Refusal
from deliberation.meetings.rules.floor import FloorClosed, NotCheckedIn
from deliberation.meetings.rules.states import ItemState, MeetingState

MOST_OPEN = 3  # Of one person on one item.


class QuestionState(StrEnum):
    """``asked`` ones are open; those still open as the item ends stay for the minutes."""

    asked = "asked"
    answered = "answered"
    withdrawn = "withdrawn"
    set_aside = "set_aside"


class TooManyQuestions(Refusal):
    code = "too_many_questions"
    sentence = N_("您还有 %(most)s 个问题等着回答。可以撤回一个，再提新的。")


class QuestionNotThere(Refusal):
    code = "question_state"
    sentence = N_("这个问题已经答过，或者收起来了。")


class NotYourQuestion(NotAllowed):
    code = "not_your_question"
    sentence = N_("只有提问的人能撤回这个问题。")


def refusal_to_ask(*, meeting: MeetingState, item: ItemState, is_present: bool, open_count: int) -> Refusal | None:
    """Whoever is present asks while the item is in hand, a few questions at a time."""
    if meeting is not MeetingState.open or item not in (ItemState.debate, ItemState.vote):
        return FloorClosed()
    if not is_present:
        return NotCheckedIn()
    return TooManyQuestions(most=MOST_OPEN) if open_count >= MOST_OPEN else None


def refusal_to_like(*, state: QuestionState, is_present: bool) -> Refusal | None:
    if state is not QuestionState.asked:
        return QuestionNotThere()
    return None if is_present else NotCheckedIn()


def refusal_to_withdraw_question(*, state: QuestionState, is_author: bool) -> Refusal | None:
    if not is_author:
        return NotYourQuestion()
    return None if state in (QuestionState.asked, QuestionState.withdrawn) else QuestionNotThere()
