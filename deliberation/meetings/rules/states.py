"""States of a meeting, its items and its speakers, and which follows which (domain.md C3)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal


class MeetingState(StrEnum):
    planned = "planned"
    noticed = "noticed"
    open = "open"
    recess = "recess"
    closed = "closed"
    cancelled = "cancelled"


class ItemState(StrEnum):
    queued = "queued"
    debate = "debate"
    vote = "vote"
    decided = "decided"
    deferred = "deferred"


class Side(StrEnum):
    """What somebody asks the floor for. A point of order is about how the meeting is run; it has no side."""

    in_favour = "for"
    against = "against"
    question = "question"
    order = "order"


class SpeakerState(StrEnum):
    waiting = "waiting"
    speaking = "speaking"
    done = "done"
    withdrawn = "withdrawn"


MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.planned: frozenset({MeetingState.noticed, MeetingState.cancelled}),
    MeetingState.noticed: frozenset({MeetingState.open, MeetingState.cancelled}),
    MeetingState.open: frozenset({MeetingState.recess, MeetingState.closed}),
    MeetingState.recess: frozenset({MeetingState.open, MeetingState.closed}),
    MeetingState.closed: frozenset(),
    MeetingState.cancelled: frozenset(),
}
ITEM_MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.queued: frozenset({ItemState.debate, ItemState.deferred}),
    ItemState.debate: frozenset({ItemState.vote, ItemState.decided, ItemState.deferred, ItemState.queued}),
    ItemState.vote: frozenset({ItemState.decided, ItemState.debate}),
    ItemState.decided: frozenset(),
    ItemState.deferred: frozenset({ItemState.debate}),
}


class MeetingNotThere(Refusal):
    code = "meeting_state"
    sentence = N_("会议现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class ItemNotThere(Refusal):
    code = "item_state"
    sentence = N_("这一项现在不在这一步，不能这样做。")


def refusal_to_move_meeting(current: MeetingState, wanted: MeetingState) -> Refusal | None:
    return None if wanted in MEETING_MOVES[current] else MeetingNotThere()


def refusal_to_move_item(current: ItemState, wanted: ItemState) -> Refusal | None:
    return None if wanted in ITEM_MOVES[current] else ItemNotThere()
