"""The log only grows: what stands in it can be neither changed nor deleted, not even by a program of ours.

Two fences. Sessions refuse before they write (``ImpossibleChange``), and triggers refuse in the database itself.
Only a leaf's place may be written, and only once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, MetaData, event
from sqlalchemy.orm import object_session

_POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows';
END $$
"""
_CHANGED = (
    "OLD.position IS NOT NULL OR NEW.id <> OLD.id OR NEW.tag <> OLD.tag OR NEW.data <> OLD.data "
    "OR NEW.leaf_hash <> OLD.leaf_hash OR NEW.recorded_at <> OLD.recorded_at"
)


class ImpossibleChange(Exception):
    """A program tried to change or delete what stands in the audit log."""


def statements(dialect: str) -> list[str]:
    """The DDL of the triggers, for ``create_all`` and for the migration alike."""
    conditions = {("audit_leaf", "UPDATE"): _CHANGED}
    acts = [(table, act) for table in ("audit_leaf", "audit_node") for act in ("UPDATE", "DELETE")]
    make = _on_postgres if dialect == "postgresql" else _on_sqlite
    return [
        *([_POSTGRES] if dialect == "postgresql" else []),
        *(make(table, act, conditions.get((table, act), "")) for table, act in acts),
    ]


def _on_postgres(table: str, act: str, condition: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change_of_audit()"
    )


def _on_sqlite(table: str, act: str, condition: str) -> str:
    when = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH ROW {when}BEGIN SELECT RAISE(ABORT, 'the audit log only grows: {act} on {table} refused'); END"
    )


def fence(metadata: MetaData, *models: type[Any]) -> None:
    """Attach both fences; the triggers are made once all tables of ``metadata`` are."""
    for dialect in ("postgresql", "sqlite"):
        for statement in statements(dialect):
            event.listen(metadata, "after_create", _ddl(statement, dialect))
    refuse_changes(*models)


def refuse_changes(*models: type[Any]) -> None:
    """The sessions' fence alone, for a ledger of another room whose lines are only ever added."""
    for model in models:
        event.listen(model, "before_update", _refuse_update)
        event.listen(model, "before_delete", _refuse_delete)


def _ddl(statement: str, dialect: str) -> Any:
    make: Any = DDL  # Untyped in SQLAlchemy.
    return make(statement).execute_if(dialect=dialect)


def _refuse_update(_mapper: Any, _connection: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None and session.is_modified(row, include_collections=False):
        raise ImpossibleChange(f"{type(row).__name__} {row!r} cannot be changed")


def _refuse_delete(_mapper: Any, _connection: Any, row: Any) -> None:
    raise ImpossibleChange(f"{type(row).__name__} {row!r} cannot be deleted")
