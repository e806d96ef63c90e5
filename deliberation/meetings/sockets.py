"""The messages of the live room (docs/sockets.md). The same handlers answer ``POST /meetings/<id>/act``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_socketio import join_room, leave_room

from deliberation.kernel import clock, live
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import SignInNeeded, UnknownMessage
from deliberation.kernel.forms import Payload, read_payload
from deliberation.meetings import forms, queries, rules, service
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import Side
from deliberation.people import access
from deliberation.people.access import Actor

Answer = dict[str, Any]
Handler = Callable[..., Answer | None]


def act(name: str, *, form: type[Payload], action: str) -> Callable[[Handler], Handler]:
    """Declare a message that changes something: ``handler(actor, now=…, **payload)``.

    A message that comes again with the same ``client_key`` is answered ``{"repeated": true}`` and changes nothing.
    """

    def register(handler: Handler) -> Handler:
        def once(actor: Actor, *, client_key: str = "", **fields: Any) -> Answer | None:
            now = clock.now()
            if client_key and service.done_before(actor, client_key, now=now):
                return {"repeated": True}
            return handler(actor, now=now, **fields)

        live.message(name, form=form, action=action)(once)
        return handler

    return register


def perform(actor: Actor, name: str, payload: Mapping[str, Any]) -> Answer:
    """The HTTP door to the messages, for pages whose socket is down: the same right, the same form, the same act."""
    declared = live.MESSAGES.get(name)
    if declared is None or name.endswith((".join", ".leave")):  # Joining needs a socket to join with.
        raise UnknownMessage()
    access.require(actor, declared.action)
    fields = read_payload(declared.form, payload)
    with transaction():
        return declared.handler(actor, **fields) or {}


def require_in_room(actor: Actor, meeting: Meeting, *, screen_key: str) -> None:
    """Whoever is signed in may follow a meeting; the projector may by its signed link."""
    if actor.is_signed_in:
        return
    if not rules.screen_key_valid(meeting.check_in_secret, screen_key, meeting_id=meeting.id):
        raise SignInNeeded()


@live.message("room.join", form=forms.JoinPayload, action="pages.read")
def join(actor: Actor, *, meeting_id: int, screen_key: str, client_key: str) -> Answer:
    """Listen first, then read: an event in between is one the state already holds."""
    meeting = queries.meeting(meeting_id)
    require_in_room(actor, meeting, screen_key=screen_key)
    join_room(f"meeting:{meeting_id}")
    return {"state": queries.whole_state(meeting, actor, now=clock.now())}


@live.message("room.leave", form=forms.MeetingPayload, action="pages.read")
def leave(actor: Actor, *, meeting_id: int, client_key: str) -> None:
    leave_room(f"meeting:{meeting_id}")


@act("meeting.open", form=forms.MeetingPayload, action="meeting.chair")
def open_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.open_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.recess", form=forms.MeetingPayload, action="meeting.chair")
def recess_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.recess_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.resume", form=forms.MeetingPayload, action="meeting.chair")
def resume_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.resume_meeting(actor, meeting_id=meeting_id, now=now)


@act("meeting.close", form=forms.MeetingPayload, action="meeting.chair")
def close_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.close_meeting(actor, meeting_id=meeting_id, now=now)


@act("item.start", form=forms.ItemPayload, action="meeting.chair")
def start_item(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.start_item(actor, item_id=item_id, now=now)


@act("item.defer", form=forms.ReasonedItemPayload, action="meeting.chair")
def defer_item(actor: Actor, *, item_id: int, reason: str, now: datetime) -> None:
    service.defer_item(actor, item_id=item_id, reason=reason, now=now)


@act("item.decide", form=forms.DecisionPayload, action="meeting.chair")
def decide_item(actor: Actor, *, item_id: int, text: str, now: datetime) -> None:
    service.decide_item(actor, item_id=item_id, text=text, now=now)


@act("attendance.check_in", form=forms.AttendancePayload, action="meeting.check_in_others")
def check_in_other(actor: Actor, *, meeting_id: int, user_id: int, now: datetime) -> None:
    service.check_in_other(actor, meeting_id=meeting_id, user_id=user_id, now=now)


@act("attendance.leave", form=forms.MeetingPayload, action="meeting.join")
def leave_meeting(actor: Actor, *, meeting_id: int, now: datetime) -> None:
    service.leave(actor, meeting_id=meeting_id, now=now)


@act("hand.raise", form=forms.HandPayload, action="meeting.speak")
def raise_hand(actor: Actor, *, item_id: int, side: str, now: datetime) -> Answer:
    speaker = service.raise_hand(actor, item_id=item_id, side=Side(side), now=now)
    return {"speaker_id": speaker.id}


@act("hand.withdraw", form=forms.ItemPayload, action="meeting.speak")
def withdraw_hand(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.withdraw_hand(actor, item_id=item_id, now=now)


@act("floor.next", form=forms.ItemPayload, action="meeting.chair")
def next_speaker(actor: Actor, *, item_id: int, now: datetime) -> Answer:
    speaker = service.next_speaker(actor, item_id=item_id, now=now)
    return {"speaker_id": speaker.id if speaker else None}


@act("floor.give", form=forms.SpeakerPayload, action="meeting.chair")
def give_floor(actor: Actor, *, speaker_id: int, now: datetime) -> None:
    service.give_floor(actor, speaker_id=speaker_id, now=now)


@act("floor.end", form=forms.ItemPayload, action="meeting.speak")
def end_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.end_turn(actor, item_id=item_id, now=now)


@act("floor.extend", form=forms.ExtensionPayload, action="meeting.chair")
def extend_turn(actor: Actor, *, item_id: int, everybody: bool, now: datetime) -> None:
    service.extend_turn(actor, item_id=item_id, everybody=everybody, now=now)


@act("interest.declare", form=forms.ReasonedItemPayload, action="interest.declare")
def declare_interest(actor: Actor, *, item_id: int, reason: str, now: datetime) -> None:
    service.declare_interest(actor, item_id=item_id, reason=reason, now=now)


@act("stand_in.appoint", form=forms.StandInPayload, action="meeting.chair")
def appoint_stand_in(actor: Actor, *, item_id: int, user_id: int, now: datetime) -> None:
    service.appoint_stand_in(actor, item_id=item_id, user_id=user_id, now=now)
