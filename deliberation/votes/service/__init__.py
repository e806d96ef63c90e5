"""The life of a vote: prepared, published, opened, cast, closed and counted, read back, effective."""

from __future__ import annotations

from deliberation.votes.service.casting import Receipt, cast_ballot
from deliberation.votes.service.conducting import (
    announce_result,
    close_due,
    close_vote,
    end_objection_window,
    make_effective,
    open_due,
    open_vote,
)
from deliberation.votes.service.objections import (
    answer_objection,
    ask_legal_check,
    halt_vote,
    pass_legal_check,
    raise_objection,
    resume_vote,
    return_from_legal_check,
)
from deliberation.votes.service.publishing import cancel_vote, prepare_vote, publish_vote

__all__ = [
    "Receipt",
    "announce_result",
    "answer_objection",
    "ask_legal_check",
    "cancel_vote",
    "cast_ballot",
    "close_due",
    "close_vote",
    "end_objection_window",
    "halt_vote",
    "make_effective",
    "open_due",
    "open_vote",
    "pass_legal_check",
    "prepare_vote",
    "publish_vote",
    "raise_objection",
    "resume_vote",
    "return_from_legal_check",
]
