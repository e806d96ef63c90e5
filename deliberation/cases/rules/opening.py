"""How a case may begin: dispatched, or once another office has approved. Pure."""

from __future__ import annotations

from datetime import date

from deliberation.cases.rules.states import (
    CaseState,
    HandlerHasInterest,
    WrongCaseState,
)
from deliberation.kernel.errors import N_, Refusal

# Where a matter may stand when it is dispatched: taken in, talked over, or passed without a handler named.
DISPATCHABLE = frozenset({"accepted", "deliberated", "passed"})


class DateInTheFuture(Refusal):
    code = "date_in_the_future"
    status = 422
    sentence = N_("公布的日期还没到。等公布了再来记。")


class ReferenceMissing(Refusal):
    code = "reference_missing"
    status = 422
    sentence = N_("还没写批准的文号。写上文号，大家才能去查。")


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


def refusal_to_record_approval(*, state: CaseState, reference: str, published_on: date, today: date) -> Refusal | None:
    """Only what the office has approved and published may be recorded (B6: the people hear of it first)."""
    if state is not CaseState.external_approval_pending:
        return WrongCaseState()
    if not reference.strip():
        return ReferenceMissing()
    return DateInTheFuture() if published_on > today else None
