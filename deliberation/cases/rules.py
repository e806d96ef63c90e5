"""Cases: states, levels, clocks and kinds of reply (domain.md C3, C4, C5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal


class CaseState(StrEnum):
    external_approval_pending = "external_approval_pending"
    assigned = "assigned"
    contacted = "contacted"
    in_progress = "in_progress"
    replied = "replied"
    look_back = "look_back"
    closed = "closed"


class ReplyKind(StrEnum):
    """A solved or adopted, B under way with a date, C planned with a date, D for reference or cannot, with reason."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


# SH 2015 art. 18. Only A counts as solved.
KIND_WORDS: Mapping[ReplyKind, str] = {
    ReplyKind.A: N_("已经解决或采纳"),
    ReplyKind.B: N_("正在办，今年内办成"),
    ReplyKind.C: N_("列入计划，到期办"),
    ReplyKind.D: N_("留作参考，或办不到"),
}
PROMISES = frozenset({ReplyKind.B, ReplyKind.C})
BEING_HANDLED = frozenset({CaseState.assigned, CaseState.contacted, CaseState.in_progress})
HIGHEST_LEVEL = 3


@dataclass(frozen=True)
class Limit:
    """A deadline of domain.md C4. ``unit`` is "wd" (working days) or "d" (days); ``basis`` says where it comes from."""

    value: int
    unit: str
    basis: str


LIMITS: Mapping[str, Limit] = {
    "first_contact": Limit(1, "wd", "hotline practice; SH 2024 art. 30 for named bad reviews"),
    "consult": Limit(1, "wd", "Jing'an Daning 2019"),
    "ordinary": Limit(5, "wd", "SH business environment 2024 art. 49"),
    "hard": Limit(15, "wd", "SH business environment 2024 art. 49"),
    "recheck": Limit(3, "wd", "Jing'an Daning 2019, re-check after call-back"),
    "approval": Limit(20, "wd", "our choice: the office's own procedure has no fixed end, so somebody looks again"),
    "dispatch": Limit(1, "wd", "our choice, as for a returned case"),
    "outcome_notice": Limit(3, "d", "our choice"),
    "close": Limit(3, "wd", "our choice, as for a re-check"),
}

MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.external_approval_pending: frozenset({CaseState.assigned}),
    CaseState.assigned: frozenset({CaseState.contacted, CaseState.in_progress, CaseState.replied}),
    CaseState.contacted: frozenset({CaseState.in_progress, CaseState.replied}),
    CaseState.in_progress: frozenset({CaseState.replied}),
    CaseState.replied: frozenset({CaseState.look_back, CaseState.assigned, CaseState.closed}),
    CaseState.look_back: frozenset({CaseState.assigned, CaseState.closed}),
    CaseState.closed: frozenset(),
}


