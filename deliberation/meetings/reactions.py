"""What the meetings add to the page of a body."""

from __future__ import annotations

from datetime import datetime

from deliberation.committees.models import Committee
from deliberation.committees.signals import body_shown
from deliberation.meetings import queries
from deliberation.meetings.queries import BodyPart


@body_shown.connect
def show_meetings(body: Committee, *, now: datetime) -> tuple[str, BodyPart]:
    """Its series, the next meetings, and what was agreed last."""
    return "meetings/_on_body.html", queries.on_body(body, now=now)
