"""Where minutes stand, who may take them on, and until when (domain.md C3 meeting, C4, C7)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal


class MinutesState(StrEnum):
    """``draft`` is the recorder's, ``handed_in`` the chair's, ``confirmed`` waits to be published."""

    draft = "draft"
    handed_in = "handed_in"
    confirmed = "confirmed"
    published = "published"


# A correction begins again with a draft of the next version; what was published stays as it was.
MINUTES_MOVES: Mapping[MinutesState, frozenset[MinutesState]] = {
    MinutesState.draft: frozenset({MinutesState.handed_in, MinutesState.confirmed}),
    MinutesState.handed_in: frozenset({MinutesState.draft, MinutesState.confirmed}),
    MinutesState.confirmed: frozenset({MinutesState.draft, MinutesState.published}),
    MinutesState.published: frozenset({MinutesState.draft}),
}
WRITABLE = frozenset({MinutesState.draft, MinutesState.handed_in})


class MinutesNotThere(Refusal):
    code = "minutes_state"
    sentence = N_("纪要现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class NotTheRecorder(Refusal):
    code = "not_the_recorder"
    status = 403
    sentence = N_("纪要由这次会议的记录员写，主持人也可以改。要换人记，请主持人另请一位。")


class NotTheMinutesChair(Refusal):
    code = "not_the_minutes_chair"
    status = 403
    sentence = N_("这一步由这次会议的主持人来做，别人不能代。")


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"
    sentence = N_("您看的时候，纪要又改过。请把新的再看一遍，再确认。")


class CorrectionUnexplained(Refusal):
    code = "correction_unexplained"
    status = 422
    sentence = N_("请写一句为什么更正，大家才看得明白。")


class RecorderUnfit(Refusal):
    code = "recorder_unfit"
    status = 422
    sentence = N_("请从名单里选一位来记录。")


class TextEmpty(Refusal):
    code = "correction_empty"
    sentence = N_("和已经公布的一字不差，没有什么要更正的。先改好，再确认。")


def refusal_to_move_minutes(current: MinutesState, wanted: MinutesState) -> Refusal | None:
    return None if wanted in MINUTES_MOVES[current] else MinutesNotThere()


def refusal_to_write(*, state: MinutesState, is_recorder: bool, is_chair: bool) -> Refusal | None:
    """The recorder writes, and the chair; nobody once the chair has confirmed."""
    if not (is_recorder or is_chair):
        return NotTheRecorder()
    return None if state in WRITABLE else MinutesNotThere()


def refusal_to_hand_in(*, state: MinutesState, is_recorder: bool, is_chair: bool) -> Refusal | None:
    """From the recorder to the chair."""
    if not (is_recorder or is_chair):
        return NotTheRecorder()
    return refusal_to_move_minutes(state, MinutesState.handed_in)


def refusal_to_confirm(
    *, state: MinutesState, is_chair: bool, seen: str, current: str, differs: bool
) -> Refusal | None:
    """The chair, nobody else, and exactly what the chair has read; ``differs`` is false for a correction that
    corrects nothing. ``seen`` and ``current`` are digests of the text."""
    if not is_chair:
        return NotTheMinutesChair()
    refusal = refusal_to_move_minutes(state, MinutesState.confirmed)
    if refusal:
        return refusal
    if seen != current:
        return ChangedMeanwhile()
    return None if differs else TextEmpty()


def refusal_to_publish(*, state: MinutesState, is_recorder: bool, is_chair: bool) -> Refusal | None:
    """What the chair has confirmed, by the chair or the recorder."""
    if not (is_recorder or is_chair):
        return NotTheRecorder()
    return refusal_to_move_minutes(state, MinutesState.published)


def refusal_to_correct(*, state: MinutesState, is_recorder: bool, is_chair: bool, reason: str) -> Refusal | None:
    """A new version of published minutes, for a reason that everybody reads."""
    if not (is_recorder or is_chair):
        return NotTheRecorder()
    if state is not MinutesState.published:
        return MinutesNotThere()
    return None if len(reason.strip()) >= 2 else CorrectionUnexplained()


def task_of(state: MinutesState, *, is_recorder: bool, is_chair: bool) -> str:
    """What this person has to do about them next, a code of matters.wording.HOLDER_TASKS; empty for nothing."""
    if state is MinutesState.draft and is_recorder:
        return "write_minutes"
    if state is MinutesState.handed_in and is_chair:
        return "confirm_minutes"
    return "publish_minutes" if state is MinutesState.confirmed and is_recorder else ""
