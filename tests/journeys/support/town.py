"""The demo's places and people in the database of a test's own server, and the clock they share with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from deliberation.app import create_app
from deliberation.demo.cast import DOMAIN, PASSWORD, assemble
from deliberation.demo.stage import Stage
from deliberation.kernel import clock
from deliberation.settings import from_environment
from tests.support.browser import Person
from tests.support.server import LiveServer


@contextmanager
def settle(server: LiveServer, *, now: datetime) -> Iterator[Stage]:
    """Fill the empty database of ``server`` with the demo's cast; the stage acts on it from the test's process.

    What the stage does is not broadcast: the server's open pages learn of it with their next event or visit.
    """
    settings = from_environment(server.environment)
    stage = Stage(create_app(settings))
    try:
        with stage.scene():
            stage.cast = assemble(now=now)
        stage.set_clock(now)
        yield stage
    finally:
        clock.configure(frozen=None, file=None)


def sign_in(person: Person, key: str, *, then: str = "/") -> None:
    """Sign in as one of the demo's people ("xu", "shen" …) by password, as a person would, and go to ``then``."""
    page = person.page
    page.goto(f"/login?next={then}")
    page.fill("#identity", f"{key}@{DOMAIN}")
    page.fill("#passcode", PASSWORD)
    page.locator("form[action='/login'] button:not([formaction])").click()
    page.wait_for_url(f"**{then}")


def overflow(person: Person) -> int:
    """By how many pixels the page is wider than the screen; nobody should have to scroll sideways."""
    return int(person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def save(picture: bytes, folder: Path, name: str) -> Path:
    """Keep an uploaded picture as a file that a browser can choose."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(picture)
    return file
