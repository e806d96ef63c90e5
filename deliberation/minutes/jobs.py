"""The reminding job."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.minutes import service

MOST = 500  # Of one tick.


@job("minutes.remind", seconds=60)
def remind(now: datetime) -> None:
    """Each in a transaction of its own, until none is due."""
    for _each in range(MOST):
        with transaction():
            if not service.remind_next(now):
                return
