"""Closing a case (C5). Pure."""

from __future__ import annotations

from deliberation.cases.rules.states import (
    CaseState,
    WrongCaseState,
)
from deliberation.kernel.errors import N_, Refusal


class LookBackStillOpen(Refusal):
    code = "look_back_open"
    sentence = N_("回头看还没问完，不能办结。等回话的日子过了再来核对。")


class HandlerCannotClose(Refusal):
    code = "handler_cannot_close"
    status = 403
    sentence = N_("办理的人不能自己办结。请另一位联络员核对回话后办结。")


def refusal_to_close(*, state: CaseState, is_handler: bool, is_looked_back: bool) -> Refusal | None:
    """Closing is the liaison's, after the look-back, and never the handler's (C5)."""
    if is_handler:
        return HandlerCannotClose()
    if state not in (CaseState.replied, CaseState.look_back):
        return WrongCaseState()
    return None if is_looked_back else LookBackStillOpen()
