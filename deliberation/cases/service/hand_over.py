"""Who leads and who assists. Until somebody has accepted, whoever was asked first leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import (
    by_name,
    hand_to_handler,
    lapse_extensions,
    let_them_read,
    liaison_of,
    lock,
    record,
    refuse,
    tell_about,
    who_decides,
)
from deliberation.cases.models import Assignment, Case
from deliberation.cases.rules import AssignmentState, HandOver
from deliberation.cases.service.levels import raise_level
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.people.models import User
from deliberation.places.models import Place

SUPERVISOR, LIAISON = "supervisor", "liaison"


def ask_to_lead(
    case: Case, handler: User, place: Place, *, now: datetime, by: int | None, is_final: bool = False
) -> Assignment:
    """Somebody is asked to lead; what is final is accepted with it."""
    asked = Assignment(
        case_id=case.id,
        is_lead=True,
        handler_id=handler.id,
        unit_id=handler.organisation_id,
        state=AssignmentState.accepted if is_final else AssignmentState.offered,
        is_final=is_final,
        asked_by_id=by,
        asked_at=now,
        answer_by=None if is_final else clocks.limit(rules.limit_for(case.limit_name, "return"), place.scope, now),
        answered_at=now if is_final else None,
    )
    db.session.add(asked)
    case.hand_over = HandOver.settled if is_final else HandOver.offered
    case.hand_over_due_at = asked.answer_by
    return asked


def accept(actor: Actor, assignment_id: int, *, now: datetime) -> Case:
    """Whoever was asked takes it on; the one who led meanwhile is told."""
    case, matter, place, asked = _lock(assignment_id)
    require(actor, "case.handle", place.scope)
    refuse(
        rules.refusal_to_accept(
            is_theirs=asked.handler_id == actor.user_id,
            state=asked.state,
            has_interest=_has_interest(actor.user_id, case),
        )
    )
    _accepted(case, matter, place, asked, actor=actor, now=now)
    return case


def take_on(case: Case, matter: Matter, place: Place, *, actor: Actor, now: datetime) -> None:
    """Whoever begins to handle has accepted."""
    asked = queries.open_lead(queries.assignments(case.id))
    if asked is not None and asked.handler_id == actor.user_id:
        _accepted(case, matter, place, asked, actor=actor, now=now)


def _accepted(
    case: Case, matter: Matter, place: Place, asked: Assignment, *, actor: Actor | None, now: datetime
) -> None:
    asked.state, asked.answered_at = AssignmentState.accepted, now
    if asked.is_lead:
        case.hand_over, case.hand_over_due_at = HandOver.settled, None
        if case.handler_id != asked.handler_id:
            _lead_passes(case, matter, place, people.user(asked.handler_id), reason="", actor=actor, now=now)
    record("case.accepted", case, now=now, assignment=asked.id, handler=asked.handler_id, by=actor and actor.user_id)


def _lead_passes(
    case: Case, matter: Matter, place: Place, handler: User, *, reason: str, actor: Actor | None, now: datetime
) -> None:
    """Another leads from now on. No day moves: residents do not wait longer for what offices settle."""
    before = case.handler_id
    lapse_extensions(case, now=now, of=[row.id for row in queries.assignments(case.id) if row.is_lead])
    case.handler_id, case.lead_unit_id = handler.id, handler.organisation_id
    clocks.set_reminder(case, after=now)
    hand_to_handler(case, matter, now=now)
    data = {"handler": queries.office_name(handler), "reason": reason}
    name = by_name(actor) if actor is not None else ""
    matters.add_entry(matter, "case.lead_settled", now=now, actor=actor, actor_name=name, data=data)
    reasons = {**_dispatchers(place), **_returners(case), before: "handler", handler.id: "handler"}
    tell_about(case, "case.lead_settled", reasons, key=str(now.timestamp()), now=now, **data)


def hand_back(actor: Actor, assignment_id: int, *, reason: str, now: datetime) -> Case:
    """Not ours, and why. The first return goes to the dispatcher, the second to the dispatcher's supervisor."""
    case, matter, place, asked = _lock(assignment_id)
    require(actor, "case.return", place.scope)
    refuse(
        rules.refusal_to_hand_back(
            is_theirs=asked.handler_id == actor.user_id,
            state=asked.state,
            is_final=asked.is_final,
            answer_by=asked.answer_by,
            reason=reason,
            now=now,
        )
    )
    asked.state, asked.answered_at, asked.return_reason = AssignmentState.returned, now, reason.strip()
    asked.next_reminder_at = None
    lapse_extensions(case, now=now, of=[asked.id])
    if asked.is_lead:
        returns = sum(row.state is AssignmentState.returned for row in queries.assignments(case.id) if row.is_lead)
        case.hand_over = rules.after_return(returns)
        limit = "dispatch" if case.hand_over is HandOver.returned else "decide_lead"
        case.hand_over_due_at = clocks.limit(limit, place.scope, now)
    let_them_read(case, matter)
    if matter.is_private and case.hand_over is HandOver.disputed:
        record("case.shown", case, now=now, to=sorted(who_decides(case)))
    data = {
        "unit": by_name(actor),
        "reason": asked.return_reason,
        "is_lead": asked.is_lead,
        "waits": str(case.hand_over),
    }
    matters.add_entry(matter, "case.returned", now=now, actor=actor, actor_name=by_name(actor), data=data)
    to = _supervisors(place) if asked.is_lead and case.hand_over is HandOver.disputed else _dispatchers(place)
    tell_about(case, "case.returned", {**to, case.handler_id: "handler"}, key=str(asked.id), now=now, **data)
    record("case.returned", case, now=now, assignment=asked.id, handler=asked.handler_id, waits=str(case.hand_over))
    return case


