"""Looking back: when it is asked, who may answer, and what an answer does (domain.md C3, C4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal


class Answer(StrEnum):
    fixed = "fixed"
    partly = "partly"
    no = "no"
    came_back = "came_back"


class Rating(StrEnum):
    """How satisfied a person is. Only ``satisfied`` counts as satisfied, and nobody has to say (R-60)."""

    satisfied = "satisfied"
    fair = "fair"
    dissatisfied = "dissatisfied"


SHORTEST_REASON = 4
SMALLEST_CELL = 5
REOPENING = frozenset({Answer.no, Answer.came_back})


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


class InHandAgain(Refusal):
    code = "in_hand_again"
    sentence = N_("已经有人说没好，这件事又交回去办了，您这次的回话不用再记。办好以后会再问您。")


class NotAsked(Refusal):
    code = "not_asked"
    status = 403
    sentence = N_("这次回头看没有问到您。有话要说，请联系联络站，或者重新提一件事。")


class AnswerReasonMissing(Refusal):
    code = "answer_reason_missing"
    status = 422
    sentence = N_("请写一句哪里没好，至少 4 个字，办理的人才知道去看什么。")


def refusal_to_answer(
    *,
    is_asked: bool,
    is_open: bool,
    is_in_hand_again: bool,
    answer: Answer,
    reason: str,
    by_link: bool,
    has_answered: bool,
) -> Refusal | None:
    """Only who was asked, while it is open; a link works once; a "no" says what is wrong.

    The first "no" reopens the case; the others who were asked are told that it was said already.
    """
    if not is_asked:
        return NotAsked()
    if by_link and has_answered:
        return AnsweredAlready()
    if is_in_hand_again:
        return InHandAgain()
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


def rating_change(*, before: Rating | None, after: Rating | None) -> tuple[int, int]:
    """What a person's rating changes in the numbers of those who rated and of those who are satisfied."""
    rated = int(after is not None) - int(before is not None)
    satisfied = int(after is Rating.satisfied) - int(before is Rating.satisfied)
    return rated, satisfied
