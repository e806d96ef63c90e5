"""Migrations that are written from the models put up the triggers of ledgers too, and notice where some are missing.

SQLite drops a table's triggers when a migration writes the table anew; the next comparison finds that as well.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import comparators, renderers
from alembic.operations.ops import MigrateOperation, UpgradeOps
from alembic.util import PriorityDispatchResult
from sqlalchemy import text

from deliberation.audit import append_only

_PRESENT = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


class FenceOp(MigrateOperation):
    """Put the triggers of ``table`` up, or take them down again."""

    def __init__(self, table: str, *, is_up: bool = True) -> None:
        self.table, self.is_up = table, is_up

    def reverse(self) -> FenceOp:
        return FenceOp(self.table, is_up=not self.is_up)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("fence", self.table, self.is_up)


@comparators.dispatch_for("schema")
def find_missing(context: Any, changes: UpgradeOps, _schemas: Any) -> PriorityDispatchResult:
    """Which ledgers of the models lack a trigger in the database; new tables come first, so they are there by then."""
    present = set(context.connection.scalars(text(_PRESENT[context.dialect.name])))
    for table in context.metadata.info.get(append_only.FENCED, ()):
        if not {append_only.trigger(table, act) for act in append_only.ACTS} <= present:
            changes.ops.append(FenceOp(table))
    return PriorityDispatchResult.CONTINUE


@renderers.dispatch_for(FenceOp)
def render(context: Any, change: FenceOp) -> list[str]:
    context.imports.add("from deliberation.audit import append_only")
    make = "statements" if change.is_up else "taken_down"
    return [
        f"for statement in append_only.{make}(op.get_bind().dialect.name, [{change.table!r}]):",
        "op.execute(statement)",
        "",  # Ends the loop.
    ]
