"""Contact, progress and answers."""

from __future__ import annotations

from datetime import date, datetime

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import (
    by_name,
    hand_to_handler,
    hand_to_liaison,
    lapse_extensions,
    let_them_read,
    lock,
    record,
    refuse,
)
from deliberation.cases.models import Case, Progress, Reply
from deliberation.cases.rules import CaseState, ReplyKind
from deliberation.cases.service.hand_over import end_assistance, take_on
from deliberation.cases.service.pauses import go_on
from deliberation.cases.service.splitting import whole_may_be_answered
from deliberation.cases.signals import case_replied
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.people.access import Actor, require
from deliberation.places import queries as places
from deliberation.places.models import Place


def _standing(actor: Actor, case: Case) -> dict[str, bool]:
    """Whether the case is this person's, and whether an interest keeps them from it (R-40)."""
    return {
        "is_handler": case.handler_id == actor.user_id,
        "has_interest": actor.user_id in matter_queries.interested_user_ids(case.matter_id),
    }


def record_contact(actor: Actor, case_id: int, *, note: str, now: datetime) -> Case:
    """The handler has spoken with who brought it up; ``note`` stays on the case and is not shown in public."""
    case, matter, place = lock(case_id)
    require(actor, "case.handle", place.scope)
    refuse(rules.refusal_to_contact(state=case.state, **_standing(actor, case)))
    take_on(case, matter, place, actor=actor, now=now)
    case.state, case.contacted_at = CaseState.contacted, now
    if note:
        db.session.add(Progress(case_id=case.id, text=note, recorded_by_id=case.handler_id, recorded_at=now))
    matters.move(matter, step=Step.action, state="contacted", now=now)
    hand_to_handler(case, matter, now=now)
    matters.add_entry(matter, "case.contacted", now=now, actor=actor, actor_name=by_name(actor))
    record("case.contacted", case, now=now)
    return case


def add_progress(
    actor: Actor,
    case_id: int,
    *,
    text: str,
    now: datetime,
    stage: str = "",
    measure: str = "",
    photo_id: int | None = None,
) -> Progress:
    """What was done on the way; ``stage`` is "before", "after" or empty, ``measure`` a reading with its unit."""
    case, matter, place = lock(case_id)
    require(actor, "case.handle", place.scope)
    refuse(rules.refusal_to_handle(state=case.state, **_standing(actor, case)))
    take_on(case, matter, place, actor=actor, now=now)
    row = Progress(
        case_id=case.id,
        text=text,
        stage=stage,
        measure=measure,
        photo_id=photo_id,
        recorded_by_id=case.handler_id,
        recorded_at=now,
    )
    db.session.add(row)
    case.state = CaseState.in_progress
    matters.move(matter, step=Step.action, state="in_progress", now=now)
    hand_to_handler(case, matter, now=now)
    data = {"text": text, "stage": stage, "measure": measure, "photo_id": photo_id}
    matters.add_entry(matter, "case.progress", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("case.progress", case, now=now, **data)
    return row


def reply(
    actor: Actor,
    case_id: int,
    *,
    kind: ReplyKind,
    text: str,
    now: datetime,
    promised_on: date | None = None,
    slip_reason: str = "",
) -> Reply:
    """Answer. B and C leave the case with the handler until the promised day; A and D go on to be told to everyone."""
    case, matter, place = lock(case_id)
    require(actor, "case.reply", place.scope)
    refuse(
        rules.refusal_to_reply(
            state=case.state,
            kind=kind,
            text=text,
            promised_on=promised_on,
            today=shanghai_date(now),
            promised_before=case.promised_on,
            slip_reason=slip_reason,
            has_open_parts=queries.has_open_parts(case.id),
            **_standing(actor, case),
        )
    )
    take_on(case, matter, place, actor=actor, now=now)
    go_on(case, matter, actor=actor, now=now)
    return give_reply(
        actor, case, matter, kind=kind, text=text, promised_on=promised_on, slip_reason=slip_reason, now=now
    )


def give_reply(
    actor: Actor,
    case: Case,
    matter: Matter,
    *,
    kind: ReplyKind,
    text: str,
    promised_on: date | None,
    now: datetime,
    slip_reason: str = "",
    at_once: bool = False,
) -> Reply:
    """Write the answer down, once it may be given; ``at_once`` lets the notice go out with it, not within days."""
    promised, before = (promised_on if kind in rules.PROMISES else None), case.promised_on
    given = Reply(
        case_id=case.id,
        kind=kind,
        text=text,
        promised_on=promised,
        slip_reason=slip_reason.strip() if promised is not None and before is not None else "",
        replied_by_id=case.handler_id,
        replied_at=now,
    )
    db.session.add(given)
    db.session.flush()  # The notice refers to the reply.
    case.replied_at, case.promised_on = now, promised
    if promised is not None:
        _await_promise(case, matter, promised, now=now)
    else:
        _pass_on(case, matter, places.place(case.place_id), now=now)
    data = {"kind": str(kind), "text": text, "promised_on": promised.isoformat() if promised else None}
    if given.slip_reason and before is not None:
        data |= {"promised_before": before.isoformat(), "slip_reason": given.slip_reason}
    matters.add_entry(
        matter, "case.replied", now=now, actor=actor, actor_name=by_name(actor), step=Step.action, data=data
    )
    record("case.replied", case, now=now, reply=given.id, **data)
    case_replied.send(case, reply=given, now=now, at_once=at_once)
    whole_may_be_answered(case, now=now)
    return given


def _await_promise(case: Case, matter: Matter, promised: date, *, now: datetime) -> None:
    lapse_extensions(case, now=now, of=[row.id for row in queries.assignments(case.id) if row.is_lead])
    case.state, case.due_at = CaseState.in_progress, end_of_day(promised)
    case.assigned_at = case.assigned_at or now
    clocks.set_clock(case, after=now)
    matters.move(matter, step=Step.action, state="replied", now=now)
    hand_to_handler(case, matter, now=now)


def _pass_on(case: Case, matter: Matter, place: Place, *, now: datetime) -> None:
    lapse_extensions(case, now=now)
    case.state = CaseState.replied
    clocks.stop(case)
    end_assistance(case)
    let_them_read(case, matter)
    matters.move(matter, step=Step.action, state="replied", now=now)
    hand_to_liaison(matter, task="notify", due_at=clocks.limit("outcome_notice", place.scope, now), now=now)
