"""The agenda: what is put on it, in what words and order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.service import passage, requests
from deliberation.meetings.service.chair import require_convener
from deliberation.meetings.service.log import load_for_change, load_item, note
from deliberation.people.access import Actor
from deliberation.places import queries as places


def _require_planner(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    require_convener(actor, queries.body_of(meeting))
    refusal = rules.refusal_to_change_agenda(state=meeting.state, locks_at=meeting.agenda_locks_at, now=now)
    if refusal:
        raise refusal


def add_item(
    actor: Actor,
    *,
    meeting_id: int,
    minutes: int,
    now: datetime,
    matter_id: int | None = None,
    title: str = "",
    motion_text: str = "",
) -> AgendaItem:
    """Put an accepted matter on the agenda, or an item of its own ``title``.

    Without a ``motion_text`` it is the one an earlier meeting amended and put off, which waits for this notice.
    After the notice has gone out the item is not in it: it may be discussed, not voted (domain.md C3).
    """
    meeting = load_for_change(meeting_id)
    _require_planner(actor, meeting, now=now)
    if matter_id is not None:
        _check_matter(meeting, matter_id)
        matter = passage.schedule(matter_id, meeting, now=now)
        title = title or matter.title
        motion_text = motion_text or queries.deferred_text(matter_id)
    item = AgendaItem(
        meeting_id=meeting.id,
        position=queries.next_position(meeting.id),
        matter_id=matter_id,
        title=title,
        motion_text=motion_text,
        minutes=minutes,
    )
    db.session.add(item)
    note(meeting, "agenda.added", actor=actor, now=now, parts=("items",), data={"matter": matter_id, "title": title})
    return item


def _check_matter(meeting: Meeting, matter_id: int) -> None:
    matter = matters.matter(matter_id)
    if meeting.place_id not in places.place(matter.place_id).scope:
        raise rules.WrongPlace()
    if matter.state in ("scheduled", "noticed", "at_meeting", "in_session"):
        raise rules.MatterTaken()
    if matter.state != "accepted":
        raise rules.MatterNotAccepted()


def change_item(actor: Actor, *, item_id: int, title: str, motion_text: str, minutes: int, now: datetime) -> AgendaItem:
    """Other words or minutes, while the item is not part of a notice that has gone out."""
    item, meeting = load_item(item_id)
    _require_planner(actor, meeting, now=now)
    if item.in_notice:
        raise rules.AlreadyInNotice()
    item.title, item.motion_text, item.minutes = title or item.title, motion_text, minutes
    note(meeting, "agenda.changed", actor=actor, now=now, parts=("items",), data={"item": item.id})
    return item


def move_item(actor: Actor, *, item_id: int, up: bool, now: datetime) -> None:
    """One place up or down; at the end of the list nothing changes."""
    item, meeting = load_item(item_id)
    _require_planner(actor, meeting, now=now)
    order = list(queries.items(meeting.id))
    here = order.index(item)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    other = order[there]
    item.position, other.position = other.position, item.position
    note(meeting, "agenda.ordered", actor=actor, now=now, parts=("items",))


def order_items(actor: Actor, *, meeting_id: int, item_ids: Sequence[int], now: datetime) -> None:
    """The agenda in this order. An order that does not name each item once was of an older page, and is refused."""
    meeting = load_for_change(meeting_id)
    _require_planner(actor, meeting, now=now)
    by_id = {item.id: item for item in queries.items(meeting.id)}
    if sorted(by_id) != sorted(item_ids):
        raise rules.OrderOutdated()
    for position, item_id in zip(sorted(item.position for item in by_id.values()), item_ids, strict=True):
        by_id[item_id].position = position
    note(meeting, "agenda.ordered", actor=actor, now=now, parts=("items",))


def remove_item(actor: Actor, *, item_id: int, now: datetime) -> None:
    """Take an item off while nobody has been told of it; its matter waits for another meeting."""
    item, meeting = load_item(item_id)
    _require_planner(actor, meeting, now=now)
    if item.in_notice:
        raise rules.AlreadyInNotice()
    if item.matter_id is not None:
        passage.take_off(item.matter_id, meeting, now=now)
    requests.settle(item, was_heard=False, now=now)
    for paper in queries.papers(meeting.id).get(item.id, []):
        db.session.delete(paper)
    db.session.flush()
    db.session.delete(item)
    note(meeting, "agenda.removed", actor=actor, now=now, parts=("items",), data={"matter": item.matter_id})
