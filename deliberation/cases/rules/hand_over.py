"""Handing a case over: accepted, or handed back with a reason within the limit; nobody is left without a lead. Pure.

The first who was asked leads until somebody else has accepted (首接负责; domain.md A29, B9, C3). After one return the
dispatcher asks another; after a second the dispatcher's supervisor decides, and that is final.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from deliberation.cases.rules.opening import HandlerUnfit
from deliberation.cases.rules.states import (
    BEING_HANDLED,
    CaseState,
    HandlerHasInterest,
    ReasonMissing,
    WrongCaseState,
)
from deliberation.kernel.errors import N_, Refusal


class HandOver(StrEnum):
    """Whose word is awaited: of whoever was asked, of the dispatcher, of the supervisor, or of nobody."""

    offered = "offered"
    returned = "returned"
    disputed = "disputed"
    settled = "settled"


class AssignmentState(StrEnum):
    """``done`` is an assisting unit's part finished; ``ended`` is one that nobody waits for any more."""

    offered = "offered"
    accepted = "accepted"
    returned = "returned"
    done = "done"
    ended = "ended"


LIVE = frozenset({AssignmentState.offered, AssignmentState.accepted})
RETURNS_UNTIL_DECIDED = 2


class NotAskedOfYou(Refusal):
    code = "not_asked_of_you"
    status = 403
    sentence = N_("这件事没有派给您，不能由您接办或者退回。")


class NothingToAnswer(Refusal):
    code = "nothing_to_answer"
    sentence = N_("这一单已经接下或者退回过了。请刷新看看现在由谁办。")


class LeadIsDecided(Refusal):
    code = "lead_is_decided"
    sentence = N_("主办是督办定下来的，不能再退回。有困难请直接和督办的人说。")


class ReturnTooLate(Refusal):
    code = "return_too_late"
    sentence = N_("退回的时间过了，视为已经接下。办不了的，请照实答复，或者请督办的人延期。")


class NotWaitingForDispatch(Refusal):
    code = "not_waiting_for_dispatch"
    sentence = N_("这件事现在不等重新派单。请刷新看看现在由谁办。")


class NotWaitingForDecision(Refusal):
    code = "not_waiting_for_decision"
    sentence = N_("这件事现在不等督办来定主办。请刷新看看现在由谁办。")


class ReturnedBefore(Refusal):
    code = "returned_before"
    status = 422
    sentence = N_("这一位刚退回过这件事。请从名单里另选一位。")


class AlreadyAsked(Refusal):
    code = "already_asked"
    status = 422
    sentence = N_("这一位已经在办这件事了。请从名单里另选一位。")


def after_return(returns: int) -> HandOver:
    """Whose word is awaited after so many returns: there is no third re-routing (C3)."""
    return HandOver.returned if returns < RETURNS_UNTIL_DECIDED else HandOver.disputed


def refusal_to_accept(*, is_theirs: bool, state: AssignmentState, has_interest: bool) -> Refusal | None:
    if not is_theirs:
        return NotAskedOfYou()
    if has_interest:
        return HandlerHasInterest()
    return None if state is AssignmentState.offered else NothingToAnswer()


def refusal_to_hand_back(
    *, is_theirs: bool, state: AssignmentState, is_final: bool, answer_by: datetime | None, reason: str, now: datetime
) -> Refusal | None:
    """Whoever was asked may hand back until ``answer_by``, with a reason; what the supervisor decided stays."""
    if not is_theirs:
        return NotAskedOfYou()
    if is_final:
        return LeadIsDecided()
    if state is not AssignmentState.offered:
        return NothingToAnswer()
    if answer_by is None or now > answer_by:
        return ReturnTooLate()
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def _refusal_of_choice(*, is_handler_here: bool, has_interest: bool) -> Refusal | None:
    if not is_handler_here:
        return HandlerUnfit()
    return HandlerHasInterest() if has_interest else None


def refusal_to_ask_another(
    *,
    state: CaseState,
    hand_over: HandOver,
    lead_has_interest: bool,
    is_handler_here: bool,
    has_interest: bool,
    has_returned: bool,
) -> Refusal | None:
    """The dispatcher asks another after the first return, or when the lead has declared an interest (R-40)."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    may_ask = hand_over is HandOver.returned or (lead_has_interest and hand_over is not HandOver.disputed)
    if not may_ask:
        return NotWaitingForDispatch()
    return _refusal_of_choice(is_handler_here=is_handler_here, has_interest=has_interest) or (
        ReturnedBefore() if has_returned else None
    )


def refusal_to_decide_lead(
    *, state: CaseState, hand_over: HandOver, is_handler_here: bool, has_interest: bool, reason: str
) -> Refusal | None:
    """After the second return the supervisor decides, with a reason; even somebody who handed it back may have to."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if hand_over is not HandOver.disputed:
        return NotWaitingForDecision()
    return _refusal_of_choice(is_handler_here=is_handler_here, has_interest=has_interest) or (
        None if len(reason.strip()) >= 4 else ReasonMissing()
    )


def refusal_to_ask_assistance(
    *, state: CaseState, is_handler_here: bool, has_interest: bool, takes_part: bool
) -> Refusal | None:
    if state not in BEING_HANDLED:
        return WrongCaseState()
    return _refusal_of_choice(is_handler_here=is_handler_here, has_interest=has_interest) or (
        AlreadyAsked() if takes_part else None
    )


def refusal_to_finish_assistance(
    *, is_theirs: bool, state: AssignmentState, has_interest: bool, text: str
) -> Refusal | None:
    """Finishing one's part accepts it, if that had not been said yet."""
    if not is_theirs:
        return NotAskedOfYou()
    if has_interest:
        return HandlerHasInterest()
    if state not in LIVE:
        return NothingToAnswer()
    return None if len(text.strip()) >= 4 else ReasonMissing()
