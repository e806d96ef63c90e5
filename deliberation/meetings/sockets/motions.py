"""Motions, amendments, and the end of the debate."""

from __future__ import annotations

from datetime import datetime

from deliberation.meetings import forms, service
from deliberation.meetings.rules import Answer as Said
from deliberation.meetings.rules import MotionKind, TallyAbout
from deliberation.meetings.sockets.common import Answer, act
from deliberation.people.access import Actor


@act("motion.propose", form=forms.ProposePayload, action="meeting.speak")
def propose_motion(actor: Actor, *, item_id: int, kind: str, text: str, mover_id: int | None, now: datetime) -> Answer:
    motion = service.propose_motion(
        actor, item_id=item_id, kind=MotionKind(kind), text=text, mover_id=mover_id, now=now
    )
    return {"motion_id": motion.id}


@act("motion.second", form=forms.SecondPayload, action="meeting.speak")
def second_motion(actor: Actor, *, motion_id: int, seconder_id: int | None, now: datetime) -> None:
    service.second_motion(actor, motion_id=motion_id, seconder_id=seconder_id, now=now)


@act("motion.withdraw", form=forms.MotionPayload, action="meeting.speak")
def withdraw_motion(actor: Actor, *, motion_id: int, now: datetime) -> None:
    service.withdraw_motion(actor, motion_id=motion_id, now=now)


@act("motion.accept", form=forms.MotionPayload, action="meeting.chair")
def accept_motion(actor: Actor, *, motion_id: int, now: datetime) -> None:
    service.accept_motion(actor, motion_id=motion_id, now=now)


@act("motion.decline", form=forms.ReasonedMotionPayload, action="meeting.chair")
def decline_motion(actor: Actor, *, motion_id: int, reason: str, now: datetime) -> None:
    service.decline_motion(actor, motion_id=motion_id, reason=reason, now=now)


@act("motion.agree", form=forms.MotionPayload, action="meeting.chair")
def agree_motion(actor: Actor, *, motion_id: int, now: datetime) -> None:
    service.agree_motion(actor, motion_id=motion_id, now=now)


@act("debate.ask_close", form=forms.ItemPayload, action="meeting.speak")
def ask_to_close(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.ask_to_close(actor, item_id=item_id, now=now)


@act("debate.close", form=forms.ItemPayload, action="meeting.chair")
def close_debate(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.close_debate(actor, item_id=item_id, now=now)


@act("debate.reopen", form=forms.ItemPayload, action="meeting.chair")
def reopen_debate(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.reopen_debate(actor, item_id=item_id, now=now)


@act("tally.open", form=forms.OpenTallyPayload, action="meeting.chair")
def open_tally(actor: Actor, *, item_id: int, about: str, now: datetime) -> Answer:
    tally = service.open_tally(actor, item_id=item_id, about=TallyAbout(about), now=now)
    return {"tally_id": tally.id}


@act("tally.answer", form=forms.AnswerPayload, action="meeting.speak")
def answer_tally(actor: Actor, *, tally_id: int, answer: str, attendance_id: int | None, now: datetime) -> None:
    service.answer_tally(actor, tally_id=tally_id, answer=Said(answer), attendance_id=attendance_id, now=now)


@act("tally.close", form=forms.TallyPayload, action="meeting.chair")
def close_tally(actor: Actor, *, tally_id: int, now: datetime) -> Answer:
    return {"result": service.close_tally(actor, tally_id=tally_id, now=now).result}


@act("tally.drop", form=forms.TallyPayload, action="meeting.chair")
def drop_tally(actor: Actor, *, tally_id: int, now: datetime) -> None:
    service.drop_tally(actor, tally_id=tally_id, now=now)
