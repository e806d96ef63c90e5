"""Matters that must come before the next meeting of a kind: a case of level 2 before the joint meeting (domain.md A29).

A request waits until such a meeting is planned, and waits again when the meeting is called off or does not reach it.
"""

from __future__ import annotations

from datetime import datetime

from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.meetings import queries
from deliberation.meetings.models import AgendaItem, AgendaRequest, Meeting
from deliberation.meetings.service.log import load_for_change, note
from deliberation.places import queries as places

USUAL_MINUTES = 15


def put_on_next_agenda(
    kind: CommitteeKind, matter_id: int, *, now: datetime, minutes: int = USUAL_MINUTES
) -> AgendaRequest:
    """Bring a matter onto the next agenda of its place's body of ``kind``, or keep it for when one is planned.

    Called by rooms above, which have checked the right; the matter stays with its holder. Asking again while it waits
    or stands on an agenda changes nothing; after it was heard it may be asked for anew.
    """
    matters.load_for_change(matter_id)  # Two requests for one matter wait for each other here.
    request = queries.agenda_request(matter_id, kind)
    if request is None:
        request = AgendaRequest(matter_id=matter_id, kind=kind, minutes=minutes, asked_at=now)
        db.session.add(request)
    elif request.done_at is not None:
        request.done_at, request.item_id, request.asked_at = None, None, now
    db.session.flush()
    if request.item_id is None:
        _find_place(request, now=now)
    return request


def _find_place(request: AgendaRequest, *, now: datetime, besides: int | None = None) -> None:
    place = places.place(matter_queries.matter(request.matter_id).place_id)
    meeting = queries.next_open_agenda(request.kind, place, now=now, besides=besides)
    if meeting is not None:
        _place(request, load_for_change(meeting.id), now=now)


def _place(request: AgendaRequest, meeting: Meeting, *, now: datetime) -> None:
    matter = matter_queries.matter(request.matter_id)
    item = AgendaItem(
        meeting_id=meeting.id,
        position=queries.next_position(meeting.id),
        matter_id=matter.id,
        title=matter.title,
        minutes=request.minutes,
    )
    db.session.add(item)
    db.session.flush()
    request.item_id = item.id
    data = {"meeting_id": meeting.id, "title": meeting.title, "starts_at": meeting.starts_at.isoformat()}
    matters.add_entry(matter, "meeting.put_on_agenda", now=now, data=data)
    note(meeting, "agenda.added", actor=None, now=now, parts=("items",), data={"matter": matter.id})


def take_up_waiting(meeting: Meeting, *, now: datetime) -> None:
    """A meeting has been planned: what waits for one of its kind in its place and below goes onto its agenda."""
    for request in queries.waiting_requests(meeting):
        _place(request, meeting, now=now)


def settle(item: AgendaItem, *, was_heard: bool, now: datetime) -> None:
    """What was heard is done; what was put off or taken off looks for the next meeting of its kind."""
    request = queries.request_of_item(item.id)
    if request is None:
        return
    if was_heard:
        request.done_at = now
        return
    request.item_id = None
    db.session.flush()
    _find_place(request, now=now, besides=item.meeting_id)
