"""What happens to meetings when nobody presses a button: planned ahead, reminded of, and names erased in the end."""

from __future__ import annotations

import logging
from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.scheduling import job
from deliberation.meetings import queries, service
from deliberation.meetings.rules import Overrun

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


@job("meetings.end_left_open", seconds=300)
def end_left_open(now: datetime) -> None:
    """Meetings that nobody closed: a reminder, and the end in the morning, each in a transaction of its own."""
    for meeting_id in queries.overrun_meeting_ids(now=now):
        try:
            with transaction():
                if service.attend_to_overrun(meeting_id, now=now) is Overrun.end:
                    log.info("meeting %s ended by itself: nobody had closed it", meeting_id)
        except Exception:
            log.exception("meeting %s could not be ended", meeting_id)


@job("meetings.erase_walk_ins", seconds=3600)
def erase_walk_ins(now: datetime) -> None:
    """R-54: who came without an account is nameless a year after the meeting."""
    with transaction():
        service.erase_walk_ins(now=now)
