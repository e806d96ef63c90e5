"""What goes out to open pages: that a vote moved on, and how many ballots are in. Never how they were cast (R-22)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, current_app

from deliberation.kernel import live
from deliberation.votes import queries
from deliberation.votes.models import Vote


def vote_room(vote_id: int) -> str:
    return f"vote:{vote_id}"


def announce_change(vote: Vote) -> None:
    """Tell whoever has the vote's page open that its state or its close has changed; the page fetches what it shows."""
    closed_at = vote.closed_at.isoformat() if vote.closed_at else None
    payload = {
        "vote_id": vote.id,
        "state": str(vote.state),
        "closes_at": vote.closes_at.isoformat(),
        "closed_at": closed_at,
    }
    live.broadcast(vote_room(vote.id), "vote.changed", payload)


def push_turnout(vote_id: int, meeting_id: int | None) -> None:
    """Push the turnout a moment after the commit, at most four times a second to each room."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    read = partial(_turnout, app, vote_id)
    live.broadcast_soon(vote_room(vote_id), "vote.turnout", read)
    if meeting_id is not None:
        live.broadcast_soon(f"meeting:{meeting_id}", "vote.turnout", read)


def _turnout(app: Flask, vote_id: int) -> dict[str, Any]:
    with app.app_context():
        return queries.turnout(vote_id).to_json()
