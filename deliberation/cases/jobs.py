"""The reminding job."""

from __future__ import annotations

from datetime import datetime

from deliberation.cases.reminders import remind_next
from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job

MOST = 500  # Of one tick.


@job("cases.remind", seconds=60)
def remind(now: datetime) -> None:
    """Each case in a transaction of its own, until none is due."""
    for _each in range(MOST):
        with transaction():
            if not remind_next(now):
                return
