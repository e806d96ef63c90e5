"""Signing up: places, the waiting list that moves up by itself, and reminders."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Meeting, Registration
from deliberation.meetings.rules import MeetingState, RegistrationState, Reminder
from deliberation.meetings.service.log import load_for_change
from deliberation.notifications import service as notifications
from deliberation.people.access import Actor


def register(actor: Actor, *, meeting_id: int, now: datetime) -> Registration:
    """A place, or one on the waiting list when there is none left; signing up again changes nothing."""
    meeting = load_for_change(meeting_id)
    if actor.user_id is None:
        raise NotAllowed()
    found = queries.registration_of(meeting.id, actor.user_id)
    if found is not None and found.state is not RegistrationState.cancelled:
        return found
    refusal = rules.refusal_to_register(
        state=meeting.state,
        starts_at=meeting.starts_at,
        now=now,
        holds_seat=actor.user_id in queries.seat_holders(meeting) | {meeting.chair_id},
    )
    if refusal:
        raise refusal
    has_place = rules.places_left(capacity=meeting.capacity, confirmed=queries.confirmed_count(meeting.id)) != 0
    if found is None:
        found = Registration(meeting_id=meeting.id, user_id=actor.user_id)
        db.session.add(found)
    found.state = RegistrationState.confirmed if has_place else RegistrationState.waiting
    found.asked_at = now
    db.session.flush()
    return found


def cancel_registration(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    """Give the place back; whoever has waited longest gets it and is told. Doing it twice changes nothing."""
    meeting = load_for_change(meeting_id)
    found = queries.registration_of(meeting.id, actor.user_id) if actor.user_id is not None else None
    if found is None or found.state is RegistrationState.cancelled:
        return
    found.state = RegistrationState.cancelled
    db.session.flush()
    move_up(meeting, now=now)


def move_up(meeting: Meeting, *, now: datetime) -> list[int]:
    """Give places that are free to those who wait, the earliest first, and tell them; return who moved up."""
    left = rules.places_left(capacity=meeting.capacity, confirmed=queries.confirmed_count(meeting.id))
    if meeting.state is not MeetingState.noticed or now >= meeting.starts_at:
        return []
    moved = queries.waiting_registrations(meeting.id, limit=left)
    for each in moved:
        each.state = RegistrationState.confirmed
    db.session.flush()
    for each in moved:
        key = f"registration.moved_up:{meeting.id}:{each.asked_at.isoformat()}"
        told = {each.user_id: "registered"}
        notifications.tell(told, "registration.moved_up", key=key, now=now, data=queries.told_of(meeting))
    return [each.user_id for each in moved]


def change_capacity(actor: Actor, meeting: Meeting, *, capacity: int | None, now: datetime) -> None:
    """More or fewer places. Nobody who has one loses it; new ones go to those who wait."""
    if meeting.capacity == capacity:
        return
    meeting.capacity = capacity
    audit.record("meeting.capacity", {"meeting": meeting.id, "capacity": capacity, "by": actor.user_id}, now=now)
    db.session.flush()
    move_up(meeting, now=now)


def remind_next(now: datetime) -> bool:
    """Send the next reminder that is due, in the caller's transaction; ``False`` when none is.

    A meeting is locked before it is looked at, and another process passes over it, so that each goes out once.
    """
    meeting = queries.next_to_remind(now=now)
    if meeting is None:
        return False
    due = rules.reminder_due(
        starts_at=meeting.starts_at, now=now,
        told_day=meeting.day_reminded_at is not None, told_hour=meeting.hour_reminded_at is not None,
    )  # fmt: skip
    if due is Reminder.hour:
        meeting.hour_reminded_at = now
    meeting.day_reminded_at = meeting.day_reminded_at or now  # One that was skipped is not sent later.
    if due is not None:
        key = f"meeting.reminder:{due}:{meeting.id}:{meeting.starts_at.isoformat()}"
        notifications.tell(
            queries.people_to_remind(meeting), "meeting.reminder", key=key, now=now,
            data={**queries.told_of(meeting), "is_soon": due is Reminder.hour},
        )  # fmt: skip
    db.session.flush()
    return True
