"""Running the application with gunicorn: with threads, or with greenlets; or the scheduler alone."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deliberation.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

PROGRAM = Path(__file__).parent.parent / "wsgi_gevent.py"
THREADS = 200  # With threads each open page holds one while it listens.
OPEN_PAGES = 10_000  # With greenlets so many may listen to one process.

Application = Callable[[dict[str, Any], Any], Any]


def serve(app: Flask, *, host: str, port: int) -> None:
    """Serve until ended, in one process, in the way this process was started for."""
    settings: Settings = app.extensions["settings"]
    from gunicorn.app.base import BaseApplication  # Here: a process that turns itself into another loads nothing.

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in _options(app, settings, host=host, port=port).items():
                self.cfg.set(name, value)

        def load(self) -> Application:
            return with_whole_sends(app)

    Server().run()


def _options(app: Flask, settings: Settings, *, host: str, port: int) -> dict[str, Any]:
    from deliberation.kernel import live, scheduling

    def begin(_worker: Any) -> None:
        gc.freeze()  # What was loaded stays: looking through it again and again would hold up a room of thousands.
        if settings.runs_scheduler:
            scheduling.start(app)

    kind = {"worker_class": "gthread", "threads": THREADS}
    if live.async_mode() == "gevent":
        kind = {"worker_class": "gevent", "worker_connections": OPEN_PAGES}
    return {
        "bind": f"{host}:{port}",
        "workers": 1,
        **kind,
        "timeout": 60,
        "graceful_timeout": 3,
        "keepalive": 15,
        "backlog": 4096,
        "control_socket_disable": True,
        "accesslog": None,
        "loglevel": "warning",
        "post_worker_init": begin,
    }


class WholeSends:
    """A connection whose ``send`` sends everything.

    The websocket library calls ``send`` once and takes it for done. A socket that may not block sends only what fits
    into the window of a slow line, and the rest of the message would be missing from the middle of the stream.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def send(self, data: bytes) -> int:
        self._connection.sendall(data)
        return len(data)


def with_whole_sends(application: Application) -> Application:
    """The application as gunicorn calls it, with a connection that a websocket may rely on."""

    def call(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket" and "gunicorn.socket" in environ:
            environ["gunicorn.socket"] = WholeSends(environ["gunicorn.socket"])
        return application(environ, start_response)

    return call


def become_gevent_server(*, host: str, port: int) -> None:
    """Turn this process into wsgi_gevent.py, which patches the standard library before it loads anything else."""
    os.execv(sys.executable, [sys.executable, str(PROGRAM), host, str(port)])  # noqa: S606 - our own program


def run_scheduler(app: Flask) -> None:
    """Run the jobs here until the process is told to end."""
    from deliberation.kernel import scheduling

    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    running = scheduling.start(app)
    ended.wait()
    running.shutdown()
