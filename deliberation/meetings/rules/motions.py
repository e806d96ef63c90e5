"""Motions and amendments: who may make them, what follows what, what may be voted (R-43, C3, C5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.floor import ChairSpeaks, FloorClosed, NotCheckedIn
from deliberation.meetings.rules.states import ItemState, MeetingState

OWNERS = "owners"  # The decision rule of Civil Code art. 278.


class MotionKind(StrEnum):
    motion = "motion"
    amendment = "amendment"


class MotionState(StrEnum):
    """``declined`` was not taken by the chair; ``set_aside`` was overtaken: the room went on without deciding it."""

    proposed = "proposed"
    seconded = "seconded"
    pending = "pending"
    carried = "carried"
    lost = "lost"
    withdrawn = "withdrawn"
    deferred = "deferred"
    declined = "declined"
    set_aside = "set_aside"


class MotionSource(StrEnum):
    """``notice`` is the agenda's own text, as everybody was sent it; ``floor`` was moved by somebody in the room."""

    notice = "notice"
    floor = "floor"


WAITING = frozenset({MotionState.proposed, MotionState.seconded})
_ENDS = frozenset(
    {MotionState.carried, MotionState.lost, MotionState.withdrawn, MotionState.deferred, MotionState.set_aside}
)
MOTION_MOVES: Mapping[MotionState, frozenset[MotionState]] = {
    MotionState.proposed: frozenset(
        {
            MotionState.seconded, MotionState.pending, MotionState.withdrawn, MotionState.declined,
            MotionState.set_aside,
        }
    ),
    MotionState.seconded: frozenset(
        {MotionState.pending, MotionState.withdrawn, MotionState.declined, MotionState.set_aside}
    ),
    MotionState.pending: _ENDS,
    MotionState.deferred: frozenset({MotionState.pending}),  # Its item is taken up again.
    **{state: frozenset() for state in _ENDS - {MotionState.deferred}},
    MotionState.declined: frozenset(),
}  # fmt: skip


class MotionNotThere(Refusal):
    code = "motion_state"
    sentence = N_("这条动议已经不在这一步了。看看现在讨论的是哪一条。")


class MayNotMove(Refusal):
    code = "may_not_move"
    status = 403
    sentence = N_("动议由有表决权的人，以及这件事的提出人、联名人提出和附议。您可以举手发言，请他们代提。")


class NothingToAmend(Refusal):
    code = "nothing_to_amend"
    sentence = N_("现在没有在讨论的动议，没有可以修正的文字。请提一条动议。")


class ChangesNothing(Refusal):
    code = "changes_nothing"
    status = 422
    sentence = N_("和现在的文字一样，没有改动。请把要改的地方改好再交。")


class AlreadyProposed(Refusal):
    code = "already_proposed"
    sentence = N_("您提的另一条还在等主持人。等它有了结果，或者先撤回，再提新的。")


class OwnMotion(Refusal):
    code = "own_motion"
    sentence = N_("这条是您自己提的，要由另一个人附议。")


class SecondMissing(Refusal):
    code = "second_missing"
    sentence = N_("还没有人附议。按章程，要有另一个人附议才能讨论。")


class MotionPending(Refusal):
    """R-43: one motion at a time."""

    code = "motion_pending"
    sentence = N_("已经有一条动议在讨论。先把它议定、撤回或延后，再讨论下一条。")


class AmendmentPending(Refusal):
    """R-43: at most one amendment; it is settled before anything else about its motion."""

    code = "amendment_pending"
    sentence = N_("有一条修正案还没定。先定修正案，再往下走。")


class AmendmentOutdated(Refusal):
    code = "amendment_outdated"
    sentence = N_("动议的文字后来又改过，这条修正案是照旧文字写的。请提出的人照现在的文字重写一遍。")


class AmendedTextNeedsNotice(Refusal):
    code = "amended_text_needs_notice"
    sentence = N_(
        "这段文字和会议通知里写的不一样，章程也没有说可以当场改了就定。请延后再议，改好的文字写进下一次会议的通知。"
    )


def refusal_to_move_motion(current: MotionState, wanted: MotionState) -> Refusal | None:
    return None if wanted in MOTION_MOVES[current] else MotionNotThere()


def refusal_to_take_part(
    *, meeting: MeetingState, item: ItemState, is_chair: bool, is_present: bool, may_move: bool
) -> Refusal | None:
    """Who may move and second, and when (C5): present, with a vote or invited for this matter; never who chairs."""
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if is_chair:
        return ChairSpeaks()
    if not is_present:
        return NotCheckedIn()
    return None if may_move else MayNotMove()


def refusal_to_propose(
    *, kind: MotionKind, text: str, pending_text: str | None, has_one_waiting: bool
) -> Refusal | None:
    """An amendment changes the motion that is being discussed; nobody has two proposals waiting at once."""
    if kind is MotionKind.amendment and pending_text is None:
        return NothingToAmend()
    if pending_text is not None and is_same_text(text, pending_text):
        return ChangesNothing()
    return AlreadyProposed() if has_one_waiting else None


def refusal_to_second(*, state: MotionState, is_mover: bool) -> Refusal | None:
    return refusal_to_move_motion(state, MotionState.seconded) or (OwnMotion() if is_mover else None)


def refusal_to_accept(
    *,
    kind: MotionKind,
    state: MotionState,
    needs_second: bool,
    has_motion: bool,
    has_amendment: bool,
    is_outdated: bool,
) -> Refusal | None:
    """R-43: one motion is pending, and at most one amendment to it; seconded where the charter asks for it."""
    refusal: Refusal | None = None if state in WAITING else MotionNotThere()
    if refusal is None and needs_second and state is MotionState.proposed:
        refusal = SecondMissing()
    if refusal is None and kind is MotionKind.motion and has_motion:
        refusal = MotionPending()
    if refusal is None and kind is MotionKind.amendment and not has_motion:
        refusal = NothingToAmend()
    if refusal is None and has_amendment:
        refusal = AmendmentPending()
    return refusal or (AmendmentOutdated() if is_outdated else None)


def refusal_to_withdraw(*, state: MotionState, source: MotionSource, is_mover: bool, is_chair: bool) -> Refusal | None:
    """The mover may, until the chair has put it to the room; then it is the room's, and the chair asks the room."""
    refusal = refusal_to_move_motion(state, MotionState.withdrawn)
    if refusal:
        return refusal
    if is_chair:
        return None if source is MotionSource.floor else MotionNotThere()
    return None if is_mover and state in WAITING else MotionNotThere()


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts say the same; how they are spaced is not what they say."""
    return one.split() == other.split()


def refusal_of_departure(*, text: str, noticed: str, allows_amendments: bool, rule_kind: str) -> Refusal | None:
    """Only what stood in the notice may be decided (C3).

    ``noticed`` is the notice's text of the item, empty where it named the matter and gave no text. A body whose charter
    says so may change the words within the matter of the notice; owners never may, since each of them has to be able to
    read what is decided before deciding whether to come.
    """
    if not noticed.strip() or is_same_text(text, noticed):
        return None
    return None if allows_amendments and rule_kind != OWNERS else AmendedTextNeedsNotice()