def ask_another(actor: Actor, case_id: int, *, handler_id: int, now: datetime) -> Case:
    """The dispatcher asks another to lead; the first receiver goes on until that one has accepted."""
    case, matter, place = lock(case_id)
    require(actor, "case.dispatch", place.scope)
    rows, fit = queries.assignments(case.id), _fit(place)
    refuse(
        rules.refusal_to_ask_another(
            state=case.state,
            hand_over=case.hand_over,
            lead_has_interest=_has_interest(case.handler_id, case),
            is_handler_here=handler_id in fit,
            has_interest=_has_interest(handler_id, case),
            has_returned=any(row.is_lead and row.handler_id == handler_id for row in rows),
        )
    )
    earlier = queries.open_lead(rows)
    if earlier is not None:
        earlier.state = AssignmentState.ended
    asked = ask_to_lead(case, fit[handler_id], place, now=now, by=actor.user_id)
    db.session.flush()
    let_them_read(case, matter)
    data = {"handler": queries.office_name(fit[handler_id])}
    matters.add_entry(matter, "case.rerouted", now=now, actor=actor, actor_name=by_name(actor), data=data)
    tell_about(case, "case.assigned", {handler_id: "handler"}, key=f"again:{asked.id}", now=now)
    record("case.rerouted", case, now=now, handler=handler_id, by=actor.user_id)
    return case


def decide_lead(actor: Actor, case_id: int, *, handler_id: int, reason: str, now: datetime) -> Case:
    """The dispatcher's supervisor decides after the second return; there is no third (C3)."""
    case, matter, place = lock(case_id)
    require(actor, "case.decide_lead", place.scope)
    fit = _fit(place)
    refuse(
        rules.refusal_to_decide_lead(
            state=case.state,
            hand_over=case.hand_over,
            is_handler_here=handler_id in fit,
            has_interest=_has_interest(handler_id, case),
            reason=reason,
        )
    )
    ask_to_lead(case, fit[handler_id], place, now=now, by=actor.user_id, is_final=True)
    _lead_passes(case, matter, place, fit[handler_id], reason=reason.strip(), actor=actor, now=now)
    record("case.lead_decided", case, now=now, handler=handler_id, by=actor.user_id, reason=reason.strip())
    return case


