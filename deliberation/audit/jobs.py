"""The sequencer: a moment after an act, its leaf gets its place in the log."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service
from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job


@job("audit.place_leaves", seconds=2)
def place_leaves(now: datetime) -> None:
    """Until nothing waits; a thousand leaves at a time, so that nobody else waits long."""
    placed = service.LEAVES_AT_ONCE
    while placed == service.LEAVES_AT_ONCE:
        with transaction():
            placed = service.place_leaves(now=now)
