"""What people say when they are asked, who goes to look, and who closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.cases.rules import CaseState
from deliberation.feedback import queries, service
from deliberation.feedback.models import LookBack, LookBackVisit
from deliberation.feedback.rules import Answer, Rating
from deliberation.kernel.database import db
from tests.support.quarter.handling import plan_handling
from tests.support.quarter.town import Act, Quarter


def answer_later(quarter: Quarter, now: datetime) -> None:
    """Two days after they were asked most people say something; one of a case that is to fail says no."""
    for look_back in db.session.scalars(select(LookBack).where(LookBack.asked_at == now)):
        quarter.after(now, 2, _answering(quarter, look_back))


def _answering(quarter: Quarter, look_back: LookBack) -> Act:
    def act(now: datetime) -> None:
        story, drawing = quarter.stories.get(look_back.case_id), quarter.random
        if story is None or look_back.cancelled_at is not None:
            return
        asked = sorted(db.session.scalars(queries.people_of(look_back.matter_id)))
        fails = look_back.round <= story.refused_rounds
        for user_id in asked[1:]:
            if drawing.random() < 0.5:
                rating = drawing.choice((None, *Rating))
                _answer(look_back, user_id, drawing.choice((Answer.fixed, Answer.partly)), rating=rating, now=now)
        if fails:
            _answer(look_back, asked[0], story.refusal, rating=drawing.choice((None, Rating.dissatisfied)), now=now)
            plan_handling(quarter, story, now=now)

    return act


def _answer(look_back: LookBack, user_id: int, said: Answer, *, rating: Rating | None, now: datetime) -> None:
    words = "又和以前一样了"
    service.answer_look_back(
        look_back_id=look_back.id, user_id=user_id, answer=said, reason=words, by_link=False, rating=rating, now=now
    )


def visit_later(quarter: Quarter, now: datetime) -> None:
    """The liaison sends somebody the same day, who goes a week later: a few are late and are reminded."""
    for visit in db.session.scalars(select(LookBackVisit).where(LookBackVisit.wanted_at == now)):
        day = now.date() + timedelta(days=5)
        service.send_visitor(quarter.liaison, visit.id, visitor_id=quarter.visitor.user_id or 0, due_on=day, now=now)
        late = quarter.random.choice((0, 0, 0, 4))
        quarter.on(day + timedelta(days=late), _visiting(quarter, visit))


def _visiting(quarter: Quarter, visit: LookBackVisit) -> Act:
    def act(now: datetime) -> None:
        if visit.is_over:
            return
        is_bath = quarter.stories[visit.case_id].kind.name == "E7"
        service.report_visit(
            quarter.visitor,
            visit.id,
            finding=Answer.fixed,
            text="去看过了，也打电话问了。",
            no_photo_reason="在家里，不便拍照",
            counts=(36, 35, 33) if is_bath else (0, 0, 0),
            now=now,
        )

    return act


def close(quarter: Quarter, now: datetime) -> None:
    """The liaison closes what nobody found wanting."""
    ready = select(Case.id).where(Case.looked_back_at.is_not(None), Case.state != CaseState.closed)
    for case_id in db.session.scalars(ready).all():
        others = quarter.others if case_id not in quarter.stories else None
        cases.close_case(others.hall.liaison if others else quarter.liaison, case_id, now=now)
