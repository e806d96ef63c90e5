"""What must happen even when nobody presses a button. All state is in our tables."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from deliberation.feedback import queries, rules, service
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.scheduling import job

log = logging.getLogger(__name__)
MOST = 500  # Of one tick.
AHEAD = timedelta(days=1)  # A notice goes out by itself one day before it would be late.


@job("feedback.issue_due", seconds=60)
def issue_due(now: datetime) -> None:
    """Send the notices that are nearly due, so that nobody is left without an answer."""
    for notice_id in queries.due_notice_ids(before=now + AHEAD):
        try:
            with transaction():
                service.issue_if_due(notice_id, now=now)
        except Refusal as refusal:  # It stays on the liaison's desk; the next one must not wait for it.
            log.warning("notice %s was not issued: %s", notice_id, refusal.code)


@job("feedback.end_due", seconds=60)
def end_due(now: datetime) -> None:
    """Close the time to answer and publish the tally."""
    for look_back_id in queries.ending_ids(now=now):
        with transaction():
            service.end_look_back(look_back_id, now=now)


@job("feedback.send_due", seconds=60)
def send_due(now: datetime) -> None:
    """Ask the look-backs that have fallen due, each in a transaction of its own."""
    for _each in range(MOST):
        with transaction():
            if not service.send_next_due(now):
                return


@job("feedback.remind_of_visits", seconds=60)
def remind_of_visits(now: datetime) -> None:
    """Who has to go and look is reminded, each visit in a transaction of its own."""
    for visit_id in queries.visits_to_remind(now=now):
        with transaction():
            service.remind_of_visit(visit_id, now=now)


@job("feedback.draft_reviews", seconds=3600)
def draft_reviews(now: datetime) -> None:
    """From the first of a month on, the pack of the month before, once for each place with a monthly review."""
    month = rules.month_after(shanghai_date(now).replace(day=1), -1)
    for place_id in queries.places_in_review(month):
        with transaction():
            service.draft_review(place_id, month, now=now)
