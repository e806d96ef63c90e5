"""The messages of the live room (docs/sockets.md). The same handlers answer ``POST /meetings/<id>/act``."""

from __future__ import annotations

from deliberation.meetings.sockets import door, floor, items, motions, questions, room
from deliberation.meetings.sockets.common import perform

__all__ = ["door", "floor", "items", "motions", "perform", "questions", "room"]
