"""Which vote replaces which, and which is the run-off of which (domain.md C3, R-19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from deliberation.kernel.database import db
from deliberation.votes.models import Vote
from deliberation.votes.rules import COMPARED, VoteState


@dataclass(frozen=True)
class Kin:
    """The votes that a vote follows, and those that follow it."""

    replaces: Vote | None = None
    replaced_by: Vote | None = None
    run_off_of: Vote | None = None
    run_off: Vote | None = None


def kin_of(vote: Vote, *, with_drafts: bool) -> Kin:
    """In one statement; a draft is there only for those who prepare votes, one that was given up for nobody."""
    before = [each for each in (vote.replaces_id, vote.run_off_of_id) if each is not None]
    after = or_(Vote.replaces_id == vote.id, Vote.run_off_of_id == vote.id)
    rows = select(Vote).where(or_(Vote.id.in_(before), after), ~_was_given_up()).order_by(Vote.id)
    found = [each for each in db.session.scalars(rows) if with_drafts or each.published_at is not None]
    by_id = {each.id: each for each in found}
    return Kin(
        replaces=by_id.get(vote.replaces_id or 0),
        replaced_by=next((each for each in reversed(found) if each.replaces_id == vote.id), None),
        run_off_of=by_id.get(vote.run_off_of_id or 0),
        run_off=next((each for each in reversed(found) if each.run_off_of_id == vote.id), None),
    )


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
    return db.session.scalar(select(Vote).where(link, ~_was_given_up()).order_by(Vote.id.desc()).limit(1))


def _was_given_up() -> ColumnElement[bool]:
    return (Vote.state == VoteState.cancelled) & Vote.published_at.is_(None)
