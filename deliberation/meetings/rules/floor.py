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
    """A raised hand. ``requested_at`` is the server's time; ``pinned_place`` is where the chair put it, 1 is next."""

    id: int
    person_id: int
    side: Side
    requested_at: datetime
    pinned_place: int | None = None


SIDELESS = frozenset({Side.question, Side.order})


def order_queue(
    requests: Sequence[Request], *, spoken_counts: Mapping[int, int], last_side: Side | None = None
) -> list[Request]:
    """R-42: who has not yet spoken comes first, then for and against alternate, then the earlier request.

    ``spoken_counts`` is turns already taken on this motion by person; ``last_side`` is the side that spoke last.
    A question belongs to no side: it takes its place by time and does not change whose turn it is. Points of order come
    before everybody. Behind them, whom the chair has given a place stands there, and R-42 orders the others around.
    """
    by_time = sorted(requests, key=lambda request: (request.requested_at, request.id))
    ordered = [request for request in by_time if request.side is Side.order]
    rest = [request for request in by_time if request.side is not Side.order]
    pins = sorted((request for request in rest if request.pinned_place), key=_pinned)
    free = [request for request in rest if not request.pinned_place]
    side = last_side if last_side not in SIDELESS else None
    for place in range(1, len(rest) + 1):
        is_pinned = bool(pins) and (not free or _pinned(pins[0])[0] <= place)
        chosen = pins.pop(0) if is_pinned else _next_by_turn(_least_heard(free, spoken_counts), side)
        if not is_pinned:
            free.remove(chosen)
        ordered.append(chosen)
        side = chosen.side if chosen.side not in SIDELESS else side
    return ordered


def _pinned(request: Request) -> tuple[int, datetime, int]:
    return (request.pinned_place or 0, request.requested_at, request.id)


def _least_heard(waiting: Sequence[Request], spoken_counts: Mapping[int, int]) -> list[Request]:
    """Those who spoke least, in the order of time."""
    fewest = min(spoken_counts.get(request.person_id, 0) for request in waiting)
    return [request for request in waiting if spoken_counts.get(request.person_id, 0) == fewest]


def _next_by_turn(waiting: Sequence[Request], last_side: Side | None) -> Request:
    """The earliest request, unless it is on the side that just spoke and somebody of the other side waits."""
    first = waiting[0]
    if last_side is None or first.side in SIDELESS or first.side is not last_side:
        return first
    other = Side.against if last_side is Side.in_favour else Side.in_favour
    return next((request for request in waiting if request.side is other), first)


def pins_after(pins: Mapping[int, int], *, left: int) -> dict[int, int]:
    """The pinned places once the hand at place ``left`` is down: those behind it move up by one.

    ``pins`` is the place by hand; a point of order stands before place 1 and moves nobody: its ``left`` is 0.
    """
    return {hand: place - 1 if 0 < left < place else place for hand, place in pins.items()}


def pin_at(pins: Mapping[int, int], *, hand: int, place: int) -> dict[int, int]:
    """The pinned places with ``hand`` put at ``place``; those that stood there or behind make room."""
    others = {each: at for each, at in pins.items() if each != hand}
    others = pins_after(others, left=pins.get(hand, 0))
    return {**{each: at + 1 if at >= place else at for each, at in others.items()}, hand: place}


class FloorClosed(Refusal):
    code = "floor_closed"
    sentence = N_("现在没有在议这一项，先不用举手。主持人说到这一项时再举。")


class DebateOver(Refusal):
    code = "debate_over"
    sentence = N_("这一项的辩论已经结束，等着表决或记下决定。程序上有问题，可以提程序问题。")


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
    side: Side = Side.in_favour,
    is_debate_over: bool = False,
) -> Refusal | None:
    """R-41: present, on the item in debate, not in the queue already, and with a turn left.

    A point of order uses up no turn, and may be raised when the debate is over too.
    """
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if not is_present:
        return NotCheckedIn()
    if is_waiting:
        return HandAlreadyRaised()
    if side is Side.order:
        return None
    if is_debate_over:
        return DebateOver()
    return TurnsUsedUp(turns=turns_allowed) if turns_taken >= turns_allowed else None


class ChairSpeaks(Refusal):
    """R-44: the chair states no opinion; to speak, the chair hands the item over until it ends."""

    code = "chair_speaks"
    sentence = N_("您正在主持这一项，主持人不发表意见。要发言，请先请一位代主持人，直到这一项议完。")


class NobodySpeaks(Refusal):
    code = "nobody_speaks"
    sentence = N_("现在没有人在发言，不用加时。")


class PlaceOutOfQueue(Refusal):
    code = "place_out_of_queue"
    status = 422
    sentence = N_("现在有 %(count)s 位在等，没有第 %(place)s 位。请看一下现在的次序再排。")


class PointsComeFirst(Refusal):
    code = "points_come_first"
    sentence = N_("程序问题总是排在最前面，不用调。")


class SomebodySpeaks(Refusal):
    code = "somebody_speaks"
    sentence = N_("还有人在发言。先请这位说完，或结束这次发言。")


class FloorMovedOn(Refusal):
    """Two pages of one chair, or two presses at once: the second is about a turn that is over already."""

    code = "floor_moved_on"
    sentence = N_("发言的人刚刚换过了，这一下没有再换。请看看现在是谁在发言。")


def refusal_of_stale_floor(*, shown: int | None, speaking: int | None) -> Refusal | None:
    """``shown`` is whom the device showed as speaking (0 for nobody), none where it does not say; by speaker ids."""
    return FloorMovedOn() if shown is not None and shown != (speaking or 0) else None


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


def refusal_to_move_hand(*, speaker: SpeakerState, side: Side, place: int, count: int) -> Refusal | None:
    """The chair may give a waiting hand another place among the ``count`` that are no points of order."""
    if speaker is not SpeakerState.waiting:
        return NobodyWaits()
    if side is Side.order:
        return PointsComeFirst()
    return None if 1 <= place <= count else PlaceOutOfQueue(count=count, place=place)
