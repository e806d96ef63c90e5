"""The state of the live room as plain JSON: what everybody may see, and apart from it what is one person's own.

Every part but ``me`` is broadcast, so it carries masked names and nothing personal. Instants are ISO strings in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from deliberation.committees import queries as committees
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.meetings.models import AgendaItem, Attendance, Meeting, Speaker
from deliberation.meetings.queries.agenda import Json, iso, items
from deliberation.meetings.queries.attendance import attendance_of, attendance_part, helper_ids, voices
from deliberation.meetings.queries.bodies import body_of, charter_of, day_of
from deliberation.meetings.queries.floor import queue_part, speaker_part, spoken_by_side, spoken_counts
from deliberation.meetings.queries.motions import item_motions_json, may_move, own_waiting_ids
from deliberation.meetings.queries.pulses import has_answered_pulse, pulse_part
from deliberation.meetings.queries.questions import liked_question_ids, own_question_ids, questions_part
from deliberation.meetings.queries.steps import steps_part
from deliberation.meetings.queries.tallies import own_answer, tally_part
from deliberation.meetings.rules import SpeakerState
from deliberation.meetings.signals import room_state_requested
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.masking import mask_name


def current_item(meeting: Meeting) -> AgendaItem | None:
    return db.session.get(AgendaItem, meeting.current_item_id) if meeting.current_item_id is not None else None


def meeting_part(meeting: Meeting) -> Json:
    return {
        "id": meeting.id,
        "title": meeting.title,
        "state": meeting.state,
        "starts_at": iso(meeting.starts_at),
        "opened_at": iso(meeting.opened_at),
        "closed_at": iso(meeting.closed_at),
        "planned_minutes": meeting.planned_minutes,
        "chair_name": people.user(meeting.chair_id).name,
        "venue": meeting.venue,
        "charter": _charter_json(meeting),
    }


def _charter_json(meeting: Meeting) -> Json:
    """What of the rules of order the pages have to know."""
    charter = charter_of(meeting)
    return {
        "needs_second": charter.needs_second,
        "allows_amendments": charter.allows_amendments,
        "allows_remote": charter.allows_remote,
        "turn_seconds": charter.turn_seconds,
        "rule_kind": charter.rule_kind,
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
            "started_at": iso(each.started_at),
            "ended_at": iso(each.ended_at),
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
    asker_id = item.close_asked_by_id
    names = people.users_by_id([item.stand_in_chair_id, asker_id, *(each.user_id for each in interests)])
    return {
        "id": item.id,
        "title": item.title,
        "motion_text": item.motion_text,
        "plate": matter.plate if matter else "",
        "number": matter.number if matter else "",
        "state": item.state,
        "started_at": iso(item.started_at),
        "minutes": item.minutes,
        "in_notice": item.in_notice,
        "extra_seconds": item.extra_seconds,
        "stand_in_name": names[item.stand_in_chair_id].name if item.stand_in_chair_id is not None else "",
        "chair_has_interest": any(each.user_id == meeting.chair_id for each in interests),
        "interests": [{"name": mask_name(names[each.user_id].name), "reason": each.reason} for each in interests],
        "spoken": spoken_by_side(item.id),
        "debate_closed_at": iso(item.debate_closed_at),
        "debate_closed_by": item.debate_closed_by,
        "close_asked_by": mask_name(names[asker_id].name) if asker_id is not None else "",
        **item_motions_json(meeting, item),
    }


_PARTS: dict[str, Callable[[Meeting], Any]] = {
    "meeting": meeting_part,
    "items": items_part,
    "item": item_part,
    "speaker": speaker_part,
    "queue": queue_part,
    "tally": tally_part,
    "attendance": attendance_part,
    "steps": steps_part,
    "questions": questions_part,
    "pulse": pulse_part,
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
    own = attendance_of(meeting.id, actor.user_id) if actor.user_id is not None else None
    there = own if own is not None and own.left_at is None else None
    return {
        "is_signed_in": actor.is_signed_in,
        "is_chair": actor.user_id is not None and actor.user_id == meeting.chair_id,
        "is_stand_in": actor.user_id is not None and item is not None and actor.user_id == item.stand_in_chair_id,
        "is_helper": actor.user_id in helper_ids(meeting.id),
        "is_present": there is not None,
        "mode": there.mode if there is not None else None,
        "seats": _own_seats(meeting, actor),
        "turns_allowed": charter_of(meeting).turns_per_motion,
        **_own_floor(item, actor),
        **_own_voice(meeting, item, actor, there),
        **_own_asking(meeting, item, actor),
    }


def _own_seats(meeting: Meeting, actor: Actor) -> list[Json]:
    if actor.user_id is None:
        return []
    held = committees.seats_of_user(meeting.committee_id, actor.user_id, on=day_of(meeting))
    return [{"id": seat.id, "label": seat.label, "kind": seat.kind, "is_voting": seat.is_voting} for seat in held]


def _own_voice(meeting: Meeting, item: AgendaItem | None, actor: Actor, there: Attendance | None) -> Json:
    """What somebody may move, and what they answer when hands are counted."""
    if actor.user_id is None:
        return {"may_move": False, "motions": [], "voice": 0, "answer": None}
    voice = voices(meeting).get(there.id, 0) if there is not None else 0
    return {
        "may_move": there is not None and may_move(item, actor.user_id, voice=voice),
        "motions": own_waiting_ids(item.id, actor.user_id) if item is not None else [],
        "voice": voice,
        "answer": own_answer(meeting.id, actor.user_id) if there is not None else None,
    }


def _own_asking(meeting: Meeting, item: AgendaItem | None, actor: Actor) -> Json:
    """What somebody has asked and liked on the item in hand, and whether they have answered the quick question."""
    if actor.user_id is None or item is None:
        return {"questions": [], "likes": [], "has_answered_pulse": False}
    return {
        "questions": own_question_ids(item.id, actor.user_id),
        "likes": liked_question_ids(item.id, actor.user_id),
        "has_answered_pulse": has_answered_pulse(meeting.id, actor.user_id),
    }


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
    # Held here, so that the session, which forgets what nobody holds, reads each of them once.
    _body, _charter, _item = body_of(meeting), charter_of(meeting), current_item(meeting)
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
