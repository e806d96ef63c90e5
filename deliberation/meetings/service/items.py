"""One item after the other: taken in hand, put to the vote, decided, or put off."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matter_queries
from deliberation.matters.models import Step
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import ItemState, MeetingState
from deliberation.meetings.service import passage, requests
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.floor import end_floor
from deliberation.meetings.service.log import load_item, note
from deliberation.meetings.signals import item_deciding
from deliberation.people.access import Actor

ROOM = ("items", "item", "speaker", "queue")


def _check(meeting: Meeting, refusal: Refusal | None) -> None:
    if meeting.state is not MeetingState.open:
        raise rules.MeetingNotThere()
    if refusal:
        raise refusal


def start_item(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """Take an item in hand. Only one is in hand at a time; an item that was put off may be taken up again."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    if meeting.current_item_id == item.id and item.state is ItemState.debate:
        return item
    _check(meeting, rules.refusal_to_move_item(item.state, ItemState.debate))
    if meeting.current_item_id is not None:
        raise rules.ItemInHand(title=queries.item(meeting.current_item_id).title)
    item.state, item.started_at, item.ended_at = ItemState.debate, item.started_at or now, None
    meeting.current_item_id = item.id
    passage.begin(item, now=now)
    note(meeting, "item.started", actor=actor, now=now, parts=ROOM, data={"item": item.id})
    return item


def decide_item(actor: Actor, *, item_id: int, text: str, now: datetime) -> AgendaItem:
    """Write down what the room agreed on, word for word; it becomes part of the matter's timeline."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    is_voting = item.state is ItemState.vote
    _check(meeting, rules.VoteStillOpen() if is_voting else rules.refusal_to_move_item(item.state, ItemState.decided))
    item_deciding.send(item, text=text)
    _finish(item, meeting, ItemState.decided, now=now)
    item.decision = text
    passage.decided(item, meeting, actor=actor, now=now)
    requests.settle(item, was_heard=True, now=now)
    note(meeting, "item.decided", actor=actor, now=now, parts=ROOM, data={"item": item.id, "text": text})
    return item


def defer_item(actor: Actor, *, item_id: int, reason: str, now: datetime) -> AgendaItem:
    """Put an item off: its matter waits for another meeting. Not while its vote is under way."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check(meeting, rules.refusal_to_move_item(item.state, ItemState.deferred))
    is_requested = queries.request_of_item(item.id) is not None
    if item.matter_id is not None and not is_requested and matter_queries.matter(item.matter_id).step > Step.meeting:
        raise rules.UnderVote()
    _finish(item, meeting, ItemState.deferred, now=now)
    item.decision = reason
    if item.matter_id is not None:
        passage.give_back(item.matter_id, meeting, code="meeting.deferred", reason=reason, actor=actor, now=now)
    requests.settle(item, was_heard=False, now=now)
    note(meeting, "item.deferred", actor=actor, now=now, parts=ROOM, data={"item": item.id, "reason": reason})
    return item


def _finish(item: AgendaItem, meeting: Meeting, state: ItemState, *, now: datetime) -> None:
    item.state, item.ended_at = state, now
    if meeting.current_item_id == item.id:
        end_floor(meeting, now=now, keeps_queue=False)
        meeting.current_item_id = None


def put_to_vote(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """Debate ends and the vote of this item begins; items that are not in the notice are refused. Called by votes."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check(meeting, rules.refusal_to_put_to_vote(in_notice=item.in_notice, item=item.state))
    item.state = ItemState.vote
    end_floor(meeting, now=now, keeps_queue=True)
    note(meeting, "item.put_to_vote", actor=actor, now=now, parts=ROOM, data={"item": item.id})
    return item


def resume_debate(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """The vote of this item is over: the floor is open again until the chair decides the item. Called by votes."""
    item, meeting = load_item(item_id)
    if item.state is not ItemState.vote:
        return item
    item.state = ItemState.debate
    note(meeting, "item.vote_over", actor=actor, now=now, parts=("items", "item"), data={"item": item.id})
    return item
