"""The link that stops reminders or news in one click: for one person and one matter, or for all; signed, never stored.

It stops nothing else and shows nothing, so it does not expire: whoever finds an old mail can still use it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from deliberation.notifications.rules import Weight, WrongStopLink

PURPOSE = "stop reminders"


@dataclass(frozen=True)
class Stop:
    """``matter_id`` ``None``: there is no matter, and it is about all reminders or all news, as ``what`` says."""

    user_id: int
    matter_id: int | None
    what: Weight = Weight.reminder


def stop_path(user_id: int, matter_id: int | None, what: Weight = Weight.reminder) -> str:
    return f"/notices/stop/{_serializer().dumps([user_id, matter_id, what])}"


def read(token: str) -> Stop:
    """What the token says; raises ``WrongStopLink``."""
    try:
        user_id, matter_id, *what = _serializer().loads(token)  # Mails of before did not say what.
        return Stop(user_id, matter_id, *map(Weight, what))
    except (BadData, ValueError, TypeError) as error:
        raise WrongStopLink() from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)
