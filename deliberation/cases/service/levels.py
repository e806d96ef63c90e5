"""The levels of a case: several units come before the joint meeting, hard ones before the leaders', by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import by_name, lock, offices_of, record, refuse, tell_about
from deliberation.cases.models import Case
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.meetings import service as meetings
from deliberation.people.access import Actor, require
from deliberation.places.models import Place


def set_level(actor: Actor, case_id: int, *, level: int, reason: str, now: datetime) -> Case:
    """The dispatcher says how hard it is."""
    case, matter, place = lock(case_id)
    require(actor, "case.set_level", place.scope)
    refuse(rules.refusal_to_set_level(state=case.state, level=case.level, wanted=level, reason=reason))
    raise_level(case, matter, place, level=level, cause="office", reason=reason.strip(), actor=actor, now=now)
    return case


def raise_level(
    case: Case,
    matter: Matter,
    place: Place,
    *,
    level: int,
    cause: str,
    reason: str,
    now: datetime,
    actor: Actor | None = None,
) -> None:
    """The case is of this level from now on; whoever must know is told, and its meeting has it on the next agenda.

    ``cause`` is "units", "office", "reopened" or "overdue".
    """
    before, case.level = case.level, level
    data = {"from": before, "level": level, "cause": cause, "reason": reason}
    name = by_name(actor) if actor is not None else ""
    matters.add_entry(matter, "case.level_changed", now=now, actor=actor, actor_name=name, data=data)
    tell_about(case, "case.level_changed", offices_of(case, place), key=f"{level}:{now.isoformat()}", now=now, **data)
    record("case.level_changed", case, now=now, by=actor and actor.user_id, **data)
    bring_before_meeting(case, place, now=now)
    clocks.set_climb(case, after=now)
    clocks.set_reminder(case, after=now)


def bring_before_meeting(case: Case, place: Place, *, now: datetime) -> None:
    """Level 2 comes before the next joint meeting, level 3 before the next leaders' meeting (A29).

    A private case does not: an agenda is public.
    """
    if case.level not in rules.MEETINGS or case.is_private:
        case.hear_by = None
        return
    case.hear_by = clocks.limit(rules.HEARING_LIMITS[case.level], place.scope, now)
    meetings.put_on_next_agenda(rules.MEETINGS[case.level], case.matter_id, now=now)


def climb_next(now: datetime) -> bool:
    """One case that is overdue by the limit called "climb" goes up a level; False when there is none."""
    rows = select(Case).where(Case.climb_at <= now).order_by(Case.climb_at, Case.id).limit(1)
    found = db.session.scalar(rows.with_for_update(skip_locked=True))
    if found is None:
        return False
    case, matter, place = lock(found.id)
    level = rules.level_after_overdue(case.level)
    if case.state not in rules.BEING_HANDLED or level == case.level:
        case.climb_at = None
        return True
    raise_level(case, matter, place, level=level, cause="overdue", reason="", now=now)
    return True


def is_heard(case: Case) -> bool:
    """Whether the meeting of its level has had it."""
    kind = rules.MEETINGS.get(case.level)
    return kind is None or case.is_private or queries.is_heard(case.matter_id, kind)
