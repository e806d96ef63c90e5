"""The private address of a person's own calendar: signed, opened by whoever has it, and shut by renewing it."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from deliberation.kernel.errors import NotFound

PURPOSE = "own calendar"  # A token signed for anything else does not open it.


def sign(user_id: int, serial: int) -> str:
    return str(_serializer().dumps([user_id, serial]))


def read(token: str) -> tuple[int, int]:
    """The person and the serial of the address; ``NotFound`` for whatever we did not sign."""
    try:
        user_id, serial = _serializer().loads(token)
        return int(user_id), int(serial)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound() from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)
