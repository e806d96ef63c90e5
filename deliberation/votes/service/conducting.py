"""Opening, closing, counting and reading back; what a result makes of its matter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from deliberation.audit import service as audit
from deliberation.committees import queries as committees
from deliberation.kernel.database import db
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, Step
from deliberation.meetings import service as meeting_service
from deliberation.meetings.rules import ItemState, MeetingState
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import live, queries, rules
from deliberation.votes.models import Vote
from deliberation.votes.queries.deadlines import announce_due_at
from deliberation.votes.rules import ObjectionKind, Outcome, VoteState
from deliberation.votes.service.common import (
    WORKING_DAYS_TO_DECIDE,
    days_after,
    entry,
    hand_to_conductor,
    is_done_already,
    load,
    meeting_and_item,
    office_of,
    refuse,
    tell_room,
    working_days_after,
)
from deliberation.votes.service.counting import count_vote
from deliberation.votes.service.in_room import motion_of, present_at, settle_motion
from deliberation.votes.service.urn import open_urn
from deliberation.votes.signals import vote_settled


def open_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Open by hand, at the hour or before it: the chair of the meeting, or the liaison where there is none."""
    vote = load(vote_id)
    refusal = queries.refusal_to_open(actor, vote)
    if is_done_already(refusal, vote.state is VoteState.voting):
        return vote
    refuse(refusal)
    return _open(actor, vote, now=now)


def open_due(vote_id: int, *, now: datetime) -> None:
    """Open a vote whose hour has come, unless another scheduler is at it or it is open already."""
    due = Vote.opens_at <= now
    vote = _claim(vote_id, VoteState.published, due)
    if vote is not None and not queries.has_open_objection(vote.id, ObjectionKind.roll):
        _open(None, vote, now=now)


def _open(actor: Actor | None, vote: Vote, *, now: datetime) -> Vote:
    refuse(rules.refusal_to_move(vote.state, VoteState.voting))
    _end_debate(actor, vote, now=now)
    vote.state, vote.opened_at = VoteState.voting, now
    vote.motion_id, vote.present_at_open = motion_of(vote), present_at(vote)
    audit.record("vote.opened", {"vote": vote.id, "present": vote.present_at_open}, now=now)
    tell_room(vote, "vote.opened", actor=actor, now=now)
    matter = matter_service.load_for_change(vote.matter_id)
    body = committees.committee(vote.committee_id)
    matter_service.move(matter, step=Step.vote, state="voting", now=now)
    matter_service.hand_to(matter, name=body.name, task="vote", due_at=vote.closes_at, now=now)
    hour = {"closes_at": vote.closes_at.isoformat(), "closes_in_room": vote.closes_in_room}
    data = {"vote": vote.id, "roll": str(vote.roll_source), "seats": vote.seats_total, **hour}
    entry(matter, "vote.opened", actor=actor, data=data, now=now)
    return vote


def _end_debate(actor: Actor | None, vote: Vote, *, now: datetime) -> None:
    """A vote opened by hand on the item in debate ends the debate; that is the chair's act, which meetings checks."""
    meeting, item = meeting_and_item(vote)
    if actor is None or meeting is None or item is None:
        return
    if meeting.state is MeetingState.open and item.state is ItemState.debate:
        meeting_service.put_to_vote(actor, item_id=item.id, now=now)


def close_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Close by hand and count. A ballot is either in before this or refused after it: see casting.cast_ballot."""
    vote = load(vote_id)
    refusal = queries.refusal_to_close(actor, vote, now=now)
    if is_done_already(refusal, vote.state is VoteState.counted):
        return vote
    refuse(refusal)
    return _close(actor, vote, now=now)


def close_due(vote_id: int, *, now: datetime) -> None:
    """Close and count a vote whose time is over, unless another scheduler is at it or it is closed already."""
    over = Vote.closes_at <= now
    vote = _claim(vote_id, VoteState.voting, over)
    if vote is not None:
        _close(None, vote, now=now, closed_at=vote.closes_at)


def _close(actor: Actor | None, vote: Vote, *, now: datetime, closed_at: datetime | None = None) -> Vote:
    """``closed_at`` is the announced hour where the job comes a moment after it.

    Where there is paper, the sheets that were handed in are read first; without any the count follows at once.
    """
    vote.closed_at, vote.present_at_close = closed_at or now, present_at(vote)
    if not vote.allows_paper:
        return _count(actor, vote, now=now)
    vote.state = VoteState.closed
    audit.record("vote.closed", {"vote": vote.id}, now=now)
    _leave_debate(actor, vote, now=now)
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.vote, state="vote_closed", now=now)
    hand_to_conductor(matter, vote, task="finish_count", due_at=announce_due_at(vote), now=now)
    return vote


def finish_count(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Count once the tellers have read to the end what they began; what nobody read does not take part."""
    vote = load(vote_id)
    refuse(queries.refusal_to_finish_count(actor, vote))
    return _count(actor, vote, now=now)


