"""Changing the deadline table, with a reason, and writing what a new installation begins with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.cases import queries, rules
from deliberation.cases.ground import refuse
from deliberation.cases.models import CaseLimit
from deliberation.cases.rules import Limit, LimitUnit
from deliberation.kernel.database import db
from deliberation.people.access import Actor, require
from deliberation.places import queries as places


def set_limit(
    actor: Actor,
    *,
    name: str,
    place_id: int | None,
    value: int,
    unit: LimitUnit,
    basis: str,
    reason: str,
    now: datetime,
) -> CaseLimit:
    """From now on this holds, everywhere or in one place and below; days already set stay as they are."""
    require(actor, "limit.administer", places.place(place_id).scope if place_id is not None else ())
    wanted, row = Limit(value, unit, basis.strip()), queries.current_limit(name, place_id)
    current = queries.limit_of(row) if row is not None else None
    if current is None and place_id is None:
        current = rules.LIMITS.get(name)
    refuse(rules.refusal_to_set_limit(name=name, wanted=wanted, current=current, reason=reason))
    if row is not None:
        row.ended_at = now
    return _write(name, place_id, wanted, reason=reason.strip(), actor=actor, now=now)


def _write(
    name: str, place_id: int | None, limit: Limit, *, reason: str, actor: Actor | None, now: datetime
) -> CaseLimit:
    kept = "" if limit.basis == rules.LIMITS[name].basis else limit.basis
    row = CaseLimit(
        name=name,
        place_id=place_id,
        value=limit.value,
        unit=limit.unit,
        basis=kept,
        reason=reason,
        set_by_id=actor.user_id if actor is not None else None,
        set_at=now,
    )
    db.session.add(row)
    db.session.flush()
    said = {"value": limit.value, "unit": str(limit.unit), "basis": limit.basis, "reason": reason}
    audit.record("limit.set", {"limit": name, "place": place_id, "by": row.set_by_id, **said}, now=now)
    return row


def drop_limit(actor: Actor, limit_id: int, *, reason: str, now: datetime) -> CaseLimit:
    """A place has no limit of its own any more: what holds above it holds there again."""
    row = queries.limit_row(limit_id)
    require(actor, "limit.administer", places.place(row.place_id).scope if row.place_id is not None else ())
    refuse(rules.refusal_to_drop_limit(place_id=row.place_id, is_ended=row.ended_at is not None, reason=reason))
    row.ended_at, row.dropped_by_id, row.drop_reason = now, actor.user_id, reason.strip()
    said = {"limit": row.name, "place": row.place_id, "by": actor.user_id, "reason": row.drop_reason}
    audit.record("limit.dropped", said, now=now)
    return row


def fill_limits(now: datetime) -> None:
    """Write what the table lacks of ``rules.LIMITS``; once it is there, only an administrator changes it."""
    rows = select(CaseLimit.name).where(CaseLimit.place_id.is_(None), CaseLimit.ended_at.is_(None))
    present = set(db.session.scalars(rows))
    for name, limit in rules.LIMITS.items():
        if name not in present:
            _write(name, None, limit, reason="", actor=None, now=now)
