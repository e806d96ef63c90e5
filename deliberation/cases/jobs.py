"""What happens to cases by itself: reminders, accepting by silence, climbing, falling to the last owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from deliberation.cases import queries, reminders, service
from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job

MOST = 500  # Of one tick.


def _each(step: Callable[[datetime], bool], now: datetime) -> None:
    """Each in a transaction of its own, until none is due."""
    for _number in range(MOST):
        with transaction():
            if not step(now):
                return


@job("cases.accept", seconds=60)
def accept(now: datetime) -> None:
    """Whoever let the time to hand back go by has accepted."""
    _each(service.accept_next_by_silence, now)


@job("cases.go_on", seconds=60)
def go_on(now: datetime) -> None:
    """Clocks whose pause is over run again."""
    _each(service.go_on_next, now)


@job("cases.remind", seconds=60)
def remind(now: datetime) -> None:
    _each(reminders.remind_next, now)
    _each(reminders.remind_next_assistant, now)


@job("cases.climb", seconds=60)
def climb(now: datetime) -> None:
    """Cases that are overdue by the limit for it go up a level."""
    _each(service.climb_next, now)


@job("cases.fall_back", seconds=300)
def fall_back(now: datetime) -> None:
    """Matters that nobody was given in time fall to the chief of their place."""
    for matter_id in queries.waiting_too_long(now):
        with transaction():
            service.fall_back(matter_id, now=now)


@job("cases.forget_phones", seconds=3600)
def forget_phones(now: datetime) -> None:
    with transaction():
        service.forget_phones(now=now)
