"""Rate limits: everybody's own, asked of every write, kept in a store that does not work harder than what it counts."""

from __future__ import annotations

import threading
import time

from deliberation.kernel.database import transaction
from deliberation.kernel.limits import WRITES, CalmMemory
from tests.support import make
from tests.support.door import client_of, post, token_of


def test_whoever_writes_too_often_waits_and_nobody_else_does(sqlite_app) -> None:
    with transaction():
        people = [make.person() for _ in range(2)]
    busy, calm = (client_of(sqlite_app, person) for person in people)
    token = token_of(busy, "/me")
    codes = [busy.post("/me/display", data={"csrf_token": token}).status_code for _ in range(WRITES.amount + 1)]
    assert 429 not in codes[:-1]
    assert codes[-1] == 429
    assert busy.get("/me").status_code == 200
    assert post(calm, "/me/display", theme="dark").status_code == 302


def test_a_limit_of_one_view_is_asked_where_it_is_declared(sqlite_app) -> None:
    visitor = client_of(sqlite_app)
    token = token_of(visitor, "/register")
    answers = [visitor.post("/register", data={"csrf_token": token, "contact": "a@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers[:5]] == [422] * 5
    assert answers[5].status_code == 429


def test_the_store_counts_like_the_librarys_own_and_sweeps_once_a_minute(monkeypatch) -> None:
    store = CalmMemory()
    store.timer.join()
    started = []
    start = threading.Timer.start
    monkeypatch.setattr(threading.Timer, "start", lambda timer: started.append(timer) or start(timer))
    assert [store.acquire_entry("somebody", 3, 1) for _ in range(4)] == [True, True, True, False]
    for number in range(500):
        assert store.acquire_entry(f"person {number}", 3, 1)
        time.sleep(0.0001)
    assert len(started) == 1
    time.sleep(1.1)
    assert store.acquire_entry("somebody", 3, 1)
    store._next_sweep = 0.0
    store.acquire_entry("somebody", 3, 1)
    store.timer.join()
    assert not any(entries for who, entries in store.events.items() if who != "somebody")
