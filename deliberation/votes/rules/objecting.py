"""Who may object to what, until when; what stands in the way of taking effect (R-13, domain.md C3). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.kinds import ObjectionKind
from deliberation.votes.rules.steps import VoteState

A_SECOND = timedelta(seconds=1)


class NothingToObjectTo(Refusal):
    code = "nothing_to_object_to"
    sentence = N_("现在不是提异议的时候。对名册的异议在开始投票之前提，对结果的异议在公布以后的公示期里提。")


class ObjectorNotOnRoll(Refusal):
    code = "objector_not_on_roll"
    status = 403
    sentence = N_("对结果的异议由名册里的人提。您不在名册里，可以向居委会反映。")


class ObjectionTooLate(Refusal):
    code = "objection_too_late"
    sentence = N_("公示期 %(until)s 已经满了。觉得侵害了您的权益，可以在知道以后一年内请法院撤销。")


class ObjectionTextMissing(Refusal):
    code = "objection_text_missing"
    status = 422
    sentence = N_("还没写哪里不对。写具体一点，才好核对。")


class ObjectionAnswered(Refusal):
    code = "objection_answered"
    sentence = N_("这条异议已经答复过了。")


class NoteMissing(Refusal):
    code = "note_missing"
    status = 422
    sentence = N_("还没写理由。写清楚为什么，大家才看得明白。")


class ReferenceMissing(Refusal):
    code = "reference_missing"
    status = 422
    sentence = N_("要写明依据哪份文书：法院的判决，或街道的决定，连同文号。")


class RollObjectionOpen(Refusal):
    code = "roll_objection_open"
    sentence = N_("对名册的异议还没答复，或已经成立，不能开始投票。先答复；成立的，改好名册，另发新版本。")


def kind_of_objection(state: VoteState, *, until: datetime | None) -> ObjectionKind | None:
    """What can be objected to now: the roll of a published vote, the result within its window, which ends at ``until``.

    What has not passed stays announced while its window is open, since nothing waits to take effect (C3).
    """
    if state is VoteState.published:
        return ObjectionKind.roll
    has_window = state is VoteState.objection_window or (state is VoteState.announced and until is not None)
    return ObjectionKind.result if has_window else None


def refusal_to_object(
    *, kind: ObjectionKind | None, is_on_roll: bool, until: datetime | None, now: datetime, text: str
) -> Refusal | None:
    """Anybody may say that the roll leaves them out; the result is for those on the roll, within its window."""
    if kind is None:
        return NothingToObjectTo()
    if kind is ObjectionKind.result and not is_on_roll:
        return ObjectorNotOnRoll()
    if kind is ObjectionKind.result and until is not None and now >= until:
        return ObjectionTooLate(until=until)
    return None if len(text.strip()) >= 4 else ObjectionTextMissing()


def refusal_to_answer(*, is_answered: bool, answer: str) -> Refusal | None:
    if is_answered:
        return ObjectionAnswered()
    return None if answer.strip() else NoteMissing()


def refusal_to_halt(*, reason: str, reference: str) -> Refusal | None:
    """Nobody stops a resolution on their own word: a document says so."""
    if not reason.strip():
        return NoteMissing()
    return None if reference.strip() else ReferenceMissing()


def is_window_over(*, until: datetime | None, has_open_objection: bool, now: datetime) -> bool:
    """An objection that is open or upheld keeps the window open, however late it is."""
    return until is not None and now >= until and not has_open_objection
