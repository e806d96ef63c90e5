"""Databases with today's tables. The migrations run once for a whole run and database; what a test gets is a copy."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.support import applications
from tests.support.services import Run

TEMPLATE = "with_tables"


def new_file(run: Run, into: Path) -> str:
    """The address of a new SQLite database, which lies in the file ``into``."""
    shutil.copyfile(run.once("tables.db", _migrate_file), into)
    return f"sqlite:///{into}"


def _migrate_file(into: Path) -> None:
    staged = into.with_suffix(".new")
    applications.migrate(f"sqlite:///{staged}")
    staged.rename(into)


def new(run: Run, name: str, *, is_empty: bool = False) -> str:
    """The address of a new PostgreSQL database called ``name``; one that ``is_empty`` has not even tables."""
    if not is_empty:
        run.once(TEMPLATE, partial(_migrate_template, run))
    return _create(run, name, template="template1" if is_empty else TEMPLATE)


def _migrate_template(run: Run, into: Path) -> None:
    address = _create(run, TEMPLATE, template="template1")
    applications.migrate(address)
    into.write_text(address)


def _create(run: Run, name: str, *, template: str) -> str:
    server = make_url(run.address("postgres"))
    with psycopg.connect(server.set(drivername="postgresql").render_as_string(False), autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.set(database=name).render_as_string(hide_password=False)
