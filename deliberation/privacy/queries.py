"""What is stored of one person, read by the inventory alone: a table that is not in it is in no file either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, false, func, or_, select

from deliberation.kernel.database import db
from deliberation.meetings.models import Meeting
from deliberation.people.models import User
from deliberation.privacy.rules import HOLDINGS, NEVER_GIVEN, RETENTIONS, Holding, Keep, Retention, cutoff, holdings_of

# What stands in a person's row and is somebody else's: names of helpers and co-owners, what others did at a meeting.
OF_OTHERS = frozenset({
    ("ballot", "helper"), ("ballot", "witness"), ("meeting_event", "data"), ("owner_set", "names"),
    ("proxy_authority", "opinion"), ("timeline_entry", "data"),
})  # fmt: skip


def table_of(name: str) -> Table:
    return db.metadata.tables[name]


def is_own(holding: Holding, user: User) -> ColumnElement[bool]:
    """Which rows of the table are the person's."""
    table = table_of(holding.table)
    addresses = addresses_of(user)
    found = [table.c[name] == user.id for name in holding.own]
    found += [table.c[name].in_(addresses) for name in holding.addresses if addresses]
    if holding.through is not None:
        column, parent = holding.through
        above = next(each for each in HOLDINGS if each.table == parent)
        key = table_of(parent).c.id
        found.append(table.c[column].in_(select(key).where(is_own(above, user))))
    return or_(*found) if found else false()


def addresses_of(user: User) -> list[str]:
    """As they are stored, and as the register writes phones: eleven digits."""
    phone = user.us_phone_number
    return [each for each in (user.email, phone, phone.removeprefix("+86")[-11:] if phone else None) if each]


def columns_of(holding: Holding) -> dict[str, Column[Any]]:
    """By name, those whose values may be taken home."""
    return {
        column.name: column
        for column in table_of(holding.table).columns
        if column.name not in NEVER_GIVEN
        and (holding.table, column.name) not in OF_OTHERS
        and not isinstance(column.type, LargeBinary)
    }


def rows_of(holding: Holding, user: User) -> Iterator[dict[str, Any]]:
    """The person's rows as they may take them home: nothing that opens a door, nobody else's name or number."""
    table = table_of(holding.table)
    columns = list(columns_of(holding).values())
    people = {column.name for column in columns if any(key.column.table.name == "user" for key in column.foreign_keys)}
    rows = db.session.execute(select(*columns).where(is_own(holding, user)).order_by(*table.primary_key.columns))
    for row in rows.yield_per(200):
        yield {name: value for name, value in row._mapping.items() if name not in people or value == user.id}


def counts_of(user: User, keep: Keep) -> dict[str, int]:
    """How many rows of this person each table holds; those with none are left out."""
    found = {}
    for holding in holdings_of(keep):
        rows = select(func.count()).select_from(table_of(holding.table)).where(is_own(holding, user))
        if number := db.session.scalar(rows):
            found[holding.table] = number
    return found


def due_to_leave(now: datetime) -> list[User]:
    rows = select(User).where(User.leaving_at.is_not(None), User.leaving_at <= now, User.erased_at.is_(None))
    return list(db.session.scalars(rows.order_by(User.id)))


@dataclass(frozen=True)
class Due:
    """How many rows of a retention go by a certain moment, and from when the oldest of them is."""

    retention: Retention
    now: int
    in_30_days: int
    oldest: datetime | None


def still_kept(retention: Retention, *, before: datetime) -> ColumnElement[bool]:
    """Rows that are older than ``before`` and still say what is to be wiped."""
    table = table_of(retention.table)
    is_old = table.c[retention.since] < before
    if retention.table == "attendance":
        ended = select(Meeting.id).where(Meeting.closed_at < before)
        return table.c.meeting_id.in_(ended) & table.c.user_id.is_(None) & table.c.erased_at.is_(None)
    if not retention.wipes:
        return is_old
    return is_old & or_(*(func.coalesce(table.c[name], "") != "" for name in retention.wipes))


def retention_preview(now: datetime, later: datetime) -> list[Due]:
    """What the job wipes next: due now, and until ``later``."""
    return [_due(each, now, later) for each in RETENTIONS]


def _due(retention: Retention, now: datetime, later: datetime) -> Due:
    table = table_of(retention.table)
    number = select(func.count()).select_from(table)
    is_due = still_kept(retention, before=cutoff(retention, now))
    will_be = still_kept(retention, before=cutoff(retention, later))
    return Due(
        retention,
        db.session.scalar(number.where(is_due)) or 0,
        db.session.scalar(number.where(will_be)) or 0,
        db.session.scalar(select(func.min(table.c[retention.since])).where(will_be)),
    )


def waiting_to_forget(now: datetime) -> int:
    """How many rows this room's own job would wipe now."""
    return sum(due.now for due in retention_preview(now, now) if due.retention.by == "privacy.forget_old")
