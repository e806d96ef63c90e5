"""The application under test: one per worker and database, and every test's writes rolled back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import flask_migrate
from flask import Flask, current_app, has_app_context
from flask.ctx import AppContext, RequestContext
from jinja2 import FileSystemBytecodeCache

from deliberation.app import create_app
from deliberation.kernel import clock, database, live, web
from deliberation.kernel.database import db
from deliberation.kernel.limits import limiter
from deliberation.settings import Settings, from_environment
from tests.support import kept

COMPILED = "COMPILED_TEMPLATES"  # The variable that names the folder of a run's compiled templates.
MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


def settings_for(data: Path, **environment: str) -> Settings:
    """Settings of a test installation whose files lie in ``data``; ``environment`` overrides single variables."""
    return from_environment({"DELIBERATION_ENV": "test", "DELIBERATION_DATA": str(data), **environment})


def keep_templates() -> None:
    """From now on this process's applications share their compiled templates with every process of the run."""
    if COMPILED in os.environ:
        Path(os.environ[COMPILED]).mkdir(exist_ok=True)
        web.Site.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[COMPILED])}


def build(data: Path, database_url: str) -> Flask:
    """An application on a database with today's tables, whose requests behave as in production."""
    app = create_app(settings_for(data, DATABASE_URL=database_url))
    app.request_context = lambda environ: _OwnContext(app, environ)  # type: ignore[method-assign]
    return app


def migrate(database_url: str) -> None:
    """Give an empty database today's tables, by the migrations."""
    with tempfile.TemporaryDirectory() as data:
        app = create_app(settings_for(Path(data), DATABASE_URL=database_url))
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS))
            db.engine.dispose()


class _AtOnce(live._Coalescer):
    """Pushes go out in the test's own thread: a background task would use the test's one connection beside it."""

    def push(self, room: str, name: str, read: Callable[[], dict[str, Any]]) -> None:
        live.socketio.emit(name, read(), to=room)


class _OwnContext(RequestContext):
    """A request or socket message with an app context of its own, although the test holds one open.

    Flask would share the test's context, and with it ``g`` (who is signed in) and the database session, between all
    requests of a test; in production every request has its own. What the test has written but not committed is given
    up first, since a request would not see it: arrange inside ``with transaction():``.
    """

    def __init__(self, app: Flask, environ: dict[str, Any]) -> None:
        super().__init__(app, environ)
        self._own: list[AppContext] = []

    def push(self) -> None:
        if has_app_context():
            _end_of_reading()
        own = self.app.app_context()
        own.push()
        self._own.append(own)
        super().push()

    def pop(self, *error: Any) -> None:
        super().pop(*error)
        self._own.pop().pop(*error)


def _end_of_reading() -> None:
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("a request inside transaction(): close the test's transaction first")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("the test has changes that no transaction() holds; a request would not see them")
    session.rollback()


@contextmanager
def rolled_back(app: Flask) -> Iterator[Flask]:
    """Run a test inside ``app``'s context and take back what it wrote, committed or not.

    The engine is swapped for one connection with an open transaction; each commit of a session only releases a
    savepoint in it. Numbers drawn from a PostgreSQL sequence are not given back: no test may rely on an id's value.
    """
    with app.app_context():
        engines = cast("dict[str | None, Any]", db.engines)
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        settings: Settings = current_app.extensions["settings"]
        clock.configure(frozen=None, file=settings.clock_file)
        coalescer, live._coalescer = live._coalescer, _AtOnce()
        wipe, database._wipe = database._wipe, lambda table: None  # Nothing is committed, so nothing can be wiped.
        kept.begin(app)
        try:
            yield app
        finally:
            kept.end()
            live._coalescer, database._wipe = coalescer, wipe
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            outer.rollback()
            connection.close()
            engines[None] = engine
            _forget(settings)


def _forget(settings: Settings) -> None:
    """What a test leaves outside the database: a moved clock and the counts of the rate limits."""
    clock.configure(frozen=None, file=settings.clock_file)
    if settings.clock_file is not None:
        settings.clock_file.unlink(missing_ok=True)
    limiter.reset()
