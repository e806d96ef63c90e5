"""What takes some hundred statements to arrange is arranged once; for every further test its rows are put back.

A scene that many tests begin with (a meeting in debate, an open vote) is made by the real services the first time a
worker needs it. What that wrote is kept, and a further test that begins in the same way has it written by some twenty
statements. That holds only inside ``applications.rolled_back``, whose database is empty when a test begins, and as long
as the test has written nothing else: after its first write of its own everything is arranged anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, bindparam, event, select

from deliberation.kernel.database import Model, db, transaction

Rows = dict[Table, dict[tuple[Any, ...], dict[str, Any]]]
"""By table and primary key: each row by its columns."""

HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "SET", "LOCK")


@dataclass
class Step:
    """What one step of arranging wrote, and what its scene knew afterwards."""

    new: Rows
    changed: Rows
    known: dict[str, Any]


@dataclass
class Shelf:
    """The steps of one database, by how a test came to them."""

    steps: dict[tuple[Hashable, ...], Step] = field(default_factory=dict)
    way: tuple[Hashable, ...] = ()  # The steps by which the present test's database became what it is.
    is_untouched: bool = True  # Nothing else has been written by the present test.


_shelves: dict[Any, Shelf] = {}
_open: list[Shelf] = []  # The shelf of the test that runs inside a rolled back application; else empty.


def begin(of: Any) -> None:
    """A test begins in the empty database that ``of`` stands for."""
    shelf = _shelves.setdefault(of, Shelf())
    shelf.way, shelf.is_untouched = (), True
    _open.append(shelf)


def end() -> None:
    _open.clear()


@event.listens_for(Engine, "before_cursor_execute")
def _notice(_link: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if _open and _open[0].is_untouched and not statement.lstrip().upper().startswith(HARMLESS):
        _open[0].is_untouched = False


def arrange(scene: Any, step: tuple[Hashable, ...], build: Callable[[], None]) -> None:
    """Do ``build``, which changes ``scene`` and the database, or put back what it made of them before."""
    shelf = _open[0] if _open else None
    if shelf is None or not shelf.is_untouched or db.session.new or db.session.dirty:
        build()
        return
    way = (*shelf.way, step)
    if way in shelf.steps:
        _put_back(scene, shelf.steps[way])
    else:
        before = _everything()
        build()
        shelf.steps[way] = _step(scene, before)
    shelf.way, shelf.is_untouched = way, True


def _step(scene: Any, before: Rows) -> Step | None:
    after = _everything()
    new, changed = {}, {}
    for table, rows in after.items():
        there = before[table]
        assert rows.keys() >= there.keys(), f"a step that deletes from {table.name} cannot be kept"
        new[table] = {key: row for key, row in rows.items() if key not in there}
        changed[table] = {key: row for key, row in rows.items() if key in there and row != there[key]}
    filled = [{table: rows for table, rows in part.items() if rows} for part in (new, changed)]
    return Step(*filled, {name: _put_away(value) for name, value in vars(scene).items()})


def _everything() -> Rows:
    db.session.flush()
    link = db.session.connection()
    found: Rows = {}
    for table in db.metadata.sorted_tables:
        key = [column.name for column in table.primary_key]
        rows = link.execute(select(table)).mappings()
        found[table] = {tuple(row[name] for name in key): dict(row) for row in rows}
    return found


def _put_back(scene: Any, step: Step) -> None:
    if db.session.info.get("in_transaction"):
        _write(step)
    else:
        with transaction():
            _write(step)
    db.session.expire_all()
    vars(scene).update({name: _take_out(value) for name, value in step.known.items()})


# Rows that refer to one another can be in no order; whether the keys hold has been looked at when they were first written.
NO_ORDER = {
    "sqlite": ("PRAGMA defer_foreign_keys=ON", "PRAGMA defer_foreign_keys=OFF"),
    "postgresql": ("SET LOCAL session_replication_role = replica", "SET LOCAL session_replication_role = origin"),
}


def _write(step: Step) -> None:
    link = db.session.connection()
    begin_any_order, end_any_order = NO_ORDER[link.dialect.name]
    link.exec_driver_sql(begin_any_order)
    for table, rows in step.new.items():
        link.execute(table.insert(), list(rows.values()))
    for table, rows in step.changed.items():
        here = and_(*(column == bindparam(f"of_{column.name}") for column in table.primary_key))
        names = [column.name for column in table.primary_key]
        values = [{**row, **{f"of_{name}": row[name] for name in names}} for row in rows.values()]
        others = {column.name: bindparam(column.name) for column in table.columns if column.name not in names}
        link.execute(table.update().where(here).values(others), values)
    link.exec_driver_sql(end_any_order)


@dataclass(frozen=True)
class _Row:
    """A row that a scene knows, without the session it was loaded in."""

    model: type[Model]
    key: Any


def _put_away(value: Any) -> Any:
    if isinstance(value, Model):
        return _Row(type(value), db.inspect(value).identity)
    if isinstance(value, list):
        return [_put_away(each) for each in value]
    if isinstance(value, dict):
        return {name: _put_away(each) for name, each in value.items()}
    return copy.copy(value)


def _take_out(value: Any) -> Any:
    if isinstance(value, _Row):
        return db.session.get_one(value.model, value.key)
    if isinstance(value, list):
        return [_take_out(each) for each in value]
    if isinstance(value, dict):
        return {name: _take_out(each) for name, each in value.items()}
    return copy.copy(value)
