"""What an act changed in the rows of a meeting, gathered as it is written.

The log of a room must be enough to build the whole state again. So that no act can forget a fact, the facts are not
listed by each act: they are what the session wrote since the last event. ``take`` hands them to that event.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from deliberation.meetings.models import Meeting
from deliberation.meetings.queries.log import KEPT_OUT, LOGGED, plain

_CHANGED = "meeting_rows_changed"
_REMOVED = "meeting_rows_removed"
Rows = dict[str, list[dict[str, Any]]]


@event.listens_for(Session, "before_flush")
def _gather(session: Session, _context: Any, _instances: Any) -> None:
    changed = session.info.setdefault(_CHANGED, {})
    for row in (*session.new, *session.dirty):
        names = _changed_names(row) if isinstance(row, LOGGED) else set()
        if names:
            changed.setdefault(row, set()).update(names)
    removed = session.info.setdefault(_REMOVED, [])
    for row in session.deleted:
        if isinstance(row, LOGGED):
            removed.append((row.__tablename__, row.id))
            changed.pop(row, None)


def _changed_names(row: Any) -> set[str]:
    state = inspect(row)
    names = set(state.mapper.column_attrs.keys()) - KEPT_OUT
    if not state.persistent:
        return names
    return {name for name in names if state.attrs[name].load_history().has_changes()}


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_CHANGED, None)
        session.info.pop(_REMOVED, None)


def take(session: Session, meeting_id: int) -> dict[str, Any]:
    """The rows of a meeting written since the last event, by table: each with its key and the columns that changed.

    ``removed`` names the rows that are gone. Rows of other meetings stay for their own events.
    """
    changed = session.info.get(_CHANGED, {})
    taken: Rows = {}
    for row in [each for each in changed if _meeting_of(each) in (meeting_id, None)]:
        names = changed.pop(row)
        taken.setdefault(row.__tablename__, []).append({**_key(row), **_plain(row, names)})
    facts: dict[str, Any] = {"rows": taken} if taken else {}
    removed = session.info.pop(_REMOVED, [])
    return {**facts, "removed": [list(each) for each in removed]} if removed else facts


def _meeting_of(row: Any) -> int | None:
    """A version belongs to its motion, which is written by the same act."""
    return row.id if isinstance(row, Meeting) else getattr(row, "meeting_id", None)


def _key(row: Any) -> dict[str, Any]:
    return _plain(row, (column.key for column in inspect(row).mapper.primary_key))


def _plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in sorted(names)}
