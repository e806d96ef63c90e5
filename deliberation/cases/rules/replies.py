"""Answers of four kinds (domain.md C3; SH 2015 art. 18). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from deliberation.cases.rules.splitting import PartsOpen
from deliberation.cases.rules.states import (
    CaseState,
    ReasonMissing,
    refusal_to_handle,
)
from deliberation.kernel.errors import N_, Refusal


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


SOLVED = frozenset({ReplyKind.A})
PROMISES = frozenset({ReplyKind.B, ReplyKind.C})


class ReplyTextMissing(Refusal):
    code = "reply_text_missing"
    status = 422
    sentence = N_("答复还没写内容。写清楚做了什么、结果怎样，再答复。")


class PromiseBeyondThisYear(Refusal):
    code = "promise_beyond_this_year"
    status = 422
    sentence = N_("「正在办，今年内办成」要写今年的日子。今年办不成的，请选「列入计划，到期办」。")


class SlipReasonMissing(Refusal):
    code = "slip_reason_missing"
    status = 422
    sentence = N_("上次答应的日子没办成。请写清楚为什么，大家才看得明白。")


class PromiseDateMissing(Refusal):
    code = "promise_date_missing"
    status = 422
    sentence = N_("这一类答复要写明哪一天办成，而且要在今天之后。")


def refusal_to_reply(
    *,
    state: CaseState,
    is_handler: bool,
    has_interest: bool,
    kind: ReplyKind,
    text: str,
    promised_on: date | None,
    today: date,
    promised_before: date | None = None,
    slip_reason: str = "",
    has_open_parts: bool = False,
) -> Refusal | None:
    """A and every other kind need a text, D a reason (its text), B and C a date still to come,
    B within this year (SH 2015 art. 18). Another day instead of the one ``promised_before`` needs a reason; a whole is
    settled after its parts have been answered.
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
    if kind in PROMISES and promised_before is not None and len(slip_reason.strip()) < 4:
        return SlipReasonMissing()
    if kind not in PROMISES and has_open_parts:
        return PartsOpen()
    return None
