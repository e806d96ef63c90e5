"""Giving, revoking and using an authority to vote for somebody else (Civil Code art. 165; Shanghai rules art. 18)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.models import Ballot, ProxyAuthority, RollEntry
from deliberation.votes.queries.proxies import authority_of, has_voted, held_by
from deliberation.votes.rules import Channel
from deliberation.votes.service.authorities import agent_at, held_authority, tell_of, write_down
from deliberation.votes.service.clashes import set_against_sheets
from deliberation.votes.service.common import canonical, load, refuse
from deliberation.votes.service.recording import NewBallot, record_ballot


def give_proxy(
    actor: Actor,
    *,
    vote_id: int,
    roll_entry_id: int,
    agent_address: str,
    opinion: Any,
    valid_until: date,
    now: datetime,
) -> ProxyAuthority:
    """A voter names an agent for this one vote, with the opinion that the agent must follow; both are told."""
    access.require(actor, "proxy.give")
    vote = load(vote_id)
    entry = db.session.get(RollEntry, roll_entry_id)
    if entry is None or entry.vote_id != vote.id or entry.user_id != actor.user_id:
        raise rules.NotOnRoll()
    agent = agent_at(agent_address)
    refuse(None if vote.takes_web else rules.AuthorityOnPaper())
    today = shanghai_date(now)
    refuse(
        rules.refusal_to_give(
            cap=vote.proxy_cap,
            state=vote.state,
            held=held_by(vote.id, agent.id),
            is_self=agent.id == actor.user_id,
            has_one=authority_of(entry.id) is not None,
            has_voted=has_voted(entry),
            valid_until=valid_until,
            today=today,
            last=shanghai_date(vote.closes_at),
        )
    )
    authority = ProxyAuthority(
        vote_id=vote.id, roll_entry_id=entry.id, agent_id=agent.id, opinion=canonical(vote, opinion), signed_on=today,
        valid_from=today, valid_until=valid_until, recorded_by_id=actor.user_id, recorded_at=now,
    )  # fmt: skip
    told = {agent.id: "agent", entry.user_id or 0: "principal"}
    write_down("proxy.given", actor, vote, authority, told, now=now)
    return authority


def revoke_proxy(actor: Actor, *, authority_id: int, now: datetime) -> ProxyAuthority:
    """The principal takes it back, as long as the agent has not voted."""
    authority, vote, entry = held_authority(authority_id)
    refuse(
        rules.refusal_to_revoke(
            may_revoke=entry.user_id is not None and entry.user_id == actor.user_id,
            is_standing=authority.is_standing,
            is_used=authority.used_at is not None,
        )
    )
    authority.revoked_at = now
    tell_of("proxy.revoked", actor, vote, authority, {authority.agent_id: "agent"}, now=now)
    return authority


def cast_by_proxy(actor: Actor, *, authority_id: int, now: datetime) -> Ballot:
    """The agent casts what the principal wrote, and nothing else."""
    access.require(actor, "ballot.cast")
    authority, vote, entry = held_authority(authority_id)
    refuse(
        rules.refusal_to_use(
            is_agent=authority.agent_id == actor.user_id,
            is_standing=authority.is_standing,
            is_used=authority.used_at is not None,
            is_waiting=authority.is_waiting,
            valid_from=authority.valid_from,
            valid_until=authority.valid_until,
            today=shanghai_date(now),
            has_voted=has_voted(entry),
        )
        or rules.refusal_to_cast(
            state=vote.state,
            opens_at=vote.opens_at,
            closes_at=vote.closes_at,
            closed_at=vote.closed_at,
            is_on_roll=True,
            now=now,
        )
    )
    authority.used_at = now
    ballot = NewBallot(
        vote_id=vote.id, roll_entry_id=entry.id, choice=authority.opinion, client_ballot_id=f"proxy-{authority.id}",
        channel=Channel.proxy, cast_by_id=actor.user_id or 0, cast_at=now, proxy_id=authority.id,
    )  # fmt: skip
    recorded = record_ballot(vote, ballot)
    set_against_sheets(vote, {entry.id: recorded.choice}, now=now)
    tell_of("proxy.used", actor, vote, authority, {entry.user_id or 0: "principal"}, now=now)
    return recorded
