"""Quick questions to everybody present. No row links a person and an answer; what could is gone at the end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import live, queries, rules
from deliberation.meetings.models import AgendaItem, Meeting, Pulse, PulseCount, PulseParticipation
from deliberation.meetings.rules import MeetingState, PulseState
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note
from deliberation.people.access import Actor


def open_pulse(actor: Actor, *, item_id: int, text: str, options: str, now: datetime) -> Pulse:
    """The chair asks everybody who is present; it decides nothing."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    if meeting.state is not MeetingState.open or meeting.current_item_id != item.id:
        raise rules.FloorClosed()
    if queries.open_pulse(meeting.id) is not None:
        raise rules.PulseOpen()
    choices = rules.read_options(options)
    pulse = Pulse(
        meeting_id=meeting.id, item_id=item.id, text=text, options=choices, opened_at=now, opened_by_id=actor.user_id
    )
    db.session.add(pulse)
    db.session.flush()
    db.session.add_all(PulseCount(pulse_id=pulse.id, option=number, count=0) for number in range(len(choices)))
    _say(meeting, "pulse.opened", pulse, actor, now=now)
    return pulse


def answer_pulse(actor: Actor, *, pulse_id: int, option: int) -> bool:
    """Say it once; it cannot be changed, because nobody knows which answer it was. False when it was said before.

    The row that this person took part and the counter of the answer are written apart and carry no time.
    """
    pulse = queries.pulse(pulse_id, lock={"read": True})
    if actor.user_id is None:
        raise NotAllowed()
    refusal = rules.refusal_to_answer_pulse(
        state=pulse.state,
        options=len(pulse.options),
        option=option,
        is_present=queries.is_present(pulse.meeting_id, actor.user_id),
    )
    if refusal:
        raise refusal
    try:
        with db.session.begin_nested():
            db.session.add(PulseParticipation(pulse_id=pulse.id, user_id=actor.user_id))
    except IntegrityError:
        return False
    counter = update(PulseCount).where(PulseCount.pulse_id == pulse.id, PulseCount.option == option)
    db.session.execute(counter.values(count=PulseCount.count + 1))
    live.push_pulse(pulse.meeting_id, pulse.id)
    return True


def close_pulse(actor: Actor, *, pulse_id: int, now: datetime) -> Pulse:
    pulse, item, meeting = _load(pulse_id)
    require_chair(actor, meeting, item)
    if pulse.state is PulseState.closed:
        return pulse
    if pulse.state is not PulseState.open:
        raise rules.PulseNotThere()
    _count(pulse, now=now)
    _say(meeting, "pulse.closed", pulse, actor, now=now)
    return pulse


def drop_pulse(actor: Actor, *, pulse_id: int, now: datetime) -> None:
    """The chair takes the question back; nothing is counted."""
    pulse, item, meeting = _load(pulse_id)
    require_chair(actor, meeting, item)
    if pulse.state is PulseState.dropped:
        return
    if pulse.state is not PulseState.open:
        raise rules.PulseNotThere()
    pulse.state, pulse.closed_at = PulseState.dropped, now
    _forget(pulse)
    _say(meeting, "pulse.dropped", pulse, actor, now=now)


def close_open_pulse(meeting: Meeting, *, now: datetime) -> None:
    """The item, or the meeting, ends: what was answered by then is counted."""
    found = queries.open_pulse(meeting.id)
    if found is not None:
        _count(queries.pulse(found.id, lock={"read": False}), now=now)


def _count(pulse: Pulse, *, now: datetime) -> None:
    pulse.state, pulse.closed_at = PulseState.closed, now
    pulse.result = rules.pulse_result(pulse.options, queries.pulse_counts(pulse.id))
    _forget(pulse)


def _forget(pulse: Pulse) -> None:
    """Who took part, and the counters: neither is needed once there is a result."""
    for table in (PulseParticipation, PulseCount):
        db.session.execute(delete(table).where(table.pulse_id == pulse.id))


def _load(pulse_id: int) -> tuple[Pulse, AgendaItem, Meeting]:
    item, meeting = load_item(queries.pulse(pulse_id).item_id)
    return queries.pulse(pulse_id, lock={"read": False}), item, meeting


def _say(meeting: Meeting, kind: str, pulse: Pulse, actor: Actor, *, now: datetime) -> None:
    note(meeting, kind, actor=actor, now=now, parts=("pulse",), data={"item": pulse.item_id, "pulse": pulse.id})
