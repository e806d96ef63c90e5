"""Sending somebody to look, and what they bring back."""

from __future__ import annotations

from datetime import date, datetime

from deliberation.audit import service as audit
from deliberation.cases import service as cases
from deliberation.cases.clocks import limit
from deliberation.cases.models import Case
from deliberation.cases.queries import office_name
from deliberation.feedback import queries, rules
from deliberation.feedback.models import LookBack, LookBackVisit
from deliberation.feedback.rules import Answer
from deliberation.feedback.service import terms
from deliberation.feedback.service.closing import reopen_after, settle_round
from deliberation.feedback.service.ground import refuse
from deliberation.kernel.clock import SHANGHAI, end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Step
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.photos.queries import photos_by_id
from deliberation.places import queries as places

MORNING = 9


def want_visit(look_back: LookBack, *, now: datetime) -> LookBackVisit:
    """A look-back that asks for a visit has begun: the liaison is to send somebody; an earlier visit is not made."""
    call_off_visits(look_back.case_id, now=now)
    place = places.place(matters.load_for_change(look_back.matter_id).place_id)
    due_at = limit("look_back_visit", place.scope, now)
    visit = LookBackVisit(
        look_back_id=look_back.id,
        case_id=look_back.case_id,
        matter_id=look_back.matter_id,
        wanted_at=now,
        due_at=due_at,
        next_reminder_at=_next_reminder(due_at, after=now),
    )
    db.session.add(visit)
    db.session.flush()
    return visit


def _next_reminder(due_at: datetime, *, after: datetime) -> datetime:
    day = shanghai_date(due_at)
    morning = datetime(day.year, day.month, day.day, MORNING, tzinfo=SHANGHAI)
    return rules.next_visit_reminder(morning_of_due_day=morning, after=after)


def call_off_visits(case_id: int, *, now: datetime) -> None:
    for each in queries.open_visits(case_id):
        each.cancelled_at, each.next_reminder_at = now, None


def _lock(visit_id: int) -> tuple[LookBackVisit, Matter, Case]:
    """Its matter first, as everything else that ends a look-back does."""
    found = queries.visit(visit_id)
    matter = matters.load_for_change(found.matter_id)
    visit = db.session.get(LookBackVisit, visit_id, with_for_update=True, populate_existing=True)
    if visit is None:
        raise NotFound()
    return visit, matter, db.session.get_one(Case, visit.case_id)


def send_visitor(actor: Actor, visit_id: int, *, visitor_id: int, due_on: date, now: datetime) -> LookBackVisit:
    """The liaison asks somebody of the place to go and look until the end of ``due_on``; anew for somebody else."""
    visit, matter, case = _lock(visit_id)
    place = places.place(matter.place_id)
    require(actor, "look_back.send_visitor", place.scope)
    refuse(
        rules.refusal_to_send(
            is_over=visit.is_over,
            is_on_list=visitor_id in {user.id for user in queries.visitors_to_choose(case, place)},
            has_handled=visitor_id in queries.handled_by(case),
            is_day_over=due_on < shanghai_date(now),
        )
    )
    visit.visitor_id, visit.assigned_by_id, visit.assigned_at = visitor_id, actor.user_id, now
    visit.due_at = end_of_day(due_on)
    visit.next_reminder_at = _next_reminder(visit.due_at, after=now)
    key = f"visit.assigned:{visit.id}:{visitor_id}:{due_on.isoformat()}"
    _tell(visit, {visitor_id: "visitor"}, "visit.assigned", key=key, now=now)
    leaf = {"visit": visit.id, "look_back": visit.look_back_id, "visitor": visitor_id, "by": actor.user_id}
    audit.record("visit.assigned", leaf, now=now)
    return visit


def _tell(visit: LookBackVisit, reasons: dict[int, str], kind: str, *, key: str, now: datetime) -> None:
    data = {"due_at": visit.due_at.isoformat(), "path": f"/feedback/visits/{visit.id}"}
    notifications.tell(reasons, kind, key=key, now=now, matter_id=visit.matter_id, data=data)


def report_visit(
    actor: Actor,
    visit_id: int,
    *,
    finding: Answer,
    text: str,
    now: datetime,
    photo_id: int | None = None,
    no_photo_reason: str = "",
    counts: tuple[int, int, int] = (0, 0, 0),
) -> LookBackVisit:
    """What the visitor found, in public and by office. "Not fixed" reopens the case, as a resident's answer does.

    ``counts``: how many people the visitor asked, how many of them rated the handling, how many are satisfied.
    """
    visit, matter, case = _lock(visit_id)
    refuse(
        rules.refusal_to_report(
            is_over=visit.is_over,
            is_visitor=actor.user_id is not None and actor.user_id == visit.visitor_id,
            has_handled=actor.user_id in queries.handled_by(case),
            text=text,
            has_photo=photo_id is not None,
            no_photo_reason=no_photo_reason,
            counts=counts,
        )
    )
    look_back = queries.look_back(visit.look_back_id)
    visit.finding, visit.text, visit.photo_id, visit.no_photo_reason = finding, text.strip(), photo_id, no_photo_reason
    visit.asked, visit.rated, visit.satisfied = asked, rated, satisfied = counts
    visit.reported_at, visit.next_reminder_at = now, None
    terms.add_ratings(case.id, look_back.round, asked=asked, rated=rated, satisfied=satisfied)
    _write_down(visit, look_back, matter, actor=actor, now=now)
    if rules.reopens(finding):
        reopen_after(look_back, reason=visit.text, now=now)
    elif look_back.ended_at is not None and look_back.cancelled_at is None:
        settle_round(look_back, now=now)
    return visit


def _write_down(visit: LookBackVisit, look_back: LookBack, matter: Matter, *, actor: Actor, now: datetime) -> None:
    name = office_name(people.user(actor.user_id)) if actor.user_id is not None else ""
    data = {"finding": str(visit.finding), "text": visit.text, "days": look_back.days}
    if visit.photo_id is not None:
        data["photo"] = photos_by_id([visit.photo_id])[visit.photo_id].small_name
    matters.add_entry(matter, "look_back.visited", now=now, actor=actor, actor_name=name, step=Step.feedback, data=data)
    leaf = {
        "visit": visit.id,
        "look_back": look_back.id,
        "case": look_back.case_id,
        "round": look_back.round,
        "visitor": visit.visitor_id,
        "finding": str(visit.finding),
        "asked": visit.asked,
        "rated": visit.rated,
        "satisfied": visit.satisfied,
    }
    audit.record("look_back.visited", leaf, now=now)


def remind_of_visit(visit_id: int, *, now: datetime) -> None:
    """On the morning of its day the visitor is reminded; once it is late, every morning, the liaison with them."""
    visit = db.session.get(LookBackVisit, visit_id, with_for_update={"skip_locked": True}, populate_existing=True)
    if visit is None or visit.is_over or visit.next_reminder_at is None or visit.next_reminder_at > now:
        return
    matter = matters.load_for_change(visit.matter_id)
    liaison_id, _name = cases.liaison_of(places.place(matter.place_id))
    reasons: dict[int, str] = {}
    if liaison_id is not None and (visit.visitor_id is None or now > visit.due_at):
        reasons[liaison_id] = "liaison"
    if visit.visitor_id is not None:
        reasons[visit.visitor_id] = "visitor"
    _tell(visit, reasons, "visit.due", key=f"visit.due:{visit.id}:{shanghai_date(now).isoformat()}", now=now)
    visit.next_reminder_at = _next_reminder(visit.due_at, after=now)
