"""Drafts that nobody came back to are deleted, and views of the desk that were thrown away."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.people import service


@job("people.drop_old_drafts", seconds=3600)
def drop_old_drafts(now: datetime) -> None:
    with transaction():
        service.drop_old_drafts(now=now)
        service.drop_old_views(now=now)
