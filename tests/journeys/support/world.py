"""The demo's people in the database of a live server, and the crowd that acts without a browser."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from deliberation.app import create_app
from deliberation.committees.models import Seat
from deliberation.demo.cast import assemble
from deliberation.demo.stage import Stage, at
from deliberation.kernel.database import db
from deliberation.people import queries as people
from deliberation.settings import from_environment
from deliberation.votes.models import RollEntry
from deliberation.votes.rules import Choice
from tests.support.server import LiveServer

UNREACHED = 0  # Instead of a status: no whole answer came back.


class World(Stage):
    """A stage on a live server's own database: what happens here, happens there; both processes share one clock."""

    def __init__(self, server: LiveServer, *, begins: datetime = at(2, 20, 9, 0)) -> None:  # noqa: B008
        super().__init__(create_app(from_environment(server.environment)))
        self.server = server
        self.set_clock(begins)
        with self.scene():
            cast = assemble(now=begins)
        self.cast = cast

    def it_is(self, now: datetime) -> None:
        """Move the server's clock to ``now`` and run what has fallen due; it runs on from there."""
        self.set_clock(now)
        self.let_time_pass(now)

    def crowd(self) -> list[Seat]:
        """The seats of the lane whose holders act without a browser, in the order of the houses."""
        named = {user.id for user in self.cast.named.values()}
        return [seat for seat in self.cast.lane_seats if seat.user_id not in named]

    def voter(self, seat: Seat, *, vote_id: int) -> Voter:
        """The holder of ``seat``, already signed in and on the roll of the vote."""
        with self.app.app_context():
            rows = select(RollEntry.id).where(RollEntry.vote_id == vote_id, RollEntry.seat_id == seat.id)
            entry_id = db.session.scalars(rows).one()
        cookie, token = sign_in(self.app, seat.user_id or 0)
        return Voter(self.server.url, cookie, token, vote_id, entry_id)


def sign_in(app: Flask, user_id: int) -> tuple[str, str]:
    """The session cookie of somebody who has signed in, and the token their forms carry."""
    with app.test_request_context():
        uniquifier = people.user(user_id).fs_uniquifier
        session.update({"_user_id": uniquifier, "_fresh": True, "fs_paa": time.time()})
        token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(dict(session))}", token


@dataclass(frozen=True)
class Answer:
    """What came back: ``status`` of HTTP and the JSON, empty when there was none."""

    status: int
    body: dict[str, Any]

    @property
    def is_receipt(self) -> bool:
        return self.status == 200 and bool(self.body.get("receipt"))


@dataclass(frozen=True)
class Voter:
    """Somebody with a device but without a browser: casts over HTTP as the page's script does."""

    url: str
    cookie: str
    token: str
    vote_id: int
    roll_entry_id: int

    def cast(self, choice: Choice, *, client_ballot_id: str, channel: str = "live") -> Answer:
        fields = {
            "roll_entry_id": self.roll_entry_id,
            "choice": str(choice),
            "client_ballot_id": client_ballot_id,
            "channel": channel,
        }
        return _send(f"{self.url}/votes/{self.vote_id}/ballot", self.cookie, self.token, fields)


def post(world: World, who: str, path: str, **fields: Any) -> Answer:
    """Somebody of the cast presses a button; the answer is the one for programs."""
    cookie, token = sign_in(world.app, world.cast.named[who].id)
    return _send(f"{world.server.url}{path}", cookie, token, fields)


def _send(url: str, cookie: str, token: str, fields: dict[str, Any]) -> Answer:
    body = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
    request = urllib.request.Request(url, data=body, headers={"Cookie": cookie, "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, {})
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(UNREACHED, {})
