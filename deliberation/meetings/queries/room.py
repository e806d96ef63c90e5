"""The state of the live room as plain JSON: what everybody may see, and apart from it what is one person's own.

Every part but ``me`` is broadcast, so it carries masked names and nothing personal. Instants are ISO strings in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.meetings.models import AgendaItem, Meeting, Speaker
from deliberation.meetings.queries.agenda import items
from deliberation.meetings.queries.attendance import is_present, presence, present_user_ids
from deliberation.meetings.queries.bodies import charter_of, day_of, totals_of
from deliberation.meetings.rules import Request, Side, SpeakerState, order_queue
from deliberation.meetings.signals import room_state_requested
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.masking import mask_name
from deliberation.people.models import Organisation, User
from deliberation.places.models import Unit

Json = dict[str, Any]


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def current_item(meeting: Meeting) -> AgendaItem | None:
    return db.session.get(AgendaItem, meeting.current_item_id) if meeting.current_item_id is not None else None


def meeting_part(meeting: Meeting) -> Json:
    return {
        "id": meeting.id,
        "title": meeting.title,
        "state": meeting.state,
        "starts_at": _iso(meeting.starts_at),
        "opened_at": _iso(meeting.opened_at),
        "closed_at": _iso(meeting.closed_at),
        "planned_minutes": meeting.planned_minutes,
        "chair_name": people.user(meeting.chair_id).name,
        "venue": meeting.venue,
    }


def items_part(meeting: Meeting) -> list[Json]:
    agenda = items(meeting.id)
    plates = matters.matters_by_id(each.matter_id for each in agenda if each.matter_id is not None)
    return [
        {
            "id": each.id,
            "position": number,
            "title": each.title,
            "state": each.state,
            "minutes": each.minutes,
            "plate": plates[each.matter_id].plate if each.matter_id in plates else "",
            "in_notice": each.in_notice,
            "has_motion": bool(each.motion_text),
            "started_at": _iso(each.started_at),
            "ended_at": _iso(each.ended_at),
            "decision": each.decision,
        }
        for number, each in enumerate(agenda, 1)
    ]


def item_part(meeting: Meeting) -> Json | None:
    item = current_item(meeting)
    if item is None:
        return None
    matter = matters.matter(item.matter_id) if item.matter_id is not None else None
    interests = matters.interests(matter.id) if matter else []
    names = people.users_by_id([item.stand_in_chair_id, *(each.user_id for each in interests)])
    return {
        "id": item.id,
        "title": item.title,
        "motion_text": item.motion_text,
        "plate": matter.plate if matter else "",
        "number": matter.number if matter else "",
        "state": item.state,
        "started_at": _iso(item.started_at),
        "minutes": item.minutes,
        "in_notice": item.in_notice,
        "extra_seconds": item.extra_seconds,
        "stand_in_name": names[item.stand_in_chair_id].name if item.stand_in_chair_id is not None else "",
        "chair_has_interest": any(each.user_id == meeting.chair_id for each in interests),
        "interests": [{"name": mask_name(names[each.user_id].name), "reason": each.reason} for each in interests],
        "spoken": _spoken_by_side(item.id),
    }


def _spoken_by_side(item_id: int) -> Json:
    rows = (
        select(Speaker.side, func.count())
        .where(Speaker.item_id == item_id, Speaker.state.in_((SpeakerState.done, SpeakerState.speaking)))
        .group_by(Speaker.side)
    )
    counted = dict(db.session.execute(rows).all())
    return {side.value: counted.get(side, 0) for side in Side}


def spoken_counts(item_id: int) -> dict[int, int]:
    """Turns taken on an item by person, the present one included."""
    rows = (
        select(Speaker.user_id, func.count())
        .where(Speaker.item_id == item_id, Speaker.state.in_((SpeakerState.done, SpeakerState.speaking)))
        .group_by(Speaker.user_id)
    )
    return dict(db.session.execute(rows).all())


def last_side(item_id: int) -> Side | None:
    """The side that spoke last; questions belong to none."""
    rows = select(Speaker.side).where(
        Speaker.item_id == item_id, Speaker.started_at.is_not(None), Speaker.side != Side.question
    )
    return db.session.scalar(rows.order_by(Speaker.started_at.desc(), Speaker.id.desc()).limit(1))


def waiting_speakers(item_id: int) -> list[Speaker]:
    """The raised hands in the order of R-42, on the server's clock."""
    rows = select(Speaker).where(Speaker.item_id == item_id, Speaker.state == SpeakerState.waiting)
    waiting = {row.id: row for row in db.session.scalars(rows)}
    requests = [Request(row.id, row.user_id, row.side, row.requested_at) for row in waiting.values()]
    ordered = order_queue(requests, spoken_counts=spoken_counts(item_id), last_side=last_side(item_id))
    return [waiting[request.id] for request in ordered]


def present_speaker(item_id: int) -> Speaker | None:
    rows = select(Speaker).where(Speaker.item_id == item_id, Speaker.state == SpeakerState.speaking)
    return db.session.scalar(rows)


@dataclass(frozen=True)
class _Role:
    """What somebody speaks as. ``kind`` is a seat's kind, a unit's kind or "observer"; never a door number (R-50)."""

    kind: str
    firm: str


def _roles(meeting: Meeting, user_ids: Iterable[int]) -> dict[int, _Role]:
    sits = committees.acting_user(day_of(meeting))
    rows = db.session.execute(
        select(sits, Seat.kind, Unit.kind, Organisation.name)
        .outerjoin(Unit, Unit.id == Seat.unit_id)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.committee_id == meeting.committee_id, committees.is_current(), sits.in_(set(user_ids)))
        .order_by(Seat.is_voting, Seat.id.desc())  # The first voting seat is read last, and stays.
    )
    return {user_id: _Role(str(unit or kind), firm or "") for user_id, kind, unit, firm in rows if user_id is not None}


