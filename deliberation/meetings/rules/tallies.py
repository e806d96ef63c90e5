"""A show of hands in the room: whether debate ends (R-45), or an amendment is adopted. Pure, in whole numbers."""

from __future__ import annotations

from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.floor import DebateOver, FloorClosed, NotCheckedIn
from deliberation.meetings.rules.states import ItemState, MeetingState


class TallyAbout(StrEnum):
    close_debate = "close_debate"
    amendment = "amendment"


class TallyState(StrEnum):
    open = "open"
    closed = "closed"
    dropped = "dropped"


class Answer(StrEnum):
    in_favour = "for"
    against = "against"
    abstain = "abstain"


class ClosedBy(StrEnum):
    """How a debate ended (R-45)."""

    queue_empty = "queue_empty"
    two_thirds = "two_thirds"


class TallyOpen(Refusal):
    code = "tally_open"
    sentence = N_("正在举手表决。先数完这一次，再往下走。")


class TallyNotThere(Refusal):
    code = "tally_state"
    sentence = N_("这一次举手已经数完了。")


class NoVoice(Refusal):
    code = "no_voice"
    status = 403
    sentence = N_("这一次由到会的有表决权的人举手。顾问和旁听可以发言。")


class YesOrNo(Refusal):
    code = "yes_or_no"
    status = 422
    sentence = N_("结不结束辩论，请选「结束」或者「接着议」。")


class NobodyToAsk(Refusal):
    code = "nobody_to_ask"
    sentence = N_("到会的人里没有有表决权的，没法举手表决。")


class QueueNotEmpty(Refusal):
    code = "queue_not_empty"
    sentence = N_("还有人在发言或等着发言。等他们说完，或者请大家举手表决要不要结束辩论。")


class ClosedByTheRoom(Refusal):
    code = "closed_by_the_room"
    sentence = N_("辩论是大家举手决定结束的，主持人一个人不能重新打开。")


def needed_to_close(voters_present: int) -> int:
    """R-45: the least number in favour that is two thirds of the voters present or more; 42 of 63, 43 of 64."""
    return -(-2 * voters_present // 3)


def closes_debate(*, in_favour: int, voters_present: int) -> bool:
    """R-45: two thirds of the voters present, silent ones included; where nobody may vote nothing is closed."""
    return voters_present > 0 and 3 * in_favour >= 2 * voters_present


def refusal_to_close_debate(
    *, meeting: MeetingState, item: ItemState, is_over: bool, somebody_speaks: bool, waiting: int
) -> Refusal | None:
    """R-45: with the queue empty the chair ends the debate alone."""
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if is_over:
        return DebateOver()
    return QueueNotEmpty() if somebody_speaks or waiting else None


def refusal_to_answer(
    *, state: TallyState, about: TallyAbout, answer: Answer, is_present: bool, weight: int
) -> Refusal | None:
    """Who is present with a vote, while hands are counted; whether debate ends is a yes or a no."""
    if state is not TallyState.open:
        return TallyNotThere()
    if not is_present:
        return NotCheckedIn()
    if weight < 1:
        return NoVoice()
    return YesOrNo() if about is TallyAbout.close_debate and answer is Answer.abstain else None
