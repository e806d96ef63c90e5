"""Authorities to vote for somebody else: a principal's own, an agent's, those a teller has to look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from deliberation.kernel.database import db
from deliberation.votes.models import ProxyAuthority, RollEntry


@dataclass(frozen=True)
class Mandate:
    """An authority, and the principal's entry on the roll."""

    authority: ProxyAuthority
    entry: RollEntry


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


def mandates(vote_id: int, user_id: int | None) -> list[Mandate]:
    """The standing authorities that this person holds or has given in a vote."""
    if user_id is None:
        return []
    rows = select(ProxyAuthority, RollEntry).join(RollEntry, RollEntry.id == ProxyAuthority.roll_entry_id)
    is_own = (ProxyAuthority.agent_id == user_id) | (RollEntry.user_id == user_id)
    found = db.session.execute(rows.where(ProxyAuthority.vote_id == vote_id, standing(), is_own).order_by(RollEntry.id))
    return [Mandate(*row) for row in found]
