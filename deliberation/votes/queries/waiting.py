"""The open votes that wait for a person: their own ballots, and those of others whose authority they hold."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, case, func, or_, select

from deliberation.kernel.database import db
from deliberation.votes.models import Ballot, ProxyAuthority, RollEntry, Vote, VoterMark
from deliberation.votes.queries.proxies import standing
from deliberation.votes.queries.scenes import Scene, scenes
from deliberation.votes.rules import VoteState


def scenes_to_cast(user_id: int, *, today: date) -> list[tuple[Scene, int, int]]:
    """Open votes that wait for this person, soonest close first, with how many ballots: of their own, and for others.

    For others are the authorities that they can use ``today``: standing, checked if on paper, not used, of principals
    who have not voted themselves.
    """
    own, held = case((RollEntry.user_id == user_id, 1), else_=0), case((ProxyAuthority.id.is_not(None), 1), else_=0)
    is_usable = and_(
        ProxyAuthority.agent_id == user_id,
        ProxyAuthority.used_at.is_(None),
        or_(ProxyAuthority.photo_id.is_(None), ProxyAuthority.checked_at.is_not(None)),
        ProxyAuthority.valid_from <= today,
        ProxyAuthority.valid_until >= today,
        standing(),
    )
    has_cast = select(Ballot.id).where(Ballot.roll_entry_id == RollEntry.id, Ballot.superseded_at.is_(None))
    is_marked = select(VoterMark.vote_id).where(VoterMark.roll_entry_id == RollEntry.id)
    entries = (
        select(RollEntry.id)
        .where(RollEntry.user_id == user_id)
        .union(select(ProxyAuthority.roll_entry_id).where(is_usable))
    )
    waiting = (
        select(RollEntry.vote_id, func.sum(own).label("own"), func.sum(held).label("held"))
        .join(Vote, Vote.id == RollEntry.vote_id)
        .outerjoin(ProxyAuthority, and_(ProxyAuthority.roll_entry_id == RollEntry.id, is_usable))
        .where(RollEntry.id.in_(entries), Vote.state == VoteState.voting, RollEntry.weight > 0)
        .where(~has_cast.exists(), ~is_marked.exists())
        .group_by(RollEntry.vote_id)
        .subquery()
    )
    rows = scenes().add_columns(waiting.c.own, waiting.c.held).join(waiting, waiting.c.vote_id == Vote.id)
    found = db.session.execute(rows.order_by(Vote.closes_at))
    return [(Scene(*row[:4]), int(row.own), int(row.held)) for row in found]
