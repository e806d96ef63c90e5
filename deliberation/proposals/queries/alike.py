"""Earlier matters that may say the same as what somebody is writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.proposals.likeness import Candidate, alike_groups, most_alike
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalState

NEWEST_COMPARED = 300
RECENTLY = timedelta(days=180)


@dataclass(frozen=True)
class Alike:
    """An earlier matter that may be the same; ``refusal_to_support`` is left to the act itself."""

    proposal_id: int
    number: str
    plate: str
    title: str
    step: int
    state: str
    text: str
    is_open: bool
    opened_at: datetime


def alike(place_id: int, text: str, *, now: datetime, besides: int | None = None, limit: int = 3) -> list[Alike]:
    """Open or recently closed matters of the place that read like ``text``, the closest first; two statements."""
    candidates = _candidates(place_id, now=now, besides=besides)
    keys = most_alike(text, candidates, limit=limit)
    return alike_by_ids(keys) if keys else []


def _candidates(place_id: int, *, now: datetime, besides: int | None) -> list[Candidate]:
    rows = (
        select(Proposal.id, Proposal.title, Proposal.text)
        .join(Matter, Matter.id == Proposal.matter_id)
        .where(Proposal.place_id == place_id, Matter.merged_into_id.is_(None))
        .where(Proposal.state.not_in([ProposalState.withdrawn, ProposalState.redirected]))
        .where(Matter.closed_at.is_(None) | (Matter.closed_at > now - RECENTLY))
        .order_by(Proposal.id.desc())
        .limit(NEWEST_COMPARED)
    )
    return [Candidate(*row) for row in db.session.execute(rows) if row.id != besides]


def alike_by_ids(proposal_ids: Sequence[int]) -> list[Alike]:
    rows = select(Proposal, Matter).join(Matter, Matter.id == Proposal.matter_id).where(Proposal.id.in_(proposal_ids))
    found = {each.id: _as_alike(each, matter) for each, matter in db.session.execute(rows)}
    return [found[key] for key in proposal_ids if key in found]


def _as_alike(each: Proposal, matter: Matter) -> Alike:
    return Alike(
        proposal_id=each.id,
        number=matter.number,
        plate=matter.plate,
        title=matter.title,
        step=matter.step,
        state=matter.state,
        text=each.text,
        is_open=matter.closed_at is None,
        opened_at=matter.opened_at,
    )


def like_each(rows: Sequence[tuple[int, str, str]]) -> list[list[int]]:
    """Of proposals by id, title and text, those that repeat one another, in groups of ids, the largest first."""
    return alike_groups([Candidate(*row) for row in rows])
