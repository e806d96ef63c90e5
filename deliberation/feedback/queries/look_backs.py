"""What pages and services read about notices and look-backs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from deliberation.cases.models import Case
from deliberation.cases.rules import CaseState
from deliberation.feedback import rules
from deliberation.feedback.models import LookBack, LookBackAddressee, LookBackAnswer
from deliberation.feedback.rules import Answer
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.photos.models import Photo
from deliberation.places.models import Place

MOST_LINES = 100


def look_back(look_back_id: int) -> LookBack:
    found = db.session.get(LookBack, look_back_id)
    if found is None:
        raise NotFound()
    return found


def look_backs(case_id: int, round_number: int) -> Sequence[LookBack]:
    """Of one round, the earliest first."""
    rows = select(LookBack).where(LookBack.case_id == case_id, LookBack.round == round_number)
    return db.session.scalars(rows.order_by(LookBack.days)).all()


def was_asked(look_back_id: int, user_id: int) -> bool:
    return db.session.get(LookBackAddressee, (look_back_id, user_id)) is not None


def answer_of(look_back_id: int, user_id: int) -> LookBackAnswer | None:
    rows = select(LookBackAnswer).where(LookBackAnswer.look_back_id == look_back_id, LookBackAnswer.user_id == user_id)
    return db.session.scalar(rows)


def counts(look_back_id: int) -> Mapping[Answer, int]:
    rows = select(LookBackAnswer.answer).where(LookBackAnswer.look_back_id == look_back_id)
    return Counter(db.session.scalars(rows))


def ending_ids(*, now: datetime) -> Sequence[int]:
    """Look-backs whose time to answer is over."""
    rows = select(LookBack.id).where(
        LookBack.ended_at.is_(None), LookBack.cancelled_at.is_(None), LookBack.answer_by < now
    )
    return db.session.scalars(rows.order_by(LookBack.answer_by).limit(500)).all()


def is_open(look_back: LookBack) -> bool:
    """Whether answers are taken now."""
    state = db.session.scalar(select(Case.state).where(Case.id == look_back.case_id))
    return rules.is_open(
        asked_at=look_back.asked_at, cancelled_at=look_back.cancelled_at, is_case_closed=state is CaseState.closed
    )


def is_in_hand_again(look_back: LookBack) -> bool:
    """Whether the case has been reopened since, so that nothing of this round is asked any more."""
    reopened = db.session.scalar(select(Case.times_reopened).where(Case.id == look_back.case_id))
    return (reopened or 0) >= look_back.round


def photo_of_answer(answer_id: int) -> tuple[Photo, Place]:
    """The picture sent with an answer, and the place whose offices may see it."""
    found = db.session.execute(
        select(Photo, Place)
        .join(LookBackAnswer, LookBackAnswer.photo_id == Photo.id)
        .join(LookBack, LookBack.id == LookBackAnswer.look_back_id)
        .join(Matter, Matter.id == LookBack.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(LookBackAnswer.id == answer_id)
    ).first()
    if found is None:
        raise NotFound()
    return found[0], found[1]
