"""What goes out to the room beside its numbered events: how many have answered while hands are counted."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, current_app

from deliberation.kernel import live
from deliberation.meetings import queries


def push_answered(meeting_id: int, tally_id: int) -> None:
    """Push how many have answered a moment after the commit, at most four times a second."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    read = partial(_answered, app, meeting_id, tally_id)
    live.broadcast_soon(f"meeting:{meeting_id}", "tally.answered", read)


def _answered(app: Flask, meeting_id: int, tally_id: int) -> dict[str, Any]:
    with app.app_context():
        counted, voters = queries.weights(queries.meeting(meeting_id), tally_id)
        return {"meeting_id": meeting_id, "tally_id": tally_id, "answered": sum(counted.values()), "voters": voters}
