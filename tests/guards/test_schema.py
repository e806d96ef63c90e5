"""On both databases the migrations give the tables the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from deliberation.kernel.database import db


def test_migrations_give_the_models_tables(app: Flask) -> None:
    context = MigrationContext.configure(db.session.connection())
    assert compare_metadata(context, db.metadata) == []
