"""Reminding (domain.md C4): at three quarters of the time, one working day before, daily once it is overdue; and when
the first contact, a hand-over or a meeting is late.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import liaison_of, offices_of, tell_about
from deliberation.cases.models import Assignment, Case
from deliberation.cases.rules import CaseState, HandOver
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.places import queries as places
from deliberation.places.models import Place


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
    place = places.place(case.place_id)
    _remind_of_clock(case, place, now)
    if case.state is CaseState.assigned and case.contact_due_at is not None and case.contact_due_at <= now:
        late = {"due_at": case.contact_due_at.isoformat()}
        tell_about(case, "case.contact_late", offices_of(case, place), key=str(case.times_reopened), now=now, **late)
    if case.promised_on is not None and case.state in rules.BEING_HANDLED and case.promised_on <= shanghai_date(now):
        _ask_again(case, now)
    if case.hand_over_due_at is not None and case.hand_over_due_at <= now:
        _remind_of_hand_over(case, place, now)
    if case.hear_by is not None and case.hear_by <= now:
        _remind_of_hearing(case, place, now)
    clocks.set_reminder(case, after=now)
    if case.climb_at is None:  # A case from before levels climbed by themselves begins to wait for it here.
        clocks.set_climb(case, after=now)
    return True


def _remind_of_clock(case: Case, place: Place, now: datetime) -> None:
    is_pending = case.state is CaseState.external_approval_pending
    due_at, started_at = clocks.running(case)
    if due_at is None or started_at is None:
        return
    kind = rules.reminder_due(
        started_at=started_at,
        due_at=due_at,
        day_before=clocks.day_before(due_at),
        morning_after=clocks.morning_after(due_at),
        now=now,
    )
    reasons = offices_of(case, place)
    if is_pending:
        reasons.pop(case.handler_id, None)
    if kind == "overdue":
        key = f"{case.times_reopened}:{shanghai_date(now).isoformat()}"
        tell_about(case, "case.overdue", reasons, key=key, now=now, due_at=due_at.isoformat())
    elif kind is not None:
        key = f"{case.times_reopened}:{shanghai_date(due_at).isoformat()}:{kind}"
        holder = _liaison(place) if is_pending else {case.handler_id: "handler"}
        tell_about(case, "case.due_soon", holder, key=key, now=now, due_at=due_at.isoformat())


def _ask_again(case: Case, now: datetime) -> None:
    """The promised day has come: the handler is asked once what became of it."""
    promised = {"promised_on": case.promised_on.isoformat() if case.promised_on else None}
    key = f"{case.times_reopened}:{promised['promised_on']}"
    tell_about(case, "case.promise_due", {case.handler_id: "handler"}, key=key, now=now, **promised)


def _remind_of_hand_over(case: Case, place: Place, now: datetime) -> None:
    """A dispatcher who lets the day go by has passed it on to the supervisor, who is then reminded daily."""
    if case.hand_over is HandOver.offered:
        return  # accept_next_by_silence settles it.
    if case.hand_over is HandOver.returned:
        case.hand_over, case.hand_over_due_at = HandOver.disputed, clocks.limit("decide_lead", place.scope, now)
    supervisors = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, place.scope)}
    due_at = (case.hand_over_due_at or now).isoformat()
    tell_about(case, "case.lead_undecided", supervisors, key=shanghai_date(now).isoformat(), now=now, due_at=due_at)


def _remind_of_hearing(case: Case, place: Place, now: datetime) -> None:
    """Its meeting has not had it in time: the liaison plans one, the supervisor knows."""
    kind = rules.MEETINGS.get(case.level)
    if kind is None or case.hear_by is None or queries.is_heard(case.matter_id, kind):
        case.hear_by = None
        return
    supervisors = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, place.scope)}
    reasons, due_at = {**supervisors, **_liaison(place)}, case.hear_by.isoformat()
    tell_about(case, "case.not_heard", reasons, key=shanghai_date(now).isoformat(), now=now, due_at=due_at)


def _liaison(place: Place) -> dict[int, str]:
    liaison_id, _name = liaison_of(place)
    return {liaison_id: "liaison"} if liaison_id is not None else {}


def remind_next_assistant(now: datetime) -> bool:
    """The same of one assisting unit's own clock; overdue, the lead and the supervisor hear of it too."""
    due = select(Assignment).where(Assignment.next_reminder_at <= now).order_by(Assignment.next_reminder_at)
    asked = db.session.scalar(due.limit(1).with_for_update(skip_locked=True))
    if asked is None:
        return False
    case = db.session.get_one(Case, asked.case_id)
    if asked.due_at is None or asked.state not in rules.LIVE or case.state not in rules.BEING_HANDLED:
        asked.next_reminder_at = None
        return True
    kind = rules.reminder_due(
        started_at=asked.asked_at,
        due_at=asked.due_at,
        day_before=clocks.day_before(asked.due_at),
        morning_after=clocks.morning_after(asked.due_at),
        now=now,
    )
    shown = {"task": asked.task, "due_at": asked.due_at.isoformat()}
    if kind == "overdue":
        place = places.place(case.place_id)
        supervisors = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, place.scope)}
        reasons = {**supervisors, case.handler_id: "handler", asked.handler_id: "assistant"}
        key = f"{asked.id}:{shanghai_date(now).isoformat()}"
        tell_about(case, "case.assist_overdue", reasons, key=key, now=now, **shown)
    elif kind is not None:
        reasons = {asked.handler_id: "assistant"}
        tell_about(case, "case.assist_due_soon", reasons, key=f"{asked.id}:{kind}", now=now, **shown)
    clocks.set_assistance_reminder(asked, after=now)
    return True
