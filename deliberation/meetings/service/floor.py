"""Who speaks: turns on the server's clock (R-41), given in the order of R-42, one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Speaker
from deliberation.meetings.rules import EXTENSION_SECONDS, ItemState, MeetingState, Side, SpeakerState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.hands import leave_queue
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.people.access import Actor

FLOOR = ("speaker", "queue", "item")


def next_speaker(actor: Actor, *, item_id: int, now: datetime, shown: int | None = None) -> Speaker | None:
    """End the present turn and give the floor to whoever R-42 puts first; with nobody waiting the floor is empty.

    ``shown`` is the speaker that the device showed, 0 for nobody: of two presses at once only one moves on.
    """
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check_in_debate(meeting, item)
    _check_shown(item, shown)
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


def pause_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    """The clock of the present turn stands still: something has to be settled first."""
    meeting, speaker = _turn_to_change(actor, item_id)
    if speaker.paused_at is None:
        speaker.paused_at = now
        _say(meeting, "floor.paused", actor, [speaker], now=now)


def resume_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    """The present turn goes on, with as much time as it had left."""
    meeting, speaker = _turn_to_change(actor, item_id)
    if speaker.paused_at is not None:
        _go_on(speaker, now=now)
        _say(meeting, "floor.resumed", actor, [speaker], now=now)


def _turn_to_change(actor: Actor, item_id: int) -> tuple[Meeting, Speaker]:
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check_in_debate(meeting, item)
    speaker = queries.present_speaker(item.id)
    if speaker is None:
        raise rules.NobodySpeaks()
    return meeting, speaker


def _go_on(speaker: Speaker, *, now: datetime) -> None:
    if speaker.paused_at is not None:
        speaker.paused_milliseconds += (now - speaker.paused_at) // timedelta(milliseconds=1)
        speaker.paused_at = None


def _check_shown(item: AgendaItem, shown: int | None) -> None:
    speaker = queries.present_speaker(item.id)
    refusal = rules.refusal_of_stale_floor(shown=shown, speaking=speaker.id if speaker is not None else None)
    if refusal:
        raise refusal


def end_turn(actor: Actor, *, item_id: int, now: datetime, shown: int | None = None) -> None:
    """The chair ends the present turn, or the speaker does; when nobody speaks, nothing changes."""
    item, meeting = load_item(item_id)
    speaker = queries.present_speaker(item.id)
    if speaker is None or speaker.user_id != actor.user_id:
        require_chair(actor, meeting, item)
    if speaker is not None:
        _check_shown(item, shown)
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
    data = {"item": item.id, "everybody": everybody, "seconds": EXTENSION_SECONDS}
    note(meeting, "floor.extended", actor=actor, now=now, parts=("speaker", "item"), data=data)


def end_floor(meeting: Meeting, *, now: datetime, keeps_queue: bool, keeps_points: bool = False) -> None:
    """Nobody speaks any more: the item or its debate is over, the room is in recess, or a vote begins."""
    for hand in queries.open_hands(meeting.id):
        is_kept = keeps_queue or (keeps_points and hand.side is Side.order)
        if hand.state is SpeakerState.speaking:
            _finish(hand, now=now)
        elif not is_kept:
            hand.state, hand.ended_at, hand.pinned_place = SpeakerState.withdrawn, now, None
        else:
            continue
        tell_own_pages(meeting, hand.user_id)


def _check_in_debate(meeting: Meeting, item: AgendaItem) -> None:
    if meeting.state is not MeetingState.open or item.state is not ItemState.debate:
        raise rules.FloorClosed()


def _end_present_turn(item: AgendaItem, *, now: datetime) -> Speaker | None:
    speaker = queries.present_speaker(item.id)
    if speaker is not None:
        _finish(speaker, now=now)
        db.session.flush()
    return speaker


def _finish(speaker: Speaker, *, now: datetime) -> None:
    _go_on(speaker, now=now)
    speaker.state, speaker.ended_at = SpeakerState.done, now


def _begin_turn(speaker: Speaker, item: AgendaItem, meeting: Meeting, *, now: datetime) -> None:
    """The turn counts for the motion that is pending now, if any (R-41)."""
    leave_queue(speaker)
    main = queries.pending(item.id)
    speaker.state, speaker.started_at, speaker.pinned_place = SpeakerState.speaking, now, None
    speaker.motion_id = main.id if main is not None else None
    speaker.allotted_seconds = queries.charter_of(meeting).turn_seconds + item.extra_seconds


def _say(meeting: Meeting, kind: str, actor: Actor, speakers: list[Speaker | None], *, now: datetime) -> None:
    there = [speaker for speaker in speakers if speaker is not None]
    data = {"speakers": [speaker.id for speaker in there]}
    note(meeting, kind, actor=actor, now=now, parts=FLOOR, data=data)
    for speaker in there:
        tell_own_pages(meeting, speaker.user_id)
