"""Authorities to vote for somebody else: a principal's own, an agent's, those a teller has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound, Refusal
from deliberation.matters import queries as matters
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.registry.models import OwnerSet
from deliberation.votes.models import Ballot, ProxyAuthority, RollEntry
from deliberation.votes.queries.ballots import current_ballot
from deliberation.votes.queries.scenes import Scene
from deliberation.votes.rules import refusal_to_check


@dataclass(frozen=True)
class Mandate:
    """An authority, the principal's entry on the roll, and both people by their full names, for the two of them.

    ``has_voted``: the principal has cast otherwise than on paper, so the agent has nothing left to do.
    """

    authority: ProxyAuthority
    entry: RollEntry
    principal: str
    agent: str
    has_voted: bool


def standing() -> ColumnElement[bool]:
    return and_(ProxyAuthority.revoked_at.is_(None), ProxyAuthority.refused_at.is_(None))


def authority_of(roll_entry_id: int) -> ProxyAuthority | None:
    """The standing authority of a principal."""
    rows = select(ProxyAuthority).where(ProxyAuthority.roll_entry_id == roll_entry_id, standing())
    return db.session.scalar(rows)


def held_by(vote_id: int, agent_id: int) -> int:
    """How many standing authorities an agent has in a vote."""
    rows = select(func.count()).where(
        ProxyAuthority.vote_id == vote_id, ProxyAuthority.agent_id == agent_id, standing()
    )
    return db.session.scalar(rows) or 0


def has_voted(entry: RollEntry) -> bool:
    """Whether the principal has voted otherwise than on paper; a sheet and the agent's ballot are held together."""
    current = current_ballot(entry.id)
    return current is not None and current.paper_id is None


def cast_otherwise() -> Select[int]:
    """The same of every entry of an outer statement."""
    stands = and_(Ballot.superseded_at.is_(None), Ballot.paper_id.is_(None), Ballot.proxy_id.is_(None))
    return select(Ballot.id).where(Ballot.roll_entry_id == RollEntry.id, stands).correlate(RollEntry)


def mandates(vote_id: int, user_id: int | None) -> list[Mandate]:
    """The authorities that this person holds or has given in a vote: standing ones, and one that was refused last."""
    if user_id is None:
        return []
    is_own = (ProxyAuthority.agent_id == user_id) | (RollEntry.user_id == user_id)
    is_told = and_(ProxyAuthority.vote_id == vote_id, ProxyAuthority.revoked_at.is_(None), is_own)
    found = db.session.execute(_mandates().where(is_told).order_by(RollEntry.id, ProxyAuthority.id))
    last = {row[1].id: Mandate(*row) for row in found}
    return list(last.values())


def mandate(authority_id: int) -> Mandate:
    """One authority with the names of its two people."""
    return Mandate(*db.session.execute(_mandates().where(ProxyAuthority.id == authority_id)).one())


def _mandates() -> Select[*tuple[Any, ...]]:
    agent, principal = aliased(User), aliased(User)
    who = func.coalesce(OwnerSet.names, principal.name, RollEntry.label)
    rows = select(ProxyAuthority, RollEntry, who, agent.name, cast_otherwise().exists())
    rows = rows.join(RollEntry, RollEntry.id == ProxyAuthority.roll_entry_id)
    rows = rows.join(agent, agent.id == ProxyAuthority.agent_id)
    rows = rows.outerjoin(principal, principal.id == RollEntry.user_id)
    return rows.outerjoin(OwnerSet, OwnerSet.id == RollEntry.owner_set_id)


def voter_with_number(vote_id: int, number: int) -> RollEntry | None:
    """The voter at this place of the roll, with a voice in the vote."""
    rows = select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.number == number, RollEntry.weight > 0)
    return db.session.scalar(rows)


@dataclass(frozen=True)
class WrittenAuthority:
    """One on paper, with its principal's entry, its agent, and who recorded and checked it."""

    authority: ProxyAuthority
    entry: RollEntry
    agent: User
    recorder: User
    checker: User | None

    @property
    def state(self) -> str:
        """waiting, ready, used, refused or revoked."""
        one = self.authority
        ended = (("revoked", one.revoked_at), ("refused", one.refused_at), ("used", one.used_at))
        over = next((name for name, at in ended if at is not None), None)
        return over or ("waiting" if one.is_waiting else "ready")


def written_authorities(vote_id: int) -> list[WrittenAuthority]:
    """All that are on paper, those that wait for a teller first, then the newest."""
    rows = _written().where(ProxyAuthority.vote_id == vote_id).order_by(ProxyAuthority.id.desc())
    found = [WrittenAuthority(*row) for row in db.session.execute(rows)]
    return sorted(found, key=lambda each: not each.authority.is_waiting)


def written_authority(vote_id: int, authority_id: int) -> WrittenAuthority:
    rows = _written().where(ProxyAuthority.vote_id == vote_id, ProxyAuthority.id == authority_id)
    found = db.session.execute(rows).first()
    if found is None:
        raise NotFound()
    return WrittenAuthority(*found)


def _written() -> Select[*tuple[Any, ...]]:
    agent, recorder, checker = (aliased(User) for _ in range(3))
    return (
        select(ProxyAuthority, RollEntry, agent, recorder, checker)
        .join(RollEntry, RollEntry.id == ProxyAuthority.roll_entry_id)
        .join(agent, agent.id == ProxyAuthority.agent_id)
        .join(recorder, recorder.id == ProxyAuthority.recorded_by_id)
        .outerjoin(checker, checker.id == ProxyAuthority.checked_by_id)
        .where(ProxyAuthority.photo_id.is_not(None))
    )


def refusal_to_check_now(actor: Actor, scene: Scene, found: WrittenAuthority) -> Refusal | None:
    """Why this person cannot confirm it now, for the page that shows it; none for the teller who may."""
    if not actor.may("proxy.check", scene.place.scope):
        return NotAllowed()
    concerned = {found.agent.id, found.entry.user_id, *matters.interested_user_ids(scene.vote.matter_id)}
    return refusal_to_check(
        state=scene.vote.state,
        is_waiting=found.authority.is_waiting,
        is_recorder=found.recorder.id == actor.user_id,
        is_party=actor.user_id in concerned,
    )
