"""The transaction at the door: what it keeps, what it gives up, and that a test leaves nothing behind."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from deliberation.kernel.database import after_commit, db, insert_all, transaction
from tests.support.counting import statements

# A table of this file's own, outside the models' metadata; each test makes it and its rollback takes it away.
PEBBLES = Table("test_pebble", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True))


@pytest.fixture
def pebbles(app: Flask) -> Flask:
    with transaction():
        PEBBLES.create(db.session.connection())
    return app


def add(name: str) -> None:
    db.session.execute(insert(PEBBLES).values(name=name))


def names() -> list[str]:
    return list(db.session.scalars(select(PEBBLES.c.name).order_by(PEBBLES.c.id)))


def test_what_the_block_wrote_is_kept(pebbles: Flask) -> None:
    with transaction():
        add("one")
        add("two")
    with pebbles.app_context():  # Another context has another session, which sees only what was committed.
        assert names() == ["one", "two"]


def test_an_error_gives_everything_up(pebbles: Flask) -> None:
    with transaction():
        add("before")
    with pytest.raises(ZeroDivisionError), transaction():
        add("half done")
        raise ZeroDivisionError
    assert names() == ["before"]


def test_the_database_may_refuse_and_the_next_transaction_works(pebbles: Flask) -> None:
    with transaction():
        add("one")
    with pytest.raises(IntegrityError), transaction():
        add("two")
        add("one")
    with transaction():
        add("three")
    assert names() == ["one", "three"]


def test_effects_run_after_the_commit_in_their_order(pebbles: Flask) -> None:
    seen: list[tuple[str, int]] = []

    def note(effect: str) -> None:
        with pebbles.app_context():
            seen.append((effect, db.session.scalar(select(func.count()).select_from(PEBBLES)) or 0))

    with transaction():
        after_commit(lambda: note("first"))
        add("one")
        after_commit(lambda: note("second"))
        add("two")
        assert seen == []
    assert seen == [("first", 2), ("second", 2)]


def test_effects_of_a_failed_block_never_run(pebbles: Flask) -> None:
    seen: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: seen.append("told everybody"))
        raise ZeroDivisionError
    with transaction():
        add("one")
    assert seen == []


def test_one_failing_effect_does_not_hide_the_next(pebbles: Flask, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    with transaction():
        add("one")
        after_commit(fail)
        after_commit(lambda: seen.append("told everybody"))
    assert seen == ["told everybody"]
    assert names() == ["one"]
    assert "an effect after the commit failed" in caplog.text


def test_a_second_transaction_inside_the_first_is_refused(pebbles: Flask) -> None:
    with pytest.raises(RuntimeError, match="already open"), transaction():
        add("one")
        with transaction():
            add("two")
    assert names() == []
    with transaction():
        add("three")
    assert names() == ["three"]


def test_an_effect_needs_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        after_commit(lambda: None)
    with transaction():
        pass
    with pytest.raises(RuntimeError, match="outside a transaction"):
        after_commit(lambda: None)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_leaves_nothing_behind(app: Flask, turn: str) -> None:
    assert not inspect(db.session.connection()).has_table(PEBBLES.name)
    with transaction():
        PEBBLES.create(db.session.connection())
        add(turn)
    assert names() == [turn]


def test_a_request_has_a_session_of_its_own(pebbles: Flask) -> None:
    """The harness keeps the distance production has: no shared session, no shared ``g``."""
    own = db.session()
    with pebbles.test_request_context("/"):
        assert db.session() is not own
        with transaction():
            add("by the request")
    with transaction():
        add("by the test")
    assert names() == ["by the request", "by the test"]


def test_a_request_inside_a_transaction_is_refused(pebbles: Flask) -> None:
    with pytest.raises(RuntimeError, match="close the test's transaction"), transaction():
        pebbles.test_request_context("/").push()


def test_an_error_names_the_statement_and_not_what_people_sent(pebbles: Flask) -> None:
    """Choices, names and numbers do not lie about in a log because two people wrote the same."""
    with transaction():
        add("反对，因为占了绿地")
    with pytest.raises(IntegrityError) as raised, transaction():
        add("反对，因为占了绿地")
    assert "INSERT INTO test_pebble" in str(raised.value)
    assert raised.value.hide_parameters
    assert "[parameters" not in str(raised.value)


def test_many_rows_go_as_one_statement_in_their_order_and_none_at_all_is_nothing(pebbles) -> None:
    rows = [{"id": number, "name": None if number % 3 else f"甲,{number}"} for number in range(1, 200)]
    with transaction():
        assert statements(lambda: insert_all(PEBBLES, [])) == 0
        assert statements(lambda: insert_all(PEBBLES, rows)) == 1
    kept = db.session.execute(select(PEBBLES.c.id, PEBBLES.c.name).order_by(PEBBLES.c.id)).all()
    assert [tuple(row) for row in kept] == [(row["id"], row["name"]) for row in rows]
    with pytest.raises(IntegrityError), transaction():
        insert_all(PEBBLES, [{"id": 500, "name": "乙"}, {"id": 501, "name": "乙"}])
    assert db.session.scalar(select(func.count()).select_from(PEBBLES)) == len(rows)
