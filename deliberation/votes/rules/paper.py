"""Sheets of paper: when they are printed and spoiled, who may read them, when two readings agree (R-16). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.assisting import refusal_of_help
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


class AlreadyRead(Refusal):
    code = "already_read"
    sentence = N_("监票人已经读过这一张，不能作废。看不清的，请监票人录成「看不清」。")


class PrintedTooLate(Refusal):
    code = "printed_too_late"
    sentence = N_("已经截止，不再出纸质票。")


MOST_IN_BUNDLE = 5_000  # About half a minute to set; see docs/operations.md.
BUNDLE = 500


class NothingToPrint(Refusal):
    code = "nothing_to_print"
    status = 404
    sentence = N_("没有要打印的票：还没出票，或者这一段里的都已经投了。")


class BundleTooLarge(Refusal):
    code = "bundle_too_large"
    status = 422
    sentence = N_("一次最多打印 %(most)s 张，这里有 %(count)s 张。请按名册号分几次打印。")


@dataclass(frozen=True)
class Reading:
    """What one teller read from a sheet: a choice or why it is invalid, who filled it in for the voter, who watched."""

    teller_id: int
    choice: str | None
    invalid_reason: InvalidReason | None
    helper: str = ""
    witness: str = ""

    @property
    def is_assisted(self) -> bool:
        return bool(self.helper or self.witness)

    @property
    def says(self) -> tuple[str | None, InvalidReason | None, bool]:
        """What two tellers must read alike; how each of them spells a name is not among it."""
        return self.choice, self.invalid_reason, self.is_assisted


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
    if (reading.choice is None) is (reading.invalid_reason is None):
        return ReadingEmpty()
    return refusal_of_help(helper=reading.helper, witness=reading.witness) if reading.is_assisted else None


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """The reading on which two different tellers agree; ``None`` while there is one, or while they differ."""
    for number, one in enumerate(readings):
        for other in readings[number + 1 :]:
            if one.teller_id != other.teller_id and one.says == other.says:
                return one
    return None


def refusal_to_finish_count(*, unsettled: int) -> Refusal | None:
    """What somebody has begun to read is read to the end before anything is counted."""
    return StillUnread(count=unsettled) if unsettled else None


def refusal_to_print(*, allows_paper: bool, state: VoteState) -> Refusal | None:
    """Sheets are for a published roll, and worth making until the vote closes."""
    if not allows_paper or state in (VoteState.draft, VoteState.legal_check, VoteState.cancelled):
        return NoPaper()
    return None if state in (VoteState.published, VoteState.voting) else PrintedTooLate()


def bundles(last_number: int) -> list[tuple[int, int]]:
    """A long roll is printed in handy parts, by first and last number; a short one is one part."""
    if last_number <= BUNDLE:
        return []
    return [(first, min(first + BUNDLE - 1, last_number)) for first in range(1, last_number + 1, BUNDLE)]


def refusal_of_bundle(count: int) -> Refusal | None:
    """Whether so many sheets can be set in one file."""
    if count == 0:
        return NothingToPrint()
    return BundleTooLarge(most=MOST_IN_BUNDLE, count=count) if count > MOST_IN_BUNDLE else None


def refusal_to_spoil(*, is_settled: bool, is_read: bool) -> Refusal | None:
    """A sheet that was handed in and read is a ballot: no office makes it go away."""
    if is_settled:
        return SheetSettled()
    return AlreadyRead() if is_read else None
