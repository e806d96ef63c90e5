"""How a case begins: by a resolution, by the liaison's choice, or once another office has approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from deliberation.cases import clocks, queries, rules
from deliberation.cases.clocks import ReplyLimit
from deliberation.cases.ground import by_name, hand_to_handler, hand_to_liaison, lock, record, refuse, tell_about
from deliberation.cases.models import Case
from deliberation.cases.rules import CaseState
from deliberation.cases.service.hand_over import ask_to_lead
from deliberation.cases.service.levels import bring_before_meeting
from deliberation.cases.service.suggestions import forwarded
from deliberation.cases.signals import decision_taken_up
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings import queries as meetings
from deliberation.meetings import service as meeting_service
from deliberation.meetings.models import AgreedStep
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.votes import service as votes
from deliberation.votes.models import Vote


def open_case_for_vote(vote: Vote, now: datetime) -> Case | None:
    """What a passed resolution asks for becomes a case; ``None`` when the liaison has to choose a handler first.

    That is so when the resolution named none, or named somebody with an interest in the matter (R-40). Where another
    office must approve, the case waits in ``external_approval_pending`` and no clock of the handler runs.
    """
    existing = queries.case_of_vote(vote.id)
    if existing is not None:
        return existing
    matter = matters.load_for_change(vote.matter_id)
    if vote.handler_id is None or vote.handler_id in matter_queries.interested_user_ids(matter.id):
        scope = places.place(matter.place_id).scope
        hand_to_liaison(matter, task="dispatch", due_at=clocks.limit("dispatch", scope, now), now=now)
        return None
    case = new_case(
        matter,
        handler=people.user(vote.handler_id),
        lead_unit_id=vote.handler_unit_id,
        task=vote.text,
        chosen=ReplyLimit(vote.handler_working_days),
        vote=vote,
        now=now,
    )
    _begin(case, matter, now=now)
    return case


def dispatch(
    actor: Actor,
    *,
    matter_id: int,
    handler_id: int,
    lead_unit_id: int | None,
    task: str,
    now: datetime,
    limit: str = "ordinary",
    working_days: int | None = None,
    level: int = 1,
) -> Case:
    """Give a matter to a handler: one taken in or talked over without a vote, or a resolution that named nobody.

    ``limit`` is the row of the deadline table by which it is answered; ``working_days`` is what was agreed instead.
    """
    matter = matters.load_for_change(matter_id)
    place = places.place(matter.place_id)
    require(actor, "case.dispatch", place.scope)
    handler = _fit_handler(matter, place, handler_id)
    suggestion = queries.suggestion_of(matter_id)
    if suggestion is not None:
        refuse(rules.DeputyCannotHandle() if suggestion.deputy_id == handler_id else None)
        limit, working_days = rules.reply_limit_of(is_hard=suggestion.is_hard), None
    chosen = clocks.reply_limit(limit, working_days, scope=place.scope, now=now)
    case = new_case(
        matter,
        handler=handler,
        lead_unit_id=lead_unit_id,
        task=task,
        chosen=chosen,
        vote=queries.passed_vote_without_case(matter_id),
        now=now,
        level=level,
    )
    _begin(case, matter, now=now, actor=actor)
    return case


def _fit_handler(matter: Matter, place: Place, handler_id: int) -> User:
    """Whom the matter may be given to now; refuses where it may not be given to anybody, or not to this person."""
    current = queries.case_of_matter(matter.id)
    fit = {user.id: user for user in queries.handlers_in(place.scope)}
    refuse(
        rules.refusal_to_dispatch(
            is_decided=matter.state in rules.DISPATCHABLE,
            has_open_case=current is not None and current.state is not CaseState.closed,
            is_handler_here=handler_id in fit,
            handler_has_interest=handler_id in matter_queries.interested_user_ids(matter.id),
        )
    )
    return fit[handler_id]


def take_up(actor: Actor, *, step_id: int, handler_id: int, now: datetime) -> Case:
    """What a meeting agreed on becomes a case, word for word, due on the day that was agreed.

    Where the matter is being handled already, it is given to whoever handles it, who is told.
    """
    agreed = meetings.agreed_step(step_id)
    require(actor, "case.dispatch", places.place(meetings.meeting(agreed.meeting_id).place_id).scope)
    step = meeting_service.take_up_step(actor, step_id=step_id, now=now)
    matter = matters.load_for_change(step.matter_id or 0)
    current = queries.case_of_matter(matter.id)
    if current is not None and current.state is not CaseState.closed:
        return _add_step(actor, current, matter, step, now=now)
    fit = {user.id: user for user in queries.handlers_in(places.place(matter.place_id).scope)}
    refuse(
        rules.refusal_to_dispatch(
            is_decided=matter.state in rules.DISPATCHABLE,
            has_open_case=False,
            is_handler_here=handler_id in fit,
            handler_has_interest=handler_id in matter_queries.interested_user_ids(matter.id),
        )
    )
    case = new_case(
        matter,
        handler=fit[handler_id],
        lead_unit_id=step.owner_unit_id,
        task=step.text,
        chosen=ReplyLimit(clocks.working_days_until(shanghai_date(now), step.due_on)),
        vote=queries.passed_vote_without_case(matter.id),
        now=now,
        step_id=step.id,
    )
    _begin(case, matter, now=now, actor=actor, step=step)
    decision_taken_up.send(case, step=step, now=now)
    return case


def _add_step(actor: Actor, case: Case, matter: Matter, step: AgreedStep, *, now: datetime) -> Case:
    data = {**_agreed_at(step), "text": step.text, "owner": step.owner_name, "due_on": step.due_on.isoformat()}
    matters.add_entry(matter, "case.step_added", now=now, actor=actor, actor_name=by_name(actor), data=data)
    tell_about(case, "case.step_added", {case.handler_id: "handler"}, key=str(step.id), now=now, **data)
    record("case.step_added", case, now=now, step=step.id, by=actor.user_id)
    return case


def _agreed_at(step: AgreedStep) -> dict[str, Any]:
    """Where it was agreed, as the timeline says it."""
    meeting = meetings.meeting(step.meeting_id)
    return {"meeting_id": meeting.id, "meeting_title": meeting.title}


def new_case(
    matter: Matter,
    *,
    handler: User,
    lead_unit_id: int | None,
    task: str,
    chosen: ReplyLimit,
    vote: Vote | None,
    now: datetime,
    step_id: int | None = None,
    level: int = 1,
) -> Case:
    case = Case(
        matter_id=matter.id,
        place_id=matter.place_id,
        vote_id=vote.id if vote else None,
        step_id=step_id,
        level=level,
        title=matter.title,
        is_private=matter.is_private,
        task=task,
        lead_unit_id=lead_unit_id if lead_unit_id is not None else handler.organisation_id,
        handler_id=handler.id,
        opened_at=now,
        working_days=chosen.working_days,
        limit_name=chosen.name,
        limit_basis=chosen.basis,
        approval_body=vote.approval_body if vote and vote.needs_external_approval else "",
        state=CaseState.external_approval_pending if vote and vote.needs_external_approval else CaseState.assigned,
    )
    db.session.add(case)
    db.session.flush()
    record("case.opened", case, now=now, vote=case.vote_id, handler=case.handler_id, level=case.level)
    return case


def begin_with(
    matter: Matter,
    *,
    handler: User,
    task: str,
    chosen: ReplyLimit,
    vote: Vote | None,
    now: datetime,
    is_final: bool = False,
    parent_id: int | None = None,
) -> Case:
    """Give a matter to somebody, whatever it came from; what is final cannot be handed back."""
    case = new_case(matter, handler=handler, lead_unit_id=None, task=task, chosen=chosen, vote=vote, now=now)
    case.parent_id = parent_id
    _begin(case, matter, now=now, is_final=is_final)
    return case


def _begin(
    case: Case,
    matter: Matter,
    *,
    now: datetime,
    actor: Actor | None = None,
    step: AgreedStep | None = None,
    is_final: bool = False,
) -> None:
    if case.state is CaseState.external_approval_pending:
        _wait_for_approval(case, matter, now=now)
    else:
        _start_clock(case, matter, now=now, actor=actor, step=step, is_final=is_final)


def _wait_for_approval(case: Case, matter: Matter, *, now: datetime) -> None:
    case.approval_due_at = clocks.limit("approval", places.place(case.place_id).scope, now)
    clocks.set_reminder(case, after=now)
    matters.move(matter, step=Step.action, state="external_approval_pending", now=now)
    hand_to_liaison(matter, task="obtain_approval", due_at=case.approval_due_at, now=now)
    data = {"body": case.approval_body, "due_at": case.approval_due_at.isoformat()}
    matters.add_entry(matter, "case.approval_pending", now=now, data=data)


def _start_clock(
    case: Case,
    matter: Matter,
    *,
    now: datetime,
    actor: Actor | None = None,
    step: AgreedStep | None = None,
    is_final: bool = False,
) -> None:
    """The handler has it from now on; deadlines in working days from today (C4), or the day a meeting agreed on."""
    today = shanghai_date(now)
    handler = people.user(case.handler_id)
    case.state, case.assigned_at = CaseState.assigned, now
    place = places.place(case.place_id)
    case.contact_due_at = clocks.limit("first_contact", place.scope, now)
    agreed = end_of_day(step.due_on) if step is not None else None
    case.due_at = case.first_due_at = agreed or clocks.working_days_from(today, case.working_days)
    by = actor.user_id if actor is not None else None
    ask_to_lead(case, handler, place, now=now, by=by, is_final=is_final)
    bring_before_meeting(case, place, now=now)
    clocks.set_clock(case, after=now)
    matters.move(matter, step=Step.action, state="assigned", now=now)
    hand_to_handler(case, matter, now=now)
    data = {
        "handler": queries.office_name(handler),
        "unit": _unit_name(case),
        "task": case.task,
        "level": case.level,
        "working_days": case.working_days,
        "due_at": case.due_at.isoformat(),
        **(_agreed_at(step) if step is not None else {}),
    }
    matters.add_entry(matter, "case.assigned", now=now, actor=actor, data=data)
    tell_about(case, "case.assigned", {case.handler_id: "handler"}, key="first", now=now)
    suggestion = queries.suggestion_of(case.matter_id)
    if suggestion is not None and suggestion.forwarded_at is None:
        forwarded(case, suggestion, matter, now=now)
    record("case.assigned", case, now=now, handler=case.handler_id, due_at=case.due_at.isoformat())


def _unit_name(case: Case) -> str:
    unit = people.organisations_by_id([case.lead_unit_id]).get(case.lead_unit_id or 0)
    return unit.name if unit else ""


def record_approval(actor: Actor, case_id: int, *, reference: str, published_on: date, now: datetime) -> Case:
    """The other office has approved and published: the resolution takes effect and the handler's clock starts."""
    case, matter, place = lock(case_id)
    require(actor, "case.record_approval", place.scope)
    today = shanghai_date(now)
    refuse(
        rules.refusal_to_record_approval(state=case.state, reference=reference, published_on=published_on, today=today)
    )
    case.approval_reference, case.approval_published_on, case.approved_at = reference, published_on, now
    data = {"body": case.approval_body, "reference": reference, "published_on": published_on.isoformat()}
    matters.add_entry(matter, "case.approved", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("case.approved", case, now=now, **data)
    if case.vote_id is not None:
        votes.make_effective(db.session.get_one(Vote, case.vote_id), now=now)
    _start_clock(case, matter, now=now, actor=actor)
    return case
