"""The tray: what arrives together is carried together, each gets its own answer, and nobody is left standing there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from deliberation.kernel import tray as tray_module
from deliberation.kernel.tray import Tray

PATIENCE = 20  # Seconds.


class Held:
    """Doubles numbers, and holds each load until it is let go, so that a test sees what lies in the tray meanwhile."""

    def __init__(self, *, fails: Callable[[Sequence[int]], BaseException | None] = lambda _: None) -> None:
        self.loads: list[list[int]] = []
        self.began, self.let_go = threading.Semaphore(0), threading.Semaphore(0)
        self.fails = fails

    def __call__(self, pieces: Sequence[int]) -> list[int]:
        self.loads.append(list(pieces))
        self.began.release()
        assert self.let_go.acquire(timeout=PATIENCE)
        error = self.fails(pieces)
        if error is not None:
            raise error
        return [2 * piece for piece in pieces]


def lying(tray: Tray[int, int]) -> int:
    return len(tray._lying)


def lay_in(pool: ThreadPoolExecutor, tray: Tray[int, int], pieces: Sequence[int], *, first: bool) -> list[Future[int]]:
    """Lay these in from a thread each, one after the other; return when all lie there, or the first is carried."""
    laid = []
    for piece in pieces:
        before = lying(tray)
        laid.append(pool.submit(tray.lay_in, piece))
        while not first and lying(tray) == before:
            threading.Event().wait(0.001)
    return laid


def one_carried_and(more: Sequence[int], held: Held, pool: ThreadPoolExecutor, **options) -> list[Future[int]]:
    """Number 1 is being carried, and ``more`` lie in the tray."""
    tray: Tray[int, int] = Tray(held, **options)
    laid = lay_in(pool, tray, [1], first=True)
    assert held.began.acquire(timeout=PATIENCE)
    return laid + lay_in(pool, tray, more, first=False)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as threads:
        yield threads


def test_a_piece_alone_is_carried_at_once() -> None:
    loads = []
    tray: Tray[int, int] = Tray(lambda pieces: loads.append(list(pieces)) or [2 * piece for piece in pieces])
    assert [tray.lay_in(3), tray.lay_in(4)] == [6, 8]
    assert loads == [[3], [4]]


def test_what_comes_meanwhile_is_carried_together_in_the_order_it_came(pool) -> None:
    held = Held()
    laid = one_carried_and([2, 3, 4, 5], held, pool)
    held.let_go.release(2)
    assert [each.result(PATIENCE) for each in laid] == [2, 4, 6, 8, 10]
    assert held.loads == [[1], [2, 3, 4, 5]]


def test_a_load_has_its_limit_and_the_rest_is_carried_after_it(pool) -> None:
    held = Held()
    laid = one_carried_and([2, 3, 4, 5, 6], held, pool, most=2)
    held.let_go.release(4)
    assert [each.result(PATIENCE) for each in laid] == [2, 4, 6, 8, 10, 12]
    assert held.loads == [[1], [2, 3], [4, 5], [6]]


class Pause:
    """Stands for ``time.sleep`` in the tray: holds whoever waits there until the test says so, or ends them."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.seconds: list[float] = []
        self.began, self.over, self.error = threading.Event(), threading.Event(), error

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.began.set()
        assert self.over.wait(PATIENCE)
        if self.error is not None:
            error, self.error = self.error, None
            raise error


def test_whoever_is_handed_the_duty_lets_others_arrive_first(pool, monkeypatch) -> None:
    pause, held = Pause(), Held()
    monkeypatch.setattr(tray_module.time, "sleep", pause)
    tray: Tray[int, int] = Tray(held, pause=0.5)
    laid = lay_in(pool, tray, [1], first=True)
    assert held.began.acquire(timeout=PATIENCE)
    laid += lay_in(pool, tray, [2], first=False)
    held.let_go.release(9)
    assert pause.began.wait(PATIENCE)
    laid += lay_in(pool, tray, [3, 4], first=False)
    pause.over.set()
    assert [each.result(PATIENCE) for each in laid] == [2, 4, 6, 8]
    assert (held.loads, pause.seconds) == ([[1], [2, 3, 4]], [0.5])


def test_whoever_is_ended_in_the_pause_hands_the_duty_on(pool, monkeypatch) -> None:
    pause, held = Pause(Killed()), Held()
    monkeypatch.setattr(tray_module.time, "sleep", pause)
    laid = one_carried_and([2, 3], held, pool, pause=0.5)
    held.let_go.release(9)
    pause.over.set()
    assert isinstance(laid[1].exception(PATIENCE), Killed)
    assert [laid[at].result(PATIENCE) for at in (0, 2)] == [2, 6]
    assert held.loads == [[1], [3]]


