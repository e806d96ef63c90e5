"""Who speaks: raised hands, turns on the server's clock (R-41), the order of R-42."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Speaker
from deliberation.meetings.rules import EXTENSION_SECONDS, ItemState, MeetingState, Side, SpeakerState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.people.access import Actor

FLOOR = ("speaker", "queue", "item")


def raise_hand(actor: Actor, *, item_id: int, side: Side, now: datetime) -> Speaker:
    """Wait for a turn on the item in debate. Raising again keeps the place; with another side it changes the side."""
    item, meeting = load_item(item_id)
    if actor.user_id is None:
        raise NotAllowed()
    waiting = _own_waiting(item, actor)
    if waiting is None:
        _check_may_raise(actor, meeting, item)
    if waiting is not None and waiting.side is side:
        return waiting
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


def _check_may_raise(actor: Actor, meeting: Meeting, item: AgendaItem) -> None:
    """R-41, and R-44: whoever chairs states no opinion; to speak, the chair hands the item to a stand-in first."""
    user_id = actor.user_id or 0
    refusal = rules.refusal_to_raise_hand(
        meeting=meeting.state,
        item=item.state if meeting.current_item_id == item.id else ItemState.queued,
        is_present=queries.is_present(meeting.id, user_id),
        is_waiting=False,
        turns_taken=queries.spoken_counts(item.id).get(user_id, 0),
        turns_allowed=queries.charter_of(meeting).turns_per_motion,
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
    speaker.state, speaker.ended_at = SpeakerState.withdrawn, now
    note(meeting, "hand.withdrawn", actor=actor, now=now, parts=("queue",), data={"item": item.id})
    tell_own_pages(meeting, speaker.user_id)


def next_speaker(actor: Actor, *, item_id: int, now: datetime) -> Speaker | None:
    """End the present turn and give the floor to whoever R-42 puts first; with nobody waiting the floor is empty."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check_in_debate(meeting, item)
    ended = _end_present_turn(item, now=now)
    waiting = queries.waiting_speakers(item.id)
    if not waiting and ended is None:
        raise rules.NobodyWaits()
    chosen = waiting[0] if waiting else None
    if chosen is not None:
        _begin_turn(chosen, item, meeting, now=now)
    _say(meeting, "floor.given" if chosen else "floor.ended", actor, [ended, chosen], now=now)
    return chosen


def give_floor(actor: Actor, *, speaker_id: int, now: datetime) -> Speaker:
    """Give the floor to one raised hand out of turn; only when nobody is speaking."""
    asked = db.session.get(Speaker, speaker_id)
    if asked is None:
        raise NotFound()
    item, meeting = load_item(asked.item_id)
    require_chair(actor, meeting, item)
    speaker = db.session.get_one(Speaker, speaker_id, populate_existing=True)
    refusal = rules.refusal_to_give_floor(
        meeting=meeting.state,
        item=item.state,
        speaker=speaker.state,
        somebody_speaks=queries.present_speaker(item.id) is not None,
    )
    if refusal:
        raise refusal
    _begin_turn(speaker, item, meeting, now=now)
    _say(meeting, "floor.given", actor, [speaker], now=now)
    return speaker


def end_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    """The chair ends the present turn, or the speaker does; when nobody speaks, nothing changes."""
    item, meeting = load_item(item_id)
    speaker = queries.present_speaker(item.id)
    if speaker is None or speaker.user_id != actor.user_id:
        require_chair(actor, meeting, item)
    ended = _end_present_turn(item, now=now)
    if ended is not None:
        _say(meeting, "floor.ended", actor, [ended], now=now)


def extend_turn(actor: Actor, *, item_id: int, everybody: bool, now: datetime) -> None:
    """R-41: half a minute more for the present speaker, or for everybody's turn on this item alike."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check_in_debate(meeting, item)
    speaker = queries.present_speaker(item.id)
    if speaker is None and not everybody:
        raise rules.NobodySpeaks()
    if speaker is not None:
        speaker.allotted_seconds += EXTENSION_SECONDS
    if everybody:
        item.extra_seconds += EXTENSION_SECONDS
    note(meeting, "floor.extended", actor=actor, now=now, parts=("speaker", "item"), data={"everybody": everybody})


def end_floor(meeting: Meeting, *, now: datetime, keeps_queue: bool) -> None:
    """Nobody speaks any more: the item is over, the room is in recess, or a vote begins."""
    for hand in queries.open_hands(meeting.id):
        if hand.state is SpeakerState.speaking:
            hand.state, hand.ended_at = SpeakerState.done, now
        elif not keeps_queue:
            hand.state, hand.ended_at = SpeakerState.withdrawn, now


def _check_in_debate(meeting: Meeting, item: AgendaItem) -> None:
    if meeting.state is not MeetingState.open or item.state is not ItemState.debate:
        raise rules.FloorClosed()


def _end_present_turn(item: AgendaItem, *, now: datetime) -> Speaker | None:
    speaker = queries.present_speaker(item.id)
    if speaker is not None:
        speaker.state, speaker.ended_at = SpeakerState.done, now
        db.session.flush()
    return speaker


def _begin_turn(speaker: Speaker, item: AgendaItem, meeting: Meeting, *, now: datetime) -> None:
    speaker.state, speaker.started_at = SpeakerState.speaking, now
    speaker.allotted_seconds = queries.charter_of(meeting).turn_seconds + item.extra_seconds


def _say(meeting: Meeting, kind: str, actor: Actor, speakers: list[Speaker | None], *, now: datetime) -> None:
    there = [speaker for speaker in speakers if speaker is not None]
    data = {"speakers": [speaker.id for speaker in there]}
    note(meeting, kind, actor=actor, now=now, parts=FLOOR, data=data)
    for speaker in there:
        tell_own_pages(meeting, speaker.user_id)
