"""The trays of an application, one a name: each answers with what was asked for, or with a refusal (see tray.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from deliberation.kernel.errors import Refusal
from deliberation.kernel.tray import Tray

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

DATABASE_AWAY = (OperationalError, InterfaceError, NoConnection)


def lay_in(
    name: str,
    piece: Piece,
    *,
    carry: Callable[[Sequence[Piece]], Sequence[Answer | Refusal]],
    most: int = 64,
    pause: float = 0.0,
) -> Answer:
    """Lay ``piece`` into this application's tray called ``name``, made when the first piece comes.

    Return the answer once ``carry`` has brought it in with the others, or raise the refusal.
    """
    tray: Tray[Piece, Answer | Refusal] | None = current_app.extensions.get(name)
    if tray is None:
        tray = current_app.extensions.setdefault(name, Tray(carry, most=most, pause=pause, gives_up_on=DATABASE_AWAY))
    answer = tray.lay_in(piece)
    if isinstance(answer, Refusal):
        raise answer
    return answer
