"""The link that stops reminders in one click: for one person and one matter, or for all; signed, never stored.

It stops nothing else and shows nothing, so it does not expire: whoever finds an old mail can still use it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from deliberation.notifications.rules import WrongStopLink

PURPOSE = "stop reminders"


@dataclass(frozen=True)
class Stop:
    """``matter_id`` is ``None`` where there is no matter: then it is about reminders of every kind."""

    user_id: int
    matter_id: int | None


def stop_path(user_id: int, matter_id: int | None) -> str:
    return f"/notices/stop/{_serializer().dumps([user_id, matter_id])}"


def read(token: str) -> Stop:
    """What the token says; raises ``WrongStopLink``."""
    try:
        user_id, matter_id = _serializer().loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise WrongStopLink() from error
    return Stop(user_id, matter_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)
