"""One item after the other: taken in hand, put to the vote, decided, or put off."""

from __future__ import annotations

from datetime import date, datetime

from deliberation.kernel.errors import Refusal
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import ItemState, MeetingState, MotionState
from deliberation.meetings.service import passage, requests
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.floor import end_floor
from deliberation.meetings.service.log import load_item, note
from deliberation.meetings.service.motions import begin_motions, check_decidable, check_no_amendment, end_motions
from deliberation.meetings.service.pulses import close_open_pulse
from deliberation.meetings.service.questions import freeze_questions
from deliberation.meetings.service.steps import write_step
from deliberation.meetings.service.tallies import check_not_counting, drop_open
from deliberation.meetings.signals import item_deciding
from deliberation.people.access import Actor

ROOM = ("items", "item", "speaker", "queue", "questions", "pulse")


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
    begin_motions(item, now=now)
    passage.begin(item, now=now)
    note(meeting, "item.started", actor=actor, now=now, parts=ROOM, data={"item": item.id})
    return item


def decide_item(
    actor: Actor,
    *,
    item_id: int,
    text: str,
    now: datetime,
    due_on: date | None = None,
    owner_id: int | None = None,
    owner_unit_id: int | None = None,
    owner_name: str = "",
    is_other: bool = False,
) -> AgendaItem:
    """Write down what the room agreed on, word for word; it becomes part of the matter's timeline.

    With an owner and a day it is also something to be done (R-47). A motion that is still before the room is carried
    when these are its words, and set aside when the room settled on others. The same words again are done already.
    After a vote that did not carry its motion, ``is_other`` is the chair's word that this is another agreement; it is
    shown beside the result wherever it is shown.
    """
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    if item.state is ItemState.decided and rules.is_same_text(text, item.decision):
        return item
    is_voting = item.state is ItemState.vote
    _check(meeting, rules.VoteStillOpen() if is_voting else rules.refusal_to_move_item(item.state, ItemState.decided))
    _check_ripe(meeting, item, text)
    outcome = _not_carried(item, text)
    refusal = rules.refusal_to_decide(outcome=outcome, is_other=is_other)
    if refusal:
        raise refusal
    if owner_id or owner_unit_id or owner_name or due_on:
        write_step(
            actor, item, meeting, text=text, due_on=due_on, owner_id=owner_id, owner_unit_id=owner_unit_id,
            owner_name=owner_name, now=now,
        )  # fmt: skip
    _decide_motions(item, text, now=now)
    _finish(item, meeting, ItemState.decided, now=now)
    item.decision = text
    passage.decided(item, meeting, not_carried=outcome, actor=actor, now=now)
    requests.settle(item, was_heard=True, now=now)
    data = {"item": item.id, "text": text, **({"not_carried": outcome} if outcome else {})}
    note(meeting, "item.decided", actor=actor, now=now, parts=(*ROOM, "steps", "tally"), data=data)
    return item


def finish_item(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """The motion was voted down and nothing else was agreed: the item is over, and the result says all there is."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    if item.state is ItemState.decided:
        return item
    is_voting = item.state is ItemState.vote
    _check(meeting, rules.VoteStillOpen() if is_voting else rules.refusal_to_move_item(item.state, ItemState.decided))
    check_not_counting(meeting)
    _check(meeting, rules.refusal_to_finish(outcome=_not_carried(item, "")))
    end_motions(item, pending=MotionState.deferred, now=now)
    _finish(item, meeting, ItemState.decided, now=now)
    passage.discussed(item, meeting, actor=actor, now=now)
    requests.settle(item, was_heard=True, now=now)
    note(meeting, "item.finished", actor=actor, now=now, parts=(*ROOM, "tally"), data={"item": item.id})
    return item


def _not_carried(item: AgendaItem, text: str) -> str:
    """What the item's last vote came to when it did not carry its motion; refused where the text may not stand."""
    return next((answer for _room, answer in item_deciding.send(item, text=text) if answer), "")


def _check_ripe(meeting: Meeting, item: AgendaItem, text: str) -> None:
    """Nothing is being counted, no amendment is open, and the words may be decided today (R-43, C3)."""
    check_not_counting(meeting)
    check_no_amendment(item)
    main = queries.pending(item.id)
    if main is not None and rules.is_same_text(text, main.text):
        check_decidable(meeting, item, main.text)


def _decide_motions(item: AgendaItem, text: str, *, now: datetime) -> None:
    main = queries.pending(item.id)
    is_carried = main is not None and rules.is_same_text(text, main.text)
    end_motions(item, pending=MotionState.carried if is_carried else MotionState.set_aside, now=now)
    if main is not None and is_carried:
        main.decided_by = "consent"


def defer_item(actor: Actor, *, item_id: int, reason: str, now: datetime) -> AgendaItem:
    """Put an item off: its matter waits for another meeting. Not while its vote is under way, nor once it decided."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check(meeting, rules.refusal_to_move_item(item.state, ItemState.deferred))
    _check(meeting, queries.refusal_to_defer(item))
    if meeting.current_item_id == item.id:
        drop_open(meeting, now=now)
    end_motions(item, pending=MotionState.deferred, now=now)
    _finish(item, meeting, ItemState.deferred, now=now)
    item.decision = reason
    if item.matter_id is not None:
        if queries.request_of_item(item.id) is None:
            passage.call_back(item.matter_id, now=now)
        passage.give_back(item.matter_id, meeting, code="meeting.deferred", reason=reason, actor=actor, now=now)
    requests.settle(item, was_heard=False, now=now)
    data = {"item": item.id, "reason": reason}
    note(meeting, "item.deferred", actor=actor, now=now, parts=(*ROOM, "tally"), data=data)
    return item


def _finish(item: AgendaItem, meeting: Meeting, state: ItemState, *, now: datetime) -> None:
    item.state, item.ended_at = state, now
    freeze_questions(item)
    if meeting.current_item_id == item.id:
        close_open_pulse(meeting, now=now)
        end_floor(meeting, now=now, keeps_queue=False)
        meeting.current_item_id = None


def put_to_vote(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """Debate ends and the vote of this item begins; items that are not in the notice are refused. Called by votes."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    _check(meeting, rules.refusal_to_put_to_vote(in_notice=item.in_notice, item=item.state))
    check_not_counting(meeting)
    check_no_amendment(item)
    check_quorum(meeting)
    item.state = ItemState.vote
    end_floor(meeting, now=now, keeps_queue=True)
    note(meeting, "item.put_to_vote", actor=actor, now=now, parts=ROOM, data={"item": item.id})
    return item


def check_quorum(meeting: Meeting) -> None:
    """As many as had to be there to begin have to be there to decide; where ballots are counted, ballots decide."""
    there = queries.standing(meeting)
    if there.has_quorum is False:
        raise rules.SeatsMissing(present=there.voters, needed=there.needed, missing=there.missing)


def resume_debate(actor: Actor, *, item_id: int, now: datetime) -> AgendaItem:
    """The vote of this item is over: the floor is open again until the chair decides the item. Called by votes."""
    item, meeting = load_item(item_id)
    if item.state is not ItemState.vote:
        return item
    item.state = ItemState.debate
    note(meeting, "item.vote_over", actor=actor, now=now, parts=("items", "item"), data={"item": item.id})
    return item
