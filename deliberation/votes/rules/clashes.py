"""One voter heard twice: on a sheet of paper, and by the web, the room, an agent or with help (R-18). Pure.

What stands does not depend on which of the two came first: tellers read a sheet hours after it was filled in, so the
order of the rows says nothing about the order of the voter's two answers.
"""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.kinds import ConflictDecision
from deliberation.votes.rules.paper import READ_IN, SheetsNotReadNow
from deliberation.votes.rules.steps import TellerHasInterest, VoteState

TELLERS_DECIDE = (ConflictDecision.web, ConflictDecision.paper, ConflictDecision.neither)


class EvidenceMissing(Refusal):
    code = "evidence_missing"
    status = 422
    sentence = N_("请写一句凭什么这样定：打电话问了本人，还是看了签名。")


class AnotherTeller(Refusal):
    code = "another_teller"
    status = 403
    sentence = N_("要另一位监票人来确认，不能自己确认自己。")


class ConflictSettled(Refusal):
    code = "conflict_settled"
    sentence = N_("这一处已经定了：两位监票人核定过，或者本人改成了一样的。请刷新看看。")


def is_clash(*, sheet: str | None, other: str | None, decision: ConflictDecision | None = None) -> bool:
    """Whether a voter's two answers are different and tellers have to settle it.

    ``sheet`` is what two tellers read, none where there is no valid sheet; ``other`` is the voter's current ballot
    that came in another way. Both the same is one ballot. ``decision`` is what tellers settled before: once they have
    set the sheet aside, a later ballot of the voter only replaces the earlier one; after any other decision the voter
    has spoken anew, and the two stand against each other again.
    """
    if sheet is None or other is None or decision is ConflictDecision.web:
        return False
    return sheet != other


def refusal_to_decide(
    *,
    state: VoteState,
    proposed_by_id: int | None,
    teller_id: int,
    evidence: str,
    has_interest: bool,
    is_decided: bool,
) -> Refusal | None:
    """One teller proposes from evidence, another confirms, while sheets are read: never once the vote is counted."""
    if has_interest:
        return TellerHasInterest()
    if state not in READ_IN:
        return SheetsNotReadNow()
    if is_decided:
        return ConflictSettled()
    if proposed_by_id is None:
        return None if evidence.strip() else EvidenceMissing()
    return AnotherTeller() if proposed_by_id == teller_id else None
