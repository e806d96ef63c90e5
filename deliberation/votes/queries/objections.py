"""Objections to a vote's roll and result, and whether one stands in its way."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.votes.models import Objection
from deliberation.votes.rules import ObjectionKind


def objections(vote_id: int) -> Sequence[Objection]:
    """Every objection to a vote, the oldest first."""
    return db.session.scalars(select(Objection).where(Objection.vote_id == vote_id).order_by(Objection.id)).all()


def has_open_objection(vote_id: int, kind: ObjectionKind) -> bool:
    """Whether an objection of this kind waits for its answer, or was upheld: either way the vote does not go on."""
    rows = select(Objection.id).where(Objection.vote_id == vote_id, Objection.kind == kind)
    return db.session.scalar(rows.where(Objection.is_upheld.is_not(False)).limit(1)) is not None
