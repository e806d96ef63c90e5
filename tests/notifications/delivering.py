"""Schedulers and delivery processes that can be killed: ``python -m tests.notifications.delivering``.

A nursery that loads the application once and forks it, so that a killed process is back in milliseconds. It reads
lines: ``kill N`` kills its N-th process with SIGKILL and starts it anew; the end of its input ends them all.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from jinja2 import DictLoader
from sqlalchemy import literal, select

from deliberation.app import create_app
from deliberation.kernel.database import db, transaction
from deliberation.kernel.scheduling import run_job
from deliberation.notifications import service
from deliberation.people.models import User
from tests.support import applications
from tests.support.make import NOW

SCHEDULERS, SENDERS = 2, 4
OCCASIONS = 5
SPEED = 120  # Seconds that pass for the processes in one of ours: a lease of ten minutes is five seconds.
TEMPLATE = "{{ data.title }}\n\n{{ reason }}\n{{ link('/matters/T-1') }}\n"


def schedule(started: float) -> None:
    """What a scheduler does when something has fallen due: tell everybody, as often as it comes to it, and unfold."""
    for number in range(OCCASIONS):
        everybody = select(User.id.label("user_id"), literal("supporter").label("reason"))
        with transaction():
            service.tell(everybody, "test.killed", key=f"killed:{number}", now=NOW, data={"title": f"第 {number} 件"})
        run_job("notifications.unfold", now=now(started))
    time.sleep(0.2)


def send(started: float) -> None:
    run_job("notifications.deliver", now=now(started))
    time.sleep(0.05)


def now(started: float):
    return NOW + timedelta(seconds=(time.time() - started) * SPEED)


def fork(app: Flask, work: Callable[[float], None], started: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    with app.app_context():
        while True:
            try:
                work(started)
            except Exception as error:  # What another's death leaves broken is tried again, as a scheduler does.
                print(f"{work.__name__}: {error!r}", file=sys.stderr)
                time.sleep(0.1)
            db.session.remove()


def main(database_url: str, smtp_url: str, data: str, started: str) -> None:
    app = create_app(applications.settings_for(Path(data), DATABASE_URL=database_url, SMTP_URL=smtp_url))
    app.jinja_env.loader = DictLoader(
        {"messages/test.killed.txt": TEMPLATE, "notifications/mail.html": "{{ blocks | join }}"}
    )
    works = [schedule] * SCHEDULERS + [send] * SENDERS
    pids = [fork(app, work, float(started)) for work in works]
    print("ready", flush=True)
    for line in sys.stdin:
        number = int(line.split()[1])
        _end(pids[number])
        pids[number] = fork(app, works[number], float(started))
        print("killed", flush=True)
    for pid in pids:
        _end(pid)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
