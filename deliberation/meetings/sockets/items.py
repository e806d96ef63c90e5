"""The items of the agenda, who chairs them, and what was agreed to be done."""

from __future__ import annotations

from datetime import date, datetime

from deliberation.meetings import forms, service
from deliberation.meetings.sockets.common import Answer, act
from deliberation.people.access import Actor


@act("item.start", form=forms.ItemPayload, action="meeting.chair")
def start_item(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.start_item(actor, item_id=item_id, now=now)


@act("item.defer", form=forms.ReasonedItemPayload, action="meeting.chair")
def defer_item(actor: Actor, *, item_id: int, reason: str, now: datetime) -> None:
    service.defer_item(actor, item_id=item_id, reason=reason, now=now)


@act("item.decide", form=forms.DecisionPayload, action="meeting.chair")
def decide_item(
    actor: Actor,
    *,
    item_id: int,
    text: str,
    due_on: date | None,
    owner_id: int | None,
    owner_unit_id: int | None,
    owner_name: str,
    is_other: bool,
    now: datetime,
) -> None:
    service.decide_item(
        actor,
        item_id=item_id,
        text=text,
        due_on=due_on,
        owner_id=owner_id,
        owner_unit_id=owner_unit_id,
        owner_name=owner_name,
        is_other=is_other,
        now=now,
    )


@act("item.finish", form=forms.ItemPayload, action="meeting.chair")
def finish_item(actor: Actor, *, item_id: int, now: datetime) -> None:
    service.finish_item(actor, item_id=item_id, now=now)


@act("step.agree", form=forms.StepPayload, action="meeting.chair")
def agree_step(
    actor: Actor,
    *,
    item_id: int,
    text: str,
    due_on: date,
    owner_id: int | None,
    owner_unit_id: int | None,
    owner_name: str,
    now: datetime,
) -> Answer:
    step = service.agree_step(
        actor,
        item_id=item_id,
        text=text,
        due_on=due_on,
        owner_id=owner_id,
        owner_unit_id=owner_unit_id,
        owner_name=owner_name,
        now=now,
    )
    return {"step_id": step.id}


@act("step.drop", form=forms.AgreedStepPayload, action="meeting.chair")
def drop_step(actor: Actor, *, step_id: int, now: datetime) -> None:
    service.drop_step(actor, step_id=step_id, now=now)


@act("interest.declare", form=forms.ReasonedItemPayload, action="interest.declare")
def declare_interest(actor: Actor, *, item_id: int, reason: str, now: datetime) -> None:
    service.declare_interest(actor, item_id=item_id, reason=reason, now=now)


@act("stand_in.appoint", form=forms.StandInPayload, action="meeting.chair")
def appoint_stand_in(actor: Actor, *, item_id: int, user_id: int, now: datetime) -> None:
    service.appoint_stand_in(actor, item_id=item_id, user_id=user_id, now=now)
