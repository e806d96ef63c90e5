"""Matters that wait for the next meeting of a kind, and where they may go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from deliberation.committees import queries as committees
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter, Step
from deliberation.meetings import rules
from deliberation.meetings.models import AgendaItem, AgendaRequest, Meeting
from deliberation.meetings.rules import MeetingState
from deliberation.meetings.signals import item_deferring
from deliberation.places import queries as places
from deliberation.places.models import Place

GAP = 10  # Between two positions, so that the last item of the frame stays last.
LAST_POSITION = 10_000


def next_position(meeting_id: int) -> int:
    """After the items there are, before the last one of the frame."""
    rows = select(AgendaItem.position).where(AgendaItem.meeting_id == meeting_id, AgendaItem.position < LAST_POSITION)
    return max(db.session.scalars(rows), default=0) + GAP


def agenda_request(matter_id: int, kind: CommitteeKind) -> AgendaRequest | None:
    rows = select(AgendaRequest).where(AgendaRequest.matter_id == matter_id, AgendaRequest.kind == kind)
    return db.session.scalar(rows)


def request_of_item(item_id: int) -> AgendaRequest | None:
    return db.session.scalar(select(AgendaRequest).where(AgendaRequest.item_id == item_id))


def next_open_agenda(kind: CommitteeKind, place: Place, *, now: datetime, besides: int | None = None) -> Meeting | None:
    """The nearest coming meeting of the place's body of ``kind`` whose agenda may still be changed."""
    body = committees.nearest_of_kind(kind, place)
    if body is None:
        return None
    rows = (
        select(Meeting)
        .where(Meeting.committee_id == body.id, Meeting.state.in_((MeetingState.planned, MeetingState.noticed)))
        .where(Meeting.starts_at > now, Meeting.agenda_locks_at >= now, Meeting.id != (besides or 0))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    return db.session.scalar(rows)


def waiting_requests(meeting: Meeting) -> Sequence[AgendaRequest]:
    """What waits for a meeting of this body, the longest first."""
    body, place = committees.committee(meeting.committee_id), places.place(meeting.place_id)
    rows = (
        select(AgendaRequest, Place)
        .join(Matter, Matter.id == AgendaRequest.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(AgendaRequest.kind == body.kind, AgendaRequest.item_id.is_(None), AgendaRequest.done_at.is_(None))
        .where(Place.path.startswith(place.path, autoescape=True), Matter.closed_at.is_(None))
        .order_by(AgendaRequest.asked_at, AgendaRequest.id)
    )
    nearest = [(request, committees.nearest_of_kind(body.kind, its)) for request, its in db.session.execute(rows)]
    return [request for request, answering in nearest if answering is not None and answering.id == body.id]


def refusal_to_defer(item: AgendaItem) -> Refusal | None:
    """Why this item cannot be put off, as things stand: the page does not offer what would be refused."""
    matter = matters.matter(item.matter_id) if item.matter_id is not None else None
    if matter is None or matter.step <= Step.meeting:
        return None
    return rules.refusal_to_defer(
        is_past_meeting=True,
        is_requested=request_of_item(item.id) is not None,
        vote_decided_nothing=any(answer for _room, answer in item_deferring.send(item)),
    )
