"""The liaison's queue, and the merges that wait for a second liaison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.people.access import ACTIONS, Actor
from deliberation.people.models import User
from deliberation.places.models import Place
from deliberation.proposals.models import MergeRequest, Proposal
from deliberation.proposals.rules import MERGE_TARGETS, ProposalState
from deliberation.proposals.wording import public_name

MOST_LISTED = 200
PENDING = MergeRequest.decided_at.is_(None)


def within_reach(actor: Actor, action: str) -> ColumnElement[bool]:
    """A condition on ``Place``: those where ``actor`` may do ``action`` by a role granted there or above."""
    granted = {grant.place_id for grant in actor.grants if grant.role in ACTIONS[action]}
    if None in granted:
        return true()
    paths = db.session.scalars(select(Place.path).where(Place.id.in_(granted))).all()
    return or_(false(), *(Place.path.startswith(path) for path in paths))


@dataclass(frozen=True)
class QueueLine:
    """A proposal that waits for an answer; ``author`` as the public reads it, a message id when hidden."""

    proposal: Proposal
    matter: Matter
    place: Place
    author: str
    waits_for_merge: bool


def queue(actor: Actor, *, limit: int = MOST_LISTED) -> list[QueueLine]:
    """What waits for screening where ``actor`` screens, the earliest due first; two statements, whatever its length."""
    pending = select(MergeRequest.id).where(MergeRequest.proposal_id == Proposal.id, PENDING).exists()
    rows = (
        select(Proposal, Matter, Place, User.name, pending)
        .join(Matter, Matter.id == Proposal.matter_id)
        .join(Place, Place.id == Proposal.place_id)
        .join(User, User.id == Proposal.author_id)
        .where(Proposal.state == ProposalState.submitted, within_reach(actor, "proposal.screen"))
        .order_by(Proposal.screening_due_at, Proposal.id)
        .limit(limit)
    )
    return [
        QueueLine(
            proposal=each,
            matter=matter,
            place=place,
            author=public_name(name, hides_name=each.hides_name, place_kind=place.kind),
            waits_for_merge=waits,
        )
        for each, matter, place, name, waits in db.session.execute(rows)
    ]


def merge_targets(actor: Actor, *, limit: int = MOST_LISTED) -> Sequence[Matter]:
    """Matters that others may be joined to, the newest first."""
    rows = (
        select(Matter)
        .join(Proposal, Proposal.matter_id == Matter.id)
        .join(Place, Place.id == Matter.place_id)
        .where(Proposal.state.in_(MERGE_TARGETS), Matter.closed_at.is_(None), within_reach(actor, "proposal.screen"))
        .order_by(Matter.id.desc())
        .limit(limit)
    )
    return db.session.scalars(rows).all()


@dataclass(frozen=True)
class MergeLine:
    request: MergeRequest
    proposal: Proposal
    matter: Matter


@dataclass(frozen=True)
class MergeGroup:
    """Requests of one liaison, with one reason, to join proposals to ``into``."""

    into: Proposal
    into_matter: Matter
    requested_by: User
    reason: str
    lines: list[MergeLine]

    @property
    def due_at(self) -> datetime:
        return min(line.proposal.screening_due_at for line in self.lines)


def merge_groups(actor: Actor) -> list[MergeGroup]:
    """Merges that wait for a second liaison where ``actor`` may confirm; four statements, whatever their number."""
    rows = (
        select(MergeRequest, Proposal, Matter, User)
        .join(Proposal, Proposal.id == MergeRequest.proposal_id)
        .join(Matter, Matter.id == Proposal.matter_id)
        .join(Place, Place.id == Proposal.place_id)
        .join(User, User.id == MergeRequest.requested_by_id)
        .where(PENDING, within_reach(actor, "proposal.confirm_merge"))
        .order_by(MergeRequest.id)
        .limit(5 * MOST_LISTED)
    )
    found: dict[tuple[int, int, str], list[Any]] = {}
    for row in db.session.execute(rows):
        request = row[0]
        found.setdefault((request.into_id, request.requested_by_id, request.reason), []).append(row)
    targets = _with_matters({key[0] for key in found})
    return [_group(targets[key[0]], each) for key, each in found.items()]


def _with_matters(proposal_ids: set[int]) -> dict[int, tuple[Proposal, Matter]]:
    rows = select(Proposal, Matter).join(Matter, Matter.id == Proposal.matter_id)
    return {each.id: (each, matter) for each, matter in db.session.execute(rows.where(Proposal.id.in_(proposal_ids)))}


def _group(target: tuple[Proposal, Matter], rows: Sequence[Any]) -> MergeGroup:
    lines = [MergeLine(request=row[0], proposal=row[1], matter=row[2]) for row in rows]
    return MergeGroup(
        into=target[0], into_matter=target[1], requested_by=rows[0][3], reason=rows[0][0].reason, lines=lines
    )


def pending_merge_of(proposal_id: int) -> MergeRequest | None:
    """The undecided request to join this proposal to another."""
    return db.session.scalar(select(MergeRequest).where(MergeRequest.proposal_id == proposal_id, PENDING).limit(1))
