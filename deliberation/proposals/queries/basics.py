"""Single proposals, with their pictures and their supporters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Integer, cast, func, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.photos.models import Photo
from deliberation.proposals.models import Proposal, ProposalPhoto, Support


def proposal(proposal_id: int) -> Proposal:
    found = db.session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound()
    return found


def proposal_of_matter(matter_id: int) -> Proposal | None:
    """The proposal a matter was opened with; ``None`` for a matter that an office brought."""
    return db.session.scalar(select(Proposal).where(Proposal.matter_id == matter_id))


def proposal_by_number(number: str) -> Proposal | None:
    """By the matter's number ("TAY-2026-001") or its plate as people read it ("汀岸 2026-001")."""
    rows = select(Proposal).join(Matter, Matter.id == Proposal.matter_id)
    return db.session.scalar(rows.where((Matter.number == number) | (Matter.plate == number)).limit(1))


def proposals_of_matters(matter_ids: Iterable[int]) -> dict[int, Proposal]:
    """Proposals by the id of their matter."""
    rows = select(Proposal).where(Proposal.matter_id.in_(set(matter_ids)))
    return {row.matter_id: row for row in db.session.scalars(rows)}


def photos_of(proposal_id: int) -> Sequence[Photo]:
    rows = select(Photo).join(ProposalPhoto, ProposalPhoto.photo_id == Photo.id)
    return db.session.scalars(rows.where(ProposalPhoto.proposal_id == proposal_id).order_by(Photo.id)).all()


def free_photos(author_id: int, ids: Iterable[int]) -> Sequence[Photo]:
    """The author's own pictures among ``ids`` that belong to no proposal yet."""
    wanted = set(ids)
    if not wanted:
        return []
    taken = select(ProposalPhoto.photo_id).where(ProposalPhoto.photo_id == Photo.id)
    rows = select(Photo).where(Photo.id.in_(wanted), Photo.uploaded_by_id == author_id, ~taken.exists())
    return db.session.scalars(rows.order_by(Photo.id)).all()


def support_of(proposal_id: int, user_id: int | None) -> tuple[int, bool]:
    """How many support it, and whether this person does."""
    mine = func.coalesce(func.sum(cast(Support.user_id == (user_id or 0), Integer)), 0)
    count, own = db.session.execute(select(func.count(), mine).where(Support.proposal_id == proposal_id)).one()
    return count, bool(own)
