"""The running log: what was recorded gets one place each, cheaply, and without acts waiting for one another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from deliberation.audit import merkle, queries, service
from deliberation.audit.models import AuditLeaf, AuditNode
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotFound

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def record_some(count: int, *, first: int = 0) -> list[bytes]:
    with transaction():
        return [service.record("test.act", {"number": number}, now=NOW) for number in range(first, first + count)]


def place(limit: int = 1000) -> int:
    with transaction():
        return service.place_leaves(now=NOW, limit=limit)


def data_in_order() -> list[bytes]:
    rows = select(AuditLeaf.data).where(AuditLeaf.position.is_not(None)).order_by(AuditLeaf.position)
    return list(db.session.scalars(rows))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile, without savepoints."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    engine = db.engine if hasattr(db.engine, "pool") else db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_the_root_is_the_one_over_all_data_in_order(app):
    for count in (1, 2, 5, 9):
        record_some(count, first=count * 100)
        assert place() == count
        head = queries.head()
        assert head.root == merkle.root(data_in_order())
        assert head.size == len(data_in_order())


def test_a_receipt_is_proved_once_its_leaf_has_a_place(app):
    receipts = record_some(13)
    assert queries.proof(receipts[0]) is None
    place()
    for receipt in receipts:
        proof = queries.proof(receipt)
        assert proof is not None
        assert merkle.verify_inclusion(
            leaf_hash=receipt, index=proof.index, size=proof.size, proof=proof.path, root=queries.head().root
        )
    with pytest.raises(NotFound):
        queries.proof(b"\0" * 32)


def test_every_older_log_is_a_beginning_of_the_newest(app):
    roots = {}
    for number in range(12):
        record_some(1, first=number)
        place()
        roots[queries.head().size] = queries.head().root
    for first in range(1, 13):
        shown = queries.consistency(first)
        assert (shown.first_root, shown.second_root) == (roots[first], roots[12])
        assert merkle.verify_consistency(
            first=first, second=12, proof=shown.path, first_root=roots[first], second_root=roots[12]
        )
    for first, second in ((0, 3), (5, 4), (1, 13)):
        with pytest.raises(NotFound):
            queries.consistency(first, second)


def test_appending_reads_the_right_edge_and_no_more(app):
    """O(log n): the statements are as many at any size, and the stored nodes they read are at most log2(n) + 1."""
    record_some(1)
    place()
    costs = []
    for size in (3, 30, 220):
        record_some(size, first=size * 1000)
        place()
        record_some(1, first=size * 1000 + 999)
        with counted() as sent:
            place()
        costs.append(len(sent))
        assert len(merkle.root_nodes(queries.head().size)) <= queries.head().size.bit_length()
        assert not [each for each in sent if "SELECT" in each and "audit_leaf.data" in each]
    assert len(set(costs)) == 1
    assert costs[0] <= 6


def test_a_proof_costs_the_same_few_statements_at_any_size(app):
    costs = set()
    for size in (2, 60, 200):
        receipts = record_some(size, first=size * 1000)
        place()
        with counted() as sent:
            queries.proof(receipts[0])
        costs.add(len(sent))
    assert costs == {3}


def test_the_limit_leaves_the_rest_for_the_next_turn(app):
    record_some(7)
    assert [place(limit=3), place(limit=3), place(limit=3), place(limit=3)] == [3, 3, 1, 0]
    assert queries.head().root == merkle.root(data_in_order())


def test_the_job_places_everything_that_waits(app, monkeypatch):
    from deliberation.audit import jobs

    monkeypatch.setattr(service, "LEAVES_AT_ONCE", 4)
    monkeypatch.setattr(service.place_leaves, "__kwdefaults__", {"limit": 4})
    record_some(10)
    jobs.place_leaves(NOW)
    assert queries.head().size == 10


# Really at the same time, on PostgreSQL: connections of their own, committed


@pytest.fixture
def own_app(new_postgres_url, tmp_path):
    """An application on a database of this test alone, where everybody really commits."""
    from tests.support import applications

    app = applications.build(tmp_path, new_postgres_url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def leaf(number: int) -> AuditLeaf:
    data = service.canonical_json({"number": number})
    return AuditLeaf(tag="test.act", data=data, leaf_hash=merkle.leaf_hash(data), recorded_at=NOW)


def test_two_acts_at_one_moment_do_not_wait_for_each_other(own_app):
    """Both hold an unplaced leaf; the later one commits first, and is even placed while the other is still open."""
    with Session(db.engine) as first, Session(db.engine) as second:
        first.add(leaf(1))
        first.flush()
        second.add(leaf(2))
        second.flush()
        second.commit()
        assert place() == 1
        before = queries.head()
        first.commit()
    assert place() == 1
    assert data_in_order() == [leaf(2).data, leaf(1).data]
    assert queries.consistency(before.size).first_root == before.root
    assert queries.head().root == merkle.root(data_in_order())


def test_two_sequencers_at_once_place_each_leaf_once(own_app):
    """Four threads place while two record: afterwards every leaf has one place and the root is right."""
    record_some(1)
    place()
    faults: list[BaseException] = []

    def run(work) -> None:
        try:
            with own_app.app_context():
                for turn in range(12):
                    work(turn)
        except BaseException as fault:
            faults.append(fault)

    recorders = [lambda turn, who=who: record_some(5, first=who * 10_000 + turn * 5) for who in (1, 2)]
    threads = [
        threading.Thread(target=run, args=[work]) for work in (*recorders, *([lambda _turn: place(limit=4)] * 4))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    while place():
        pass
    placed = db.session.scalars(select(AuditLeaf.position).order_by(AuditLeaf.position)).all()
    assert placed == list(range(121))
    assert queries.head().size == 121
    assert queries.head().root == merkle.root(data_in_order())
    assert len(db.session.scalars(select(AuditNode.index).where(AuditNode.level == 0)).all()) == 121


def test_nodes_are_looked_up_by_key_never_by_reading_the_whole_log(sqlite_app: Flask) -> None:
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        statements.append((statement, parameters))

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    queries.nodes([(0, 4), (3, 2), (5, 1)])
    statement, parameters = statements[0]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert not [row for row in plan if "SCAN audit_node" in row[3]]