def ask_assistance(actor: Actor, case_id: int, *, handler_id: int, task: str, now: datetime) -> Assignment:
    """Another unit does its part, by its own clock; with several units the case is one of level 2 (A29)."""
    case, matter, place = lock(case_id)
    require(actor, "case.dispatch", place.scope)
    rows, fit = queries.assignments(case.id), _fit(place)
    live = {row.handler_id for row in rows if row.state in rules.LIVE}
    refuse(
        rules.refusal_to_ask_assistance(
            state=case.state,
            is_handler_here=handler_id in fit,
            has_interest=_has_interest(handler_id, case),
            takes_part=handler_id in {*live, case.handler_id},
        )
    )
    helper = fit[handler_id]
    asked = Assignment(
        case_id=case.id,
        is_lead=False,
        handler_id=helper.id,
        unit_id=helper.organisation_id,
        task=task,
        asked_by_id=actor.user_id,
        asked_at=now,
        answer_by=clocks.limit(rules.limit_for(case.limit_name, "return"), place.scope, now),
        due_at=clocks.limit(rules.limit_for(case.limit_name, "assist"), place.scope, now),
    )
    db.session.add(asked)
    db.session.flush()
    let_them_read(case, matter)
    clocks.set_assistance_reminder(asked, after=now)
    data = {"handler": queries.office_name(helper), "task": task, "due_at": (asked.due_at or now).isoformat()}
    matters.add_entry(matter, "case.assist_asked", now=now, actor=actor, actor_name=by_name(actor), data=data)
    asking = {**data, "answer_by": (asked.answer_by or now).isoformat()}
    tell_about(case, "case.assist_asked", {helper.id: "assistant"}, key=str(asked.id), now=now, **asking)
    record("case.assist_asked", case, now=now, assignment=asked.id, handler=helper.id, by=actor.user_id)
    units = [case.lead_unit_id, *(row.unit_id for row in [*rows, asked] if not row.is_lead)]
    wanted = rules.level_of_units(units)
    if wanted > case.level:
        raise_level(case, matter, place, level=wanted, cause="units", reason="", actor=actor, now=now)
    return asked


def finish_assistance(actor: Actor, assignment_id: int, *, text: str, now: datetime) -> Assignment:
    """An assisting unit has done its part; the lead is told and goes on with it."""
    case, matter, place, asked = _lock(assignment_id)
    require(actor, "case.handle", place.scope)
    refuse(
        rules.refusal_to_finish_assistance(
            is_theirs=asked.handler_id == actor.user_id and not asked.is_lead,
            state=asked.state,
            has_interest=_has_interest(actor.user_id, case),
            text=text,
        )
    )
    asked.state, asked.done_at, asked.done_text = AssignmentState.done, now, text.strip()
    asked.answered_at, asked.next_reminder_at = asked.answered_at or now, None
    lapse_extensions(case, now=now, of=[asked.id])
    data = {"unit": by_name(actor), "text": asked.done_text}
    matters.add_entry(matter, "case.assist_done", now=now, actor=actor, actor_name=by_name(actor), data=data)
    tell_about(case, "case.assist_done", {case.handler_id: "handler"}, key=str(asked.id), now=now, **data)
    record("case.assist_done", case, now=now, assignment=asked.id, handler=asked.handler_id)
    return asked


def end_assistance(case: Case) -> None:
    """The case has been answered: nobody waits for what is still open of it."""
    for row in queries.assignments(case.id):
        if not row.is_lead and row.state in rules.LIVE:
            row.state, row.next_reminder_at = AssignmentState.ended, None


def accept_next_by_silence(now: datetime) -> bool:
    """Whoever let the time to hand back go by has accepted; False when there is none."""
    rows = select(Assignment).where(Assignment.state == AssignmentState.offered, Assignment.answer_by < now)
    asked = db.session.scalar(rows.order_by(Assignment.answer_by).limit(1).with_for_update(skip_locked=True))
    if asked is None:
        return False
    case, matter, place = lock(asked.case_id)
    if case.state not in rules.BEING_HANDLED or (asked.is_lead and _has_interest(asked.handler_id, case)):
        asked.state = AssignmentState.ended
        return True
    _accepted(case, matter, place, asked, actor=None, now=now)
    return True


def _lock(assignment_id: int) -> tuple[Case, Matter, Place, Assignment]:
    """The case first, as everywhere, then the row."""
    case, matter, place = lock(queries.assignment(assignment_id).case_id)
    asked = db.session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    return case, matter, place, asked


def _has_interest(user_id: int | None, case: Case) -> bool:
    return user_id in matter_queries.interested_user_ids(case.matter_id)


def _fit(place: Place) -> dict[int, User]:
    return {user.id: user for user in queries.handlers_in(place.scope)}


def _supervisors(place: Place) -> dict[int, str]:
    return {user.id: SUPERVISOR for user in people.holders_of_role(Role.supervisor, place.scope)}


def _dispatchers(place: Place) -> dict[int, str]:
    liaison_id, _name = liaison_of(place)
    return {liaison_id: LIAISON} if liaison_id is not None else {}


def _returners(case: Case) -> dict[int, str]:
    rows = queries.assignments(case.id)
    return {row.handler_id: "handler" for row in rows if row.is_lead and row.state is AssignmentState.returned}
