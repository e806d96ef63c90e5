"""What the programs here stand on: a PostgreSQL that waits for the disk, servers of both sides, clients, a table."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import make_url

from deliberation.app import create_app
from deliberation.kernel.database import db
from deliberation.people.models import User
from deliberation.settings import from_environment
from tests.support import services

SECRET = "only-this-bench-run-knows-this-secret-0123456789"  # Signs the cookies of voters who need no sign-in.


@dataclass(frozen=True)
class Timing:
    """``seconds`` of each request that was answered, in order, and how long they took together."""

    seconds: list[float]
    together: float
    refused: list[str]

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.together

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def application(folder: Path, database_url: str) -> Flask:
    environment = {"DELIBERATION_ENV": "test", "DELIBERATION_DATA": str(folder), "SECRET_KEY": SECRET}
    app = create_app(from_environment({**environment, "DATABASE_URL": database_url}))
    with app.app_context():
        db.create_all()
    return app


@contextlib.contextmanager
def postgres(*names: str) -> Iterator[list[str]]:
    """The addresses of new databases called ``names``, in a server that waits for the disk as in production."""
    with services.postgres(is_durable=True) as address:
        import psycopg

        server = make_url(address)
        with psycopg.connect(server.set(drivername="postgresql").render_as_string(False), autocommit=True) as link:
            for name in names:
                link.execute(f'CREATE DATABASE "{name}"')
        yield [server.set(database=name).render_as_string(hide_password=False) for name in names]


@contextlib.contextmanager
def server(program: str, folder: Path, database_url: str) -> Iterator[int]:
    """``bench.serve serve-ours`` or ``serve-bare`` in a process of its own, with the product's server; its port."""
    port = services.free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SERVER") if name in os.environ},
        "DELIBERATION_ENV": "production", "DELIBERATION_DATA": str(folder), "SECRET_KEY": SECRET,
        "SECURITY_PASSWORD_SALT": SECRET, "SMTP_URL": "smtp://127.0.0.1:9", "DATABASE_URL": database_url,
        "WEB_CONCURRENCY": "1", "RUN_SCHEDULER": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.serve", program, str(port)]
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=services.ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@dataclass(frozen=True)
class Post:
    """One request that a client is to send: where, what, and as whom."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]


def sign_in(app: Flask, user: User) -> tuple[dict[str, str], str]:
    """The headers of a signed-in browser and its form token, made with the server's own secret."""
    raw = hashlib.sha256(os.urandom(32)).hexdigest()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user.fs_uniquifier, "_fresh": True, "csrf_token": raw})
    cookie = client.get_cookie("five_steps")
    token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
    return {"Cookie": f"five_steps={cookie.value if cookie else ''}", "Accept": "application/json"}, str(token)


def send(port: int, posts: Sequence[Post], *, clients: int, start_within: float = 0.0) -> Timing:
    """Send all from ``clients`` connections that stay open, the starts spread over ``start_within`` seconds."""
    waiting, lock = iter(enumerate(posts)), threading.Lock()
    seconds: list[float] = []
    refused: list[str] = []
    began = time.perf_counter()

    def work() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number, post = next(waiting, (0, None))
            if post is None:
                return
            if start_within:
                time.sleep(max(0.0, began + start_within * number / len(posts) - time.perf_counter()))
                link.close()  # Whoever comes so rarely finds the line closed by the server, and opens one anew.
            start = time.perf_counter()
            form = {"Content-Type": "application/x-www-form-urlencoded", **post.headers}
            link.request("POST", post.path, urlencode(post.fields), form)
            answer = link.getresponse()
            body = answer.read()
            with lock:
                seconds.append(time.perf_counter() - start)
                if answer.status != 200:
                    refused.append(f"{answer.status} {body[:200]!r}")

    workers = [threading.Thread(target=work) for _ in range(clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return Timing(seconds, time.perf_counter() - began, refused)


def timed(act: Callable[[], Any], *, rounds: int = 5) -> float:
    """The median of so many rounds, in seconds."""
    measured = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        measured.append(time.perf_counter() - start)
    return statistics.median(measured)


def report(program: str, rows: Sequence[tuple[str, str]], figures: dict[str, Any]) -> None:
    """Print the table, and keep the figures as JSON beside the program."""
    width = max(len(name) for name, _value in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
    Path(program).with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")


def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="five-steps-bench-")
