"""联名: people who say "me too"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.people.access import Actor
from deliberation.proposals import rules
from deliberation.proposals.models import Proposal, Support
from deliberation.proposals.service.common import check, hold, own_id

AUTHORS = frozenset({ParticipationReason.proposer, ParticipationReason.merged_author})


def support(actor: Actor, *, proposal_id: int, now: datetime) -> Proposal:
    """Support once; supporting again changes nothing. Supporters hear of every step."""
    held = hold(actor, "proposal.support", proposal_id)
    user_id = own_id(actor)
    if _supports(proposal_id, user_id):
        return held.proposal
    check(
        rules.refusal_to_support(
            state=held.proposal.state,
            is_open=held.matter.closed_at is None,
            is_author=bool(AUTHORS & set(matter_queries.reasons_of(held.matter.id, user_id))),
        )
    )
    db.session.add(Support(proposal_id=proposal_id, user_id=user_id, at=now))
    matters.add_participants(held.matter.id, [user_id], reason=ParticipationReason.supporter, now=now)
    return held.proposal


def _supports(proposal_id: int, user_id: int) -> bool:
    rows = select(Support.id).where(Support.proposal_id == proposal_id, Support.user_id == user_id)
    return db.session.scalar(rows) is not None


def unsupport(actor: Actor, *, proposal_id: int) -> Proposal:
    """Take one's support back, at any time; without one nothing changes."""
    held = hold(actor, "proposal.support", proposal_id)
    user_id = own_id(actor)
    db.session.execute(delete(Support).where(Support.proposal_id == proposal_id, Support.user_id == user_id))
    matters.remove_participant(held.matter.id, user_id, reason=ParticipationReason.supporter)
    return held.proposal
