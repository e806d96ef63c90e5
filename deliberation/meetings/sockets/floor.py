"""Raised hands and the floor."""

from __future__ import annotations

from datetime import datetime

from deliberation.meetings import forms, service
from deliberation.meetings.rules import Side
from deliberation.meetings.sockets.common import Answer, act
from deliberation.people.access import Actor


@act("hand.raise", form=forms.HandPayload, action="meeting.speak")
def raise_hand(actor: Actor, *, item_id: int, side: str, now: datetime) -> Answer:
    speaker = service.raise_hand(actor, item_id=item_id, side=Side(side), now=now)
    return {"speaker_id": speaker.id}


@act("hand.withdraw", form=forms.ItemPayload, action="meeting.speak")
def withdraw_hand(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.withdraw_hand(actor, item_id=item_id, now=now)


@act("hand.move", form=forms.MovePayload, action="meeting.chair")
def move_hand(actor: Actor, *, speaker_id: int, place: int, reason: str, now: datetime) -> None:
    service.move_hand(actor, speaker_id=speaker_id, place=place, reason=reason, now=now)


@act("floor.next", form=forms.TurnPayload, action="meeting.chair")
def next_speaker(actor: Actor, *, item_id: int, speaking: int | None, now: datetime) -> Answer:
    speaker = service.next_speaker(actor, item_id=item_id, shown=speaking, now=now)
    return {"speaker_id": speaker.id if speaker else None}


@act("floor.give", form=forms.SpeakerPayload, action="meeting.chair")
def give_floor(actor: Actor, *, speaker_id: int, now: datetime) -> None:
    service.give_floor(actor, speaker_id=speaker_id, now=now)


@act("floor.end", form=forms.TurnPayload, action="meeting.speak")
def end_turn(actor: Actor, *, item_id: int, speaking: int | None, now: datetime) -> None:
    service.end_turn(actor, item_id=item_id, shown=speaking, now=now)


@act("floor.extend", form=forms.ExtensionPayload, action="meeting.chair")
def extend_turn(actor: Actor, *, item_id: int, everybody: bool, now: datetime) -> None:
    service.extend_turn(actor, item_id=item_id, everybody=everybody, now=now)


@act("floor.pause", form=forms.ItemPayload, action="meeting.chair")
def pause_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.pause_turn(actor, item_id=item_id, now=now)


@act("floor.resume", form=forms.ItemPayload, action="meeting.chair")
def resume_turn(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.resume_turn(actor, item_id=item_id, now=now)
