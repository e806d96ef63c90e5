"""Telling a story: each scene is one transaction at one moment, as if a person had clicked then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from deliberation.demo.cast import Cast
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.scheduling import run_all
from deliberation.notifications import queries as notifications
from deliberation.notifications.jobs import deliver

YEAR = 2026  # The statutory calendar knows it in full, look-backs included.


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    """A moment of the demo's year in Shanghai, as UTC."""
    return datetime(YEAR, month, day, hour, minute, tzinfo=clock.SHANGHAI).astimezone(UTC)


class Stage:
    """Holds the cast; ``act`` makes one service call the way a door does."""

    cast: Cast

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def scene(self) -> Iterator[None]:
        with self.app.app_context(), self.app.test_request_context():
            with transaction():
                yield
            db.session.remove()

    def act(self, who: str | int | None, verb: Callable[..., Any], *, now: datetime, **facts: Any) -> Any:
        """``who`` (a key of the cast, or a user id; nobody is a visitor) does ``verb`` at ``now``."""
        from deliberation.people import queries as people

        with self.scene():
            actor = self.cast.actor(who) if isinstance(who, str) else people.actor(who)
            return verb(actor, now=now, **facts)

    def let_time_pass(self, until: datetime) -> None:
        """Run what the scheduler would have run by then; what that tells people goes out in the same minute."""
        self._send(until)
        with self.app.app_context(), clock.held(until):
            run_all(now=until)
        self._send(until)

    def _send(self, until: datetime) -> None:
        """Send what was told meanwhile, each thing at the moment when it was due, so that no mail is dated later."""
        with self.app.app_context():
            while (at := notifications.next_due(until)) is not None:
                with clock.held(at):
                    deliver(at)

    def set_clock(self, now: datetime) -> None:
        """From here on the demo's clock goes on by itself; whatever was told until then has gone out."""
        self._send(now)
        file = self.app.extensions["settings"].clock_file
        clock.set_file(file, at=now, frozen=False)
