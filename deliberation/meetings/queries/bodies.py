"""The body of a meeting as it stands for that meeting: the charter it was called under, who sits there on its day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.committees.queries import SeatTotals
from deliberation.committees.rules import Charter
from deliberation.committees.wording import CONVENERS
from deliberation.kernel.errors import Refusal
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import rules
from deliberation.meetings.models import Meeting
from deliberation.people.access import Actor
from deliberation.places import queries as places


def day_of(meeting: Meeting) -> date:
    """The day in Shanghai on which it begins."""
    return day_in_shanghai(meeting.starts_at)


def body_of(meeting: Meeting) -> Committee:
    return committees.committee(meeting.committee_id)


def charter_of(meeting: Meeting) -> Charter:
    """The charter the meeting was called under; until its notice goes out, the one in force."""
    body = body_of(meeting)
    is_called = meeting.noticed_at is not None
    return committees.charter_at(body, meeting.charter_version) if is_called else committees.charter_of(body)


def refusal_to_convene(actor: Actor, body: Committee) -> Refusal | None:
    """Why this person may not call the body's meetings; the place's offices were asked before (people.access)."""
    roles, convener = actor.roles_in(places.place(body.place_id).scope), body.convener
    return rules.refusal_to_convene(roles=roles, convener=convener, convener_name=CONVENERS[convener])


def may_convene(actor: Actor, body: Committee) -> bool:
    """Whether this person plans meetings of the body, and works on their agenda and notice."""
    is_office = actor.may("meeting.plan", places.place(body.place_id).scope)
    return is_office and refusal_to_convene(actor, body) is None


def totals_of(meeting: Meeting) -> SeatTotals:
    """The seats there are, and what the meeting's charter asks of them."""
    return committees.seat_totals(body_of(meeting), charter_of(meeting))


def seat_holders(meeting: Meeting) -> frozenset[int]:
    """Who sits on the body's seats on the meeting's day."""
    return committees.seat_holders(meeting.committee_id, on=day_of(meeting))


def sits(meeting: Meeting) -> ColumnElement[int | None]:
    """Who sits on a seat on the meeting's day, as a column."""
    return committees.acting_user(day_of(meeting))
