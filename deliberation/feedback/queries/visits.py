"""Visits: whose they are, who may be sent, and what their page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from deliberation.cases.models import Case, Reply
from deliberation.cases.queries import assignments, held_places
from deliberation.cases.rules import AssignmentState
from deliberation.feedback.models import LookBack, LookBackVisit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.matters.queries import interested_user_ids
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.people.queries import holders_of_role, users_by_id
from deliberation.photos.models import Photo
from deliberation.places.models import Place

MOST_LINES = 100
VISITING_ROLES = (
    Role.residents_committee,
    Role.association,
    Role.deputy,
    Role.park_manager,
    Role.liaison,
    Role.supervisor,
)


def visit(visit_id: int) -> LookBackVisit:
    found = db.session.get(LookBackVisit, visit_id)
    if found is None:
        raise NotFound()
    return found


def visit_of_look_back(look_back_id: int) -> LookBackVisit | None:
    return db.session.scalar(select(LookBackVisit).where(LookBackVisit.look_back_id == look_back_id))


def open_visits(case_id: int) -> Sequence[LookBackVisit]:
    """Wanted, neither made nor called off."""
    rows = select(LookBackVisit).where(LookBackVisit.case_id == case_id)
    return db.session.scalars(
        rows.where(LookBackVisit.reported_at.is_(None), LookBackVisit.cancelled_at.is_(None))
    ).all()


def people_visited(case_id: int, round_number: int) -> int:
    """How many people the visitors of a round asked."""
    rows = (
        select(func.sum(LookBackVisit.asked))
        .join(LookBack, LookBack.id == LookBackVisit.look_back_id)
        .where(LookBack.case_id == case_id, LookBack.round == round_number)
    )
    return db.session.scalar(rows) or 0


def handled_by(case: Case) -> frozenset[int]:
    """Everybody who has had a part in handling the case: they do not judge whether it is fixed (C5)."""
    replied = db.session.scalars(select(Reply.replied_by_id).where(Reply.case_id == case.id))
    took_part = [row.handler_id for row in assignments(case.id) if row.state is not AssignmentState.returned]
    return frozenset({case.handler_id, *replied, *took_part})


def visitors_to_choose(case: Case, place: Place) -> Sequence[User]:
    """The offices of the place, without whoever handled the case or declared an interest in the matter."""
    found = {user.id: user for role in VISITING_ROLES for user in holders_of_role(role, place.scope)}
    barred = handled_by(case) | frozenset(interested_user_ids(case.matter_id))
    return [user for user in found.values() if user.id not in barred]


@dataclass(frozen=True)
class VisitPage:
    visit: LookBackVisit
    look_back: LookBack
    matter: Matter
    place: Place
    case: Case
    visitor: User | None
    photo: Photo | None
    choices: Sequence[User]
    may_send: bool
    may_report: bool


def visit_page(visit_id: int, actor: Actor) -> VisitPage:
    """For the visitor, and for the offices of the place; nobody else is told that there is one."""
    found = visit(visit_id)
    matter = db.session.get_one(Matter, found.matter_id)
    place = db.session.get_one(Place, matter.place_id)
    case = db.session.get_one(Case, found.case_id)
    is_visitor = actor.user_id is not None and actor.user_id == found.visitor_id
    if not (is_visitor or actor.may("case.read", place.scope)):
        raise NotFound()
    may_send = not found.is_over and actor.may("look_back.send_visitor", place.scope)
    return VisitPage(
        visit=found,
        look_back=db.session.get_one(LookBack, found.look_back_id),
        matter=matter,
        place=place,
        case=case,
        visitor=users_by_id([found.visitor_id]).get(found.visitor_id or 0),
        photo=db.session.get(Photo, found.photo_id) if found.photo_id is not None else None,
        choices=visitors_to_choose(case, place) if may_send else (),
        may_send=may_send,
        may_report=is_visitor and not found.is_over,
    )


def visit_lines(actor: Actor) -> list[DeskLine]:
    """Visits this person is to make, and for the liaison those nobody has been asked to make; one statement."""
    mine, unassigned = LookBackVisit.visitor_id == actor.user_id, LookBackVisit.visitor_id.is_(None)
    rows = db.session.execute(
        select(LookBackVisit, Matter)
        .join(Matter, Matter.id == LookBackVisit.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(LookBackVisit.reported_at.is_(None), LookBackVisit.cancelled_at.is_(None))
        .where(or_(mine, unassigned & held_places(actor, Role.liaison)))
        .order_by(LookBackVisit.due_at, LookBackVisit.id)
        .limit(MOST_LINES)
    )
    return [
        DeskLine(
            5,
            matter.number,
            matter.plate,
            matter.title,
            "visit" if each.visitor_id is not None else "send_visitor",
            each.due_at,
            f"/feedback/visits/{each.id}",
        )
        for each, matter in rows
    ]


def visit_needs(actor: Actor) -> list[Need]:
    """Visits this person is to make, for the home page; one statement."""
    rows = db.session.execute(
        select(LookBackVisit, Matter.title)
        .join(Matter, Matter.id == LookBackVisit.matter_id)
        .where(LookBackVisit.visitor_id == actor.user_id)
        .where(LookBackVisit.reported_at.is_(None), LookBackVisit.cancelled_at.is_(None))
        .order_by(LookBackVisit.due_at)
        .limit(3)
    )
    return [
        Need(5, title, each.due_at, f"/feedback/visits/{each.id}", "feedback/_visit_need.html", {})
        for each, title in rows
    ]


def visits_to_remind(*, now: datetime) -> Sequence[int]:
    rows = select(LookBackVisit.id).where(LookBackVisit.next_reminder_at <= now)
    return db.session.scalars(rows.order_by(LookBackVisit.next_reminder_at).limit(500)).all()
