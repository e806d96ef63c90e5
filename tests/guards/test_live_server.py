"""A server of its own for a test: it answers, falls to SIGKILL, and comes back on the same port with the same data."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.support.server import LiveServer


def status(server: LiveServer) -> int:
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
        return int(answer.status)


def test_it_falls_and_comes_back(new_server: Callable[..., LiveServer]) -> None:
    """As it is installed: other servers of tests are forks of one that is loaded."""
    live_server = new_server(is_loaded=False)
    url = live_server.url
    assert status(live_server) == 200
    live_server.kill()
    with pytest.raises((urllib.error.URLError, ConnectionError)):  # Refused, or cut off while it falls.
        status(live_server)
    live_server.start()
    assert (live_server.url, status(live_server)) == (url, 200)
    assert (live_server.data / "deliberation.db").exists()


def test_it_runs_on_postgresql_and_redis(
    new_server: Callable[..., LiveServer], empty_postgres_url: str, valkey_url: str
) -> None:
    server = new_server(DATABASE_URL=empty_postgres_url, REDIS_URL=valkey_url)
    assert status(server) == 200
    assert not (server.data / "deliberation.db").exists()


def test_unsafe_settings_do_not_start(new_server: Callable[..., LiveServer]) -> None:
    with pytest.raises(RuntimeError, match="WEB_CONCURRENCY"):
        new_server(WEB_CONCURRENCY="4")
