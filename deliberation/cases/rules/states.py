"""Where a case stands, and who handles it (domain.md C3, C5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
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


BEING_HANDLED = frozenset({CaseState.assigned, CaseState.contacted, CaseState.in_progress})


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


class ReasonMissing(Refusal):
    code = "reason_missing"
    status = 422
    sentence = N_("还没写理由。写清楚为什么，大家才看得明白。")


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
