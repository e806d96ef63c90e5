"""The points of contractors, counted as on a driving licence (domain.md A38). Pure.

Twelve points a year. What is taken off stands with its reason and its evidence; an appeal that is upheld writes it back
as a line of its own. Nothing is ever changed: the balance is the sum of the year's lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

YEARLY = 12
TIME_TO_APPEAL = timedelta(days=15)  # Our own choice [P].
TIME_TO_DECIDE_WD = 5


class EntryKind(StrEnum):
    grant = "grant"
    deduction = "deduction"
    reversal = "reversal"


class TooManyPoints(Refusal):
    code = "too_many_points"
    status = 422
    sentence = N_("一次扣 1 到 12 分。")


class EvidenceMissing(Refusal):
    code = "evidence_missing"
    status = 422
    sentence = N_("扣分要有凭据。请放一张照片。")


class PointsReasonMissing(Refusal):
    code = "points_reason_missing"
    status = 422
    sentence = N_("还没写为什么。写清楚哪一天、哪里、违了哪一条。")


class NotOfThisFirm(Refusal):
    code = "not_of_this_firm"
    status = 403
    sentence = N_("只有这家单位的人能申诉。您的账号不在这家单位名下。")


class AppealedAlready(Refusal):
    code = "appealed_already"
    sentence = N_("这一笔已经申诉过了，一笔只能申诉一次。")


class AppealTooLate(Refusal):
    code = "appeal_too_late"
    sentence = N_("扣分满 15 天，不能再申诉。")


class NothingToAppeal(Refusal):
    code = "nothing_to_appeal"
    sentence = N_("这一笔不是扣分，没有可以申诉的。")


class OwnAppeal(Refusal):
    code = "own_appeal"
    status = 403
    sentence = N_("扣分是您记的，申诉要由另一位来定。")


class AppealDecided(Refusal):
    code = "appeal_decided"
    sentence = N_("这次申诉已经有结果了。")


def balance(points: Iterable[int]) -> int:
    """The sum of a year's lines, the grant among them."""
    return sum(points)


def refusal_to_deduct(*, points: int, reason: str, has_evidence: bool) -> Refusal | None:
    if not 1 <= points <= YEARLY:
        return TooManyPoints()
    if len(reason.strip()) < 4:
        return PointsReasonMissing()
    return None if has_evidence else EvidenceMissing()


def refusal_to_appeal(
    *, kind: EntryKind, is_of_firm: bool, is_appealed: bool, recorded_on: date, today: date
) -> Refusal | None:
    """Somebody of the firm, once, within fifteen days."""
    if not is_of_firm:
        return NotOfThisFirm()
    if kind is not EntryKind.deduction:
        return NothingToAppeal()
    if is_appealed:
        return AppealedAlready()
    return AppealTooLate() if today > recorded_on + TIME_TO_APPEAL else None


def refusal_to_decide(*, is_recorder: bool, is_decided: bool) -> Refusal | None:
    """Never whoever took the points off."""
    if is_recorder:
        return OwnAppeal()
    return AppealDecided() if is_decided else None
