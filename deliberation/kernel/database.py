"""The database: one session, one transaction at the door, effects after the commit."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from flask import g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Engine,
    Enum,
    Insert,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    bindparam,
    cast,
    event,
    func,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

from deliberation.kernel.turns import Turns

log = logging.getLogger(__name__)

BUSY_MILLISECONDS = 10_000  # How long a writer waits for another on SQLite.


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. A naive value is a programming error and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: pass an aware one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(enum_class: type) -> Enum:
    """Store a ``StrEnum`` by its value, as text with a check on PostgreSQL and SQLite alike."""
    return Enum(enum_class, native_enum=False, length=40, values_callable=lambda members: [m.value for m in members])


class _Writer:
    """A transaction that writes; on SQLite ``turn`` is the queue in which its turn has come."""

    turn: Turns | None = None

    def end(self) -> None:
        if self.turn is not None:
            self.turn.give_back()
            self.turn = None


_writing: ContextVar[_Writer | None] = ContextVar("writing", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work, opened by a door (view, socket message, job, command) and by nothing else.

    Commits when the block ends, rolls back when it raises, and runs what ``after_commit`` registered once the commit
    has succeeded. On SQLite the write lock is taken at the start, so a reader never has to upgrade and fail, and the
    writers of a process take turns (kernel.turns).
    """
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("a transaction is already open: services never open one")
    session.rollback()  # Ends the read-only transaction that loading the person began.
    session.info["in_transaction"] = True
    session.info["after_commit"] = []
    writer = _Writer()
    token = _writing.set(writer)
    try:
        yield
        session.commit()
    except BaseException:
        session.info["after_commit"] = []
        session.rollback()
        raise
    finally:
        writer.end()
        _writing.reset(token)
        session.info["in_transaction"] = False
    for effect in session.info.pop("after_commit"):
        _run(effect)


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the present transaction that is undone alone when it raises: what it wrote, and its effects."""
    session = db.session()
    effects = session.info["after_commit"]
    before = len(effects)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del effects[before:]
        raise


def _run(effect: Callable[[], None]) -> None:
    try:
        effect()
    except Exception:  # One failed effect must not hide the others: the commit has happened.
        log.exception("an effect after the commit failed")


def read_as(actor: Any) -> None:
    """Say for whom this request or message reads from now on: a door names its person, ``None`` is the house itself.

    What is private is left out of everything the person reads and may not see (``matters.privacy``). It is said of
    the application's context, as the session is made for one: so a request that asks the database nothing by itself,
    because what it sent goes into a tray, needs no session, and one that begins another session reads no more than
    before.
    """
    g.reader = actor


def reader() -> Any:
    """For whom is read now; ``None`` for the house itself, as in jobs and commands."""
    return g.get("reader")


def after_commit(effect: Callable[[], None]) -> None:
    """Run ``effect`` once the present transaction has committed; never when it rolls back."""
    session = db.session()
    if not session.info.get("in_transaction"):
        raise RuntimeError("after_commit outside a transaction")
    session.info["after_commit"].append(effect)


def insert_missing(
    model: type[Model],
    columns: Sequence[str],
    rows: Select[*tuple[Any, ...]],
    *,
    key: Sequence[str],
    returning: Sequence[InstrumentedAttribute[Any]] = (),
) -> Sequence[Row[Any]]:
    """Insert what ``rows`` selects, in an order of its own, and leave out what is there already by the unique ``key``.

    The database looks each up in the key's index. A NOT EXISTS over the table that grows meanwhile would be planned by
    how small it was before, and could read all of it for each row. Of each row that is new, what is ``returning``.
    """
    make: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = make(model).from_select(columns, rows.where(true())).on_conflict_do_nothing(index_elements=key)
    if not returning:
        db.session.execute(statement)
        return []
    return db.session.execute(statement.returning(*returning)).all()


def each_of(ids: Collection[int]) -> ColumnElement[int]:
    """The ids as rows of a statement: one parameter, so that its text is the same however many they are."""
    is_postgresql = db.engine.dialect.name == "postgresql"
    given = literal(list(ids), JSON)
    rows = func.json_array_elements_text(given) if is_postgresql else func.json_each(given)
    return cast(rows.table_valued("value").c.value, Integer)


def insert_all(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, by one statement however many they are.

    PostgreSQL is sent a list for each column, so that the statement's text is always the same: one with a parameter for
    each value of each row would be made anew, and read anew, for every number of rows. SQLite takes row after row.
    """
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    names = tuple(rows[0])
    connection.execute(_insert_of_lists(table, names), {name: [row[name] for row in rows] for name in names})


@lru_cache
def _insert_of_lists(table: Table, names: tuple[str, ...]) -> Insert:
    lists = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in names]
    rows = func.unnest(*lists).table_valued(*names).render_derived()
    return insert(table).from_select(names, select(rows))


def forget_deleted(table: str) -> None:
    """Once the present transaction has committed, leave nothing of ``table``'s deleted rows in the database's files.

    SQLite: the pages are wiped already (``secure_delete``), and the write-ahead log, which has them as they were, is
    emptied. PostgreSQL: the dead rows are vacuumed away. A reader in the way costs at most two seconds, and a warning.
    """
    after_commit(lambda: _wipe(table))


def _wipe(table: str) -> None:
    db.session.commit()  # An effect before this one may have read; its snapshot would hold the old pages.
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'VACUUM "{table}"'))
        return
    if isinstance(db.engine.pool, StaticPool):
        return  # In memory there are no files, and the one connection is everybody's.
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=2000")
        busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        if busy:
            log.warning("the write-ahead log could not be emptied: somebody was reading")
    finally:
        raw.close()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # We begin by hand, see _begin_sqlite.
    cursor = connection.cursor()
    busy = f"busy_timeout={BUSY_MILLISECONDS}"
    for pragma in ("journal_mode=WAL", busy, "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    writer = _writing.get()
    if writer is None:
        connection.exec_driver_sql("BEGIN")
        return
    _take_turn(writer, connection.engine)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


_turns: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()


def _take_turn(writer: _Writer, engine: Engine) -> None:
    """Wait behind the writers of this process that came before; as patient as SQLite is with other processes."""
    turns = _turns.setdefault(engine, Turns())
    if writer.turn is None:
        if not turns.take(seconds=BUSY_MILLISECONDS / 1000):
            raise PoolTimeout("other writers took longer than a writer may wait")
        writer.turn = turns
