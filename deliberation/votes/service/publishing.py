"""Publishing a vote with its frozen roll, and giving one up before it opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.matters import service as matter_service
from deliberation.matters.models import ParticipationReason, Step
from deliberation.people.access import Actor
from deliberation.votes import live, queries, rules
from deliberation.votes.models import Vote
from deliberation.votes.queries import record
from deliberation.votes.rules import VoteState
from deliberation.votes.service.common import (
    WORKING_DAYS_TO_DECIDE,
    entry,
    hand_to_conductor,
    load,
    office_of,
    refuse,
    tell_voters,
    working_days_after,
)
from deliberation.votes.service.roll import freeze_roll


def publish_vote(actor: Actor, *, vote_id: int, now: datetime, action: str = "vote.prepare") -> Vote:
    """Freeze text, rule and roll (R-13), tell every voter; from here on nobody can change them."""
    vote = load(vote_id)
    refuse(queries.refusal_to_publish(actor, vote, now=now, action=action))
    freeze_roll(vote)
    refuse(None if vote.seats_total else rules.RollEmpty())
    refuse(rules.refusal_of_bands(queries.bands(vote)) if vote.is_secret else None)
    vote.text_hash = rules.text_hash(vote.text)
    vote.notice = {**vote.notice, "help_desk": queries.notice_now(vote).help_desk}
    db.session.flush()  # The roll is written before the vote that freezes it.
    vote.state, vote.published_at = VoteState.published, now
    db.session.flush()
    audit.record("vote.published", record.published(vote), now=now)
    audit.record("roll.frozen", record.frozen(vote), now=now)
    live.announce_change(vote)
    _publish_on_matter(actor, vote, now=now)
    return vote


def _publish_on_matter(actor: Actor, vote: Vote, *, now: datetime) -> None:
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.vote, state="vote_published", now=now)
    hand_to_conductor(matter, vote, task="open_vote", due_at=vote.opens_at, now=now)
    voters, reason = queries.voters(vote.id), ParticipationReason.eligible_voter
    matter_service.add_participants(matter.id, voters, reason=reason, now=now)
    facts = {
        "vote": vote.id,
        "title": vote.title,
        "text": vote.text,
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": vote.closes_at.isoformat(),
        "closes_in_room": vote.closes_in_room,
        "roll": str(vote.roll_source),
        "seats": vote.seats_total,
        "needed": vote.ballots_needed,
        "area_needed": vote.area_needed,
        "text_hash": vote.text_hash,
    }
    matter_service.add_entry(
        matter, "vote.published", now=now, actor=actor, actor_name=office_of(actor.user_id), data=facts
    )
    tell_voters(vote, "vote.published", {**facts, **_replaced(vote)}, key=str(vote.id), now=now)


def _replaced(vote: Vote) -> dict[str, Any]:
    """What the voters are told of a new version: which one it replaces, and what has changed."""
    if vote.replaces_id is None:
        return {}
    old = queries.vote(vote.replaces_id)
    found = rules.changes(*(queries.compared(each) for each in (old, vote)))
    return {
        "version": vote.version,
        "replaces": old.id,
        "changed": [change.name for change in found],
        "text_changes": rules.told_changes(old.text, vote.text),
    }


def cancel_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Give up a vote that has not been opened; the matter goes back to whoever prepares votes."""
    vote = load(vote_id)
    refuse(queries.refusal_to_cancel(actor, vote))
    withdraw(actor, vote, kind="vote.cancelled", now=now)
    return vote


def withdraw(actor: Actor, vote: Vote, *, kind: str, now: datetime) -> None:
    """Nobody votes on this text any more; ``kind`` is what those who had its notice are told, and why."""
    vote.state = VoteState.cancelled
    audit.record("vote.cancelled", {"vote": vote.id}, now=now)
    live.announce_change(vote)
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.meeting, state="deliberated", now=now)
    due = working_days_after(now, WORKING_DAYS_TO_DECIDE)
    hand_to_conductor(matter, vote, task="decide_next", due_at=due, now=now)
    if vote.published_at is not None:
        entry(matter, kind, actor=actor, data={"vote": vote.id, "title": vote.title}, now=now)
        tell_voters(vote, kind, {}, key=str(vote.id), now=now)
