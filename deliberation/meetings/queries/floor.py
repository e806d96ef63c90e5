"""Who speaks, who waits, and in what order: read from the raised hands of one motion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.meetings.models import Meeting, Speaker
from deliberation.meetings.queries.agenda import Json, iso
from deliberation.meetings.queries.bodies import sits
from deliberation.meetings.queries.motions import motion_in_hand
from deliberation.meetings.rules import Request, Side, SpeakerState, order_queue
from deliberation.people import queries as people
from deliberation.people.masking import mask_name
from deliberation.people.models import Organisation, User
from deliberation.places.models import Unit

TAKEN = (SpeakerState.done, SpeakerState.speaking)


def _turns(item_id: int, *columns: Any) -> Select[Any]:
    """The turns taken on the motion in hand, or on the item where it has none. A point of order uses up no turn."""
    return select(*columns).where(
        Speaker.item_id == item_id,
        Speaker.motion_id.is_not_distinct_from(motion_in_hand(item_id)),
        Speaker.side != Side.order,
    )


def spoken_by_side(item_id: int) -> Json:
    rows = _turns(item_id, Speaker.side, func.count()).where(Speaker.state.in_(TAKEN)).group_by(Speaker.side)
    counted: dict[Side, int] = dict(db.session.execute(rows).all())
    return {side.value: counted.get(side, 0) for side in Side if side is not Side.order}


def spoken_counts(item_id: int) -> dict[int, int]:
    """Turns taken on the motion in hand by person, the present one included."""
    rows = _turns(item_id, Speaker.user_id, func.count()).where(Speaker.state.in_(TAKEN)).group_by(Speaker.user_id)
    return dict(db.session.execute(rows).all())


def last_side(item_id: int) -> Side | None:
    """The side that spoke last; questions belong to none."""
    rows = _turns(item_id, Speaker.side).where(Speaker.started_at.is_not(None), Speaker.side != Side.question)
    return db.session.scalar(rows.order_by(Speaker.started_at.desc(), Speaker.id.desc()).limit(1))


def waiting_speakers(item_id: int) -> list[Speaker]:
    """The raised hands in the order of R-42, on the server's clock, and where the chair has pinned them."""
    rows = select(Speaker).where(Speaker.item_id == item_id, Speaker.state == SpeakerState.waiting)
    waiting = {row.id: row for row in db.session.scalars(rows)}
    if not waiting:
        return []
    requests = [Request(row.id, row.user_id, row.side, row.requested_at, row.pinned_place) for row in waiting.values()]
    ordered = order_queue(requests, spoken_counts=spoken_counts(item_id), last_side=last_side(item_id))
    return [waiting[request.id] for request in ordered]


def open_hands(meeting_id: int) -> list[Speaker]:
    """Everybody of a meeting who waits or speaks."""
    rows = select(Speaker).where(
        Speaker.meeting_id == meeting_id, Speaker.state.in_((SpeakerState.waiting, SpeakerState.speaking))
    )
    return list(db.session.scalars(rows.order_by(Speaker.id)))


def names_of_hands(item_id: int) -> dict[str, str]:
    """Who waits and who speaks by their full names, by hand: for whoever calls them up, and nobody else (R-50)."""
    rows = (
        select(Speaker.id, User.name)
        .join(User, User.id == Speaker.user_id)
        .where(Speaker.item_id == item_id, Speaker.state.in_((SpeakerState.waiting, SpeakerState.speaking)))
    )
    return {str(speaker_id): name for speaker_id, name in db.session.execute(rows)}


def present_speaker(item_id: int) -> Speaker | None:
    rows = select(Speaker).where(Speaker.item_id == item_id, Speaker.state == SpeakerState.speaking)
    return db.session.scalar(rows)


@dataclass(frozen=True)
class Role:
    """What somebody sits as. ``kind`` is a seat's kind, a unit's kind or "observer"; never a door number (R-50)."""

    kind: str
    firm: str


def roles(meeting: Meeting, user_ids: Iterable[int]) -> dict[int, Role]:
    """What each of these people sits as; who holds no seat is not among them."""
    wanted, holder = set(user_ids), sits(meeting)
    rows = db.session.execute(
        select(holder, Seat.kind, Unit.kind, Organisation.name)
        .select_from(Seat)
        .outerjoin(Unit, Unit.id == Seat.unit_id)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.committee_id == meeting.committee_id, committees.is_current(), holder.in_(wanted))
        .order_by(Seat.is_voting, Seat.id.desc())  # The first voting seat is read last, and stays.
    )
    return {user_id: Role(str(unit or kind), firm or "") for user_id, kind, unit, firm in rows if user_id is not None}


def _speakers_json(meeting: Meeting, speakers: Sequence[Speaker]) -> list[Json]:
    if not speakers:
        return []
    ids = {each.user_id for each in speakers}
    known, names = roles(meeting, ids), people.users_by_id(ids)
    counts = spoken_counts(speakers[0].item_id)
    return [_speaker_json(each, names[each.user_id], known.get(each.user_id), counts) for each in speakers]


def _speaker_json(speaker: Speaker, user: User, role: Role | None, counts: dict[int, int]) -> Json:
    turns = counts.get(speaker.user_id, 0)
    is_new = speaker.state is SpeakerState.waiting and speaker.side is not Side.order
    return {
        "id": speaker.id,
        "name": mask_name(user.name),
        "face": user.name[:1],
        "role": role.kind if role else "observer",
        "firm": role.firm if role else "",
        "side": speaker.side,
        "turn": turns + 1 if is_new else turns,
        "requested_at": iso(speaker.requested_at),
        "started_at": iso(speaker.started_at),
        "allotted_seconds": speaker.allotted_seconds,
        "paused_at": iso(speaker.paused_at),
        "paused_milliseconds": speaker.paused_milliseconds,
        "is_pinned": speaker.pinned_place is not None and speaker.state is SpeakerState.waiting,
        "pin_reason": speaker.pin_reason if speaker.state is SpeakerState.waiting else "",
    }


def speaker_part(meeting: Meeting) -> Json | None:
    speaker = present_speaker(meeting.current_item_id) if meeting.current_item_id is not None else None
    return _speakers_json(meeting, [speaker])[0] if speaker else None


def queue_part(meeting: Meeting) -> list[Json]:
    if meeting.current_item_id is None:
        return []
    return _speakers_json(meeting, waiting_speakers(meeting.current_item_id))
