"""What pages and services read about notices and look-backs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from deliberation.feedback.models import OutcomeNotice
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.votes.models import RollEntry


def notice(notice_id: int) -> OutcomeNotice:
    found = db.session.get(OutcomeNotice, notice_id)
    if found is None:
        raise NotFound()
    return found


def notices(matter_id: int) -> Sequence[OutcomeNotice]:
    """Oldest first."""
    rows = select(OutcomeNotice).where(OutcomeNotice.matter_id == matter_id)
    return db.session.scalars(rows.order_by(OutcomeNotice.id)).all()


def due_notice_ids(*, before: datetime) -> Sequence[int]:
    """Notices that are still to go out and fall due before an instant."""
    rows = select(OutcomeNotice.id).where(OutcomeNotice.issued_at.is_(None), OutcomeNotice.due_at <= before)
    return db.session.scalars(rows.order_by(OutcomeNotice.due_at).limit(500)).all()


def seats_on_paper(vote_id: int | None) -> int:
    """Seats of a roll that nobody has an account for: they are told by a posted notice."""
    if vote_id is None:
        return 0
    rows = select(func.count()).where(RollEntry.vote_id == vote_id, RollEntry.user_id.is_(None))
    return db.session.scalar(rows) or 0


@dataclass(frozen=True)
class NoticePage:
    """A notice with its nine fields: as they were sent, or for a draft as they would be sent now."""

    notice: OutcomeNotice
    matter: Matter
    place: Place
    fields: Mapping[str, Any]
    recipients: int
    on_paper: int
    may_send: bool
    own_reason: str
