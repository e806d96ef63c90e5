"""Questions from the floor, quick questions to everybody, and reactions."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel import live
from deliberation.meetings import forms, service
from deliberation.meetings.rules import Reaction
from deliberation.meetings.sockets.common import Answer, act
from deliberation.people.access import Actor


@act("question.ask", form=forms.AskPayload, action="question.ask")
def ask_question(actor: Actor, *, item_id: int, text: str, now: datetime) -> Answer:
    return {"question_id": service.ask_question(actor, item_id=item_id, text=text, now=now).id}


@act("question.withdraw", form=forms.QuestionPayload, action="question.ask")
def withdraw_question(actor: Actor, *, question_id: int, now: datetime) -> None:
    service.withdraw_question(actor, question_id=question_id, now=now)


@act("question.like", form=forms.LikePayload, action="question.like")
def like_question(actor: Actor, *, question_id: int, is_liked: bool, now: datetime) -> None:
    service.like_question(actor, question_id=question_id, is_liked=is_liked, now=now)


@act("question.answer", form=forms.AnsweredPayload, action="question.answer")
def answer_question(actor: Actor, *, question_id: int, is_answered: bool, now: datetime) -> None:
    service.answer_question(actor, question_id=question_id, is_answered=is_answered, now=now)


@act("question.set_aside", form=forms.ReasonedQuestionPayload, action="question.answer")
def set_question_aside(actor: Actor, *, question_id: int, reason: str, now: datetime) -> None:
    service.set_question_aside(actor, question_id=question_id, reason=reason, now=now)


@act("pulse.open", form=forms.OpenPulsePayload, action="pulse.ask")
def open_pulse(actor: Actor, *, item_id: int, text: str, options: str, now: datetime) -> Answer:
    return {"pulse_id": service.open_pulse(actor, item_id=item_id, text=text, options=options, now=now).id}


@live.message("pulse.answer", form=forms.AnswerPulsePayload, action="pulse.answer")
def answer_pulse(actor: Actor, *, pulse_id: int, option: int, client_key: str) -> Answer:
    """No note is kept of the device's key: sent again it counts once all the same, and nothing says who did it when."""
    return {} if service.answer_pulse(actor, pulse_id=pulse_id, option=option) else {"repeated": True}


@act("pulse.close", form=forms.PulsePayload, action="pulse.ask")
def close_pulse(actor: Actor, *, pulse_id: int, now: datetime) -> None:
    service.close_pulse(actor, pulse_id=pulse_id, now=now)


@act("pulse.drop", form=forms.PulsePayload, action="pulse.ask")
def drop_pulse(actor: Actor, *, pulse_id: int, now: datetime) -> None:
    service.drop_pulse(actor, pulse_id=pulse_id, now=now)


@live.message("reaction.send", form=forms.ReactionPayload, action="reaction.send")
def send_reaction(actor: Actor, *, meeting_id: int, kind: str, client_key: str) -> None:
    service.send_reaction(actor, meeting_id=meeting_id, kind=Reaction(kind))
