"""A ledger only grows: what stands in it can be neither changed nor deleted, not even by a program of ours.

Two fences. Sessions refuse before they write (``ImpossibleChange``), and triggers refuse in the database itself.
Of the audit log a leaf's place may be written, and only once. Other rooms fence ledgers of their own in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, event
from sqlalchemy.orm import object_session

_POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP;
END $$
"""
AUDIT = ("audit_leaf", "audit_node")
ACTS = ("UPDATE", "DELETE")
# Which changes are refused, where some are allowed; without a row every one is.
_CONDITIONS = {
    ("audit_leaf", "UPDATE"): (
        "OLD.position IS NOT NULL OR NEW.id <> OLD.id OR NEW.tag <> OLD.tag OR NEW.data <> OLD.data "
        "OR NEW.leaf_hash <> OLD.leaf_hash OR NEW.recorded_at <> OLD.recorded_at"
    )
}
FENCED = "fenced"  # In a metadata's ``info``: the tables that are to have triggers (audit.migrating makes them so).


class ImpossibleChange(Exception):
    """A program tried to change or delete what stands in a ledger."""


def trigger(table: str, act: str) -> str:
    """What the trigger is called that refuses ``act``."""
    return f"{table}_no_{act.lower()}"


def statements(dialect: str, tables: Sequence[str] = AUDIT) -> list[str]:
    """The DDL of the triggers, for ``create_all`` and for the migrations alike."""
    make = _on_postgres if dialect == "postgresql" else _on_sqlite
    return [
        *([_POSTGRES] if dialect == "postgresql" else []),
        *(make(table, act, _CONDITIONS.get((table, act), "")) for table in tables for act in ACTS),
    ]


def _on_postgres(table: str, act: str, condition: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {trigger(table, act)} BEFORE {act} ON {table} "
        f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    )


def _on_sqlite(table: str, act: str, condition: str) -> str:
    when = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {trigger(table, act)} BEFORE {act} ON {table} "
        f"FOR EACH ROW {when}BEGIN SELECT RAISE(ABORT, '{table} only grows: {act} refused'); END"
    )


def taken_down(dialect: str, tables: Sequence[str]) -> list[str]:
    """The DDL that takes the triggers away again, for a migration that is undone."""
    on = {"postgresql": " ON {table}"}.get(dialect, "")
    return [f"DROP TRIGGER IF EXISTS {trigger(table, act)}{on.format(table=table)}" for table in tables for act in ACTS]


def fence(*models: type[Any]) -> None:
    """Attach both fences; the triggers of a table are made with it."""
    for model in models:
        table = model.__table__
        table.metadata.info.setdefault(FENCED, []).append(table.name)
        for dialect in ("postgresql", "sqlite"):
            for statement in statements(dialect, [table.name]):
                event.listen(table, "after_create", _ddl(statement, dialect))
        event.listen(model, "before_update", _refuse_update)
        event.listen(model, "before_delete", _refuse_delete)


def _ddl(statement: str, dialect: str) -> Any:
    make: Any = DDL  # Untyped in SQLAlchemy.
    return make(statement.replace("%", "%%")).execute_if(dialect=dialect)


def _refuse_update(_mapper: Any, _connection: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None and session.is_modified(row, include_collections=False):
        raise ImpossibleChange(f"{type(row).__name__} {row!r} cannot be changed")


def _refuse_delete(_mapper: Any, _connection: Any, row: Any) -> None:
    raise ImpossibleChange(f"{type(row).__name__} {row!r} cannot be deleted")
