"""The quick question that is asked, or was asked last. While it is open its counters are read by nobody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings.models import Meeting, Pulse, PulseCount, PulseParticipation
from deliberation.meetings.queries.agenda import Json, iso
from deliberation.meetings.rules import PulseState, shown_answered


def pulse(pulse_id: int, *, lock: dict[str, Any] | None = None) -> Pulse:
    found = db.session.get(Pulse, pulse_id, with_for_update=lock, populate_existing=lock is not None)
    if found is None:
        raise NotFound()
    return found


def open_pulse(meeting_id: int) -> Pulse | None:
    """The one that is being asked."""
    return db.session.scalar(select(Pulse).where(Pulse.meeting_id == meeting_id, Pulse.state == PulseState.open))


def pulse_counts(pulse_id: int) -> dict[int, int]:
    """How many gave each answer; for closing it, and for nothing else."""
    rows = select(PulseCount.option, PulseCount.count).where(PulseCount.pulse_id == pulse_id)
    return dict(db.session.execute(rows).all())


def pulse_answered(pulse_id: int) -> int | None:
    """How many took part so far, as it may be shown."""
    rows = select(func.count()).select_from(PulseParticipation).where(PulseParticipation.pulse_id == pulse_id)
    return shown_answered(db.session.scalar(rows) or 0)


def who_answered_pulse(meeting_id: int, user_ids: Collection[int]) -> frozenset[int]:
    """Who of these people has answered the one that is being asked."""
    rows = (
        select(PulseParticipation.user_id)
        .join(Pulse, Pulse.id == PulseParticipation.pulse_id)
        .where(Pulse.meeting_id == meeting_id, Pulse.state == PulseState.open, PulseParticipation.user_id.in_(user_ids))
    )
    return frozenset(db.session.scalars(rows))


def pulse_part(meeting: Meeting) -> Json | None:
    """The open one, else the last one of the item in hand."""
    is_open_now, is_closed = Pulse.state == PulseState.open, Pulse.state == PulseState.closed
    is_shown = or_(is_open_now, and_(is_closed, Pulse.item_id == meeting.current_item_id))
    rows = select(Pulse).where(Pulse.meeting_id == meeting.id, is_shown)
    shown = db.session.scalar(rows.order_by(is_open_now.desc(), Pulse.id.desc()).limit(1))
    if shown is None:
        return None
    is_open = shown.state is PulseState.open
    return {
        "id": shown.id,
        "item_id": shown.item_id,
        "text": shown.text,
        "options": shown.options,
        "state": shown.state,
        "opened_at": iso(shown.opened_at),
        "closed_at": iso(shown.closed_at),
        "answered": pulse_answered(shown.id) if is_open else None,
        "result": shown.result,
    }
