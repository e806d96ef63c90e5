"""The link in a look-back's message: for one person, one look-back, until one day; signed, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from deliberation.feedback.rules import TokenExpired, WrongToken

PURPOSE = "look-back answer"  # A token signed for anything else does not open this door.


@dataclass(frozen=True)
class Ticket:
    look_back_id: int
    user_id: int
    until: datetime


def sign(look_back_id: int, user_id: int, until: datetime) -> str:
    return str(_serializer().dumps([look_back_id, user_id, int(until.timestamp())]))


def read(token: str, *, now: datetime) -> Ticket:
    """What the token says; raises ``WrongToken`` or ``TokenExpired``, by our own clock."""
    try:
        look_back_id, user_id, until = _serializer().loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise WrongToken() from error
    ticket = Ticket(look_back_id, user_id, datetime.fromtimestamp(until, UTC))
    if now > ticket.until:
        raise TokenExpired(until=ticket.until)
    return ticket


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)


def look_back_path(look_back_id: int, user_id: int, until: str) -> str:
    """For the message's template: the path of the person's own link; ``until`` as an ISO instant."""
    return f"/look-backs/{sign(look_back_id, user_id, datetime.fromisoformat(until))}"
