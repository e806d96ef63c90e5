"""Who does what by which day: agreed in the room, read back by the chair (R-47)."""

from __future__ import annotations

from datetime import date, datetime

from deliberation.kernel.database import db
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, AgreedStep, Meeting
from deliberation.meetings.service.chair import require_chair
from deliberation.meetings.service.log import load_item, note
from deliberation.meetings.service.passage import office_name
from deliberation.people import queries as people
from deliberation.people.access import Actor


def agree_step(
    actor: Actor,
    *,
    item_id: int,
    text: str,
    due_on: date,
    now: datetime,
    owner_id: int | None = None,
    owner_unit_id: int | None = None,
    owner_name: str = "",
) -> AgreedStep:
    """Write down one thing that is to be done, on the item in hand."""
    item, meeting = load_item(item_id)
    require_chair(actor, meeting, item)
    if meeting.current_item_id != item.id:
        raise rules.FloorClosed()
    step = write_step(
        actor, item, meeting, text=text, due_on=due_on, owner_id=owner_id, owner_unit_id=owner_unit_id,
        owner_name=owner_name, now=now,
    )  # fmt: skip
    note(meeting, "step.agreed", actor=actor, now=now, parts=("steps",), data={"item": item.id, "step": step.id})
    return step


def write_step(
    actor: Actor,
    item: AgendaItem,
    meeting: Meeting,
    *,
    text: str,
    due_on: date | None,
    owner_id: int | None,
    owner_unit_id: int | None,
    owner_name: str,
    now: datetime,
) -> AgreedStep:
    """The row itself, once the rule has nothing against it. An office is named in full, as it acts in public."""
    refusal = rules.refusal_of_step(
        has_owner=bool(owner_id or owner_unit_id or owner_name),
        due_on=due_on,
        today=day_in_shanghai(now),
        count=len(queries.agreed_steps(meeting.id)),
    )
    if refusal or due_on is None:
        raise refusal or rules.DayMissing()
    step = AgreedStep(
        meeting_id=meeting.id,
        item_id=item.id,
        matter_id=item.matter_id,
        text=text,
        owner_id=owner_id,
        owner_unit_id=owner_unit_id,
        owner_name=_name_of(meeting, owner_id, owner_unit_id) or owner_name,
        due_on=due_on,
        agreed_at=now,
        agreed_by_id=actor.user_id,
    )
    db.session.add(step)
    db.session.flush()
    return step


def take_up_step(actor: Actor, *, step_id: int, now: datetime) -> AgreedStep:
    """Somebody has been given it to do: it is no open promise any more. Called by cases, after the meeting too."""
    item, meeting = load_item(queries.agreed_step(step_id).item_id)
    step = db.session.get_one(AgreedStep, step_id, populate_existing=True)
    refusal = rules.refusal_to_take_up(
        is_dropped=step.dropped_at is not None,
        is_taken_up=step.taken_up_at is not None,
        has_matter=step.matter_id is not None,
        item=item.state,
    )
    if refusal:
        raise refusal
    step.taken_up_at = now
    note(meeting, "step.taken_up", actor=actor, now=now, parts=(), data={"item": item.id, "step": step.id})
    return step


def _name_of(meeting: Meeting, owner_id: int | None, owner_unit_id: int | None) -> str:
    """Only who is on the list can be chosen: the offices of the place, and the units."""
    for each in queries.owners_to_choose(meeting):
        if owner_id is not None and each.get("owner_id") == owner_id:
            return office_name(people.user(owner_id))
        if owner_unit_id is not None and each.get("owner_unit_id") == owner_unit_id:
            return str(each["name"])
    if owner_id is not None or owner_unit_id is not None:
        raise rules.OwnerMissing()
    return ""


def drop_step(actor: Actor, *, step_id: int, now: datetime) -> None:
    """Take back what was written down by mistake, while the meeting lasts."""
    item, meeting = load_item(queries.agreed_step(step_id).item_id)
    require_chair(actor, meeting, item)
    if meeting.state not in (rules.MeetingState.open, rules.MeetingState.recess):
        raise rules.MeetingNotThere()
    step = db.session.get_one(AgreedStep, step_id, populate_existing=True)
    if step.dropped_at is not None:
        return
    step.dropped_at = now
    note(meeting, "step.dropped", actor=actor, now=now, parts=("steps",), data={"item": item.id, "step": step.id})
