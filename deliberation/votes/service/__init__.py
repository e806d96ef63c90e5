"""The life of a vote: prepared, published, opened, cast, closed and counted, read back, effective."""

from __future__ import annotations

from deliberation.votes.service.assisting import assist_ballot
from deliberation.votes.service.authorities import (
    check_authority,
    note_photo_seen,
    record_authority,
    refuse_authority,
    revoke_for_principal,
)
from deliberation.votes.service.calling import call_vote
from deliberation.votes.service.casting import SentBallot, cast_ballot, cast_ballots
from deliberation.votes.service.conducting import (
    announce_result,
    close_due,
    close_vote,
    end_objection_window,
    finish_count,
    make_effective,
    open_due,
    open_vote,
)
from deliberation.votes.service.drafts import change_draft, prepare_vote
from deliberation.votes.service.extending import extend_vote
from deliberation.votes.service.following import prepare_new_version, prepare_run_off
from deliberation.votes.service.in_room import count_hands
from deliberation.votes.service.inspecting import inspect_ballots
from deliberation.votes.service.objections import (
    answer_objection,
    ask_legal_check,
    halt_vote,
    pass_legal_check,
    raise_objection,
    resume_vote,
    return_from_legal_check,
    take_back_from_legal_check,
)
from deliberation.votes.service.paper import enter_reading, print_sheets, spoil_sheet
from deliberation.votes.service.proxies import cast_by_proxy, give_proxy, revoke_proxy
from deliberation.votes.service.publishing import cancel_vote, publish_vote, withdraw
from deliberation.votes.service.receipts import Receipt
from deliberation.votes.service.settling import decide_conflict

__all__ = [
    "Receipt",
    "SentBallot",
    "announce_result",
    "answer_objection",
    "ask_legal_check",
    "assist_ballot",
    "call_vote",
    "cancel_vote",
    "cast_ballot",
    "cast_ballots",
    "cast_by_proxy",
    "change_draft",
    "check_authority",
    "close_due",
    "close_vote",
    "count_hands",
    "decide_conflict",
    "end_objection_window",
    "enter_reading",
    "extend_vote",
    "finish_count",
    "give_proxy",
    "halt_vote",
    "inspect_ballots",
    "make_effective",
    "note_photo_seen",
    "open_due",
    "open_vote",
    "pass_legal_check",
    "prepare_new_version",
    "prepare_run_off",
    "prepare_vote",
    "print_sheets",
    "publish_vote",
    "raise_objection",
    "record_authority",
    "refuse_authority",
    "resume_vote",
    "return_from_legal_check",
    "revoke_for_principal",
    "revoke_proxy",
    "spoil_sheet",
    "take_back_from_legal_check",
    "withdraw",
]
