"""Writers of one SQLite file wait for each other in a queue, and none is told that the database is locked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event, select, text

from deliberation.kernel import database
from deliberation.kernel.database import db, transaction
from deliberation.kernel.turns import Turns
from deliberation.matters.models import Matter
from tests.support import applications


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_whoever_has_waited_longest_is_next_and_who_gives_up_is_passed_over() -> None:
    turns, came = Turns(), list[str]()
    assert turns.take(seconds=0)

    def wait(name: str) -> None:
        assert turns.take(seconds=10)
        came.append(name)
        turns.give_back()

    threads = [threading.Thread(target=wait, args=(name,)) for name in ("first", "second")]
    threads[0].start()
    until(lambda: len(turns._waiting) == 1)
    assert not turns.take(seconds=0.001), "behind the first, and gone again"
    threads[1].start()
    until(lambda: len(turns._waiting) == 2)
    turns.give_back()
    for thread in threads:
        thread.join()
    assert came == ["first", "second"]
    assert turns.take(seconds=0), "nobody holds it any more"


def test_a_writer_waits_for_another_although_sqlite_would_not(new_sqlite_url: str, tmp_path: Path) -> None:
    app, done = applications.build(tmp_path, new_sqlite_url), list[str]()
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def no_patience(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    engine.dispose()

    def write(name: str) -> None:
        with app.app_context(), transaction():
            db.session.execute(select(Matter.id))  # It begins as a reader would, with the write lock all the same.
            db.session.execute(text("UPDATE place SET name = name"))
            done.append(name)

    with app.app_context(), transaction():
        db.session.execute(text("UPDATE place SET name = name"))
        other = threading.Thread(target=write, args=("other",))
        other.start()
        until(lambda: bool(database._turns[engine]._waiting))
        done.append("first")
    other.join()
    engine.dispose()
    assert done == ["first", "other"]