def _leave_debate(actor: Actor | None, vote: Vote, *, now: datetime) -> None:
    if vote.item_id is not None:
        meeting_service.resume_debate(actor or access.VISITOR, item_id=vote.item_id, now=now)
    tell_room(vote, "vote.closed", actor=actor, now=now)


def _count(actor: Actor | None, vote: Vote, *, now: datetime) -> Vote:
    if vote.is_secret:
        open_urn(vote, now=now)
    was_open, vote.state, vote.counted_at = vote.state is VoteState.voting, VoteState.counted, now
    verdict = count_vote(vote, now=now)
    if was_open:
        _leave_debate(actor, vote, now=now)
    else:
        live.announce_change(vote)
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.vote, state="counted", now=now)
    hand_to_conductor(matter, vote, task="announce", due_at=announce_due_at(vote), now=now)
    roll = {"roll": str(vote.roll_source), "seats": vote.seats_total, "needed": vote.ballots_needed}
    data = {"vote": vote.id, "cast": verdict.cast, **roll}
    entry(matter, "vote.closed", actor=actor, data=data, now=now)
    return vote


def announce_result(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Read the result back; from now on it is public, and the matter goes where the result sends it."""
    vote = load(vote_id)
    refusal = queries.refusal_to_announce(actor, vote)
    if is_done_already(refusal, vote.announced_at is not None):
        return vote
    refuse(refusal)
    vote.state, vote.announced_at = VoteState.announced, now
    audit.record("vote.announced", {"vote": vote.id, "outcome": str(vote.outcome)}, now=now)
    matter = matter_service.load_for_change(vote.matter_id)
    data = {"vote": vote.id, "title": vote.title, "text": vote.text, "result": vote.result}
    entry(matter, "vote.announced", actor=actor, data=data, now=now)
    _settle(matter, vote, now=now)
    # Told last, so that everybody reads the state it has from now on: in effect, or open to objections.
    tell_room(vote, "vote.announced", actor=actor, now=now)
    settle_motion(actor, vote, now=now)
    vote_settled.send(vote, now=now)
    return vote


def _settle(matter: Matter, vote: Vote, *, now: datetime) -> None:
    """Where a matter stands after the vote; the rooms above hand it on from here when it passed."""
    matter_service.move(matter, step=Step.vote, state=str(vote.outcome), now=now)
    if vote.outcome is not Outcome.passed:  # Advisory ones too: somebody says what comes of what was heard.
        if vote.objection_days:  # Whoever thinks that it was counted wrongly may say so all the same (C3).
            vote.objections_until = days_after(now, vote.objection_days)
        due = working_days_after(now, WORKING_DAYS_TO_DECIDE)
        hand_to_conductor(matter, vote, task="decide_next", due_at=due, now=now)
        return
    due = working_days_after(now, vote.handler_working_days)
    if vote.handler_id is None:
        hand_to_conductor(matter, vote, task="handle", due_at=due, now=now)
    else:
        name = office_of(vote.handler_id)
        matter_service.hand_to(matter, name=name, task="handle", due_at=due, now=now, holder_id=vote.handler_id)
    if vote.objection_days:
        vote.state, vote.objections_until = VoteState.objection_window, days_after(now, vote.objection_days)
    elif vote.needs_external_approval:
        vote.state = VoteState.external_approval_pending
    else:
        make_effective(vote, now=now)


def end_objection_window(vote_id: int, *, now: datetime) -> None:
    """When its days are over and no objection is open or upheld, a resolution takes effect or waits for approval."""
    vote = _claim(vote_id, VoteState.objection_window, Vote.objections_until <= now)
    if vote is None:
        return
    is_open = queries.has_open_objection(vote.id, ObjectionKind.result)
    if not rules.is_window_over(until=vote.objections_until, has_open_objection=is_open, now=now):
        return
    if vote.needs_external_approval and vote.approved_at is None:
        vote.state = VoteState.external_approval_pending
        live.announce_change(vote)
    else:
        _take_effect(vote, now=now)


def make_effective(vote: Vote, *, now: datetime) -> None:
    """The resolution takes effect: at once when it needs nobody's approval, else when that is recorded. Idempotent.

    An approval that comes while objections may still be raised is kept; the resolution then waits for the window.
    """
    if vote.state is VoteState.effective:
        return
    if vote.state is VoteState.objection_window:
        vote.approved_at = now
        return
    if vote.outcome is not Outcome.passed:
        raise rules.VoteStateChanged()
    refuse(rules.refusal_to_move(vote.state, VoteState.effective))
    _take_effect(vote, now=now)


def _take_effect(vote: Vote, *, now: datetime) -> None:
    vote.state, vote.effective_at = VoteState.effective, now
    audit.record("vote.effective", {"vote": vote.id}, now=now)
    live.announce_change(vote)


def _claim(vote_id: int, state: VoteState, is_due: ColumnElement[bool]) -> Vote | None:
    rows = select(Vote).where(Vote.id == vote_id, Vote.state == state, is_due)
    return db.session.scalar(rows.with_for_update(skip_locked=True).execution_options(populate_existing=True))
