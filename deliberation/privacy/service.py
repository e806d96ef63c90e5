"""Leaving and forgetting. This room alone writes the tables of others, and only by the inventory (decision 0018)."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import delete, func, select, update

from deliberation.audit import service as audit
from deliberation.committees import service as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Actor, require
from deliberation.people.models import User
from deliberation.privacy import queries, rules
from deliberation.privacy.rules import RETENTIONS, Keep, Retention, cutoff, holdings_of

log = logging.getLogger(__name__)


def ask_to_leave(actor: Actor, *, now: datetime) -> datetime:
    """Ask for the account to be deleted; say when that is. Until then nothing changes, and it can be taken back."""
    require(actor, "account.manage")
    user = _locked(actor.user_id or 0)
    if user.leaving_at is not None:
        raise rules.AlreadyLeaving(on=user.leaving_at)
    people_service.keep_an_administrator(user.id)
    user.leaving_at = rules.leaves_on(now)
    on = user.leaving_at.isoformat()
    audit.record("account.leaving", {"user": user.id, "on": on}, now=now)
    facts = {"on": on, "path": "/me/privacy"}
    # Whoever holds an unlocked telephone can press the button: the person is told wherever messages reach them.
    notifications.tell({user.id: "account"}, "account.leaving", key=f"leaving:{user.id}:{on}", now=now, data=facts)
    return user.leaving_at


def stay(actor: Actor, *, now: datetime) -> None:
    require(actor, "account.manage")
    user = _locked(actor.user_id or 0)
    if user.leaving_at is None:
        raise rules.NotLeaving()
    user.leaving_at = None
    audit.record("account.stays", {"user": user.id}, now=now)


def note_download(actor: Actor, *, now: datetime) -> User:
    """That the person has taken their data home is on record; what was in it is not."""
    require(actor, "account.manage")
    audit.record("account.downloaded", {"user": actor.user_id}, now=now)
    return people.user(actor.user_id or 0)


def erase_due(*, now: datetime) -> int:
    """Everybody whose cooling-off is over; somebody who cannot go now is tried again at the next run."""
    gone = 0
    for user in queries.due_to_leave(now):
        try:
            with db.session.begin_nested():
                erase(user.id, now=now)
            gone += 1
        except Refusal as refusal:
            log.warning("person %s cannot leave yet: %s", user.id, refusal.code)
    return gone


def erase(user_id: int, *, now: datetime) -> User:
    """The person goes: what is theirs alone is deleted, what others answered loses the name, archives stay.

    Where an archive names them (a named ballot, a roll, an objection) the name stays with it, and nothing else does.
    """
    user = _locked(user_id)
    if user.erased_at is not None:
        return user
    people_service.keep_an_administrator(user.id)
    kept = queries.counts_of(user, Keep.archive)
    for held in people.current_roles([user.id]):
        people_service.end_role(held, now=now, ended_by_id=user.id)
    for seat in db.session.scalars(select(Seat).where(Seat.user_id == user.id, Seat.ended_at.is_(None))):
        committees.fill_seat(seat, user_id=None)
    _wipe(user)
    people_service.forget_person(user, keeps_name=rules.stays_named(kept), now=now)
    audit.record("account.erased", {"user": user.id, "kept": kept}, now=now)
    return user


def _wipe(user: User) -> None:
    """Delete what is the person's alone, the tables that point at others first; empty what stays in shared rows."""
    conditions = {each.table: queries.is_own(each, user) for each in holdings_of(Keep.wiped)}
    for table in reversed(db.metadata.sorted_tables):
        if table.name in conditions:
            db.session.execute(delete(table).where(conditions[table.name]))
    for holding in holdings_of(Keep.masked):
        if holding.wipes:
            emptied = update(queries.table_of(holding.table)).where(queries.is_own(holding, user))
            db.session.execute(emptied.values(dict.fromkeys(holding.wipes, "")))


def forget_old(*, now: datetime) -> dict[str, int]:
    """Wipe what has been kept long enough (R-54); give how many rows of each kind, which the log keeps."""
    wiped = {each.name: _forget(each, now=now) for each in RETENTIONS if each.by == "privacy.forget_old"}
    if any(wiped.values()):
        audit.record("retention.wiped", {name: number for name, number in wiped.items() if number}, now=now)
    return wiped


def _forget(retention: Retention, *, now: datetime) -> int:
    table = queries.table_of(retention.table)
    old = queries.still_kept(retention, before=cutoff(retention, now))
    number = db.session.scalar(select(func.count()).select_from(table).where(old)) or 0
    if number:
        db.session.execute(update(table).where(old).values(dict.fromkeys(retention.wipes, "")))
    return number


def _locked(user_id: int) -> User:
    return db.session.get_one(User, user_id, with_for_update=True, populate_existing=True)
