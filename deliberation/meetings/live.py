"""What goes out to the room beside its numbered events: figures that move fast, at most four times a second."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from typing import Any

from flask import Flask, current_app

from deliberation.kernel import live
from deliberation.meetings import queries
from deliberation.meetings.rules import Reaction


def push_answered(meeting_id: int, tally_id: int) -> None:
    """Push how many have answered a moment after the commit, at most four times a second."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    read = partial(_answered, app, meeting_id, tally_id)
    live.broadcast_soon(f"meeting:{meeting_id}", "tally.answered", read)


def _answered(app: Flask, meeting_id: int, tally_id: int) -> dict[str, Any]:
    with app.app_context():
        counted, voters = queries.weights(queries.meeting(meeting_id), tally_id)
        return {"meeting_id": meeting_id, "tally_id": tally_id, "answered": sum(counted.values()), "voters": voters}


def push_likes(meeting_id: int, item_id: int) -> None:
    """How many like each question of an item."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    live.broadcast_soon(f"meeting:{meeting_id}", "question.likes", partial(_likes, app, meeting_id, item_id))


def _likes(app: Flask, meeting_id: int, item_id: int) -> dict[str, Any]:
    with app.app_context():
        likes = queries.likes_of_item(item_id)
    return {"meeting_id": meeting_id, "item_id": item_id, "likes": {str(each): count for each, count in likes.items()}}


def push_pulse(meeting_id: int, pulse_id: int) -> None:
    """How many have answered a quick question, once there are enough of them; never how."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    live.broadcast_soon(f"meeting:{meeting_id}", "pulse.answered", partial(_pulse, app, meeting_id, pulse_id))


def _pulse(app: Flask, meeting_id: int, pulse_id: int) -> dict[str, Any]:
    with app.app_context():
        return {"meeting_id": meeting_id, "pulse_id": pulse_id, "answered": queries.pulse_answered(pulse_id)}


class _Applause:
    """Reactions of a room since the last push, in this process only; with several, each sends its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[int, Counter[Reaction]] = {}

    def add(self, meeting_id: int, kind: Reaction) -> None:
        with self._lock:
            self._counts.setdefault(meeting_id, Counter())[kind] += 1

    def take(self, meeting_id: int) -> dict[str, Any]:
        with self._lock:
            counts = self._counts.pop(meeting_id, Counter())
        return {"meeting_id": meeting_id, "counts": {str(kind): count for kind, count in counts.items()}}


_applause = _Applause()


def push_reaction(meeting_id: int, kind: Reaction) -> None:
    _applause.add(meeting_id, kind)
    live.broadcast_soon(f"meeting:{meeting_id}", "room.reactions", partial(_applause.take, meeting_id))
