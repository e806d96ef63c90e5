"""What happens to meetings when nobody presses a button: planned ahead, reminded of, and names erased in the end."""

from __future__ import annotations

import logging
from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.scheduling import job
from deliberation.meetings import queries, service

log = logging.getLogger(__name__)
MOST = 500  # Of one tick.


@job("meetings.plan_series", seconds=3600)
def plan_series(now: datetime) -> None:
    """Plan each series six weeks ahead; one that cannot be planned does not hold up the others."""
    for series_id in queries.going_series_ids():
        try:
            with transaction():
                service.plan_ahead(series_id, now=now)
        except Refusal as refusal:
            log.warning("series %s was not planned ahead: %s", series_id, refusal.code)


@job("meetings.remind", seconds=60)
def remind(now: datetime) -> None:
    """Remind people the day before and the hour before, each meeting in a transaction of its own."""
    for _each in range(MOST):
        with transaction():
            if not service.remind_next(now):
                return


@job("meetings.erase_walk_ins", seconds=3600)
def erase_walk_ins(now: datetime) -> None:
    """R-54: who came without an account is nameless a year after the meeting."""
    with transaction():
        service.erase_walk_ins(now=now)
