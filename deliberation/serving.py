"""Running the application: gunicorn with threads for one process, or the scheduler alone."""

from __future__ import annotations

import signal
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from deliberation.kernel import scheduling
from deliberation.settings import Settings

THREADS = 200  # Each open page holds one while it listens.


class _Server(BaseApplication):
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve_threads(app: Flask, *, host: str, port: int) -> None:
    """Serve until ended. One process: it can use SQLite and needs no message queue."""
    settings: Settings = app.extensions["settings"]

    def start_scheduler(_worker: Any) -> None:
        if settings.runs_scheduler:
            scheduling.start(app)

    options = {
        "bind": f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 60,
        "graceful_timeout": 3,
        "keepalive": 15,
        "control_socket_disable": True,
        "accesslog": None,
        "loglevel": "warning",
        "post_worker_init": start_scheduler,
    }
    _Server(app, options).run()


def run_scheduler(app: Flask) -> None:
    """Run the jobs here until the process is told to end."""
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    running = scheduling.start(app)
    ended.wait()
    running.shutdown()
