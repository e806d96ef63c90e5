"""The one extension of a vote that is short of its quorum (domain.md C3)."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.committees import queries as committees
from deliberation.matters import service as matter_service
from deliberation.meetings import service as meeting_service
from deliberation.people.access import Actor
from deliberation.votes import queries, rules
from deliberation.votes.models import Vote
from deliberation.votes.service.common import entry, load, refuse, tell_room, tell_voters


def extend_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Let an open vote run on by the days its notice announced, and tell everybody on the roll before the first close.

    The hour that was announced first stays beside the new one. A meeting goes on without the vote: its ballots come
    in by the vote's page and on paper until the new close.
    """
    vote = load(vote_id)
    refuse(queries.refusal_to_extend(actor, vote, now=now))
    vote.first_closes_at = vote.closes_at
    vote.closes_at = rules.extended_close(vote.closes_at, vote.extension_days)
    hours = {"first_closes_at": vote.first_closes_at.isoformat(), "closes_at": vote.closes_at.isoformat()}
    audit.record("vote.extended", {"vote": vote.id, **hours}, now=now)
    if vote.item_id is not None:
        meeting_service.resume_debate(actor, item_id=vote.item_id, now=now)
    tell_room(vote, "vote.extended", actor=actor, now=now)
    turnout = queries.turnout(vote.id)
    facts = {
        **hours,
        "cast": turnout.cast,
        "seats": turnout.total,
        "needed": turnout.needed,
        "roll": str(vote.roll_source),
        "area_needed": vote.area_needed,
    }
    matter = matter_service.load_for_change(vote.matter_id)
    body = committees.committee(vote.committee_id)
    matter_service.hand_to(matter, name=body.name, task="vote", due_at=vote.closes_at, now=now)
    entry(matter, "vote.extended", actor=actor, data={"vote": vote.id, **facts}, now=now)
    told = {**facts, "days": vote.extension_days, "has_proxies": vote.proxy_cap > 0}
    tell_voters(vote, "vote.extended", told, key=str(vote.id), now=now)
    return vote
