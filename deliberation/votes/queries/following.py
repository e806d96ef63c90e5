"""Which vote replaces which, and which is the run-off of which (domain.md C3, R-19)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from deliberation.kernel.database import db
from deliberation.votes.models import Vote
from deliberation.votes.rules import COMPARED, VoteState


def successor(vote_id: int) -> Vote | None:
    """The new version of a vote, drafts included; one that was given up before it was published is none."""
    return _standing(Vote.replaces_id == vote_id)


def compared(vote: Vote) -> dict[str, Any]:
    """What two versions of a vote are compared by (rules.COMPARED)."""
    return {column: getattr(vote, column) for column in COMPARED}


def run_off_of(vote_id: int) -> Vote | None:
    """The run-off that follows a vote, drafts included; one that was given up before it was published is none."""
    return _standing(Vote.run_off_of_id == vote_id)


def _standing(link: ColumnElement[bool]) -> Vote | None:
    was_given_up = (Vote.state == VoteState.cancelled) & Vote.published_at.is_(None)
    return db.session.scalar(select(Vote).where(link, ~was_given_up).order_by(Vote.id.desc()).limit(1))
