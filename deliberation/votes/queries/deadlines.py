"""Until when each step of a vote is due (domain.md C4)."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.working_days import deadline_after_days
from deliberation.people import queries as people
from deliberation.votes.models import Vote

DAYS_TO_ANNOUNCE = 3  # C4: the result is posted within three days, however long the sheets take.


def announce_due_at(vote: Vote) -> datetime:
    """The end of the third day after the close, or of the announced close while it is to come (R-02, R-04)."""
    closed_on = shanghai_date(vote.closed_at or vote.closes_at)
    return end_of_day(deadline_after_days(closed_on, DAYS_TO_ANNOUNCE, calendar=people.working_calendar()))
