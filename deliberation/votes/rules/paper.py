"""Sheets of paper: who may read them, when two readings agree, what a clash comes to (R-16, R-18). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.kinds import InvalidReason
from deliberation.votes.rules.steps import TellerHasInterest, VoteState

READ_IN = frozenset({VoteState.voting, VoteState.closed})


class NoPaper(Refusal):
    code = "no_paper"
    sentence = N_("这次表决不用纸质票。要用纸质票，在准备表决的时候选上。")


class SheetUnknown(Refusal):
    code = "sheet_unknown"
    status = 404
    sentence = N_("没有这张纸质票。请对一下票上的码，或者它已经作废，换了新的一张。")


class SheetsNotReadNow(Refusal):
    code = "sheets_not_read_now"
    sentence = N_("现在不是读票的时候。开始收票以后、计票以前，才能录入纸质票。")


class ReadingEmpty(Refusal):
    code = "reading_empty"
    status = 422
    sentence = N_("请照票上的录：选了什么，或者为什么不算。两样只录一样。")


class SheetSettled(Refusal):
    code = "sheet_settled"
    sentence = N_("这张票两位监票人已经读得一样，记下了，不能再改。")


class StillUnread(Refusal):
    code = "still_unread"
    sentence = N_("还有 %(count)s 张纸质票只有一位监票人读过，或两位读得不一样。读完再计票。")


class EvidenceMissing(Refusal):
    code = "evidence_missing"
    status = 422
    sentence = N_("请写一句凭什么这样定：打电话问了本人，还是看了签名。")


class AnotherTeller(Refusal):
    code = "another_teller"
    status = 403
    sentence = N_("要另一位监票人来确认，不能自己确认自己。")


@dataclass(frozen=True)
class Reading:
    """What one teller read from a sheet: a choice, or why it is invalid."""

    teller_id: int
    choice: str | None
    invalid_reason: InvalidReason | None

    @property
    def says(self) -> tuple[str | None, InvalidReason | None]:
        return self.choice, self.invalid_reason


def refusal_to_read(
    *, allows_paper: bool, state: VoteState, has_interest: bool, is_settled: bool, reading: Reading
) -> Refusal | None:
    """A teller without an interest reads, between the opening and the count, and says exactly one thing (R-40)."""
    if not allows_paper:
        return NoPaper()
    if has_interest:
        return TellerHasInterest()
    if state not in READ_IN:
        return SheetsNotReadNow()
    if is_settled:
        return SheetSettled()
    return ReadingEmpty() if (reading.choice is None) is (reading.invalid_reason is None) else None


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """The reading on which two different tellers agree; ``None`` while there is one, or while they differ."""
    for number, one in enumerate(readings):
        for other in readings[number + 1 :]:
            if one.teller_id != other.teller_id and one.says == other.says:
                return one
    return None


def is_clash(*, web_choice: str | None, paper_choice: str) -> bool:
    """R-18: paper and web of one voter say different things."""
    return web_choice is not None and web_choice != paper_choice


def refusal_to_finish_count(*, unsettled: int) -> Refusal | None:
    """What somebody has begun to read is read to the end before anything is counted."""
    return StillUnread(count=unsettled) if unsettled else None


def refusal_to_decide(
    *, proposed_by_id: int | None, teller_id: int, evidence: str, has_interest: bool, is_decided: bool
) -> Refusal | None:
    """One teller proposes from evidence, another confirms."""
    if has_interest:
        return TellerHasInterest()
    if is_decided:
        return SheetSettled()
    if proposed_by_id is None:
        return None if evidence.strip() else EvidenceMissing()
    return AnotherTeller() if proposed_by_id == teller_id else None
