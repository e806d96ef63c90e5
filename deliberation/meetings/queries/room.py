"""The state of the live room as plain JSON: what everybody may see, and apart from it what is one person's own.

Every part but ``me`` is broadcast, so it carries masked names and nothing personal. Instants are ISO strings in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from deliberation.committees import queries as committees
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.meetings.models import AgendaItem, Attendance, Meeting, Speaker
from deliberation.meetings.queries.agenda import Json, iso, items
from deliberation.meetings.queries.attendance import attendance_part, attendances_of, helper_ids, voices
from deliberation.meetings.queries.bodies import body_of, charter_of, day_of
from deliberation.meetings.queries.floor import names_of_hands, queue_part, speaker_part, spoken_by_side, spoken_counts
from deliberation.meetings.queries.log import not_carried
from deliberation.meetings.queries.motions import invited, item_motions_json, own_waiting_ids
from deliberation.meetings.queries.pulses import pulse_part, who_answered_pulse
from deliberation.meetings.queries.questions import liked_question_ids, own_question_ids, questions_part
from deliberation.meetings.queries.requests import refusal_to_defer
from deliberation.meetings.queries.steps import steps_part
from deliberation.meetings.queries.tallies import own_answers, tally_part
from deliberation.meetings.rules import CHECK_IN_EARLY, OPENS_EARLY, SpeakerState
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
        "doors_open_at": iso(meeting.starts_at - CHECK_IN_EARLY),
        "may_open_at": iso(meeting.starts_at - OPENS_EARLY),
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
    beside = not_carried(meeting.id)
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
            "not_carried": beside.get(each.id, ""),
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
    named = {item.stand_in_chair_id, asker_id, *(each.user_id for each in interests)} - {None}
    names = people.users_by_id(named) if named else {}
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
        "may_defer": refusal_to_defer(item) is None,
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


def _own_parts(meeting: Meeting, user_ids: Sequence[int]) -> dict[int | None, Json]:
    """What is each of these people's own: presence, seats, hand, and what they may do; never broadcast.

    The same statements however many they are.
    """
    item, helpers = current_item(meeting), helper_ids(meeting.id)
    here = {key: each for key, each in attendances_of(meeting.id, user_ids).items() if each.left_at is None}
    seats = committees.seats_of_users(meeting.committee_id, user_ids, on=day_of(meeting))
    turns = charter_of(meeting).turns_per_motion
    floor, voice = _own_floor(item, user_ids), _own_voice(meeting, item, here, user_ids)
    asking = _own_asking(meeting, item, user_ids)
    chairs = {meeting.chair_id, item.stand_in_chair_id if item is not None else None}
    names = names_of_hands(item.id) if item is not None and not chairs.isdisjoint(user_ids) else {}
    return {
        user_id: {
            "is_signed_in": True,
            "is_chair": user_id == meeting.chair_id,
            "is_stand_in": item is not None and user_id == item.stand_in_chair_id,
            "is_helper": user_id in helpers,
            "is_present": user_id in here,
            "mode": here[user_id].mode if user_id in here else None,
            "seats": [
                {"id": seat.id, "label": seat.label, "kind": seat.kind, "is_voting": seat.is_voting}
                for seat in seats.get(user_id, ())
            ],
            "turns_allowed": turns,
            "names": names if user_id in chairs else {},
            **floor[user_id],
            **voice[user_id],
            **asking[user_id],
        }
        for user_id in user_ids
    }


def _visitors_part(meeting: Meeting) -> Json:
    return {
        "is_signed_in": False, "is_chair": False, "is_stand_in": False, "is_helper": False, "is_present": False,
        "mode": None, "seats": [], "turns_allowed": charter_of(meeting).turns_per_motion, "names": {},
        **NO_FLOOR,
        "may_move": False, "motions": [], "voice": 0, "answer": None, **NOTHING_ASKED,
    }  # fmt: skip


def _own_voice(
    meeting: Meeting, item: AgendaItem | None, here: Mapping[int, Attendance], user_ids: Sequence[int]
) -> dict[int, Json]:
    """What each may move (C5), and what they answer when hands are counted."""
    counted = voices(meeting, user_ids)
    answers = own_answers(meeting.id, user_ids)
    waiting = own_waiting_ids(item.id, user_ids) if item is not None else {}
    silent = [user_id for user_id, there in here.items() if there.id not in counted]
    guests = invited(item, silent) if item is not None else frozenset()
    own = {}
    for user_id in user_ids:
        voice = counted.get(here[user_id].id, 0) if user_id in here else 0
        own[user_id] = {
            "may_move": item is not None and (voice > 0 or user_id in guests),
            "motions": waiting.get(user_id, []),
            "voice": voice,
            "answer": answers.get(user_id) if user_id in here else None,
        }
    return own


NO_FLOOR: Json = {"speaker_id": None, "side": None, "speaking": False, "turns_taken": 0, "has_interest": False}


def _own_floor(item: AgendaItem | None, user_ids: Sequence[int]) -> dict[int, Json]:
    if item is None:
        return dict.fromkeys(user_ids, NO_FLOOR)
    rows = select(Speaker).where(
        Speaker.item_id == item.id,
        Speaker.user_id.in_(user_ids),
        Speaker.state.in_((SpeakerState.waiting, SpeakerState.speaking)),
    )
    # "speaking" stands before "waiting": it is read last, and stays.
    hands = {each.user_id: each for each in db.session.scalars(rows.order_by(Speaker.state.desc()))}
    interested = matters.interested_user_ids(item.matter_id) if item.matter_id is not None else frozenset()
    turns = spoken_counts(item.id)
    return {
        user_id: {
            "speaker_id": hands[user_id].id if user_id in hands else None,
            "side": hands[user_id].side if user_id in hands else None,
            "speaking": user_id in hands and hands[user_id].state is SpeakerState.speaking,
            "turns_taken": turns.get(user_id, 0),
            "has_interest": user_id in interested,
        }
        for user_id in user_ids
    }


NOTHING_ASKED: Json = {"questions": [], "likes": [], "has_answered_pulse": False}


def _own_asking(meeting: Meeting, item: AgendaItem | None, user_ids: Sequence[int]) -> dict[int, Json]:
    """What each has asked and liked on the item in hand, and whether they have answered the quick question."""
    if item is None:
        return dict.fromkeys(user_ids, NOTHING_ASKED)
    asked, liked = own_question_ids(item.id, user_ids), liked_question_ids(item.id, user_ids)
    answered = who_answered_pulse(meeting.id, user_ids)
    return {
        user_id: {
            "questions": asked.get(user_id, []),
            "likes": liked.get(user_id, []),
            "has_answered_pulse": user_id in answered,
        }
        for user_id in user_ids
    }


def whole_state(meeting: Meeting, actor: Actor, *, now: datetime) -> Json:
    """Everything a page needs to show the room, with what rooms above add to it (the vote)."""
    return whole_states(meeting, [actor], now=now)[0]


def whole_states(meeting: Meeting, actors: Sequence[Actor], *, now: datetime) -> list[Json]:
    """The same for many at once, in their order: what everybody may see is read once for all of them."""
    # Held here, so that the session, which forgets what nobody holds, reads each of them once.
    _body, _charter, _item = body_of(meeting), charter_of(meeting), current_item(meeting)
    user_ids = sorted({actor.user_id for actor in actors if actor.user_id is not None})
    shared: Json = {
        "sequence": meeting.last_sequence,
        "server_time": now.isoformat(),
        **room_parts(meeting, _PARTS),
        "vote": None,
    }
    own = _own_parts(meeting, user_ids) if user_ids else {}
    if len(user_ids) < len(actors):
        own[None] = _visitors_part(meeting)
    for _receiver, answer in room_state_requested.send(meeting, user_ids=user_ids):
        shared.update(answer["shared"])
        for user_id, part in own.items():
            part.update(answer["own"].get(user_id, answer["visitors"]))
    return [{**shared, "me": own[actor.user_id]} for actor in actors]
