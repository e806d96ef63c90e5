"""Reading the terms of cases, and what they are counted by."""

from __future__ import annotations

from sqlalchemy import func, select

from deliberation.cases.models import Demand
from deliberation.feedback.models import CaseTerm, LookBack, LookBackAddressee, LookBackAnswer
from deliberation.feedback.rules import Rating
from deliberation.kernel.database import db
from deliberation.proposals.models import Proposal


def term(case_id: int, round_number: int) -> CaseTerm | None:
    row = select(CaseTerm).where(CaseTerm.case_id == case_id, CaseTerm.round == round_number)
    return db.session.scalar(row)


def kind_of(matter_id: int) -> str:
    """What the matter is about: the ``ProposalKind`` of its proposal, or of what was taken down; "" for neither."""
    proposed = select(Proposal.kind).where(Proposal.matter_id == matter_id)
    heard = select(Demand.kind).where(Demand.matter_id == matter_id, Demand.is_first)
    found = db.session.scalar(proposed) or db.session.scalar(heard)
    return str(found) if found is not None else ""


def people_asked(case_id: int, round_number: int) -> int:
    """How many people the look-backs of a round have asked, each counted once."""
    rows = (
        select(func.count(LookBackAddressee.user_id.distinct()))
        .join(LookBack, LookBack.id == LookBackAddressee.look_back_id)
        .where(LookBack.case_id == case_id, LookBack.round == round_number)
    )
    return db.session.scalar(rows) or 0


def rating_of(case_id: int, round_number: int, user_id: int) -> Rating | None:
    """The person's standing rating of a round: the latest one given, whichever look-back it was given at."""
    rows = (
        select(LookBackAnswer.rating)
        .join(LookBack, LookBack.id == LookBackAnswer.look_back_id)
        .where(LookBack.case_id == case_id, LookBack.round == round_number)
        .where(LookBackAnswer.user_id == user_id, LookBackAnswer.rating.is_not(None))
        .order_by(LookBack.days.desc())
        .limit(1)
    )
    return db.session.scalar(rows)
