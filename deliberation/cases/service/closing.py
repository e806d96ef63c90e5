"""Looking back, reopening and closing."""

from __future__ import annotations

from datetime import datetime

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import (
    by_name,
    hand_to_handler,
    hand_to_liaison,
    lock,
    offices_of,
    record,
    refuse,
    tell_about,
)
from deliberation.cases.models import Case
from deliberation.cases.rules import CaseState
from deliberation.cases.service.levels import bring_before_meeting
from deliberation.kernel.clock import shanghai_date
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.places import queries as places
from deliberation.proposals import service as proposals


def begin_look_back(case: Case, *, due_at: datetime, now: datetime) -> None:
    """People are being asked whether it is fixed; the liaison collects the answers until ``due_at``."""
    matter = matters.load_for_change(case.matter_id)
    case.state = CaseState.look_back
    matters.move(matter, step=Step.feedback, state="look_back", now=now)
    hand_to_liaison(matter, task="look_back", due_at=due_at, now=now)


def end_look_back(case: Case, *, now: datetime) -> None:
    """The last look-back of the round is over and nobody said no: the liaison may close."""
    matter = matters.load_for_change(case.matter_id)
    case.looked_back_at = now
    scope = places.place(case.place_id).scope
    hand_to_liaison(matter, task="close_case", due_at=clocks.limit("close", scope, now), now=now)


def reopen(case: Case, *, reason: str, now: datetime) -> None:
    """Somebody says it is not fixed: the first time it is done again, from the second one level higher (C3)."""
    case, matter, place = lock(case.id)
    refuse(rules.refusal_to_move(case.state, CaseState.assigned))
    case.times_reopened += 1
    before = case.level
    case.level = rules.level_after_reopening(level=before, times_reopened=case.times_reopened)
    case.state, case.assigned_at = CaseState.assigned, now
    case.contacted_at = case.replied_at = case.looked_back_at = case.extended_at = None
    case.promised_on, case.extension_reason = None, ""
    case.contact_due_at = clocks.limit("recheck", place.scope, now)
    case.paused_at = case.paused_until = None
    if rules.is_suggestion(case.limit_name):
        case.due_at = case.first_due_at = clocks.limit("suggestion_redo", place.scope, now)
    else:
        case.due_at = case.first_due_at = clocks.working_days_even_so(shanghai_date(now), case.working_days)
    if case.level > before:
        bring_before_meeting(case, place, now=now)
    clocks.set_clock(case, after=now)
    matters.reopen(matter, now=now)
    matters.move(matter, step=Step.action, state="reopened", now=now)
    hand_to_handler(case, matter, now=now)
    data = {
        "reason": reason,
        "times": case.times_reopened,
        "level": case.level,
        "handler": queries.office_name(people.user(case.handler_id)),
        "due_at": case.due_at.isoformat(),
    }
    matters.add_entry(matter, "case.reopened", now=now, data=data)
    tell_about(case, "case.reopened", offices_of(case, place), key=str(case.times_reopened), now=now, reason=reason)
    record("case.reopened", case, now=now, times=case.times_reopened, level=case.level)


def close_case(actor: Actor, case_id: int, *, now: datetime) -> Case:
    """The liaison has read the answers and closes; never the handler (C5)."""
    case, matter, place = lock(case_id)
    require(actor, "case.close", place.scope)
    refuse(
        rules.refusal_to_close(
            state=case.state,
            is_handler=actor.user_id in {case.handler_id, *queries.ever_handled_by(case.id)},
            is_looked_back=case.looked_back_at is not None,
        )
    )
    case.state, case.closed_at = CaseState.closed, now
    clocks.stop(case)
    matters.move(matter, step=Step.feedback, state="closed", now=now)
    matters.add_entry(matter, "case.closed", now=now, actor=actor, actor_name=by_name(actor))
    matters.close(matter, state="closed", now=now)
    proposals.mark_closed(case.matter_id, now=now)
    record("case.closed", case, now=now, by=actor.user_id)
    return case
