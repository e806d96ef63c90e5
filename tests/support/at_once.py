"""Many acts at the same moment, each with a thread, a connection and a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal


@contextmanager
def quiet_pushes() -> Iterator[None]:
    """Nobody watches: what a push would read is not read beside the acts."""
    from deliberation.kernel import live

    kept, live._coalescer = live._coalescer, type("Silent", (), {"push": lambda *_: None})()
    try:
        yield
    finally:
        live._coalescer = kept


def together(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run each act in its own thread, context and transaction, all let go at one moment; a Refusal is its answer."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait(20)
            try:
                with transaction():
                    return act()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with quiet_pushes(), ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
