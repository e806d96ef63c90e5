"""The numbered log of the room: one act, one event, one broadcast."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from deliberation.kernel import live
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries
from deliberation.meetings.models import AgendaItem, DoneAct, Meeting, MeetingEvent
from deliberation.meetings.service import rows
from deliberation.people.access import Actor


def load_for_change(meeting_id: int) -> Meeting:
    """The meeting, locked until the transaction ends: acts in one room happen one after the other."""
    meeting = db.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound()
    return meeting


def load_item(item_id: int) -> tuple[AgendaItem, Meeting]:
    """An item and its meeting, the meeting locked first and the item read after, so that it is as it stands now."""
    meeting = load_for_change(queries.item(item_id).meeting_id)
    item = db.session.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise NotFound()
    return item, meeting


def room_of(meeting: Meeting) -> str:
    return f"meeting:{meeting.id}"


def record_event(
    meeting: Meeting,
    kind: str,
    *,
    actor: Actor | None,
    now: datetime,
    data: dict[str, Any] | None = None,
    patch: dict[str, Any] | None = None,
    parts: Iterable[str] = (),
) -> MeetingEvent:
    """Number one event of ``meeting``, keep it, and send it to everybody in the room after the commit.

    ``patch`` replaces top-level keys of the room's state (see docs/sockets.md) and is read by everybody: masked names
    only; the named ``parts`` are read after the event is kept, since some are told from the log. ``data`` is for the
    record and is not sent: what the act was, and every row it wrote (see ``rows``). The numbers of a meeting have no
    gaps, because whoever draws one holds the meeting's row until the commit.
    """
    db.session.flush()
    facts = rows.take(db.session(), meeting.id)
    meeting = load_for_change(meeting.id)
    meeting.last_sequence += 1
    event = MeetingEvent(
        meeting_id=meeting.id,
        sequence=meeting.last_sequence,
        kind=kind,
        at=now,
        actor_id=actor.user_id if actor else None,
        data={**(data or {}), **facts},
    )
    db.session.add(event)
    db.session.flush()
    payload = {"meeting_id": meeting.id, "sequence": event.sequence, "kind": kind, "at": now.isoformat()}
    live.broadcast(
        room_of(meeting), "room.event", {**payload, "patch": {**(patch or {}), **queries.room_parts(meeting, parts)}}
    )
    return event


def note(
    meeting: Meeting,
    kind: str,
    *,
    actor: Actor | None,
    now: datetime,
    parts: Iterable[str],
    data: dict[str, Any] | None = None,
) -> MeetingEvent:
    """``record_event`` with the named parts of the state as they stand after the act."""
    db.session.flush()
    return record_event(meeting, kind, actor=actor, now=now, data=data, parts=parts)


def tell_own_pages(meeting: Meeting, user_id: int) -> None:
    """Let one person's pages know that what is their own ("me") has changed."""
    live.tell_person(user_id, "room.me", {"meeting_id": meeting.id})


def first_of_its_key(actor: Actor, client_key: str, *, now: datetime) -> tuple[DoneAct, bool]:
    """The act that this person's device calls ``client_key``, and whether it comes for the first time.

    A new one counts as settled with this transaction. A second copy that arrives while the first is still under way
    waits for it here.
    """
    act = DoneAct(user_id=actor.user_id, client_key=client_key, at=now)
    try:
        with db.session.begin_nested():
            db.session.add(act)
    except IntegrityError:
        return db.session.get_one(DoneAct, (actor.user_id, client_key)), False
    return act, True
