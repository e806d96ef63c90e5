"""Giving, revoking and using an authority to vote for somebody else (Civil Code art. 165; Shanghai rules art. 18)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.notifications.service import tell
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.votes import queries, rules
from deliberation.votes.counting import canonical_choice, parse_choice
from deliberation.votes.models import ProxyAuthority, RollEntry, Vote
from deliberation.votes.queries.proxies import authority_of, held_by
from deliberation.votes.rules import Channel
from deliberation.votes.service.clashes import set_against_sheets
from deliberation.votes.service.common import load, refuse
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
    agent = people.user_at(agent_address)
    if agent is None:
        raise rules.AgentUnknown()
    today = shanghai_date(now)
    refuse(
        rules.refusal_to_give(
            cap=vote.proxy_cap,
            state=vote.state,
            held=held_by(vote.id, agent.id),
            is_self=agent.id == actor.user_id,
            has_one=authority_of(entry.id) is not None,
            valid_until=valid_until,
            today=today,
            last=shanghai_date(vote.closes_at),
        )
    )
    codes = [option["code"] for option in vote.options]
    parsed = parse_choice(opinion, method=vote.method, options=codes, seats=vote.seats_to_fill, limit=vote.choice_limit)
    authority = ProxyAuthority(
        vote_id=vote.id, roll_entry_id=entry.id, agent_id=agent.id, opinion=canonical_choice(parsed), signed_on=today,
        valid_from=today, valid_until=valid_until, recorded_by_id=actor.user_id, recorded_at=now,
    )  # fmt: skip
    db.session.add(authority)
    db.session.flush()
    _told("proxy.given", vote, authority, {agent.id: "agent", entry.user_id or 0: "principal"}, now=now)
    return authority


def revoke_proxy(actor: Actor, *, authority_id: int, now: datetime) -> ProxyAuthority:
    """The principal takes it back, as long as the agent has not voted."""
    authority, vote, entry = _load(authority_id)
    refuse(
        rules.refusal_to_revoke(
            is_principal=entry.user_id == actor.user_id,
            is_standing=_is_standing(authority),
            is_used=authority.used_at is not None,
        )
    )
    authority.revoked_at = now
    _told("proxy.revoked", vote, authority, {authority.agent_id: "agent"}, now=now)
    return authority


def cast_by_proxy(actor: Actor, *, authority_id: int, now: datetime) -> None:
    """The agent casts what the principal wrote, and nothing else."""
    access.require(actor, "ballot.cast")
    authority, vote, entry = _load(authority_id)
    refuse(
        rules.refusal_to_use(
            is_agent=authority.agent_id == actor.user_id,
            is_standing=_is_standing(authority),
            valid_until=authority.valid_until,
            today=shanghai_date(now),
            has_voted=_has_voted(entry),
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
    record_ballot(vote, ballot)
    set_against_sheets(vote, {entry.id: authority.opinion}, now=now)
    _told("proxy.used", vote, authority, {entry.user_id or 0: "principal"}, now=now)


def _has_voted(entry: RollEntry) -> bool:
    """Whether the principal has voted otherwise than on paper; a sheet and the agent's ballot are held together."""
    current = queries.current_ballot(entry.id)
    return current is not None and current.paper_id is None


def _load(authority_id: int) -> tuple[ProxyAuthority, Vote, RollEntry]:
    found = db.session.get(ProxyAuthority, authority_id)
    if found is None:
        raise NotFound()
    vote = load(found.vote_id)
    entry = db.session.get_one(RollEntry, found.roll_entry_id, with_for_update={"of": RollEntry, "key_share": True})
    db.session.refresh(found)
    return found, vote, entry


def _is_standing(authority: ProxyAuthority) -> bool:
    return authority.revoked_at is None and authority.refused_at is None


def _told(code: str, vote: Vote, authority: ProxyAuthority, reasons: dict[int, str], *, now: datetime) -> None:
    """In the log, and to whom it concerns; the opinion is in neither."""
    leaf = {"vote": vote.id, "authority": authority.id, "roll_entry": authority.roll_entry_id}
    audit.record(code, leaf, now=now)
    data = {"title": vote.title, "path": f"/votes/{vote.id}", "valid_until": authority.valid_until.isoformat()}
    known = {user_id: reason for user_id, reason in reasons.items() if user_id}
    tell(known, code, key=f"{code}:{authority.id}", now=now, matter_id=vote.matter_id, data=data)