class WrongCaseState(Refusal):
    code = "case_state"
    sentence = N_("这件事现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class NotTheHandler(Refusal):
    code = "not_the_handler"
    status = 403
    sentence = N_("这件事不是派给您办的。要换人办，请找联络站重新派单。")


class HandlerHasInterest(Refusal):
    code = "handler_has_interest"
    status = 403
    sentence = N_("办理的人对这件事申报了利害关系，不能由本人办。请联络站另派一位。")


class ReplyTextMissing(Refusal):
    code = "reply_text_missing"
    status = 422
    sentence = N_("答复还没写内容。写清楚做了什么、结果怎样，再答复。")


class ReasonMissing(Refusal):
    code = "reason_missing"
    status = 422
    sentence = N_("还没写理由。写清楚为什么，大家才看得明白。")


class PromiseBeyondThisYear(Refusal):
    code = "promise_beyond_this_year"
    status = 422
    sentence = N_("「正在办，今年内办成」要写今年的日子。今年办不成的，请选「列入计划，到期办」。")


class PromiseDateMissing(Refusal):
    code = "promise_date_missing"
    status = 422
    sentence = N_("这一类答复要写明哪一天办成，而且要在今天之后。")


class DateInTheFuture(Refusal):
    code = "date_in_the_future"
    status = 422
    sentence = N_("公布的日期还没到。等公布了再来记。")


class ReferenceMissing(Refusal):
    code = "reference_missing"
    status = 422
    sentence = N_("还没写批准的文号。写上文号，大家才能去查。")


class ExtendedAlready(Refusal):
    code = "extended_already"
    sentence = N_("已经延期过一次，不能再延。来不及的话，请先按现在的情况答复。")


class LookBackStillOpen(Refusal):
    code = "look_back_open"
    sentence = N_("回头看还没问完，不能办结。等回话的日子过了再来核对。")


class HandlerCannotClose(Refusal):
    code = "handler_cannot_close"
    status = 403
    sentence = N_("办理的人不能自己办结。请另一位联络员核对回话后办结。")


class CaseExists(Refusal):
    code = "case_exists"
    sentence = N_("这件事已经派给人办了，不能再派一次。")


class DecisionOpen(Refusal):
    code = "decision_open"
    sentence = N_("这件事还没受理，或者正在表决，现在不能派单。")


class HandlerUnfit(Refusal):
    code = "handler_unfit"
    status = 422
    sentence = N_("选的这位不是这里的办理人，不能派给他。请从名单里另选一位。")


def refusal_to_move(current: CaseState, wanted: CaseState) -> Refusal | None:
    return None if wanted in MOVES[current] else WrongCaseState()


def refusal_to_handle(*, state: CaseState, is_handler: bool, has_interest: bool) -> Refusal | None:
    """Contacting, reporting progress and replying are the handler's, while the case is in hand (R-40, C5)."""
    if not is_handler:
        return NotTheHandler()
    if has_interest:
        return HandlerHasInterest()
    return None if state in BEING_HANDLED else WrongCaseState()


def refusal_to_contact(*, state: CaseState, is_handler: bool, has_interest: bool) -> Refusal | None:
    """The first contact is recorded once, before anything else."""
    refusal = refusal_to_handle(state=state, is_handler=is_handler, has_interest=has_interest)
    return refusal or (None if state is CaseState.assigned else WrongCaseState())


def refusal_to_reply(
    *,
    state: CaseState,
    is_handler: bool,
    has_interest: bool,
    kind: ReplyKind,
    text: str,
    promised_on: date | None,
    today: date,
) -> Refusal | None:
    """A and every other kind need a text, D a reason (its text), B and C a date still to come,
    B within this year (SH 2015 art. 18).
    """
    refusal = refusal_to_handle(state=state, is_handler=is_handler, has_interest=has_interest)
    if refusal is not None:
        return refusal
    if len(text.strip()) < 4:
        return ReasonMissing() if kind is ReplyKind.D else ReplyTextMissing()
    if kind in PROMISES and (promised_on is None or promised_on <= today):
        return PromiseDateMissing()
    if kind is ReplyKind.B and promised_on is not None and promised_on.year != today.year:
        return PromiseBeyondThisYear()
    return None


def refusal_to_record_approval(*, state: CaseState, reference: str, published_on: date, today: date) -> Refusal | None:
    """Only what the office has approved and published may be recorded (B6: the people hear of it first)."""
    if state is not CaseState.external_approval_pending:
        return WrongCaseState()
    if not reference.strip():
        return ReferenceMissing()
    return DateInTheFuture() if published_on > today else None


def refusal_to_extend(*, state: CaseState, is_extended: bool, reason: str) -> Refusal | None:
    """Once, by the handler's supervisor, with a reason (C5, R-07)."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if is_extended:
        return ExtendedAlready()
    return None if len(reason.strip()) >= 4 else ReasonMissing()


def refusal_to_close(*, state: CaseState, is_handler: bool, is_looked_back: bool) -> Refusal | None:
    """Closing is the liaison's, after the look-back, and never the handler's (C5)."""
    if is_handler:
        return HandlerCannotClose()
    if state not in (CaseState.replied, CaseState.look_back):
        return WrongCaseState()
    return None if is_looked_back else LookBackStillOpen()


def refusal_to_dispatch(
    *, is_decided: bool, has_open_case: bool, is_handler_here: bool, handler_has_interest: bool
) -> Refusal | None:
    if has_open_case:
        return CaseExists()
    if not is_decided:
        return DecisionOpen()
    if not is_handler_here:
        return HandlerUnfit()
    return HandlerHasInterest() if handler_has_interest else None


# Where a matter may stand when it is dispatched: taken in, talked over, or passed without a handler named.
DISPATCHABLE = frozenset({"accepted", "deliberated", "passed"})


def level_after_reopening(*, level: int, times_reopened: int) -> int:
    """The first time it is done again at the same level, from the second time one level higher, up to three (C3)."""
    return min(level + (times_reopened >= 2), HIGHEST_LEVEL)


# Reminders (C4): at 75 % of the time, one working day before, and daily once it is overdue.


@dataclass(frozen=True)
class Reminder:
    """``kind`` is "soon", "tomorrow" or "overdue"; ``at`` is when it is to go out."""

    kind: str
    at: datetime


def next_reminder(
    *, started_at: datetime, due_at: datetime, day_before: datetime, morning_after: datetime, after: datetime
) -> Reminder:
    """The first reminder later than ``after``; one that was missed is left out rather than sent late.

    ``day_before`` is the morning one working day before the due day, ``morning_after`` the first one past it.
    """
    planned = [Reminder("soon", started_at + (due_at - started_at) * 3 / 4), Reminder("tomorrow", day_before)]
    planned = sorted((each for each in planned if after < each.at < due_at), key=lambda each: each.at)
    if planned:
        return planned[0]
    days_late = max(0, (after - morning_after) // timedelta(days=1) + 1)
    return Reminder("overdue", morning_after + timedelta(days=days_late))
