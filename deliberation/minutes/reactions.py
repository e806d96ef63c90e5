"""What this room does when a meeting has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.meetings.models import Meeting
from deliberation.meetings.signals import meeting_closed
from deliberation.minutes import service


@meeting_closed.connect
def begin_minutes(meeting: Meeting, *, now: datetime, **_more: Any) -> None:
    """The draft is there at once, out of the log; the recorder's days begin."""
    service.begin_minutes(meeting, now=now)
