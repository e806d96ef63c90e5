"""What waits for a teller, vote by vote, for the lines of the desk: sheets, clashes, authorities on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select

from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine
from deliberation.people.access import Actor
from deliberation.votes.models import BallotConflict, PaperBallot, PaperEntry, ProxyAuthority
from deliberation.votes.queries.scenes import Scene, scenes_to_tell


def tellers_lines(actor: Actor) -> list[DeskLine]:
    """A line for each kind of work that waits for this teller in an open vote; four statements however many votes."""
    scenes = scenes_to_tell(actor)
    if not scenes:
        return []
    ids = [scene.vote.id for scene in scenes]
    waiting = {
        "read_sheets": _votes_of(_half_read(ids, actor.user_id)),
        "settle_clash": _votes_of(_clashes(ids, actor.user_id)),
        "check_authority": _votes_of(_authorities(ids, actor.user_id)),
    }
    return [line for scene in scenes for line in _lines(scene, waiting)]


def _lines(scene: Scene, waiting: dict[str, frozenset[int]]) -> Iterator[DeskLine]:
    where = {"read_sheets": "tellers", "settle_clash": "tellers#conflicts", "check_authority": "authorities"}
    for task, votes in waiting.items():
        if scene.vote.id in votes:
            yield DeskLine(
                step=3,
                number=scene.matter.number,
                plate=scene.matter.plate,
                title=scene.vote.title,
                task=task,
                due_at=scene.vote.closes_at,
                url=f"/votes/{scene.vote.id}/{where[task]}",
            )


def _votes_of(rows: Select[Any]) -> frozenset[int]:
    return frozenset(db.session.scalars(rows.distinct()))


def _half_read(ids: Sequence[int], teller_id: int | None) -> Select[Any]:
    """Votes with a sheet that another teller has read and this one has not, or about which two disagree."""
    read = and_(PaperEntry.paper_id == PaperBallot.id, PaperEntry.superseded_at.is_(None))
    own = select(PaperEntry.id).where(read, PaperEntry.teller_id == teller_id)
    readers = select(func.count(PaperEntry.id)).where(read).scalar_subquery()
    standing = and_(PaperBallot.spoiled_at.is_(None), PaperBallot.settled_at.is_(None))
    waits = (readers > 1) | ((readers == 1) & ~own.exists())
    return select(PaperBallot.vote_id).where(PaperBallot.vote_id.in_(ids), standing, waits)


def _clashes(ids: Sequence[int], teller_id: int | None) -> Select[Any]:
    is_mine = func.coalesce(BallotConflict.proposed_by_id, 0) == teller_id
    undecided = BallotConflict.decision.is_(None)
    return select(BallotConflict.vote_id).where(BallotConflict.vote_id.in_(ids), undecided, ~is_mine)


def _authorities(ids: Sequence[int], teller_id: int | None) -> Select[Any]:
    return select(ProxyAuthority.vote_id).where(
        ProxyAuthority.vote_id.in_(ids),
        ProxyAuthority.photo_id.is_not(None),
        ProxyAuthority.checked_at.is_(None),
        ProxyAuthority.refused_at.is_(None),
        ProxyAuthority.revoked_at.is_(None),
        ProxyAuthority.recorded_by_id != teller_id,
    )
