"""Deadlines and reminders: at 75 % of the time, one working day before, daily when overdue (C4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Reminder:
    """``kind`` is "soon", "tomorrow" or "overdue"; ``at`` is when it is to go out."""

    kind: str
    at: datetime


def reminder_due(
    *, started_at: datetime, due_at: datetime, day_before: datetime, morning_after: datetime, now: datetime
) -> str | None:
    """Of which reminder it is time: "soon", "tomorrow", "overdue", or of none yet."""
    if now >= morning_after:
        return "overdue"
    if now >= due_at:
        return None
    if now >= day_before > started_at:
        return "tomorrow"
    return "soon" if now >= started_at + (due_at - started_at) * 3 / 4 else None


def next_reminder(
    *, started_at: datetime, due_at: datetime, day_before: datetime, morning_after: datetime, after: datetime
) -> Reminder:
    """The first reminder later than ``after``; one that was missed is left out rather than sent late.

    ``day_before`` is the morning one working day before the due day, ``morning_after`` the first one past it.
    """
    planned = [Reminder("soon", started_at + (due_at - started_at) * 3 / 4), Reminder("tomorrow", day_before)]
    planned = sorted((each for each in planned if after < each.at < due_at), key=lambda each: each.at)
    if planned:
        return planned[0]
    days_late = max(0, (after - morning_after) // timedelta(days=1) + 1)
    return Reminder("overdue", morning_after + timedelta(days=days_late))
