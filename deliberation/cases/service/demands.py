"""Taking demands down: what was heard becomes a matter, given to somebody, settled on the spot, or added to one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update

from deliberation.audit import service as audit
from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import by_name, hand_to_liaison, record, refuse
from deliberation.cases.models import Case, Demand, DemandFile
from deliberation.cases.rules import CaseState, Course, DemandSource, Heard, ReplyKind
from deliberation.cases.service.handling import give_reply
from deliberation.cases.service.opening import dispatch, new_case
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, SignInNeeded
from deliberation.kernel.sheet_lines import NoRows
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, ParticipationReason, Step
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.people.masking import mask_name
from deliberation.people.models import Organisation
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals.rules import ProposalKind


def take_in(actor: Actor, *, place_id: int, heard: Heard, course: Course, now: datetime) -> Demand:
    """Open a matter for what was heard. The same form sent again gives the demand of the first time."""
    place = places.place(place_id)
    require(actor, "demand.take_in", place.scope)
    known = _taken_before(actor, heard)
    if known is not None:
        return known
    is_solved = course.is_solved
    if is_solved:
        require(actor, "demand.solve", place.scope)
    _check(heard, now=now, is_solved=is_solved, solution=course.solution)
    matter = matters.open_matter(place=place, title=heard.title, now=now)
    demand = _write_down(actor, matter, heard, now=now)
    demand.solution = course.solution
    if heard.private_need is not None:
        matters.keep_private(matter, user_id=demand.person_id, organisation_id=demand.firm_id)
    matters.move(matter, step=Step.action, state="accepted", now=now)
    _enter(actor, matter, demand, "demand.taken", now=now)
    if is_solved:
        _settle(actor, matter, demand, now=now)
    elif course.handler_id is not None:
        _give(actor, matter, heard, course, now=now)
    else:
        hand_to_liaison(matter, task="dispatch", due_at=clocks.limit("dispatch", place.scope, now), now=now)
    return demand


def _taken_before(actor: Actor, heard: Heard) -> Demand | None:
    if heard.submission_key is None:
        return None
    return db.session.scalar(select(Demand).where(Demand.submission_key == _key(actor, heard)))


def _key(actor: Actor, heard: Heard) -> str | None:
    return f"{actor.user_id}:{heard.submission_key}" if heard.submission_key else None


def _check(heard: Heard, *, now: datetime, is_solved: bool = False, solution: str = "") -> None:
    refuse(
        rules.refusal_to_take_in(
            heard_on=heard.heard_on, today=shanghai_date(now), is_solved=is_solved, solution=solution
        )
    )


def _write_down(actor: Actor, matter: Matter, heard: Heard, *, now: datetime, is_first: bool = True) -> Demand:
    if actor.user_id is None:
        raise SignInNeeded()
    person = people.user_at(heard.phone) if heard.phone else None
    firm = db.session.scalar(select(Organisation).where(Organisation.name == heard.firm)) if heard.firm else None
    demand = Demand(
        submission_key=_key(actor, heard),
        matter_id=matter.id,
        is_first=is_first,
        source=heard.source,
        title=heard.title,
        text=heard.text,
        kind=heard.kind,
        spot=heard.spot,
        name=heard.name,
        phone=heard.phone,
        person_id=person.id if person else None,
        firm=heard.firm,
        firm_id=firm.id if firm else None,
        heard_on=heard.heard_on,
        private_need=heard.private_need,
        file_name=heard.file_name[:120],
        file_line=heard.file_line,
        taken_by_id=actor.user_id,
        taken_at=now,
    )
    db.session.add(demand)
    db.session.flush()  # Callers need its id.
    return demand


def _enter(actor: Actor, matter: Matter, demand: Demand, code: str, *, now: datetime) -> None:
    """The line of the timeline, and from now on whoever said it hears what becomes of it."""
    who = demand.firm or mask_name(demand.name)
    data = {"source": str(demand.source), "who": who, "heard_on": demand.heard_on.isoformat(), "demand": demand.id}
    matters.add_entry(matter, code, now=now, actor=actor, actor_name=by_name(actor), step=Step.proposal, data=data)
    if demand.person_id is not None:
        matters.add_participants(matter.id, [demand.person_id], reason=ParticipationReason.proposer, now=now)
    digest = hashlib.sha256(f"{demand.title}\n{demand.text}".encode()).hexdigest()
    leaf = {"matter": matter.number, "source": str(demand.source), "text_sha256": digest, "by": actor.user_id}
    audit.record(code, leaf, now=now)


def _give(actor: Actor, matter: Matter, heard: Heard, course: Course, *, now: datetime) -> Case:
    """One department is dispatched to at once (A29, level 1)."""
    return dispatch(
        actor,
        matter_id=matter.id,
        handler_id=course.handler_id or 0,
        lead_unit_id=None,
        task=heard.text,
        limit=course.limit,
        working_days=course.working_days,
        now=now,
    )


def _settle(actor: Actor, matter: Matter, demand: Demand, *, now: datetime) -> Case:
    """Solved on the spot (A11): a case that is answered in the moment it begins, and told to everyone at once.

    Whoever solved it is its handler, so that somebody else looks back and closes (C5).
    """
    case = new_case(
        matter,
        handler=people.user(demand.taken_by_id),
        lead_unit_id=None,
        task=demand.text,
        chosen=clocks.reply_limit("ordinary", None, scope=places.place(matter.place_id).scope, now=now),
        vote=None,
        now=now,
    )
    case.state = CaseState.contacted
    case.assigned_at = case.contact_due_at = case.contacted_at = now
    case.due_at = case.first_due_at = end_of_day(shanghai_date(now))
    matters.let_handler_read(matter, [case.handler_id])
    record("case.assigned", case, now=now, handler=case.handler_id, due_at=case.due_at.isoformat())
    record("case.contacted", case, now=now)
    give_reply(actor, case, matter, kind=ReplyKind.A, text=demand.solution, promised_on=None, now=now, at_once=True)
    return case


def join(actor: Actor, *, number: str, heard: Heard, now: datetime) -> Demand:
    """Somebody says what is under way already: it is noted on that matter, and they hear what becomes of it."""
    matter = matters.load_for_change(matter_queries.matter_by_number(number).id)
    require(actor, "demand.take_in", places.place(matter.place_id).scope)
    known = _taken_before(actor, heard)
    if known is not None:
        return known
    _check(heard, now=now)
    is_open, needs_privacy = matter.closed_at is None, heard.private_need is not None
    refuse(rules.refusal_to_join(is_open=is_open, is_private=matter.is_private, needs_privacy=needs_privacy))
    demand = _write_down(actor, matter, heard, now=now, is_first=False)
    _enter(actor, matter, demand, "demand.joined", now=now)
    return demand


def see_contact(actor: Actor, *, demand_id: int, now: datetime) -> Demand:
    """Look up whom to call back: for the liaison and the handler, and each look stands in the log (C5)."""
    demand = queries.demand(demand_id)
    place = places.place(matter_queries.matter(demand.matter_id).place_id)
    if not queries.is_contact_shown_to(actor, place.scope, queries.case_of_matter(demand.matter_id)):
        raise NotAllowed()
    audit.record("identity.viewed", {"demand": demand.id, "by": actor.user_id}, now=now)
    return demand


def forget_phones(*, now: datetime) -> int:
    """Whom to call is deleted a year after the matter was closed (R-54); the log keeps that it was, and how many."""
    old = select(Matter.id).where(Matter.closed_at < now - rules.PHONES_KEPT)
    rows = update(Demand).where(Demand.matter_id.in_(old), (Demand.phone != "") | (Demand.name != ""))
    gone = list(db.session.scalars(rows.values(phone="", name="").returning(Demand.id)))
    if gone:
        audit.record("demands.forgotten", {"demands": gone}, now=now)
    return len(gone)


# A file


def keep_file(
    actor: Actor, *, place_id: int, file_name: str, data: bytes, reading: rules.DemandReading, now: datetime
) -> DemandFile | None:
    """Keep a file that is all right until it is taken over; one that is not leaves nothing behind."""
    place = _place_to_import(actor, place_id)
    earlier = (DemandFile.place_id == place.id, DemandFile.read_by_id == actor.user_id)
    db.session.execute(delete(DemandFile).where(*earlier))
    if reading.errors or not reading.rows:
        return None
    kept = DemandFile(
        place_id=place.id,
        read_by_id=actor.user_id,
        read_at=now,
        file_name=file_name[:120],
        file_hash=hashlib.sha256(data).hexdigest(),
        rows=reading.rows,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def _place_to_import(actor: Actor, place_id: int) -> Place:
    place = places.place(place_id)
    require(actor, "demand.import", place.scope)
    return place


def _heard_in(row: Mapping[str, Any], file_name: str) -> Heard:
    return Heard(
        source=DemandSource(row["source"]),
        kind=ProposalKind(row["kind"]),
        heard_on=date.fromisoformat(row["heard_on"]),
        file_name=file_name,
        file_line=row["line"],
        **{name: row[name] for name in ("title", "text", "spot", "name", "phone", "firm")},
    )


def take_over_file(actor: Actor, *, place_id: int, now: datetime) -> int:
    """Take in every line of the file that was read, all or none; return how many there were."""
    place = _place_to_import(actor, place_id)
    kept = queries.file_read(place.id, actor.user_id)
    if kept is None:
        raise NoRows()
    for row in kept.rows:
        course = Course(handler_id=row["handler_id"], working_days=row["working_days"])
        take_in(actor, place_id=place.id, heard=_heard_in(row, kept.file_name), course=course, now=now)
    audit.record("demands.imported", {"place": place.id, "lines": len(kept.rows), "sha256": kept.file_hash}, now=now)
    db.session.delete(kept)
    return len(kept.rows)
