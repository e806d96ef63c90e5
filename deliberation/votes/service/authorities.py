"""Authorities signed on paper: recorded by an office with a photo, checked by a teller before anybody can use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries as matters
from deliberation.notifications.service import tell
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.photos import service as photos
from deliberation.photos.models import Photo
from deliberation.places import queries as places
from deliberation.votes import rules
from deliberation.votes.models import ProxyAuthority, RollEntry, Vote
from deliberation.votes.queries.proxies import authority_of, has_voted, held_by, mandate
from deliberation.votes.rules import Term
from deliberation.votes.service.common import canonical, held_with, load, refuse, voter_numbered


def record_authority(
    actor: Actor,
    *,
    vote_id: int,
    number: int,
    agent_address: str,
    opinion: Any,
    term: Term,
    photo: Photo,
    now: datetime,
) -> ProxyAuthority:
    """An office writes down what the voter with this number on the roll has signed; it waits for a teller's check.

    ``photo`` is the private picture of the signed sheet, until now a draft. Agent and principal are told, so that
    somebody who signed nothing hears of it.
    """
    vote = load(vote_id)
    access.require(actor, "proxy.record", places.place(vote.place_id).scope)
    entry, agent = voter_numbered(vote, number), agent_at(agent_address)
    refuse(
        rules.refusal_to_record(
            cap=vote.proxy_cap,
            state=vote.state,
            held=held_by(vote.id, agent.id),
            is_self=agent.id == entry.user_id,
            has_one=authority_of(entry.id) is not None,
            has_voted=has_voted(entry),
            is_party=_is_party(actor, vote, entry, agent.id),
            term=term,
            today=shanghai_date(now),
            last=shanghai_date(vote.closes_at),
        )
    )
    authority = ProxyAuthority(
        vote_id=vote.id, roll_entry_id=entry.id, agent_id=agent.id, opinion=canonical(vote, opinion),
        signed_on=term.signed_on, valid_from=term.valid_from, valid_until=term.valid_until, photo_id=photo.id,
        recorded_by_id=actor.user_id, recorded_at=now,
    )  # fmt: skip
    photos.keep([photo])
    write_down("proxy.recorded", actor, vote, authority, _both(authority, entry), now=now)
    return authority


def check_authority(actor: Actor, *, authority_id: int, now: datetime) -> ProxyAuthority:
    """A teller who did not record it has held it against the photo: from now on the agent can use it."""
    authority, vote, entry = _to_check(actor, authority_id)
    authority.checked_by_id, authority.checked_at = actor.user_id, now
    tell_of("proxy.checked", actor, vote, authority, _both(authority, entry), now=now)
    return authority


def refuse_authority(actor: Actor, *, authority_id: int, reason: str, now: datetime) -> ProxyAuthority:
    """It cannot be used, and everybody concerned hears why; the principal may have another one recorded."""
    authority, vote, entry = _to_check(actor, authority_id, reason=reason)
    authority.checked_by_id, authority.refused_at, authority.refused_reason = actor.user_id, now, reason
    concerned = {authority.recorded_by_id: "authority_recorder", **_both(authority, entry)}
    tell_of("proxy.refused", actor, vote, authority, concerned, now=now, reason=reason)
    return authority


def revoke_for_principal(actor: Actor, *, authority_id: int, now: datetime) -> ProxyAuthority:
    """An office takes back one that is on paper, at the word of the principal, who may have no account."""
    authority, vote, entry = held_authority(authority_id)
    access.require(actor, "proxy.record", places.place(vote.place_id).scope)
    refuse(
        rules.refusal_to_revoke(
            may_revoke=authority.is_on_paper, is_standing=authority.is_standing, is_used=authority.used_at is not None
        )
    )
    authority.revoked_at = now
    tell_of("proxy.revoked", actor, vote, authority, _both(authority, entry), now=now)
    return authority


def note_photo_seen(actor: Actor, *, authority_id: int, now: datetime) -> Photo:
    """The photo of a signed sheet, for an office or a teller of its place; each look is in the log (domain.md C5)."""
    authority = db.session.get(ProxyAuthority, authority_id)
    if authority is None or authority.photo_id is None:
        raise NotFound()
    vote = db.session.get_one(Vote, authority.vote_id)
    access.require(actor, "proxy.inspect", places.place(vote.place_id).scope)
    audit.record("proxy.viewed", {"vote": vote.id, "authority": authority.id, "by": actor.user_id}, now=now)
    return db.session.get_one(Photo, authority.photo_id)


def agent_at(address: str) -> User:
    """Who is named as an agent; refused when nobody has an account there."""
    agent = people.user_at(address)
    if agent is None:
        raise rules.AgentUnknown()
    return agent


def held_authority(authority_id: int) -> tuple[ProxyAuthority, Vote, RollEntry]:
    """The authority, its vote and its principal, held until the transaction ends."""
    found = db.session.get(ProxyAuthority, authority_id)
    if found is None:
        raise NotFound()
    return found, *held_with(found)


def _to_check(actor: Actor, authority_id: int, *, reason: str | None = None) -> tuple[ProxyAuthority, Vote, RollEntry]:
    authority, vote, entry = held_authority(authority_id)
    access.require(actor, "proxy.check", places.place(vote.place_id).scope)
    refuse(
        rules.refusal_to_check(
            state=vote.state,
            is_waiting=authority.is_waiting,
            is_recorder=authority.recorded_by_id == actor.user_id,
            is_party=_is_party(actor, vote, entry, authority.agent_id),
            reason=reason,
        )
    )
    return authority, vote, entry


def _is_party(actor: Actor, vote: Vote, entry: RollEntry, agent_id: int) -> bool:
    """Whether the office-holder is agent or principal of what they would record or check, or has an interest (R-40)."""
    return actor.user_id in {agent_id, entry.user_id, *matters.interested_user_ids(vote.matter_id)}


def _both(authority: ProxyAuthority, entry: RollEntry) -> dict[int, str]:
    return {authority.agent_id: "agent", entry.user_id or 0: "principal"}


def write_down(
    code: str, actor: Actor, vote: Vote, authority: ProxyAuthority, reasons: Mapping[int, str], *, now: datetime
) -> None:
    """A new one into its table, which gives it the id by which it is told of."""
    db.session.add(authority)
    db.session.flush()
    tell_of(code, actor, vote, authority, reasons, now=now)


def tell_of(
    code: str, actor: Actor, vote: Vote, authority: ProxyAuthority, reasons: Mapping[int, str], *, now: datetime,
    **more: str,
) -> None:  # fmt: skip
    """In the log, and to whom it concerns; the opinion is in neither."""
    leaf = {"vote": vote.id, "authority": authority.id, "roll_entry": authority.roll_entry_id, "by": actor.user_id}
    audit.record(code, leaf, now=now)
    named = mandate(authority.id)
    data = {
        "title": vote.title,
        "path": f"/votes/{vote.id}",
        "valid_until": authority.valid_until.isoformat(),
        "principal": named.principal,
        "label": named.entry.label,
        "agent": named.agent,
        **more,
    }
    known = {user_id: reason for user_id, reason in reasons.items() if user_id}
    tell(known, code, key=f"{code}:{authority.id}", now=now, matter_id=vote.matter_id, data=data)
