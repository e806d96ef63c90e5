"""Those who leave are forgotten, and what has been kept long enough is wiped."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.privacy import queries, service


@job("privacy.erase_due", seconds=3600, due=lambda now: len(queries.due_to_leave(now)))
def erase_due(now: datetime) -> None:
    with transaction():
        service.erase_due(now=now)


@job("privacy.forget_old", seconds=3600, due=queries.waiting_to_forget)
def forget_old(now: datetime) -> None:
    with transaction():
        service.forget_old(now=now)
