"""Points of contractors: taken off with evidence, appealed by the firm, decided by another. Lines are only added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.cases import queries, rules
from deliberation.cases.ground import refuse
from deliberation.cases.models import PointAppeal, PointEntry
from deliberation.cases.rules import EntryKind
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound, SignInNeeded
from deliberation.people import queries as people
from deliberation.people.access import Actor, require
from deliberation.people.models import Organisation
from deliberation.places import queries as places


def _own_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise SignInNeeded()
    return actor.user_id


def deduct(
    actor: Actor,
    *,
    contractor_id: int,
    case_id: int,
    points: int,
    reason: str,
    photo_id: int | None,
    now: datetime,
) -> PointEntry:
    """Take points off for what was found in a case; the year's grant is written first where it is missing."""
    case = queries.case(case_id)
    require(actor, "points.record", places.place(case.place_id).scope)
    firm = db.session.get(Organisation, contractor_id, with_for_update=True)
    if firm is None:
        raise NotFound()
    refuse(rules.refusal_to_deduct(points=points, reason=reason, has_evidence=photo_id is not None))
    year = shanghai_date(now).year
    if not queries.ledger(contractor_id, year):
        _add(contractor_id, year, EntryKind.grant, rules.YEARLY, now=now)
    return _add(
        contractor_id,
        year,
        EntryKind.deduction,
        -points,
        now=now,
        reason=reason,
        case_id=case.id,
        photo_id=photo_id,
        recorded_by_id=_own_id(actor),
    )


def _add(contractor_id: int, year: int, kind: EntryKind, points: int, *, now: datetime, **more: object) -> PointEntry:
    entry = PointEntry(contractor_id=contractor_id, year=year, kind=kind, points=points, recorded_at=now, **more)
    db.session.add(entry)
    db.session.flush()
    leaf = {"entry": entry.id, "contractor": contractor_id, "year": year, "kind": str(kind), "points": points}
    audit.record("points.recorded", leaf, now=now)
    return entry


def appeal(actor: Actor, *, entry_id: int, text: str, now: datetime) -> PointAppeal:
    """Somebody of the firm says why the deduction is wrong."""
    entry = db.session.get(PointEntry, entry_id)
    if entry is None:
        raise NotFound()
    user = people.user(_own_id(actor))
    refuse(
        rules.refusal_to_appeal(
            kind=entry.kind,
            is_of_firm=user.organisation_id == entry.contractor_id,
            is_appealed=queries.appeal_of(entry_id) is not None,
            recorded_on=shanghai_date(entry.recorded_at),
            today=shanghai_date(now),
        )
    )
    raised = PointAppeal(entry_id=entry_id, text=text, raised_by_id=user.id, raised_at=now)
    db.session.add(raised)
    db.session.flush()
    audit.record("points.appealed", {"entry": entry_id, "by": user.id}, now=now)
    return raised


def decide(actor: Actor, *, appeal_id: int, is_upheld: bool, answer: str, now: datetime) -> PointAppeal:
    """Uphold, and the points come back as a line of their own, or dismiss, with a reason either way."""
    raised = db.session.scalar(select(PointAppeal).where(PointAppeal.id == appeal_id).with_for_update())
    if raised is None:
        raise NotFound()
    entry = db.session.get_one(PointEntry, raised.entry_id)
    require(actor, "points.decide", queries.scope_of_entry(entry))
    is_recorder, is_decided = entry.recorded_by_id == actor.user_id, raised.decided_at is not None
    refuse(rules.refusal_to_decide(is_recorder=is_recorder, is_decided=is_decided))
    raised.is_upheld, raised.answer = is_upheld, answer
    raised.decided_by_id, raised.decided_at = actor.user_id, now
    if is_upheld:
        _add(
            entry.contractor_id,
            entry.year,
            EntryKind.reversal,
            -entry.points,
            now=now,
            reason=answer,
            case_id=entry.case_id,
            reverses_id=entry.id,
            recorded_by_id=_own_id(actor),
        )
    audit.record("points.appeal_decided", {"appeal": raised.id, "upheld": is_upheld, "by": actor.user_id}, now=now)
    return raised
