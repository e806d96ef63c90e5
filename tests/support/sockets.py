"""A real client of a real server: the Python client of Socket.IO, signed in by its cookie."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import socketio
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from deliberation.app import create_app
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.settings import from_environment
from tests.support.server import LiveServer

PATIENCE = 30
Found = TypeVar("Found")


def in_database_of(server: LiveServer, do: Callable[[Flask], Found]) -> Found:
    """What ``do`` returns, called inside an application on the server's own database."""
    # Without its Redis: the sockets of this very process, which other tests use, would go on telling it everything.
    alone = {"REDIS_URL": "", "WEB_CONCURRENCY": "1"}
    app = create_app(from_environment({**server.environment, **alone}))
    try:
        with app.app_context():
            found = do(app)
            db.session.remove()
            db.engine.dispose()
            return found
    finally:
        clock.configure(frozen=None, file=None)


def cookie_of(app: Flask, actor: Actor) -> str:
    """What the browser of somebody who signed in holds."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    session = {"_user_id": db.session.get_one(User, actor.user_id).fs_uniquifier, "_fresh": True}
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"


class Client:
    """One person's socket. ``events`` is what the room has sent, ``state`` what is known of it by folding them in."""

    def __init__(self, url: str, cookie: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self._arrived = threading.Condition()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("room.event", self._take)
        self._cookie = cookie
        self.connect(url)

    def connect(self, url: str) -> None:
        self.socket.connect(url, headers={"Cookie": self._cookie}, transports=["websocket"], wait_timeout=PATIENCE)

    def _take(self, event: dict[str, Any]) -> None:
        with self._arrived:
            self.events.append(event)
            if self.state and event["sequence"] == self.state["sequence"] + 1:
                self.state = {**self.state, **event["patch"], "sequence": event["sequence"]}
            self._arrived.notify_all()

    def ask(self, name: str, **payload: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.socket.call(name, payload, timeout=PATIENCE)
        return answer

    def join(self, meeting_id: int) -> dict[str, Any]:
        """Take the whole state of the room, and hear what happens from then on."""
        answer = self.ask("room.join", meeting_id=meeting_id)
        assert answer["ok"], answer
        self.state = answer["state"]
        return self.state

    def wait_for(self, sequence: int) -> None:
        """Until the room's event with this number has come."""
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: any(e["sequence"] >= sequence for e in self.events), PATIENCE)
        assert arrived, f"event {sequence} did not come: {self.events}"
