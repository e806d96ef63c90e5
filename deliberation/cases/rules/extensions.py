"""More time (延期): given once by the supervisor, of his own accord or because a handler asked for it in time. Pure.

Domain.md C5 (the supervisor of G, once), R-07 (a reason; the first day stays visible), B9 (an extension is explained).
A request changes no clock: it runs on until the supervisor has decided.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from deliberation.cases.rules.hand_over import LIVE, AssignmentState, NotAskedOfYou
from deliberation.cases.rules.states import (
    BEING_HANDLED,
    CaseState,
    HandlerHasInterest,
    ReasonMissing,
    WrongCaseState,
)
from deliberation.kernel.errors import N_, Refusal

MOST_EXTENDED = 15  # Working days that an ordinary case is given more, once.


class ExtensionState(StrEnum):
    """``lapsed``: it was answered or handed on before anybody decided, and nobody needs the time any more."""

    open = "open"
    granted = "granted"
    refused = "refused"
    lapsed = "lapsed"


class ExtendedAlready(Refusal):
    code = "extended_already"
    sentence = N_("已经延期过一次，不能再延。来不及的话，请先按现在的情况答复。")


class ExtensionTooLong(Refusal):
    code = "extension_too_long"
    status = 422
    sentence = N_("最多延长 %(most)s 个工作日。请改小一些。")


class ExtensionAsked(Refusal):
    code = "extension_asked"
    sentence = N_("已经申请过延期，督办还没有定。定下来以前，期限照算。")


class ExtensionAwaited(Refusal):
    code = "extension_awaited"
    sentence = N_("办理的人正在申请延期。请在他的申请上定，不用另外延。")


class ExtensionTooLate(Refusal):
    code = "extension_too_late"
    sentence = N_("期限已经过了，不能再申请延期。请照现在的情况答复，写清楚为什么晚了。")


class ClockPaused(Refusal):
    code = "clock_paused"
    sentence = N_("现在暂停计时，到期的日子会顺延。恢复计时以后还来不及，再申请延期。")


class PromisedDay(Refusal):
    code = "promised_day"
    sentence = N_("已经答应了哪一天办成。要改日子，请再答复一次，写明为什么。")


class ExtensionDecided(Refusal):
    code = "extension_decided"
    sentence = N_("这个延期申请已经有结果，或者不用再定了。请刷新看看。")


class OwnExtension(Refusal):
    code = "own_extension"
    status = 403
    sentence = N_("这是您自己申请的延期，请另一位督办的人来定。")


def refusal_to_extend(*, state: CaseState, is_extended: bool, reason: str, is_awaited: bool = False) -> Refusal | None:
    """Once, by the handler's supervisor, with a reason (C5, R-07); where one was asked for, by deciding on that."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if is_extended:
        return ExtendedAlready()
    if is_awaited:
        return ExtensionAwaited()
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def refusal_to_extend_by(*, working_days: int, most: int) -> Refusal | None:
    return ExtensionTooLong(most=most) if not 1 <= working_days <= most else None


def refusal_to_ask_extension(
    *,
    is_theirs: bool,
    has_interest: bool,
    state: CaseState,
    assignment: AssignmentState,
    is_paused: bool,
    due_at: datetime | None,
    is_promised: bool,
    is_extended: bool,
    is_asked: bool,
    reason: str,
    now: datetime,
) -> Refusal | None:
    """Whoever leads or assists, before their own clock has run out, with a reason, one request at a time.

    A promised day is no limit: another one is promised by another answer (refusal_to_reply).
    """
    if not is_theirs:
        return NotAskedOfYou()
    if has_interest:
        return HandlerHasInterest()
    if state not in BEING_HANDLED or assignment not in LIVE or due_at is None:
        return WrongCaseState()
    if is_paused:
        return ClockPaused()
    if is_promised:
        return PromisedDay()
    if now > due_at:
        return ExtensionTooLate()
    if is_extended:
        return ExtendedAlready()
    if is_asked:
        return ExtensionAsked()
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def refusal_to_decide_extension(
    *, state: ExtensionState, is_own: bool, is_granted: bool, answer: str
) -> Refusal | None:
    """The supervisor, never whoever asked; a refusal says why. What was asked in time may be decided after the day."""
    if state is not ExtensionState.open:
        return ExtensionDecided()
    if is_own:
        return OwnExtension()
    return None if is_granted or len(answer.strip()) >= 4 else ReasonMissing()
