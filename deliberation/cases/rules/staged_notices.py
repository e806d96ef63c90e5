"""Three notices to the owner of what stands in the way, then it is taken away (domain.md A39, C7, E6). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

LAST_STAGE = 3
STEP = timedelta(days=7)  # Between two notices, our own choice [P].


class ObjectState(StrEnum):
    standing = "standing"
    moved = "moved"
    towed = "towed"


STAGE_WORDS: Mapping[int, str] = {
    1: N_("第一次告知：责令改正"),
    2: N_("第二次告知：再次责令改正"),
    3: N_("第三次告知：牵引通知"),
}


@dataclass(frozen=True)
class Posted:
    """A notice that was posted: its stage, and the day until which something is to be done."""

    stage: int
    due_on: date


class StageSkipped(Refusal):
    code = "stage_skipped"
    sentence = N_("三次告知一次都不能跳。这一次只能贴第 %(stage)s 次。")


class StageTooSoon(Refusal):
    code = "stage_too_soon"
    sentence = N_("上一次写的期限是 %(day)s，还没过。过了还在，再贴下一次。")


class NoticePhotoMissing(Refusal):
    code = "notice_photo_missing"
    status = 422
    sentence = N_("还没放照片。贴好以后拍一张，照片和系统的时间一起留作凭据。")


class TermTooShort(Refusal):
    code = "notice_term_too_short"
    status = 422
    sentence = N_("至少要留 %(days)s 天。请写 %(day)s 或以后的日子。")


class ObjectSettled(Refusal):
    code = "notice_object_settled"
    sentence = N_("这一样已经挪走了，不用再告知。")


class TowedTooSoon(Refusal):
    code = "towed_too_soon"
    sentence = N_("三次告知都贴过、最后一次的期限也过了，才能拖走。")


def next_stage(posted: Sequence[Posted]) -> int:
    return max((each.stage for each in posted), default=0) + 1


def refusal_to_post(
    *,
    stage: int,
    posted: Sequence[Posted],
    state: ObjectState,
    has_photo: bool,
    due_on: date,
    today: date,
) -> Refusal | None:
    """The stages one after the other, each once the day of the one before has passed, each with a photo."""
    if state is not ObjectState.standing:
        return ObjectSettled()
    if stage != next_stage(posted) or stage > LAST_STAGE:
        return StageSkipped(stage=min(next_stage(posted), LAST_STAGE))
    before = max(posted, key=lambda each: each.stage, default=None)
    if before is not None and today <= before.due_on:
        return StageTooSoon(day=before.due_on)
    if due_on < today + STEP:
        return TermTooShort(days=STEP.days, day=today + STEP)
    return None if has_photo else NoticePhotoMissing()


def refusal_to_settle(
    *, outcome: ObjectState, posted: Sequence[Posted], state: ObjectState, today: date
) -> Refusal | None:
    """Its owner may move it at any time; it is towed once the third notice has run out."""
    if state is not ObjectState.standing:
        return ObjectSettled()
    if outcome is ObjectState.towed:
        last = next((each for each in posted if each.stage == LAST_STAGE), None)
        return None if last is not None and today > last.due_on else TowedTooSoon()
    return None
