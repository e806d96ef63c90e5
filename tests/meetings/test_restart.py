"""A real client of a real server: what was acknowledged outlives a power cut, and joining again is enough."""

from __future__ import annotations

import threading

import pytest
import socketio
from flask.sessions import SecureCookieSessionInterface

from deliberation.app import create_app
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.people.models import User
from deliberation.settings import from_environment
from tests.support.gathering import Gathering

PATIENCE = 20


class Client:
    """One person's socket; ``events`` is what the room has sent."""

    def __init__(self, server, cookie):
        self.events, self._arrived = [], threading.Condition()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("room.event", self._take)
        self._server, self._cookie = server, cookie
        self.connect()

    def connect(self):
        self.socket.connect(
            self._server.url, headers={"Cookie": self._cookie}, transports=["websocket"], wait_timeout=PATIENCE
        )

    def _take(self, event):
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    def ask(self, name, **payload):
        return self.socket.call(name, payload, timeout=PATIENCE)

    def wait_for(self, sequence):
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: any(e["sequence"] >= sequence for e in self.events), PATIENCE)
        assert arrived, f"event {sequence} did not come: {self.events}"


@pytest.fixture
def running(new_server):
    """A server whose database holds a debate, and the people of it by their cookies."""
    server = new_server()
    app = create_app(from_environment(server.environment))
    with app.app_context():
        there = Gathering().debate()
        facts = {"meeting_id": there.meeting.id, "item_id": there.item.id}
        cookies = {name: cookie(app, who) for name, who in {"chair": there.shen, "member": there.members[0]}.items()}
        db.session.remove()
        db.engine.dispose()
    clock.configure(frozen=None, file=None)
    return server, facts, cookies


def cookie(app, actor):
    """What the browser of somebody who signed in holds."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    session = {"_user_id": db.session.get(User, actor.user_id).fs_uniquifier, "_fresh": True}
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"


def test_a_raised_hand_outlives_a_power_cut(running):
    server, facts, cookies = running
    member, chair = Client(server, cookies["member"]), Client(server, cookies["chair"])
    before = chair.ask("room.join", meeting_id=facts["meeting_id"])["state"]
    raised = member.ask("hand.raise", item_id=facts["item_id"], side="against", client_key="member-1")
    assert raised["ok"], raised
    chair.wait_for(before["sequence"] + 1)
    server.kill()
    server.start()
    member.connect()
    assert member.ask("hand.raise", item_id=facts["item_id"], side="against", client_key="member-1")["repeated"]
    chair.connect()
    after = chair.ask("room.join", meeting_id=facts["meeting_id"])["state"]
    assert after["sequence"] == before["sequence"] + 1
    assert [each["id"] for each in after["queue"]] == [raised["speaker_id"]]
    given = chair.ask("floor.next", item_id=facts["item_id"], client_key="chair-1")
    assert given == {"ok": True, "speaker_id": raised["speaker_id"]}
    chair.wait_for(before["sequence"] + 2)