def test_one_bad_piece_spoils_nobody_elses(pool) -> None:
    held = Held(fails=lambda pieces: ValueError("three") if 3 in pieces else None)
    laid = one_carried_and([2, 3, 4], held, pool)
    held.let_go.release(9)
    assert [laid[at].result(PATIENCE) for at in (0, 1, 3)] == [2, 4, 8]
    with pytest.raises(ValueError, match="three"):
        laid[2].result(PATIENCE)
    assert held.loads == [[1], [2, 3, 4], [2], [3], [4]]


def test_a_database_that_is_away_is_not_asked_for_every_piece(pool) -> None:
    held = Held(fails=lambda pieces: ConnectionError() if 1 not in pieces else None)
    laid = one_carried_and([2, 3, 4], held, pool, gives_up_on=(ConnectionError,))
    held.let_go.release(9)
    assert laid[0].result(PATIENCE) == 2
    assert [type(each.exception(PATIENCE)) for each in laid[1:]] == [ConnectionError] * 3
    assert held.loads == [[1], [2, 3, 4], [2]]


def test_a_carrier_that_is_ended_leaves_its_load_to_the_next(pool) -> None:
    held = Held(fails=lambda pieces: Killed() if 2 in pieces else None)
    laid = one_carried_and([2, 3, 4], held, pool)
    held.let_go.release(9)
    assert isinstance(laid[1].exception(PATIENCE), Killed)
    assert [laid[at].result(PATIENCE) for at in (0, 2, 3)] == [2, 6, 8]
    assert held.loads == [[1], [2, 3, 4], [3, 4]]


class Killed(BaseException):
    """Stands for what gevent raises in a greenlet that it ends."""


class Impatient(threading.Event):
    """A waiting that is ended as soon as it is woken."""

    def wait(self, timeout: float | None = None) -> bool:
        super().wait(timeout)
        raise Killed


class ImpatientPiece(tray_module._Waiting[int, int]):
    def __init__(self, piece: int) -> None:
        super().__init__(piece)
        self.woken = Impatient()


def test_whoever_is_ended_while_waiting_hands_the_duty_on(pool, monkeypatch) -> None:
    held = Held()
    tray: Tray[int, int] = Tray(held)
    laid = lay_in(pool, tray, [1], first=True)
    assert held.began.acquire(timeout=PATIENCE)
    with monkeypatch.context() as patch:
        patch.setattr(tray_module, "_Waiting", ImpatientPiece)
        impatient = pool.submit(tray.lay_in, 2)
        while lying(tray) == 0:
            pass
    laid += lay_in(pool, tray, [3, 4], first=False)
    held.let_go.release(2)
    assert isinstance(impatient.exception(PATIENCE), Killed)
    assert [each.result(PATIENCE) for each in laid] == [2, 6, 8]
    assert held.loads == [[1], [3, 4]]


def test_a_forked_child_begins_with_an_empty_tray(pool) -> None:
    parent = os.getpid()
    held = Held()

    def carry(pieces: Sequence[int]) -> list[int]:
        return held(pieces) if os.getpid() == parent else [3 * piece for piece in pieces]

    tray: Tray[int, int] = Tray(carry)
    laid = [pool.submit(tray.lay_in, 1)]
    assert held.began.acquire(timeout=PATIENCE)
    laid += lay_in(pool, tray, [2], first=False)
    child = os.fork()
    if child == 0:
        os._exit(tray.lay_in(7))  # Whatever lay there and whoever carried is the parent's.
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 21
    held.let_go.release(2)
    assert [each.result(PATIENCE) for each in laid] == [2, 4]


def test_hundreds_from_many_threads_all_get_their_own() -> None:
    loads: list[int] = []
    tray: Tray[int, int] = Tray(lambda pieces: loads.append(len(pieces)) or [2 * piece for piece in pieces], most=8)
    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(tray.lay_in, range(2_000))) == [2 * number for number in range(2_000)]
    assert sum(loads) == 2_000
    assert max(loads) <= 8
    assert (lying(tray), tray._is_carried) == (0, False)


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import gevent
from deliberation.kernel.tray import Tray
loads = []
def carry(pieces):
    loads.append(len(pieces))
    gevent.sleep(0.002)
    return [2 * piece for piece in pieces]
tray = Tray(carry)
greenlets = [gevent.spawn(tray.lay_in, number) for number in range(500)]
gevent.joinall(greenlets, timeout=15, raise_error=True)
assert [each.value for each in greenlets] == [2 * number for number in range(500)]
assert len(loads) < 20, loads
"""


def test_it_works_alike_under_gevent() -> None:
    done = subprocess.run([sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
