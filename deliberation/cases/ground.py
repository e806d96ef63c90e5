"""What every act on a case needs: the locked rows, who holds it, who is told, and its leaf in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.cases import queries
from deliberation.cases.models import Case
from deliberation.cases.rules import BEING_HANDLED, LIVE, ExtensionState, HandOver
from deliberation.cases.signals import case_recorded
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.places.models import Place


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def lock(case_id: int) -> tuple[Case, Matter, Place]:
    """The case and its matter, locked until the transaction ends."""
    case = db.session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound()
    return case, matters.load_for_change(case.matter_id), places.place(case.place_id)


def liaison_of(place: Place) -> tuple[int | None, str]:
    """Who answers for the place: the nearest liaison by name and duty, else the place's contact."""
    found = people.holders_of_role(Role.liaison, place.scope)
    return (found[0].id, queries.office_name(found[0])) if found else (None, place.contact_name or place.name)


def hand_to_liaison(matter: Matter, *, task: str, due_at: datetime | None, now: datetime) -> None:
    holder_id, name = liaison_of(places.place(matter.place_id))
    matters.hand_to(matter, name=name, task=task, due_at=due_at, now=now, holder_id=holder_id)


def hand_to_handler(case: Case, matter: Matter, *, now: datetime) -> None:
    task, due_at = queries.task_of_handler(case)
    name = queries.office_name(people.user(case.handler_id))
    matters.hand_to(matter, name=name, task=task, due_at=due_at, now=now, holder_id=case.handler_id)
    let_them_read(case, matter)


def who_works_on(case: Case) -> frozenset[int]:
    """The handler, and whoever was asked to lead or to assist and has not finished or handed it back."""
    asked = (row.handler_id for row in queries.assignments(case.id) if row.state in LIVE)
    return frozenset({case.handler_id, *asked})


def who_decides(case: Case) -> frozenset[int]:
    """After the second return, and until it is settled, whoever says who leads; and while more time is asked for."""
    is_awaited = case.hand_over is HandOver.disputed or bool(queries.open_extensions(case.id))
    if not is_awaited or case.state not in BEING_HANDLED:
        return frozenset()
    scope = places.place(case.place_id).scope
    return frozenset(user.id for user in people.holders_of_role(Role.supervisor, scope))


def let_them_read(case: Case, matter: Matter) -> None:
    """Of a private matter exactly those read it who work on it, from the moment they are asked, or must decide."""
    if matter.is_private:
        matters.let_handler_read(matter, who_works_on(case) | who_decides(case))


def lapse_extensions(case: Case, *, now: datetime, of: Collection[int] | None = None) -> None:
    """Nobody needs the time any more that was asked for: the case has been answered, or the part (``of``, ids of
    assignments) was finished or handed on.
    """
    for request in queries.open_extensions(case.id):
        if of is None or request.assignment_id in of:
            request.state, request.decided_at = ExtensionState.lapsed, now
            record("case.extension_lapsed", case, now=now, request=request.id)


def record(tag: str, case: Case, *, now: datetime, **details: Any) -> None:
    """Write the act down with where the case stands after it, so that the log alone tells how it was handled."""
    standing = {
        "place": case.place_id,
        "unit": case.lead_unit_id,
        "level": case.level,
        "contact_due_at": case.contact_due_at.isoformat() if case.contact_due_at else None,
        "due_at": case.due_at.isoformat() if case.due_at else None,
    }
    audit.record(tag, {"case": case.id, "matter": case.matter_id, **standing, **details}, now=now)
    case_recorded.send(case, tag=tag, now=now)


def tell_about(case: Case, kind: str, reasons: Mapping[int, str], *, key: str, now: datetime, **data: Any) -> None:
    """Tell offices about the case; ``key`` tells this event from others of its kind."""
    shown = {
        "task": case.task,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "contact_due_at": case.contact_due_at.isoformat() if case.contact_due_at else None,
        "level": case.level,
        "path": f"/cases/{case.id}",
        **data,
    }
    notifications.tell(reasons, kind, key=f"{kind}:{case.id}:{key}", now=now, matter_id=case.matter_id, data=shown)


def by_name(actor: Actor) -> str:
    return queries.office_name(people.user(actor.user_id)) if actor.user_id is not None else ""


def offices_of(case: Case, place: Place) -> dict[int, str]:
    """The handler, whoever was asked to lead or to assist, and who watches over the case in its place."""
    reasons = {user.id: "supervisor" for user in people.holders_of_role(Role.supervisor, place.scope)}
    liaison_id, _name = liaison_of(place)
    if liaison_id is not None:
        reasons[liaison_id] = "liaison"
    return {**reasons, **dict.fromkeys(who_works_on(case), "assistant"), case.handler_id: "handler"}
