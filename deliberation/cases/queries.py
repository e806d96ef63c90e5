"""What pages and services read about cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select

from deliberation.cases.models import Case, Progress, Reply
from deliberation.cases.rules import BEING_HANDLED, DISPATCHABLE, CaseState
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.matters.queries import interested_user_ids
from deliberation.meetings.models import AgreedStep, Meeting
from deliberation.people.access import Actor, Role
from deliberation.people.models import Organisation, User
from deliberation.people.queries import holders_of_role, organisations_by_id, users_by_id
from deliberation.photos.models import Photo
from deliberation.photos.queries import photos_by_id
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


@dataclass(frozen=True)
class Part:
    """What the matter page shows of its newest case; ``case`` is ``None`` while nobody has been given it.

    ``may_open`` leads an office to the case's own page, ``may_dispatch`` the liaison to the dispatch form.
    """

    number: str
    may_dispatch: bool
    case: Case | None = None
    handler_name: str = ""
    unit: Organisation | None = None
    last_reply: Reply | None = None
    before: Progress | None = None
    after: Progress | None = None
    photos: Mapping[int, Photo] = field(default_factory=dict)
    may_open: bool = False


def office_name(user: User | None) -> str:
    """Staff act by name: "沈岚 · 联络员"."""
    if user is None:
        return ""
    return f"{user.name} · {user.duty}" if user.duty else user.name


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> Part | None:
    """The matter's case, or the way to give it to somebody, or nothing."""
    place = db.session.get(Place, matter.place_id)
    scope = place.scope if place else ()
    found = case_of_matter(matter.id)
    if found is None:
        may_dispatch = matter.state in DISPATCHABLE and actor.may("case.dispatch", scope)
        return Part(matter.number, may_dispatch) if may_dispatch else None
    given = replies(found.id)
    shown = [each for each in progress(found.id) if each.photo_id or each.measure]
    return Part(
        number=matter.number,
        may_dispatch=False,
        case=found,
        handler_name=office_name(users_by_id([found.handler_id]).get(found.handler_id)),
        unit=organisations_by_id([found.lead_unit_id]).get(found.lead_unit_id or 0),
        last_reply=given[-1] if given else None,
        before=next((each for each in shown if each.stage == "before"), None),
        after=next((each for each in reversed(shown) if each.stage == "after"), None),
        photos=photos_by_id(each.photo_id for each in shown if each.photo_id is not None),
        may_open=actor.may("desk.open", scope),
    )


@dataclass(frozen=True)
class CasePage:
    """The case's own page. The flags say which forms stand on it; the services check again."""

    case: Case
    matter: Matter
    place: Place
    handler: User
    unit: Organisation | None
    replies: Sequence[Reply]
    progress: Sequence[Progress]
    photos: Mapping[int, Photo]
    has_interest: bool
    may_handle: bool
    may_approve: bool
    may_extend: bool
    may_close: bool
    waits_for_look_back: bool


def page(case_id: int, actor: Actor) -> CasePage:
    """Everything the case's page shows, in a constant number of statements."""
    found = case(case_id)
    place = db.session.get_one(Place, found.place_id)
    has_interest = actor.user_id in interested_user_ids(found.matter_id)
    is_handler, is_in_hand = found.handler_id == actor.user_id, found.state in BEING_HANDLED
    steps = progress(case_id)
    may_close = actor.may("case.close", place.scope) and not is_handler and found.state is not CaseState.closed
    return CasePage(
        case=found,
        matter=db.session.get_one(Matter, found.matter_id),
        place=place,
        handler=db.session.get_one(User, found.handler_id),
        unit=organisations_by_id([found.lead_unit_id]).get(found.lead_unit_id or 0),
        replies=replies(case_id),
        progress=steps,
        photos=photos_by_id(step.photo_id for step in steps if step.photo_id is not None),
        has_interest=has_interest and is_handler,
        may_handle=is_handler and is_in_hand and not has_interest,
        may_approve=found.state is CaseState.external_approval_pending
        and actor.may("case.record_approval", place.scope),
        may_extend=is_in_hand and found.extended_at is None and actor.may("case.extend", place.scope),
        may_close=may_close and found.looked_back_at is not None,
        waits_for_look_back=may_close and found.looked_back_at is None and not is_in_hand,
    )


@dataclass(frozen=True)
class Line:
    """A case in a list, with its matter."""

    case: Case
    matter: Matter
    handler_name: str
    is_mine: bool


