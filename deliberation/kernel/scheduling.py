"""The scheduler's door. A job's state is in our tables, so two schedulers or a restart are harmless."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from deliberation.kernel import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """``run(now)`` opens its own transactions and may be called at any time, any number of times.

    ``due(now)`` counts what it would take up now, where that is known without doing it.
    """

    name: str
    seconds: int
    run: Callable[[datetime], None]
    due: Callable[[datetime], int] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str, *, seconds: int = 60, due: Callable[[datetime], int] | None = None
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Declare a job, such as ``feedback.send_due``, run every ``seconds``."""

    def register(run: Callable[[datetime], None]) -> Callable[[datetime], None]:
        JOBS[name] = Job(name, seconds, run, due)
        return run

    return register


def run_job(name: str, *, now: datetime) -> bool:
    """Run one job inside the present app context; a failure is logged and reported as False."""
    try:
        JOBS[name].run(now)
    except Exception:  # A job that fails must not keep the others from running.
        log.exception("job %s failed", name)
        return False
    return True


def run_all(*, now: datetime) -> list[str]:
    """Run every job once, in the order of declaration; return the names of those that failed."""
    return [name for name in JOBS if not run_job(name, now=now)]


def start(app: Flask) -> BackgroundScheduler:
    """Tick every job in a background thread of this process."""
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    for declared in JOBS.values():
        scheduler.add_job(
            _in_context,
            "interval",
            args=[app, declared.name],
            seconds=declared.seconds,
            id=declared.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def _in_context(app: Flask, name: str) -> None:
    with app.app_context():
        run_job(name, now=clock.now())
