"""The end of a debate (R-45), and its being opened again."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import ClosedBy
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.floor import end_floor
from deliberation.meetings.service.log import load_item, note
from deliberation.meetings.service.motions import check_in_debate
from deliberation.people.access import Actor

FLOOR = ("item", "speaker", "queue")


def ask_to_close(actor: Actor, *, item_id: int, now: datetime) -> None:
    """Somebody with a voice wants the debate to end; the chair then counts hands. Asking twice says it twice."""
    item, meeting = load_item(item_id)
    check_in_debate(meeting, item)
    if actor.user_id is None:
        raise NotAllowed()
    if item.debate_closed_at is not None:
        raise rules.DebateOver()
    there = queries.attendance_of(meeting.id, actor.user_id)
    if there is None or there.left_at is not None:
        raise rules.NotCheckedIn()
    if there.id not in queries.voices(meeting):
        raise rules.NoVoice()
    if item.close_asked_by_id is None:
        item.close_asked_by_id, item.close_asked_at = actor.user_id, now
        note(meeting, "debate.close_asked", actor=actor, now=now, parts=("item",), data={"item": item.id})


def close_debate(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """With nobody speaking and nobody waiting the chair ends the debate alone."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    refusal = rules.refusal_to_close_debate(
        meeting=meeting.state,
        item=item.state,
        is_over=item.debate_closed_at is not None,
        somebody_speaks=queries.present_speaker(item.id) is not None,
        waiting=len(queries.waiting_speakers(item.id)),
    )
    if refusal:
        raise refusal
    return end_debate(actor, item, meeting, ClosedBy.queue_empty, now=now)


def end_debate(actor: Actor, item: AgendaItem, meeting: Meeting, by: ClosedBy, *, now: datetime) -> AgendaItem:
    """The floor is closed; hands go down. Points of order can still be raised."""
    end_floor(meeting, now=now, keeps_queue=False, keeps_points=True)
    item.debate_closed_at, item.debate_closed_by = now, by
    item.close_asked_by_id = item.close_asked_at = None
    note(meeting, "debate.closed", actor=actor, now=now, parts=FLOOR, data={"item": item.id, "by": by})
    return item


def reopen_debate(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """The chair opens the floor again; not what the room has closed by its vote."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    check_in_debate(meeting, item)
    if item.debate_closed_at is None:
        return item
    if item.debate_closed_by is ClosedBy.two_thirds:
        raise rules.ClosedByTheRoom()
    item.debate_closed_at, item.debate_closed_by = None, None
    note(meeting, "debate.reopened", actor=actor, now=now, parts=FLOOR, data={"item": item.id})
    return item
