"""Pressing whoever handles a case, where everybody sees it."""

from __future__ import annotations

from datetime import datetime

from deliberation.cases import queries
from deliberation.cases.ground import by_name, lock, record, refuse, tell_about, who_works_on
from deliberation.cases.models import Case
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.people.access import Actor, require


def press(actor: Actor, case_id: int, *, now: datetime) -> Case:
    """Tell everybody who works on the case that it is waited for; it stands on the timeline.

    Raises NotFound for a private case, rules.WrongCaseState and rules.PressedToday.
    """
    case, matter, place = lock(case_id)
    require(actor, "case.press", place.scope)
    if case.is_private:
        raise NotFound()
    refuse(queries.refusal_to_press_now(case, now=now))
    case.pressed_at = now
    matters.add_entry(matter, "case.pressed", now=now, actor=actor, actor_name=by_name(actor), data={})
    reasons = {**dict.fromkeys(who_works_on(case), "assistant"), case.handler_id: "handler"}
    tell_about(case, "case.pressed", reasons, key=now.isoformat(), now=now, by=by_name(actor))
    record("case.pressed", case, now=now, by=actor.user_id)
    return case
