"""Single cases, who may be given one, and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from deliberation.cases.models import Case, Progress, Reply
from deliberation.cases.rules import BEING_HANDLED, CaseState
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.meetings.models import AgreedStep, Meeting
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.people.queries import holders_of_role, users_by_id
from deliberation.places.models import Place
from deliberation.votes.models import Vote
from deliberation.votes.rules import Outcome

MOST_LINES = 100


IN_HAND = tuple(BEING_HANDLED)


def case(case_id: int) -> Case:
    found = db.session.get(Case, case_id)
    if found is None:
        raise NotFound()
    return found


def case_of_vote(vote_id: int) -> Case | None:
    return db.session.scalar(select(Case).where(Case.vote_id == vote_id))


def case_of_matter(matter_id: int) -> Case | None:
    """The matter's newest case."""
    return db.session.scalar(select(Case).where(Case.matter_id == matter_id).order_by(Case.id.desc()).limit(1))


def passed_vote_without_case(matter_id: int) -> Vote | None:
    """A resolution of the matter that nobody has been given yet."""
    rows = (
        select(Vote)
        .outerjoin(Case, Case.vote_id == Vote.id)
        .where(Vote.matter_id == matter_id, Vote.outcome == Outcome.passed, Vote.announced_at.is_not(None))
        .where(Case.id.is_(None))
    )
    return db.session.scalar(rows.order_by(Vote.id.desc()).limit(1))


def replies(case_id: int) -> Sequence[Reply]:
    """Oldest first."""
    return db.session.scalars(select(Reply).where(Reply.case_id == case_id).order_by(Reply.id)).all()


def progress(case_id: int) -> Sequence[Progress]:
    """Oldest first."""
    return db.session.scalars(select(Progress).where(Progress.case_id == case_id).order_by(Progress.id)).all()


def handlers_in(scope: Iterable[int]) -> Sequence[User]:
    """Who may be given a case of a place: its handlers and its managers, the nearest first."""
    above = list(scope)
    people = [*holders_of_role(Role.handler, above), *holders_of_role(Role.park_manager, above)]
    return list({user.id: user for user in people}.values())


def usual_handler(step: AgreedStep, choices: Sequence[User]) -> int | None:
    """Who is meant by the owner a meeting wrote down: the very person, or whoever handles cases for that unit."""
    own = [user.id for user in choices if user.id == step.owner_id]
    unit = [user.id for user in choices if step.owner_unit_id and user.organisation_id == step.owner_unit_id]
    return next(iter([*own, *unit]), None)


def taking_up(step: AgreedStep, meeting: Meeting) -> dict[str, Any]:
    """What the page of giving a step to somebody shows: the step, its matter, and who handles that already."""
    matter = db.session.get(Matter, step.matter_id) if step.matter_id is not None else None
    current = case_of_matter(matter.id) if matter is not None else None
    open_case = current if current is not None and current.state is not CaseState.closed else None
    holder = users_by_id([open_case.handler_id]).get(open_case.handler_id) if open_case is not None else None
    return {"step": step, "meeting": meeting, "matter": matter, "case": open_case, "holder_name": office_name(holder)}


def held_places(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """A condition on ``Place``: where the actor holds one of ``roles``, there or above."""
    held = {grant.place_id for grant in actor.grants if grant.role in roles}
    if not held:
        return false()
    if None in held:
        return Place.id.is_not(None)
    return or_(*(Place.path.contains(f"/{place_id}/", autoescape=True) for place_id in held))


def office_name(user: User | None) -> str:
    """Staff act by name: "沈岚 · 联络员"."""
    if user is None:
        return ""
    return f"{user.name} · {user.duty}" if user.duty else user.name
