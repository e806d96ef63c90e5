"""Deliveries: how long one process may hold one, and when a failed one is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(minutes=10)  # Longer than a batch can take: twenty parcels, fifteen seconds each at most.
BATCH = 20
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


def next_attempt(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` failed ones (1 or more); ``None`` when it is given up."""
    return now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None
