"""A server's database for writers that really commit, one for all tests of votes, emptied after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from deliberation.kernel.database import db
from tests.support import applications


@pytest.fixture(scope="session")
def _committing(
    tmp_path_factory: pytest.TempPathFactory, _new_database: Callable[[str], str], worker_id: str
) -> Iterator[Flask]:
    app = applications.build(tmp_path_factory.mktemp("committing"), _new_database(f"votes_{worker_id}"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def server(_committing: Flask) -> Iterator[Flask]:
    """The application on an empty PostgreSQL; what a test's threads commit is there for all of them."""
    yield _committing
    with _committing.app_context():
        emptying = "; ".join(f'DELETE FROM "{table.name}"' for table in db.metadata.tables.values())
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # The log refuses to be emptied.
            connection.execute(text(emptying))
        db.session.remove()
