"""The meeting as a whole: opened, in recess, closed."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import ItemState, MeetingState, MotionState
from deliberation.meetings.service import passage, requests
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.floor import end_floor
from deliberation.meetings.service.log import load_for_change, note
from deliberation.meetings.service.motions import end_motions
from deliberation.meetings.service.pulses import close_open_pulse
from deliberation.meetings.service.questions import freeze_questions
from deliberation.meetings.service.tallies import drop_open
from deliberation.meetings.signals import meeting_closed, meeting_closing
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places

CLOSING = ("meeting", "items", "item", "speaker", "queue", "tally", "attendance", "questions", "pulse")


def open_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> Meeting:
    """Begin: half an hour early at most, and with the quorum in the room where motions are to be decided there."""
    meeting = load_for_change(meeting_id)
    require_chair(actor, meeting, None)
    if meeting.state is MeetingState.open:
        return meeting
    there = queries.standing(meeting)
    refusal = rules.refusal_to_open(
        state=meeting.state,
        has_votes=any(item.in_notice and item.motion_text for item in queries.items(meeting.id)),
        seats_present=there.voters,
        seats_needed=there.needed,
    ) or rules.refusal_to_open_now(starts_at=meeting.starts_at, now=now)
    if refusal:
        raise refusal
    meeting.state, meeting.opened_at = MeetingState.open, now
    figures = there.to_json()
    audit.record("meeting.opened", {"meeting": meeting.id, "by": actor.user_id, **figures}, now=now)
    for matter_id in sorted(queries.agenda_matter_ids(meeting.id)):
        passage.opened(matter_id, meeting, now=now)
    note(meeting, "meeting.opened", actor=actor, now=now, parts=("meeting", "attendance"), data={"standing": figures})
    return meeting


def recess_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> Meeting:
    """A pause: the present turn ends, raised hands keep their places."""
    meeting = load_for_change(meeting_id)
    require_chair(actor, meeting, None)
    if meeting.state is MeetingState.recess:
        return meeting
    _move(meeting, MeetingState.recess)
    drop_open(meeting, now=now)
    end_floor(meeting, now=now, keeps_queue=True)
    note(meeting, "meeting.recessed", actor=actor, now=now, parts=("meeting", "speaker", "queue", "tally"))
    return meeting


def resume_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> Meeting:
    """Go on after a recess."""
    meeting = load_for_change(meeting_id)
    require_chair(actor, meeting, None)
    if meeting.state is MeetingState.open:
        return meeting
    if meeting.state is not MeetingState.recess:
        raise rules.MeetingNotThere()
    _move(meeting, MeetingState.open)
    note(meeting, "meeting.resumed", actor=actor, now=now, parts=("meeting",))
    return meeting


def close_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> Meeting:
    """End it: the chair, and once it was left open also the liaison, who serves every body."""
    meeting = load_for_change(meeting_id)
    is_liaison = Role.liaison in actor.roles_in(places.place(meeting.place_id).scope)
    if not (is_liaison and meeting.is_left_open(now)):
        require_chair(actor, meeting, None)
    if meeting.state is not MeetingState.closed:
        end_meeting(meeting, actor=actor, now=now)
    return meeting


def end_meeting(meeting: Meeting, *, actor: Actor | None, now: datetime) -> None:
    """The plain act; without an ``actor`` it ends by itself, and the log says so.

    Rooms above may refuse (an open vote) before anything is written. What was discussed is deliberated, what was not
    waits for another meeting.
    """
    refusal = rules.refusal_to_move_meeting(meeting.state, MeetingState.closed)
    if refusal:
        raise refusal
    meeting_closing.send(meeting)
    drop_open(meeting, now=now)
    close_open_pulse(meeting, now=now)
    end_floor(meeting, now=now, keeps_queue=False)
    meeting.state, meeting.closed_at, meeting.current_item_id = MeetingState.closed, now, None
    agenda = queries.items(meeting.id)
    for item in agenda:
        _leave_item(item, meeting, actor=actor, now=now)
    outcome = [{"item": item.id, "state": item.state, "decision": item.decision} for item in agenda]
    more = {} if actor is not None else {"by_itself": True}
    leaf = {"meeting": meeting.id, "by": actor.user_id if actor is not None else None, "items": outcome, **more}
    audit.record("meeting.closed", leaf, now=now)
    note(meeting, "meeting.closed", actor=actor, now=now, parts=CLOSING, data={"items": outcome, **more})
    meeting_closed.send(meeting, now=now)


def _leave_item(item: AgendaItem, meeting: Meeting, *, actor: Actor | None, now: datetime) -> None:
    """An item not begun waits for another meeting; one begun and not decided has been deliberated."""
    if item.state is ItemState.queued:
        item.state = ItemState.deferred
        if item.matter_id is not None:
            passage.give_back(item.matter_id, meeting, code="meeting.not_reached", reason="", actor=actor, now=now)
        requests.settle(item, was_heard=False, now=now)
    elif item.state in (ItemState.debate, ItemState.vote):
        end_motions(item, pending=MotionState.deferred, now=now)
        freeze_questions(item)
        item.state, item.ended_at = ItemState.decided, now
        passage.discussed(item, meeting, actor=actor, now=now)
        requests.settle(item, was_heard=True, now=now)


def _move(meeting: Meeting, state: MeetingState) -> None:
    refusal = rules.refusal_to_move_meeting(meeting.state, state)
    if refusal:
        raise refusal
    meeting.state = state
