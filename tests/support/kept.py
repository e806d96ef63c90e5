"""What takes some hundred statements to arrange is arranged once; for every further test its rows are put back.

A scene that many tests begin with (a meeting in debate, an open vote) is made by the real services the first time a
worker needs it. What that wrote is kept, and a further test that begins in the same way has it written by some twenty
statements. That holds only inside ``applications.rolled_back``, whose database is empty when a test begins, and as long
as the test has written nothing else: after its first write of its own everything is arranged anew.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, is_dataclass
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Table, and_, bindparam, event, select

from deliberation.kernel.database import Model, db, transaction

Given = ParamSpec("Given")
Made = TypeVar("Made")
Rows = dict[Table, dict[tuple[Any, ...], dict[str, Any]]]
"""By table and primary key: each row by its columns."""

OF_ONE_TEST = " at 0x"  # An object that says no more of itself than where it lies.
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "SET", "LOCK")


@dataclass
class Step:
    """What one step of arranging wrote, and what its scene knew afterwards."""

    new: Rows
    changed: Rows
    known: Any


@dataclass
class Shelf:
    """The steps of one database, by how a test came to them."""

    steps: dict[tuple[str, ...], Step] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    way: tuple[str, ...] = ()  # The steps by which the present test's database became what it is.
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


def arrange(scene: Any, step: str, build: Callable[[], None]) -> None:
    """Do ``build``, which changes ``scene`` and the database, or put back what it made of them before."""

    def known() -> dict[str, Any]:
        build()
        return dict(vars(scene))

    vars(scene).update(made(step, known))


def scene(build: Callable[Given, Made]) -> Callable[Given, Made]:
    """The function arranges a scene: called with the same arguments, it need not do it again."""

    @functools.wraps(build)
    def arranged(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        return made(f"{build.__module__}.{build.__name__} {args} {kwargs}", lambda: build(*args, **kwargs))

    return arranged


def made(step: str, build: Callable[[], Made]) -> Made:
    """What ``build`` gives: it is done, or what it made before is put back. ``step`` says what it is and of what."""
    shelf = _open[0] if _open else None
    if shelf is None or not shelf.is_untouched or db.session.new or db.session.dirty or OF_ONE_TEST in step:
        return build()
    way = (*shelf.way, step)
    if way in shelf.steps:
        found: Made = _put_back(shelf.steps[way])
    elif way not in shelf.seen:  # Most are asked for once: to keep them would take longer than it saves.
        shelf.seen.add(way)
        found = build()
    else:
        before = _everything()
        found = build()
        shelf.steps[way] = _step(found, before)
    shelf.way, shelf.is_untouched = way, True
    return found


def _step(found: Any, before: Rows) -> Step:
    after = _everything()
    new: Rows = {}
    changed: Rows = {}
    for table, rows in after.items():
        there = before[table]
        assert rows.keys() >= there.keys(), f"a step that deletes from {table.name} cannot be kept"
        new[table] = {key: row for key, row in rows.items() if key not in there}
        changed[table] = {key: row for key, row in rows.items() if key in there and row != there[key]}
    return Step(_filled(new), _filled(changed), _put_away(found))


def _filled(part: Rows) -> Rows:
    return {table: rows for table, rows in part.items() if rows}


def _everything() -> Rows:
    db.session.flush()
    link = db.session.connection()
    found: Rows = {}
    for table in db.metadata.sorted_tables:
        key = [column.name for column in table.primary_key]
        rows = link.execute(select(table)).mappings()
        found[table] = {tuple(row[name] for name in key): dict(row) for row in rows}
    return found


def _put_back(step: Step) -> Any:
    if db.session.info.get("in_transaction"):
        _write(step)
    else:
        with transaction():
            _write(step)
    db.session.expire_all()
    return _take_out(step.known)


# Rows that refer to one another can be in no order; that their keys hold was seen when they were first written.
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
        others: dict[str, Any] = {
            column.name: bindparam(column.name) for column in table.columns if column.name not in names
        }
        link.execute(table.update().where(here).values(others), values)
    link.exec_driver_sql(end_any_order)


@dataclass(frozen=True)
class _Row:
    """A row that a scene knows, without the session it was loaded in."""

    model: type[Model]
    key: Any


@dataclass(frozen=True)
class _Scene:
    kind: type[Any]
    known: dict[str, Any]


def _put_away(value: Any) -> Any:
    if isinstance(value, Model):
        return _Row(type(value), db.inspect(value).identity)
    if is_dataclass(value) and type(value).__hash__ is None:  # Not a frozen one, which holds plain values.
        return _Scene(type(value), _put_away(vars(value)))
    if isinstance(value, list):
        return [_put_away(each) for each in value]
    if isinstance(value, dict):
        return {name: _put_away(each) for name, each in value.items()}
    return copy.copy(value)


def _take_out(value: Any) -> Any:
    if isinstance(value, _Row):
        return db.session.get_one(value.model, value.key)
    if isinstance(value, _Scene):
        return value.kind(**_take_out(value.known))
    if isinstance(value, list):
        return [_take_out(each) for each in value]
    if isinstance(value, dict):
        return {name: _take_out(each) for name, each in value.items()}
    return copy.copy(value)
