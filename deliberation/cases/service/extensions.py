"""More time: asked for by whoever handles, given or refused by the supervisor; the clock runs until then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import (
    by_name,
    hand_to_handler,
    let_them_read,
    liaison_of,
    lock,
    record,
    refuse,
    tell_about,
    who_decides,
)
from deliberation.cases.models import Assignment, Case, ExtensionRequest
from deliberation.cases.rules import ExtensionState
from deliberation.cases.service.hand_over import take_on
from deliberation.cases.signals import clock_changed
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.places.models import Place


def extend(actor: Actor, case_id: int, *, working_days: int, reason: str, now: datetime) -> Case:
    """The supervisor gives more time, once, with a reason; the first due date stays visible (R-07)."""
    case, matter, place = lock(case_id)
    require(actor, "case.extend", place.scope)
    is_awaited = any(_is_of_lead(each) for each in queries.open_extensions(case.id))
    is_extended = case.extended_at is not None
    refuse(rules.refusal_to_extend(state=case.state, is_extended=is_extended, is_awaited=is_awaited, reason=reason))
    refuse(rules.refusal_to_extend_by(working_days=working_days, most=clocks.most_extended(case, place.scope)))
    _give_time(case, matter, working_days=working_days, reason=reason, actor=actor, now=now)
    return case


def _is_of_lead(request: ExtensionRequest) -> bool:
    return queries.assignment(request.assignment_id).is_lead


def _give_time(
    case: Case, matter: Matter, *, working_days: int, reason: str, actor: Actor, now: datetime, answer: str = ""
) -> None:
    """The day to answer moves, and everybody who took part is told."""
    old = case.due_at or now
    case.due_at = clocks.working_days_from(shanghai_date(old), working_days)
    case.extended_at, case.extension_reason = now, reason
    clocks.set_clock(case, after=now)
    hand_to_handler(case, matter, now=now)
    data = {"reason": reason, "old_due_at": old.isoformat(), "due_at": case.due_at.isoformat(), "answer": answer}
    matters.add_entry(matter, "case.extended", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("case.extended", case, now=now, **data)
    clock_changed.send(case, kind="case.extended", key=str(case.times_reopened), data=data, now=now)


def ask_extension(
    actor: Actor, assignment_id: int, *, working_days: int, reason: str, now: datetime
) -> ExtensionRequest:
    """Whoever leads or assists asks for more time before their own clock has run out."""
    case, matter, place = lock(queries.assignment(assignment_id).case_id)
    require(actor, "case.ask_extension", place.scope)
    asked = db.session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    due_at = case.due_at if asked.is_lead else asked.due_at
    refuse(
        rules.refusal_to_ask_extension(
            is_theirs=asked.handler_id == actor.user_id,
            has_interest=actor.user_id in matter_queries.interested_user_ids(case.matter_id),
            state=case.state,
            assignment=asked.state,
            is_paused=case.paused_at is not None,
            due_at=due_at,
            is_promised=asked.is_lead and case.promised_on is not None,
            is_extended=queries.is_extended(case, asked),
            is_asked=any(each.assignment_id == asked.id for each in queries.open_extensions(case.id)),
            reason=reason,
            now=now,
        )
    )
    refuse(rules.refusal_to_extend_by(working_days=working_days, most=clocks.most_extended(case, place.scope)))
    if asked.is_lead:
        take_on(case, matter, place, actor=actor, now=now)
    request = ExtensionRequest(
        case_id=case.id,
        assignment_id=asked.id,
        asked_by_id=asked.handler_id,
        asked_at=now,
        working_days=working_days,
        reason=reason.strip(),
        due_at=due_at or now,
    )
    db.session.add(request)
    db.session.flush()
    _let_supervisors_read(case, matter, now=now)
    data = _said(request, asked, name=by_name(actor))
    matters.add_entry(matter, "case.extension_asked", now=now, actor=actor, actor_name=by_name(actor), data=data)
    supervisors = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, place.scope)}
    tell_about(case, "case.extension_asked", supervisors, key=str(request.id), now=now, **data)
    record("case.extension_asked", case, now=now, request=request.id, by=actor.user_id, days=working_days)
    return request


def _said(request: ExtensionRequest, asked: Assignment, *, name: str) -> dict[str, Any]:
    return {
        "unit": name,
        "is_lead": asked.is_lead,
        "days": request.working_days,
        "reason": request.reason,
        "due_at": request.due_at.isoformat(),
    }


def _let_supervisors_read(case: Case, matter: Matter, *, now: datetime) -> None:
    """Of a private matter they read what they are to decide on, while it waits; that they do is in the log."""
    let_them_read(case, matter)
    if matter.is_private:
        record("case.shown", case, now=now, to=sorted(who_decides(case)))


def decide_extension(
    actor: Actor, request_id: int, *, is_granted: bool, answer: str, now: datetime
) -> ExtensionRequest:
    """The supervisor gives the time that was asked for, or refuses with a reason; the day counts from the old one."""
    case, matter, place = lock(queries.extension_request(request_id).case_id)
    require(actor, "case.extend", place.scope)
    request = db.session.get_one(ExtensionRequest, request_id, with_for_update=True, populate_existing=True)
    asked = queries.assignment(request.assignment_id)
    is_own = request.asked_by_id == actor.user_id
    refuse(rules.refusal_to_decide_extension(state=request.state, is_own=is_own, is_granted=is_granted, answer=answer))
    request.state = ExtensionState.granted if is_granted else ExtensionState.refused
    request.answer, request.decided_by_id, request.decided_at = answer.strip(), actor.user_id, now
    if is_granted and asked.is_lead:
        days, reason = request.working_days, request.reason
        _give_time(case, matter, working_days=days, reason=reason, answer=request.answer, actor=actor, now=now)
        request.new_due_at = case.due_at
    elif is_granted:
        asked.due_at = clocks.working_days_from(shanghai_date(request.due_at), request.working_days)
        clocks.set_assistance_reminder(asked, after=now)
        request.new_due_at = asked.due_at
    db.session.flush()
    let_them_read(case, matter)
    _tell_of_decision(case, matter, place, request, asked, actor=actor, now=now)
    return request


def _tell_of_decision(
    case: Case, matter: Matter, place: Place, request: ExtensionRequest, asked: Assignment, *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """On the timeline for everybody who may see the case; to whoever asked, who leads and who dispatches, as a message.

    That a lead was given more time has its own line on the timeline (``_give_time``).
    """
    is_granted = request.state is ExtensionState.granted
    data = {
        **_said(request, asked, name=queries.office_name(people.user(request.asked_by_id))),
        "is_granted": is_granted,
        "answer": request.answer,
        "new_due_at": request.new_due_at.isoformat() if request.new_due_at else None,
    }
    if not (is_granted and asked.is_lead):
        matters.add_entry(matter, "case.extension_decided", now=now, actor=actor, actor_name=by_name(actor), data=data)
    liaison_id, _name = liaison_of(place)
    reasons = {liaison_id: "liaison"} if liaison_id is not None else {}
    reasons |= {case.handler_id: "handler", request.asked_by_id: "handler" if asked.is_lead else "assistant"}
    tell_about(case, "case.extension_decided", reasons, key=str(request.id), now=now, **data)
    record("case.extension_decided", case, now=now, request=request.id, granted=is_granted, by=actor.user_id)
