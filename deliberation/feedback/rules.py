"""Feedback: the nine fields of a notice, the look-backs, the answers and what an answer does (domain.md C3, C4, C7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from deliberation.kernel.errors import N_, Refusal


class Answer(StrEnum):
    fixed = "fixed"
    partly = "partly"
    no = "no"
    came_back = "came_back"


# C7, outcome notice, ① to ⑨ in order.
FIELDS = ("asked", "decided", "figures", "reason", "who", "next_feedback", "contact", "issuer", "summary")
FIELD_WORDS: Mapping[str, str] = {
    "asked": N_("您和这件事"),
    "decided": N_("定了什么，做了什么"),
    "figures": N_("数字和规则"),
    "reason": N_("理由"),
    "who": N_("谁在什么时候之前做什么"),
    "next_feedback": N_("下次什么时候再告诉您"),
    "contact": N_("有意见找谁"),
    "issuer": N_("谁发的"),
    "summary": N_("一句话"),
}
LONGEST_SUMMARY = 80  # Characters, for a text message and for elder mode.
LOOK_BACK_DAYS = (30, 90)
DAYS_TO_ANSWER = 7
SHORTEST_REASON = 4
SMALLEST_CELL = 5
REOPENING = frozenset({Answer.no, Answer.came_back})


class NoticeIncomplete(Refusal):
    code = "notice_incomplete"
    status = 422
    sentence = N_("告知还缺几项，发不出去。请补全再发：%(fields)s。")

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(fields=tuple(FIELD_WORDS[name] for name in missing))


class SummaryTooLong(Refusal):
    code = "summary_too_long"
    status = 422
    sentence = N_("一句话要在 %(most)s 个字以内，现在有 %(length)s 个字。请删短一些。")


class NoticeIssued(Refusal):
    code = "notice_issued"
    sentence = N_("这份告知已经发出，不能再改，也不会再发一次。")


class WrongToken(Refusal):
    code = "wrong_token"
    status = 404
    sentence = N_("这个链接不对，可能没复制全。请从通知里重新点开，或者登录以后再回话。")


class TokenExpired(Refusal):
    code = "token_expired"
    status = 410
    sentence = N_("这个链接过期了，%(until)s 之前有效。请登录以后，在这件事的页面上回话。")


class AnsweredAlready(Refusal):
    code = "answered_already"
    sentence = N_("这个链接已经用来回过话了，您的回话记下了。要改，请登录以后在这件事的页面上改。")


class LookBackOver(Refusal):
    code = "look_back_over"
    sentence = N_("这次回头看已经结束，没有记下您这次的回话。请到这件事的页面看现在到哪一步了。")


class NotAsked(Refusal):
    code = "not_asked"
    status = 403
    sentence = N_("这次回头看没有问到您。有话要说，请联系联络站，或者重新提一件事。")


class AnswerReasonMissing(Refusal):
    code = "answer_reason_missing"
    status = 422
    sentence = N_("请写一句哪里没好，至少 4 个字，办理的人才知道去看什么。")


def missing_fields(fields: Mapping[str, Any]) -> list[str]:
    """The names of the nine fields that are absent or empty, in their order."""
    return [name for name in FIELDS if not _is_filled(fields.get(name))]


def _is_filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and ("text" not in value or bool(str(value["text"]).strip()))
    return bool(value)


def refusal_to_issue(fields: Mapping[str, Any], *, is_issued: bool) -> Refusal | None:
    """All nine, the summary short enough, and only once."""
    if is_issued:
        return NoticeIssued()
    missing = missing_fields(fields)
    if missing:
        return NoticeIncomplete(missing)
    return refusal_of_summary(str(fields["summary"].get("text", "")))


def refusal_of_summary(text: str) -> Refusal | None:
    return SummaryTooLong(most=LONGEST_SUMMARY, length=len(text)) if len(text) > LONGEST_SUMMARY else None


def nominal_look_back_days(replied_on: date) -> dict[int, date]:
    """Thirty and ninety days after the reply, before rolling to a working day (R-04)."""
    return {days: replied_on + timedelta(days=days) for days in LOOK_BACK_DAYS}


def refusal_to_answer(
    *,
    is_asked: bool,
    is_open: bool,
    answer: Answer,
    reason: str,
    by_link: bool,
    has_answered: bool,
) -> Refusal | None:
    """Only who was asked, while it is open; a link works once; a "no" says what is wrong."""
    if not is_asked:
        return NotAsked()
    if by_link and has_answered:
        return AnsweredAlready()
    if not is_open:
        return LookBackOver()
    if answer in REOPENING and len(reason.strip()) < SHORTEST_REASON:
        return AnswerReasonMissing()
    return None


def is_open(*, asked_at: datetime | None, cancelled_at: datetime | None, is_case_closed: bool) -> bool:
    """Whether answers are taken: from the asking until a later look-back, a reopening or the closing."""
    return asked_at is not None and cancelled_at is None and not is_case_closed


def reopens(answer: Answer) -> bool:
    """ "Not fixed" and "it came back" reopen the case at once; the others are counted."""
    return answer in REOPENING


def public_tally(counts: Mapping[Answer, int], *, asked: int) -> dict[str, int | None]:
    """What the public may see of the answers; ``None`` is a number kept back because a group is under five (R-52).

    ``good`` is fixed, ``not_yet`` everything else; when one is small both are kept back, so that the total does not
    give it away. Nobody at all in a group singles nobody out and is shown.
    """
    good = counts.get(Answer.fixed, 0)
    answered = sum(counts.values())
    not_yet = answered - good
    if answered < SMALLEST_CELL:
        return {"asked": asked, "answered": 0 if answered == 0 else None, "good": None, "not_yet": None}
    if 0 < good < SMALLEST_CELL or 0 < not_yet < SMALLEST_CELL:
        return {"asked": asked, "answered": answered, "good": None, "not_yet": None}
    return {"asked": asked, "answered": answered, "good": good, "not_yet": not_yet}
