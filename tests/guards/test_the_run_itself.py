"""The test ground keeps its own promises: nothing skipped in silence, real servers, a browser that reports faults."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import make_url

from tests.support.browser import Person
from tests.support.services import ROOT

SKIPPING = """
import pytest

def test_runs(): pass

def test_cannot_run(): pytest.skip("the moon is not up")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run pytest, with this project's conftest, on a file that holds one passing and one skipping test."""
    file = tmp_path / "test_moon.py"
    file.write_text(SKIPPING)

    def run(*, ci: str, workers: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            ROOT / "pyproject.toml",
            "-p",
            "tests.conftest",
        ]
        command += ["-p", "no:cacheprovider", "-n", workers, file]
        environment = {**os.environ, "CI": ci}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize("workers", ["0", "1"])
def test_in_ci_a_skipped_test_is_a_failure_and_is_named(
    suite: Callable[..., subprocess.CompletedProcess[str]], workers: str
) -> None:
    done = suite(ci="true", workers=workers)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "test_cannot_run: Skipped: the moon is not up" in done.stdout


def test_elsewhere_a_skipped_test_is_only_named(suite: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = suite(ci="", workers="0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_cannot_run: Skipped: the moon is not up" in done.stdout


def test_postgresql_is_real(new_postgres_url: str, empty_postgres_url: str) -> None:
    addresses = [
        make_url(url).set(drivername="postgresql").render_as_string(False)
        for url in (new_postgres_url, empty_postgres_url)
    ]
    names = []
    for address in addresses:
        with psycopg.connect(address) as link:
            names.append(link.execute("SELECT current_database()").fetchone())
            assert link.info.server_version >= 140000
    assert names[0] != names[1]


def test_valkey_is_real(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as link:
        link.set("five", "steps")
        assert link.getdel("five") == b"steps"


PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>提案</title>
<meta http-equiv="Content-Security-Policy" content="script-src 'self'"><link rel="icon" href="data:,"></head>
<body><h1>弄堂单行</h1>{body}</body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Serve pages with a strict policy; calling it with a body gives the page's address."""
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def publish(body: str) -> str:
        (tmp_path / "page.html").write_text(PAGE.format(body=body), encoding="utf-8")
        (tmp_path / "fail.js").write_text("throw new Error('the lamp is broken')")
        return f"http://127.0.0.1:{server.server_port}/page.html"

    yield publish
    server.shutdown()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


def test_people_sit_at_browsers_in_shanghai(new_person: Callable[..., Person], site: Callable[[str], str]) -> None:
    chair, resident = new_person("chair"), new_person("resident", width=390, height=844)
    for person in (chair, resident):
        person.page.goto(site(""))
        assert person.page.get_by_role("heading", name="弄堂单行").is_visible()
        assert person.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
        assert person.page.evaluate("navigator.language") == "zh-CN"
    chair.context.add_cookies([{"name": "who", "value": "chair", "url": chair.page.url}])
    assert resident.context.cookies() == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>document.title = 'inline'</script>", "Content Security Policy"),
        ('<script src="fail.js"></script>', "the lamp is broken"),
        ('<img src="missing.png" alt="">', "answer 404"),
    ],
)
def test_what_goes_wrong_in_the_browser_is_noticed(
    new_person: Callable[..., Person], site: Callable[[str], str], body: str, fault: str
) -> None:
    person = new_person()
    person.page.goto(site(body), wait_until="networkidle")
    assert [each for each in person.unexcused() if fault in each], person.faults
    person.allow(fault)
    assert person.unexcused() == []
