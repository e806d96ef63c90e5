"""Reminding: at three quarters of the time, one working day before, and daily once it is overdue (domain.md C4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import clocks
from deliberation.cases.ground import liaison_of, offices_of, tell_about
from deliberation.cases.models import Case
from deliberation.cases.rules import CaseState
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.places import queries as places


def remind_next(now: datetime) -> bool:
    """Remind of one case whose moment has come, and set the next moment; False when there is none.

    Each reminder is told under a key of its own, so two schedulers tell it once.
    """
    due = (
        select(Case)
        .where(Case.next_reminder_at <= now)
        .order_by(Case.next_reminder_at, Case.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    case = db.session.scalar(due)
    if case is None:
        return False
    _remind(case, now)
    clocks.set_reminder(case, after=now)
    return True


def _remind(case: Case, now: datetime) -> None:
    is_pending = case.state is CaseState.external_approval_pending
    due_at = case.approval_due_at if is_pending else case.due_at
    if due_at is None:
        return
    reasons = offices_of(case, places.place(case.place_id))
    if is_pending:
        reasons.pop(case.handler_id, None)
    if now > due_at:
        key = f"{case.times_reopened}:{shanghai_date(now).isoformat()}"
        tell_about(case, "case.overdue", reasons, key=key, now=now, due_at=due_at.isoformat())
        return
    kind = "tomorrow" if now >= clocks.day_before(due_at) else "soon"
    key = f"{case.times_reopened}:{shanghai_date(due_at).isoformat()}:{kind}"
    holder = _holder(case, is_pending=is_pending)
    tell_about(case, "case.due_soon", holder, key=key, now=now, due_at=due_at.isoformat())


def _holder(case: Case, *, is_pending: bool) -> dict[int, str]:
    if not is_pending:
        return {case.handler_id: "handler"}
    liaison_id, _name = liaison_of(places.place(case.place_id))
    return {liaison_id: "liaison"} if liaison_id is not None else {}
