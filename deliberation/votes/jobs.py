"""Votes open and close by themselves at their hour. Two schedulers at once are harmless: each row is claimed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.votes import queries, service

log = logging.getLogger(__name__)
SECONDS = 15  # A ballot is refused at the second of the close whatever this is; only the counting waits for the job.


@job("votes.open_due", seconds=SECONDS)
def open_due(now: datetime) -> None:
    _each(queries.due_to_open(now), service.open_due, now=now)


@job("votes.close_due", seconds=SECONDS)
def close_due(now: datetime) -> None:
    _each(queries.due_to_close(now), service.close_due, now=now)


@job("votes.end_objection_windows", seconds=60)
def end_objection_windows(now: datetime) -> None:
    _each(queries.due_windows(now), service.end_objection_window, now=now)


def _each(vote_ids: Sequence[int], act: Callable[..., None], *, now: datetime) -> None:
    """Each vote in a transaction of its own, so that one that fails does not hold up the others."""
    for vote_id in vote_ids:
        try:
            with transaction():
                act(vote_id, now=now)
        except Exception:
            log.exception("%s of vote %s failed", act.__name__, vote_id)
