"""Runs the migrations inside the application: ``deliberation migrate``, ``make migration``."""

from __future__ import annotations

import json
from typing import Any, Literal, TypeGuard

from alembic import context
from alembic.operations.ops import AddColumnOp, CreateForeignKeyOp, CreateTableOp, ModifyTableOps
from sqlalchemy import Column, Connection, DefaultClause, ForeignKeyConstraint, text

from deliberation.kernel.database import UtcDateTime, db


def render_type(kind: str, value: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our own column type as the plain one it stands on, so that old migrations need none of our code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    with db.engine.connect() as connection:
        _let_tables_be_written_anew(connection)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,  # SQLite changes a table by writing it anew.
            render_item=render_type,
            process_revision_directives=finish,
        )
        with context.begin_transaction():
            context.run_migrations()


def _let_tables_be_written_anew(connection: Connection) -> None:
    """SQLite changes a table by dropping the old one, which its foreign keys would forbid or follow.

    Said to the driver before any transaction begins, since inside one SQLite ignores it; the connection is closed
    afterwards, and the next one has its foreign keys again.
    """
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        connection.connection.invalidate(soft=True)


def finish(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no file when the models have nothing new; else put keys that close a circle at the end."""
    script = directives[0]
    if script.upgrade_ops.is_empty():
        directives.clear()
        return
    for change in script.upgrade_ops.ops:
        for added in getattr(change, "ops", ()):
            if isinstance(added, AddColumnOp):
                fill_for_present_rows(added.column)
    circles = [key for table in script.upgrade_ops.ops if isinstance(table, CreateTableOp) for key in take_out(table)]
    script.upgrade_ops.ops += [ModifyTableOps(key.source_table, [key]) for key in circles]
    script.downgrade_ops.ops[:0] = [ModifyTableOps(key.source_table, [key.reverse()]) for key in circles]


def fill_for_present_rows(column: Column[Any]) -> None:
    """A new column that must have a value gives the model's own default to the rows that are there already."""
    default: Any = column.default
    if column.nullable or column.server_default is not None or default is None:
        return
    value = default.arg(None) if callable(default.arg) else default.arg
    if isinstance(value, bool):
        column.server_default = DefaultClause(text("true" if value else "false"))
    elif isinstance(value, str | int):
        column.server_default = DefaultClause(str(value))
    elif isinstance(value, list | dict):
        column.server_default = DefaultClause(json.dumps(value))


def take_out(table: CreateTableOp) -> list[CreateForeignKeyOp]:
    """Take the keys marked ``use_alter`` out of a new table: their target is not there yet.

    Left inside, PostgreSQL would never get them; SQLAlchemy adds them only when it makes all tables itself.
    """
    keys = [part for part in table.columns if closes_circle(part)]
    table.columns = [part for part in table.columns if not closes_circle(part)]
    return [CreateForeignKeyOp.from_constraint(key) for key in keys]


def closes_circle(part: Any) -> TypeGuard[ForeignKeyConstraint]:
    return isinstance(part, ForeignKeyConstraint) and part.use_alter


run()
