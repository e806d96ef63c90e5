"""A clock that stands still for a while: until a day, with a reason and by the supervisor's leave (R-07)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import by_name, hand_to_handler, lock, record, refuse
from deliberation.cases.models import Case, CasePause
from deliberation.cases.rules import CaseState
from deliberation.cases.signals import clock_changed
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, require


def pause(actor: Actor, case_id: int, *, reason: str, until: date, now: datetime) -> Case:
    """No clock runs from today until ``until``; everybody who took part is told, the first due day stays visible."""
    case, matter, place = lock(case_id)
    require(actor, "case.pause", place.scope)
    today = shanghai_date(now)
    refuse(
        rules.refusal_to_pause(
            state=case.state,
            is_paused=case.paused_at is not None,
            reason=reason,
            until=until,
            today=today,
            latest=shanghai_date(clocks.limit("pause", place.scope, now)),
        )
    )
    begun = CasePause(
        case_id=case.id,
        reason=reason.strip(),
        approved_by_id=actor.user_id or 0,
        started_at=now,
        until=clocks.morning(until),
    )
    db.session.add(begun)
    case.paused_at, case.paused_until = now, begun.until
    clocks.set_clock(case, after=now)
    hand_to_handler(case, matter, now=now)
    data = {"reason": begun.reason, "until": until.isoformat(), "due_at": (case.due_at or now).isoformat()}
    matters.add_entry(matter, "case.paused", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("case.paused", case, now=now, by=actor.user_id, **data)
    db.session.flush()
    clock_changed.send(case, kind="case.paused", key=str(begun.id), data=data, now=now)
    return case


def resume(actor: Actor, case_id: int, *, now: datetime) -> Case:
    """The supervisor lets it go on before the day."""
    case, matter, place = lock(case_id)
    require(actor, "case.pause", place.scope)
    refuse(rules.refusal_to_resume(is_paused=case.paused_at is not None))
    go_on(case, matter, actor=actor, now=now)
    return case


def go_on(case: Case, matter: Matter, *, actor: Actor | None, now: datetime) -> None:
    """The clocks run again, their days moved by the working days that were lost."""
    if case.paused_at is None:
        return
    begun = queries.open_pause(case.id)
    if begun is not None:
        begun.ended_at = now
    if case.due_at is not None:
        case.due_at = clocks.moved_by_pause(case.due_at, paused=case.paused_at, resumed=now)
    if case.state is CaseState.assigned and case.contact_due_at is not None:
        case.contact_due_at = clocks.moved_by_pause(case.contact_due_at, paused=case.paused_at, resumed=now)
    case.paused_at = case.paused_until = None
    clocks.set_clock(case, after=now)
    hand_to_handler(case, matter, now=now)
    data = {"due_at": (case.due_at or now).isoformat()}
    name = by_name(actor) if actor is not None else ""
    matters.add_entry(matter, "case.resumed", now=now, actor=actor, actor_name=name, data=data)
    record("case.resumed", case, now=now, by=actor and actor.user_id, **data)
    key = str(begun.id) if begun is not None else now.isoformat()
    clock_changed.send(case, kind="case.resumed", key=key, data=data, now=now)


def go_on_next(now: datetime) -> bool:
    """One case whose pause is over goes on by itself; False when there is none."""
    rows = select(Case).where(Case.paused_until <= now).order_by(Case.paused_until, Case.id).limit(1)
    found = db.session.scalar(rows.with_for_update(skip_locked=True))
    if found is None:
        return False
    case, matter, _place = lock(found.id)
    go_on(case, matter, actor=None, now=now)
    return True
