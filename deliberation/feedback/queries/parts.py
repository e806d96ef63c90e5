"""What pages and services read about notices and look-backs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from deliberation.cases.queries import held_places
from deliberation.feedback.models import LookBack, LookBackAddressee, LookBackAnswer, LookBackVisit, OutcomeNotice
from deliberation.feedback.queries.look_backs import answer_of, is_open, was_asked
from deliberation.feedback.queries.notices import notices
from deliberation.feedback.queries.reviews import review_lines
from deliberation.feedback.queries.visits import visit_lines, visit_needs, visit_of_look_back
from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.places.models import Place

MOST_LINES = 100


@dataclass(frozen=True)
class Part:
    """A person's own share in a matter's feedback, and for the liaison the notices to send and the answers so far."""

    number: str
    look_back: LookBack | None = None
    answer: LookBackAnswer | None = None
    may_answer: bool = False
    drafts: Sequence[OutcomeNotice] = ()
    issued: Sequence[OutcomeNotice] = ()
    heard: Sequence[LookBackAnswer] = ()
    visit: LookBackVisit | None = None
    upcoming: Sequence[LookBack] = field(default_factory=tuple)


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> Part | None:
    """Notices, the look-back in hand and this person's answer; ``None`` before there is any of it."""
    found = notices(matter.id)
    rows = select(LookBack).where(LookBack.matter_id == matter.id).order_by(LookBack.round, LookBack.days)
    all_look_backs = db.session.scalars(rows).all()
    place = db.session.get(Place, matter.place_id)
    may_send = actor.may("feedback.send", place.scope if place else ())
    drafts = [each for each in found if each.issued_at is None] if may_send else []
    issued = [each for each in found if each.issued_at is not None]
    if not (drafts or issued or all_look_backs):
        return None
    current = next((each for each in reversed(all_look_backs) if each.asked_at is not None), None)
    is_asked = current is not None and actor.user_id is not None and was_asked(current.id, actor.user_id)
    return Part(
        number=matter.number,
        look_back=current,
        answer=answer_of(current.id, actor.user_id) if current and actor.user_id and is_asked else None,
        may_answer=bool(is_asked and current and is_open(current)),
        drafts=drafts,
        issued=issued,
        heard=_heard(current.id) if current and may_send else (),
        visit=visit_of_look_back(current.id) if current and current.asks_visit and may_send else None,
        upcoming=[each for each in all_look_backs if each.asked_at is None and each.cancelled_at is None],
    )


def _heard(look_back_id: int) -> Sequence[LookBackAnswer]:
    """What was answered, for the liaison: with reasons, without names."""
    rows = select(LookBackAnswer).where(LookBackAnswer.look_back_id == look_back_id)
    return db.session.scalars(rows.order_by(LookBackAnswer.at).limit(MOST_LINES)).all()


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Notices the liaison has to send, visits to be made, and packs of reviews to finish; three statements."""
    rows = db.session.execute(
        select(OutcomeNotice, Matter)
        .join(Matter, Matter.id == OutcomeNotice.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(OutcomeNotice.issued_at.is_(None), held_places(actor, Role.liaison))
        .order_by(OutcomeNotice.due_at)
        .limit(MOST_LINES)
    )
    lines = [
        DeskLine(5, matter.number, matter.plate, matter.title, "notify", each.due_at, f"/feedback/notices/{each.id}")
        for each, matter in rows
    ]
    return [*lines, *visit_lines(actor), *review_lines(actor)]


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Visits to make, and look-backs this person was asked and has not answered; two statements."""
    if actor.user_id is None:
        return []
    mine = LookBackAnswer.user_id == actor.user_id
    rows = db.session.execute(
        select(LookBack, Matter)
        .join(LookBackAddressee, LookBackAddressee.look_back_id == LookBack.id)
        .join(Matter, Matter.id == LookBack.matter_id)
        .outerjoin(LookBackAnswer, (LookBackAnswer.look_back_id == LookBack.id) & mine)
        .where(LookBackAddressee.user_id == actor.user_id, LookBackAnswer.id.is_(None))
        .where(LookBack.cancelled_at.is_(None), LookBack.ended_at.is_(None))
        .order_by(LookBack.answer_by)
        .limit(3)
    )
    asked = [
        Need(
            5,
            matter.title,
            each.answer_by,
            f"/feedback/look-backs/{each.id}",
            "feedback/_need.html",
            {"look_back": each.id, "days": each.days},
        )
        for each, matter in rows
    ]
    return [*visit_needs(actor), *asked]
