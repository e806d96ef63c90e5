"""Signing up for a meeting: places, the waiting list, and when people are reminded. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import SHANGHAI
from deliberation.meetings.rules.states import MeetingState

MORNING = time(9)
AN_HOUR = timedelta(hours=1)


class RegistrationState(StrEnum):
    confirmed = "confirmed"
    waiting = "waiting"
    cancelled = "cancelled"


class RegistrationClosed(Refusal):
    code = "registration_closed"
    sentence = N_("现在不能报名。通知发出以后、开会之前可以报名；开会了可以直接到场签到。")


class HoldsASeat(Refusal):
    code = "holds_a_seat"
    sentence = N_("您在这个议事会有席位，位子给您留着，不用报名。")


def refusal_to_register(*, state: MeetingState, starts_at: datetime, now: datetime, holds_seat: bool) -> Refusal | None:
    """From the notice until the meeting begins, for everybody who is not expected anyway."""
    if state is not MeetingState.noticed or now >= starts_at:
        return RegistrationClosed()
    return HoldsASeat() if holds_seat else None


def places_left(*, capacity: int | None, confirmed: int) -> int | None:
    """How many more may sign up; ``None`` where there is no limit."""
    return None if capacity is None else max(0, capacity - confirmed)


class Reminder(StrEnum):
    day = "day"
    hour = "hour"


def day_reminder_at(starts_at: datetime) -> datetime:
    """Nine in the morning of the day before, in Shanghai."""
    eve = starts_at.astimezone(SHANGHAI).date() - timedelta(days=1)
    return datetime.combine(eve, MORNING, tzinfo=SHANGHAI)


def reminder_due(*, starts_at: datetime, now: datetime, told_day: bool, told_hour: bool) -> Reminder | None:
    """The one reminder to send now: after days without a scheduler only the latest, and none once it has begun."""
    if now >= starts_at or told_hour:
        return None
    if now >= starts_at - AN_HOUR:
        return Reminder.hour
    return Reminder.day if now >= day_reminder_at(starts_at) and not told_day else None
