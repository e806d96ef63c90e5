"""Nothing in the log can be changed or taken out: not through a session, and not with plain SQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from deliberation.audit import append_only, service
from deliberation.audit.append_only import ImpossibleChange
from deliberation.audit.models import AuditLeaf, AuditNode
from deliberation.kernel.database import db, transaction

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def placed(app) -> AuditLeaf:
    with transaction():
        service.record("test.act", {"number": 1}, now=NOW)
    with transaction():
        service.place_leaves(now=NOW)
    return db.session.scalars(select(AuditLeaf)).one()


def test_a_session_refuses_to_change_a_leaf(placed):
    with pytest.raises(ImpossibleChange), transaction():
        db.session.get_one(AuditLeaf, placed.id).data = b"{}"


@pytest.mark.parametrize("model", [AuditLeaf, AuditNode])
def test_a_session_refuses_to_delete(placed, model):
    with pytest.raises(ImpossibleChange), transaction():
        db.session.delete(db.session.scalars(select(model)).first())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET data = '{}'",
        "UPDATE audit_leaf SET tag = 'other'",
        "UPDATE audit_leaf SET recorded_at = '2020-01-01'",
        "UPDATE audit_leaf SET position = 7",
        "DELETE FROM audit_leaf",
        "UPDATE audit_node SET level = 3",
        "DELETE FROM audit_node",
    ],
)
def test_the_database_refuses_too(placed, statement):
    with pytest.raises(DBAPIError, match="only grows"), transaction():
        db.session.execute(text(statement))
    assert db.session.scalars(select(AuditLeaf.leaf_hash)).one() == placed.leaf_hash


def test_a_ledger_without_its_triggers_wants_a_migration(app):
    with transaction():
        db.session.execute(text(append_only.taken_down(db.engine.dialect.name, ["audit_node"])[0]))
    context = MigrationContext.configure(db.session.connection())
    assert compare_metadata(context, db.metadata) == [("fence", "audit_node", True)]
    with transaction():
        for statement in append_only.statements(db.engine.dialect.name, ["audit_node"]):
            db.session.execute(text(statement))
    assert compare_metadata(MigrationContext.configure(db.session.connection()), db.metadata) == []
