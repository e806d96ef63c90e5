"""A quarter day by day, by the real services and jobs: 300 cases of the kinds that domain.md tells (E3–E8, E10).

The clock is passed in. What happens to each case is drawn beforehand from a seed; nothing here reads a figure.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from sqlalchemy import String, cast, literal, select, union

from deliberation.cases import clocks
from deliberation.cases import jobs as case_jobs
from deliberation.cases.models import Assignment, Case
from deliberation.cases.queries import limits as limit_queries
from deliberation.feedback import jobs
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.channels import Parcel, Undeliverable
from deliberation.notifications.models import Channel, Delivery
from deliberation.notifications.queries import waiting_to_deliver
from deliberation.people import queries as people_queries
from tests.support.quarter.afterwards import answer_later, close, visit_later
from tests.support.quarter.opening import opening
from tests.support.quarter.stories import CALM, END, FIRST, drawn
from tests.support.quarter.town import WEEKDAYS, Quarter, settled

JOBS = (
    case_jobs.accept, case_jobs.go_on, case_jobs.remind, case_jobs.climb, case_jobs.fall_back, jobs.issue_due,
    jobs.end_due, jobs.send_due, jobs.remind_of_visits, deliveries.unfold, deliveries.digest,
)  # fmt: skip


def prepared(seed: int) -> Quarter:
    """The town with everything that is to happen in it."""
    quarter = settled(seed)
    for story in drawn(quarter.random):
        quarter.on(story.opens_on, opening(quarter, story))
    return quarter


def run(quarter: Quarter, until: date = END) -> None:
    """Day by day: what was planned for it, then the jobs, then what people do about it."""
    day = FIRST
    with delivered_by(quarter), tables_read_once():
        while day <= until:
            if day.weekday() == 0 or (day.weekday() in WEEKDAYS and (day <= CALM or quarter.days.get(day))):
                _one_day(quarter, day)
            day += timedelta(days=1)


def _one_day(quarter: Quarter, day: date) -> None:
    morning = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    noon = morning + timedelta(hours=2)
    with transaction():
        for act in quarter.days.pop(day, []):
            act(morning)
        for act in quarter.days.pop(day, []):  # What one thing led to on the same day.
            act(noon - timedelta(minutes=30))
    _look(quarter)
    for job in JOBS:
        job(noon)
    _look(quarter)
    deliveries.deliver(noon)
    evening = noon + timedelta(hours=6)  # Whose telephone was not to ring by day hears of it now.
    if waiting_to_deliver(evening):
        deliveries.deliver(evening)
    _look(quarter)
    with transaction():
        answer_later(quarter, noon)
        visit_later(quarter, noon)
        close(quarter, noon)


def _look(quarter: Quarter) -> None:
    """What states there are now, of everything that has some; one statement."""
    columns = (Case.state, Case.hand_over, Assignment.state, Delivery.state)
    rows = union(*(select(literal(number), cast(column, String)) for number, column in enumerate(columns)))
    for number, state in db.session.execute(rows):
        quarter.seen[number].add(state)


@contextmanager
def tables_read_once() -> Iterator[None]:
    """Working days and deadlines stay as they are in this quarter; reading them anew each time is half of its time."""
    calendar = functools.cache(people_queries.working_calendar)
    limits = functools.cache(limit_queries._in_force)
    with (
        mock.patch.object(people_queries, "working_calendar", calendar),
        mock.patch.object(clocks, "working_calendar", calendar),
        mock.patch.object(limit_queries, "_in_force", limits),
    ):
        yield


@contextmanager
def delivered_by(quarter: Quarter) -> Iterator[None]:
    """A way out that keeps what it is given; some mailboxes are gone, and some gateways fail the first time.

    Which ones is said by the quarter, not read off the addresses: their numbers go on from test to test.
    """
    tried: set[str] = set()

    class Way:
        gone: frozenset[str] = frozenset()

        def send(self, parcel: Parcel) -> None:
            if parcel.address in quarter.gone:
                raise Undeliverable("no such mailbox")
            if parcel.address in quarter.busy and parcel.key not in tried:
                tried.add(parcel.key)
                raise OSError("not now")
            quarter.sent.append(parcel)

        def close(self) -> None:
            return None

    @contextmanager
    def opened(_settings: Any) -> Iterator[dict[Channel, Way]]:
        yield dict.fromkeys(Channel, Way())

    with mock.patch.object(deliveries, "opened", opened):
        yield