def _speakers_json(meeting: Meeting, speakers: Sequence[Speaker]) -> list[Json]:
    ids = {each.user_id for each in speakers}
    roles = _roles(meeting, ids) if ids else {}
    names: dict[int, User] = people.users_by_id(ids) if ids else {}
    counts = spoken_counts(speakers[0].item_id) if speakers else {}
    return [_speaker_json(each, names[each.user_id], roles.get(each.user_id), counts) for each in speakers]


def _speaker_json(speaker: Speaker, user: User, role: _Role | None, counts: dict[int, int]) -> Json:
    turns = counts.get(speaker.user_id, 0)
    return {
        "id": speaker.id,
        "name": mask_name(user.name),
        "face": user.name[:1],
        "role": role.kind if role else "observer",
        "firm": role.firm if role else "",
        "side": speaker.side,
        "turn": turns if speaker.state is SpeakerState.speaking else turns + 1,
        "requested_at": _iso(speaker.requested_at),
        "started_at": _iso(speaker.started_at),
        "allotted_seconds": speaker.allotted_seconds,
    }


def speaker_part(meeting: Meeting) -> Json | None:
    speaker = present_speaker(meeting.current_item_id) if meeting.current_item_id is not None else None
    return _speakers_json(meeting, [speaker])[0] if speaker else None


def queue_part(meeting: Meeting) -> list[Json]:
    if meeting.current_item_id is None:
        return []
    return _speakers_json(meeting, waiting_speakers(meeting.current_item_id))


def attendance_part(meeting: Meeting) -> Json:
    totals, there = totals_of(meeting), presence(meeting)
    return {
        "present": there.people,
        "observers": there.observers,
        "seats_present": there.seats,
        "seats_total": totals.voting,
        "seats_to_open": totals.to_open,
        "quorum": totals.quorum,
        "seats": _seats_json(meeting) if committees.shows_each_seat(totals) else [],
    }


def _seats_json(meeting: Meeting) -> list[Json]:
    here = present_user_ids(meeting.id)
    return [
        {
            "id": line.id,
            "kind": line.kind,
            "name": line.name,
            "face": line.name[:1],
            "firm": line.organisation,
            "is_voting": line.is_voting,
            "present": line.user_id in here,
        }
        for line in committees.seat_lines(meeting.committee_id, on=day_of(meeting))
    ]


_PARTS: dict[str, Callable[[Meeting], Any]] = {
    "meeting": meeting_part,
    "items": items_part,
    "item": item_part,
    "speaker": speaker_part,
    "queue": queue_part,
    "attendance": attendance_part,
}


def room_part(meeting: Meeting, name: str) -> Any:
    """One top-level part of the room's state."""
    return _PARTS[name](meeting)


def room_parts(meeting: Meeting, names: Iterable[str]) -> Json:
    """A patch: each named part as it stands now."""
    return {name: room_part(meeting, name) for name in names}


def me_part(meeting: Meeting, actor: Actor) -> Json:
    """What is one person's own: presence, seats, hand, and what this person may do. Never broadcast."""
    item = current_item(meeting)
    return {
        "is_signed_in": actor.is_signed_in,
        "is_chair": actor.user_id is not None and actor.user_id == meeting.chair_id,
        "is_stand_in": actor.user_id is not None and item is not None and actor.user_id == item.stand_in_chair_id,
        "is_present": is_present(meeting.id, actor.user_id),
        "seats": _own_seats(meeting, actor),
        "turns_allowed": charter_of(meeting).turns_per_motion,
        **_own_floor(item, actor),
    }


def _own_seats(meeting: Meeting, actor: Actor) -> list[Json]:
    if actor.user_id is None:
        return []
    held = committees.seats_of_user(meeting.committee_id, actor.user_id, on=day_of(meeting))
    return [{"id": seat.id, "label": seat.label, "kind": seat.kind, "is_voting": seat.is_voting} for seat in held]


def _own_floor(item: AgendaItem | None, actor: Actor) -> Json:
    if item is None or actor.user_id is None:
        return {"speaker_id": None, "side": None, "speaking": False, "turns_taken": 0, "has_interest": False}
    rows = select(Speaker).where(
        Speaker.item_id == item.id,
        Speaker.user_id == actor.user_id,
        Speaker.state.in_((SpeakerState.waiting, SpeakerState.speaking)),
    )
    own = db.session.scalars(rows.order_by(Speaker.state)).first()  # "speaking" stands before "waiting".
    interested = matters.interested_user_ids(item.matter_id) if item.matter_id is not None else frozenset()
    return {
        "speaker_id": own.id if own else None,
        "side": own.side if own else None,
        "speaking": own is not None and own.state is SpeakerState.speaking,
        "turns_taken": spoken_counts(item.id).get(actor.user_id, 0),
        "has_interest": actor.user_id in interested,
    }


def whole_state(meeting: Meeting, actor: Actor, *, now: datetime) -> Json:
    """Everything a page needs to show the room, with what rooms above add to it (the vote)."""
    state: Json = {
        "sequence": meeting.last_sequence,
        "server_time": now.isoformat(),
        **room_parts(meeting, _PARTS),
        "vote": None,
        "me": me_part(meeting, actor),
    }
    for _receiver, answer in room_state_requested.send(meeting, actor=actor):
        own = (answer or {}).get("me", {})
        state = {**state, **(answer or {}), "me": {**state["me"], **own}}
    return state