def _mine_or_watched(actor: Actor) -> ColumnElement[bool]:
    watched = held_places(actor, Role.liaison, Role.supervisor, Role.park_manager)
    return or_(Case.handler_id == actor.user_id, watched)


def list_for(actor: Actor, *, is_closed: bool) -> list[Line]:
    """The actor's own cases and those of the places the actor watches over, the most urgent first."""
    rows = db.session.execute(
        select(Case, Matter, User)
        .join(Matter, Matter.id == Case.matter_id)
        .join(Place, Place.id == Case.place_id)
        .join(User, User.id == Case.handler_id)
        .where(_mine_or_watched(actor))
        .where(Case.state == CaseState.closed if is_closed else Case.state != CaseState.closed)
        .order_by(func.coalesce(Case.due_at, Case.approval_due_at), Case.id)
        .limit(MOST_LINES)
    )
    return [Line(each, matter, office_name(user), each.handler_id == actor.user_id) for each, matter, user in rows]


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """What the actor has to do about cases: three statements at most, whatever the number of cases."""
    return [*_handler_lines(actor), *_office_lines(actor, now), *_dispatch_lines(actor)]


def _line(case: Case, matter: Matter, task: str, due_at: datetime | None) -> DeskLine:
    step = 5 if task == "close_case" else 4
    return DeskLine(step, matter.number, matter.plate, matter.title, task, due_at, f"/cases/{case.id}")


def task_of_handler(case: Case) -> tuple[str, datetime | None]:
    """What the handler has to do next, and until when: a code of matters.wording.HOLDER_TASKS."""
    if case.state is CaseState.assigned:
        return ("recheck" if case.times_reopened else "contact"), case.contact_due_at
    return ("follow_up" if case.promised_on else "handle"), case.due_at


def _handler_lines(actor: Actor) -> list[DeskLine]:
    if actor.user_id is None:
        return []
    rows = db.session.execute(
        select(Case, Matter)
        .join(Matter, Matter.id == Case.matter_id)
        .where(Case.handler_id == actor.user_id, Case.state.in_(IN_HAND))
        .order_by(Case.due_at)
        .limit(MOST_LINES)
    )
    return [_line(case, matter, *task_of_handler(case)) for case, matter in rows]


def _office_lines(actor: Actor, now: datetime) -> list[DeskLine]:
    """For the liaison: approvals to obtain and cases to close; for the supervisor: what is overdue."""
    liaison, supervisor = held_places(actor, Role.liaison), held_places(actor, Role.supervisor)
    waits = Case.state == CaseState.external_approval_pending
    is_closable = Case.looked_back_at.is_not(None) & (Case.state != CaseState.closed)
    is_overdue = Case.state.in_(IN_HAND) & (Case.due_at < now)
    rows = db.session.execute(
        select(Case, Matter)
        .join(Matter, Matter.id == Case.matter_id)
        .join(Place, Place.id == Case.place_id)
        .where(or_(liaison & (waits | is_closable), supervisor & is_overdue))
        .order_by(func.coalesce(Case.due_at, Case.approval_due_at), Case.id)
        .limit(MOST_LINES)
    )
    return [_line(case, matter, *_office_task(case, matter)) for case, matter in rows]


def _office_task(case: Case, matter: Matter) -> tuple[str, datetime | None]:
    if case.state is CaseState.external_approval_pending:
        return "obtain_approval", case.approval_due_at
    if case.looked_back_at is not None:
        return "close_case", matter.holder_due_at
    return "press_handler", case.due_at


def _dispatch_lines(actor: Actor) -> list[DeskLine]:
    rows = db.session.scalars(
        select(Matter)
        .join(Place, Place.id == Matter.place_id)
        .where(Matter.holder_task == "dispatch", Matter.closed_at.is_(None))
        .where(held_places(actor, Role.liaison, Role.park_manager))
        .order_by(Matter.holder_due_at)
        .limit(MOST_LINES)
    )
    return [
        DeskLine(4, m.number, m.plate, m.title, "dispatch", m.holder_due_at, f"/cases/dispatch?matter={m.number}")
        for m in rows
    ]


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """The handler's own cases, for the home page; one statement."""
    return [
        Need(line.step, line.title, line.due_at, line.url, "cases/_need.html", {"task": line.task, "plate": line.plate})
        for line in _handler_lines(actor)[:3]
    ]
