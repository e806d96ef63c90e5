"""The floor: who may raise a hand (R-41), the order of the queue (R-42), one speaker at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.states import ItemState, MeetingState, Side, SpeakerState

TURNS_PER_MOTION = 2
EXTENSION_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """A raised hand. ``requested_at`` is the server's time."""

    id: int
    person_id: int
    side: Side
    requested_at: datetime


def order_queue(
    requests: Sequence[Request], *, spoken_counts: Mapping[int, int], last_side: Side | None = None
) -> list[Request]:
    """R-42: who has not yet spoken comes first, then for and against alternate, then the earlier request.

    ``spoken_counts`` is turns already taken on this item by person; ``last_side`` is the side that spoke last.
    A question belongs to no side: it takes its place by time and does not change whose turn it is.
    """
    ordered: list[Request] = []
    side = last_side
    by_count: dict[int, list[Request]] = {}
    for request in sorted(requests, key=lambda r: (r.requested_at, r.id)):
        by_count.setdefault(spoken_counts.get(request.person_id, 0), []).append(request)
    for count in sorted(by_count):
        waiting = by_count[count]
        while waiting:
            chosen = _next_by_turn(waiting, side)
            waiting.remove(chosen)
            ordered.append(chosen)
            side = chosen.side if chosen.side is not Side.question else side
    return ordered


def _next_by_turn(waiting: Sequence[Request], last_side: Side | None) -> Request:
    """The earliest request, unless it is on the side that just spoke and somebody of the other side waits."""
    first = waiting[0]
    if last_side is None or first.side is Side.question or first.side is not last_side:
        return first
    other = Side.against if last_side is Side.in_favour else Side.in_favour
    return next((request for request in waiting if request.side is other), first)


class FloorClosed(Refusal):
    code = "floor_closed"
    sentence = N_("现在没有在议这一项，先不用举手。主持人说到这一项时再举。")


class HandAlreadyRaised(Refusal):
    code = "hand_already_raised"
    sentence = N_("您已经举过手了，正在排队。")


class NotCheckedIn(Refusal):
    code = "not_checked_in"
    sentence = N_("请先签到，再举手发言。扫大屏上的码，或请主持人代签。")


class TurnsUsedUp(Refusal):
    code = "turns_used_up"
    sentence = N_("这一项您已经说过 %(turns)s 次，按议事规则到此为止。可以把话写下来交给联络员。")


def refusal_to_raise_hand(
    *,
    meeting: MeetingState,
    item: ItemState,
    is_present: bool,
    is_waiting: bool,
    turns_taken: int,
    turns_allowed: int = TURNS_PER_MOTION,
) -> Refusal | None:
    """R-41: present, on the item in debate, not in the queue already, and with a turn left."""
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if not is_present:
        return NotCheckedIn()
    if is_waiting:
        return HandAlreadyRaised()
    return TurnsUsedUp(turns=turns_allowed) if turns_taken >= turns_allowed else None


class ChairSpeaks(Refusal):
    """R-44: the chair states no opinion; to speak, the chair hands the item over until it ends."""

    code = "chair_speaks"
    sentence = N_("您正在主持这一项，主持人不发表意见。要发言，请先请一位代主持人，直到这一项议完。")


class NobodySpeaks(Refusal):
    code = "nobody_speaks"
    sentence = N_("现在没有人在发言，不用加时。")


class SomebodySpeaks(Refusal):
    code = "somebody_speaks"
    sentence = N_("还有人在发言。先请这位说完，或结束这次发言。")


class NobodyWaits(Refusal):
    code = "nobody_waits"
    sentence = N_("现在没有人在等着发言。")


def refusal_to_give_floor(
    *, meeting: MeetingState, item: ItemState, speaker: SpeakerState, somebody_speaks: bool
) -> Refusal | None:
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if somebody_speaks:
        return SomebodySpeaks()
    return None if speaker is SpeakerState.waiting else NobodyWaits()
