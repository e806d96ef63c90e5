"""Cases: states, levels, clocks and kinds of reply (domain.md C3, C4, C5). Pure."""

from __future__ import annotations

from deliberation.cases.rules.clocks import (
    LIMITS,
    ExtendedAlready,
    Limit,
    Reminder,
    next_reminder,
    refusal_to_extend,
)
from deliberation.cases.rules.closing import (
    HandlerCannotClose,
    LookBackStillOpen,
    refusal_to_close,
)
from deliberation.cases.rules.levels import (
    HIGHEST_LEVEL,
    level_after_reopening,
)
from deliberation.cases.rules.opening import (
    DISPATCHABLE,
    CaseExists,
    DateInTheFuture,
    DecisionOpen,
    HandlerUnfit,
    ReferenceMissing,
    refusal_to_dispatch,
    refusal_to_record_approval,
)
from deliberation.cases.rules.replies import (
    KIND_WORDS,
    PROMISES,
    PromiseBeyondThisYear,
    PromiseDateMissing,
    ReplyKind,
    ReplyTextMissing,
    refusal_to_reply,
)
from deliberation.cases.rules.states import (
    BEING_HANDLED,
    MOVES,
    CaseState,
    HandlerHasInterest,
    NotTheHandler,
    ReasonMissing,
    WrongCaseState,
    refusal_to_contact,
    refusal_to_handle,
    refusal_to_move,
)

__all__ = [
    "BEING_HANDLED",
    "DISPATCHABLE",
    "HIGHEST_LEVEL",
    "KIND_WORDS",
    "LIMITS",
    "MOVES",
    "PROMISES",
    "CaseExists",
    "CaseState",
    "DateInTheFuture",
    "DecisionOpen",
    "ExtendedAlready",
    "HandlerCannotClose",
    "HandlerHasInterest",
    "HandlerUnfit",
    "Limit",
    "LookBackStillOpen",
    "NotTheHandler",
    "PromiseBeyondThisYear",
    "PromiseDateMissing",
    "ReasonMissing",
    "ReferenceMissing",
    "Reminder",
    "ReplyKind",
    "ReplyTextMissing",
    "WrongCaseState",
    "level_after_reopening",
    "next_reminder",
    "refusal_to_close",
    "refusal_to_contact",
    "refusal_to_dispatch",
    "refusal_to_extend",
    "refusal_to_handle",
    "refusal_to_move",
    "refusal_to_record_approval",
    "refusal_to_reply",
]
