"""Papers on the items of an agenda; their content is read only where it is given out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import AgendaPaper


def papers(meeting_id: int) -> dict[int, list[AgendaPaper]]:
    """Every paper by its item, those that were taken off among them, in the order in which they came."""
    rows = select(AgendaPaper).where(AgendaPaper.meeting_id == meeting_id).order_by(AgendaPaper.id)
    found: dict[int, list[AgendaPaper]] = {}
    for paper in db.session.scalars(rows):
        found.setdefault(paper.item_id, []).append(paper)
    return found


def paper(meeting_id: int, paper_id: int) -> AgendaPaper:
    rows = select(AgendaPaper).where(AgendaPaper.id == paper_id, AgendaPaper.meeting_id == meeting_id)
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound()
    return found


def paper_count(item_id: int) -> int:
    rows = select(func.count()).where(AgendaPaper.item_id == item_id, AgendaPaper.removed_at.is_(None))
    return db.session.scalar(rows) or 0


def paper_hashes(meeting_id: int) -> Sequence[str]:
    """The fingerprints of what lies on the agenda now, for the fingerprint of the notice."""
    rows = select(AgendaPaper.sha256).where(AgendaPaper.meeting_id == meeting_id, AgendaPaper.removed_at.is_(None))
    return db.session.scalars(rows.order_by(AgendaPaper.id)).all()
