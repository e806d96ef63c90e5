"""Raised hands: up, down, and where the chair puts them (R-41, R-42)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Speaker
from deliberation.meetings.rules import ItemState, Side, SpeakerState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.people.access import Actor


def raise_hand(actor: Actor, *, item_id: int, side: Side, now: datetime) -> Speaker:
    """Wait for a turn on the item in debate. Raising again keeps the place; with another side it changes the side."""
    item, meeting = load_item(item_id)
    if actor.user_id is None:
        raise NotAllowed()
    waiting = _own_waiting(item, actor)
    if waiting is not None and waiting.side is side:
        return waiting
    if waiting is None or waiting.side is Side.order:
        _check_may_raise(actor, meeting, item, side)
    speaker = waiting or Speaker(
        meeting_id=meeting.id, item_id=item.id, user_id=actor.user_id, requested_at=now, side=side
    )
    speaker.side = side
    db.session.add(speaker)
    note(meeting, "hand.raised", actor=actor, now=now, parts=("queue",), data={"item": item.id, "side": side})
    tell_own_pages(meeting, actor.user_id)
    return speaker


def _own_waiting(item: AgendaItem, actor: Actor) -> Speaker | None:
    return next((hand for hand in queries.waiting_speakers(item.id) if hand.user_id == actor.user_id), None)


def _check_may_raise(actor: Actor, meeting: Meeting, item: AgendaItem, side: Side) -> None:
    """R-41, and R-44: whoever chairs states no opinion; to speak, the chair hands the item to a stand-in first."""
    user_id = actor.user_id or 0
    refusal = rules.refusal_to_raise_hand(
        meeting=meeting.state,
        item=item.state if meeting.current_item_id == item.id else ItemState.queued,
        is_present=queries.is_present(meeting.id, user_id),
        is_waiting=False,
        turns_taken=queries.spoken_counts(item.id).get(user_id, 0),
        turns_allowed=queries.charter_of(meeting).turns_per_motion,
        side=side,
        is_debate_over=item.debate_closed_at is not None,
    )
    if refusal is None and user_id == (item.stand_in_chair_id or meeting.chair_id):
        refusal = rules.ChairSpeaks()
    if refusal:
        raise refusal


def withdraw_hand(actor: Actor, *, item_id: int, now: datetime) -> None:
    """Take the hand down; when it is not up, nothing changes."""
    item, meeting = load_item(item_id)
    speaker = _own_waiting(item, actor)
    if speaker is None:
        return
    leave_queue(speaker)
    speaker.state, speaker.ended_at, speaker.pinned_place = SpeakerState.withdrawn, now, None
    note(meeting, "hand.withdrawn", actor=actor, now=now, parts=("queue",), data={"item": item.id})
    tell_own_pages(meeting, speaker.user_id)


def move_hand(actor: Actor, *, speaker_id: int, place: int, reason: str, now: datetime) -> Speaker:
    """The chair gives a waiting hand another place, 1 is next, for a reason that everybody reads.

    It stays there as others come and go; R-42 orders the others around it. Points of order stand before place 1.
    """
    asked = db.session.get(Speaker, speaker_id)
    if asked is None:
        raise NotFound()
    item, meeting = load_item(asked.item_id)
    require_chair(actor, meeting, item)
    speaker = db.session.get_one(Speaker, speaker_id, populate_existing=True)
    waiting = [hand for hand in queries.waiting_speakers(item.id) if hand.side is not Side.order]
    refusal = rules.refusal_to_move_hand(speaker=speaker.state, side=speaker.side, place=place, count=len(waiting))
    if refusal:
        raise refusal
    set_pins(waiting, rules.pin_at(_pins(waiting), hand=speaker.id, place=place))
    speaker.pin_reason = reason
    data = {"item": item.id, "speaker": speaker.id, "place": place, "reason": reason}
    note(meeting, "hand.moved", actor=actor, now=now, parts=("queue",), data=data)
    tell_own_pages(meeting, speaker.user_id)
    return speaker


def leave_queue(speaker: Speaker) -> None:
    """Before a hand goes down or gets the floor: the pinned ones behind it move up by one."""
    waiting = [hand for hand in queries.waiting_speakers(speaker.item_id) if hand.side is not Side.order]
    ids = [hand.id for hand in waiting]
    left = ids.index(speaker.id) + 1 if speaker.id in ids else 0
    others = [hand for hand in waiting if hand.id != speaker.id]
    set_pins(others, rules.pins_after(_pins(others), left=left))


def _pins(waiting: list[Speaker]) -> dict[int, int]:
    return {hand.id: hand.pinned_place for hand in waiting if hand.pinned_place is not None}


def set_pins(waiting: list[Speaker], pins: Mapping[int, int]) -> None:
    for hand in waiting:
        hand.pinned_place = pins.get(hand.id)
