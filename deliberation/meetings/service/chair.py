"""Who calls a body's meetings, and who chairs them: the chair, or the stand-in where there is an interest (R-40)."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.committees.models import Committee
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Interest
from deliberation.meetings import queries, rules
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.service.log import load_item, note, tell_own_pages
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.places.models import Place


def require_convener(actor: Actor, body: Committee) -> Place:
    """Raise unless ``actor`` calls the meetings of ``body``: its charter's convener, or the liaison. Its place."""
    place = places.place(body.place_id)
    access.require(actor, "meeting.plan", place.scope)
    refusal = queries.refusal_to_convene(actor, body)
    if refusal:
        raise refusal
    return place


def require_chair(actor: Actor, meeting: Meeting, item: AgendaItem | None) -> None:
    """Raise unless ``actor`` chairs ``item``: the chair, or its stand-in, and without a declared interest (R-40).

    Without an item (opening, recess, closing) it is the chair who acts.
    """
    access.require(actor, "meeting.chair", places.place(meeting.place_id).scope)
    matter_id = item.matter_id if item is not None else None
    interested = matter_queries.interested_user_ids(matter_id) if matter_id is not None else frozenset()
    refusal = rules.refusal_to_chair(
        person_id=actor.user_id,
        chair_id=meeting.chair_id,
        stand_in_chair_id=item.stand_in_chair_id if item is not None else None,
        has_interest=actor.user_id in interested,
    )
    if refusal:
        raise refusal


def declare_interest(actor: Actor, *, item_id: int, reason: str, now: datetime) -> Interest:
    """R-40: say so, in public. Whoever did may not chair, count or handle this matter any more."""
    item, meeting = load_item(item_id)
    if item.matter_id is None:
        raise rules.NoMatter()
    if actor.user_id is None:
        raise NotAllowed()
    interest = matters.declare_interest(item.matter_id, user_id=actor.user_id, reason=reason, now=now)
    if item.stand_in_chair_id == actor.user_id:
        item.stand_in_chair_id = None  # The chair has to ask somebody else.
    audit.record("interest.declared", {"matter": item.matter_id, "user": actor.user_id}, now=now)
    data = {"item": item.id, "user": actor.user_id, "reason": interest.reason}
    note(meeting, "interest.declared", actor=actor, now=now, parts=("item",), data=data)
    tell_own_pages(meeting, actor.user_id)
    return interest


def appoint_stand_in(actor: Actor, *, item_id: int, user_id: int, now: datetime) -> AgendaItem:
    """The chair, interested or not, hands one item to somebody who may chair here and has no interest in it."""
    item, meeting = load_item(item_id)
    place = places.place(meeting.place_id)
    access.require(actor, "meeting.chair", place.scope)
    if actor.user_id != meeting.chair_id:
        raise rules.NotTheChair()
    interested = matter_queries.interested_user_ids(item.matter_id) if item.matter_id is not None else frozenset()
    may_chair = {user.id for user in queries.people_who_may_chair(place)}
    if user_id not in may_chair or user_id in interested or user_id == meeting.chair_id:
        raise rules.NotAChair(name=people.user(user_id).name)
    item.stand_in_chair_id = user_id
    audit.record("stand_in.appointed", {"item": item.id, "user": user_id, "by": actor.user_id}, now=now)
    data = {"item": item.id, "user": user_id}
    note(meeting, "stand_in.appointed", actor=actor, now=now, parts=("item", "items"), data=data)
    tell_own_pages(meeting, user_id)
    return item
