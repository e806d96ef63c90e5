"""What the form of a new vote needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel import clock
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.votes import rules
from deliberation.votes.models import Vote, decision_rule
from deliberation.votes.queries import ballots
from deliberation.votes.queries.conduct import refusal_to_change
from deliberation.votes.queries.notice import help_desk
from deliberation.votes.rules import DecisionRule, RollSource, RuleKind


@dataclass(frozen=True)
class Preparation:
    """What the form of a new vote needs: the matter, the agenda item it belongs to, and who may be chosen."""

    matter: Matter
    place: Place
    item_id: int | None
    motion_text: str
    meeting: Meeting | None
    bodies: Sequence[Committee]
    seats: dict[int, int]
    handlers: Sequence[User]
    draft: Vote | None = None

    def suggestion(self, *, now: datetime) -> dict[str, Any]:
        """What the form begins with: the draft as it stands, or the motion as the meeting has it and a week to vote."""
        if self.draft is not None:
            return _as_typed(self.draft, next(body for body in self.bodies if body.id == self.draft.committee_id))
        is_owners = bool(self.bodies) and decision_rule(self.bodies[0]).kind is rules.RuleKind.owners
        days_ahead = rules.NOTICE_DAYS + 1 if is_owners else 1
        opens = clock.shanghai(now + timedelta(days=days_ahead)).replace(hour=9, minute=0, second=0, microsecond=0)
        closes = (opens + timedelta(days=7)).replace(hour=20)
        if self.meeting is not None:
            opens = min(opens, clock.shanghai(self.meeting.starts_at))
            closes = clock.shanghai(self.meeting.starts_at + timedelta(minutes=self.meeting.planned_minutes))
        first = self.meeting.committee_id if self.meeting is not None else (self.bodies[0].id if self.bodies else None)
        return {
            "title": self.matter.title,
            "text": self.motion_text,
            "committee_id": first,
            "opens_at": opens.replace(tzinfo=None),
            "closes_at": closes.replace(tzinfo=None),
            "handler_working_days": 15,
            "issuer": self.bodies[0].name if self.bodies else "",
            "extension_days": self.bodies[0].extension_days if self.bodies else 0,
            "help_desk": help_desk(self.place),
            "objection_contact": f"{self.place.contact_name} {self.place.contact_phone}".strip(),
        }

    def rule(self, body: Committee) -> DecisionRule:
        return decision_rule(body)

    def needed(self, body: Committee) -> int:
        """How many ballots this body's charter asks for."""
        return rules.ballots_needed(decision_rule(body), self.seats[body.id])


def _as_typed(vote: Vote, body: Committee) -> dict[str, Any]:
    """A draft as the form's fields have it."""
    usual = RollSource.units if body.rule_kind == RuleKind.owners else RollSource.seats
    plain = (
        "title", "text", "committee_id", "needs_external_approval", "approval_body", "handler_working_days", "method",
        "seats_to_fill", "choice_limit", "is_secret", "allows_paper", "proxy_cap", "parking_rule", "is_about_parking",
        "deemed_clause", "electronic_clause", "extension_days",
    )  # fmt: skip
    return {name: getattr(vote, name) for name in plain} | {
        "opens_at": clock.shanghai(vote.opens_at).replace(tzinfo=None),
        "closes_at": clock.shanghai(vote.closes_at).replace(tzinfo=None),
        "handler_id": vote.handler_id or 0,
        "aim": str(vote.rule_kind) if vote.rule_kind != body.rule_kind else "",
        "source": str(vote.roll_source) if vote.roll_source is not usual else "",
        "item_class": vote.item_class or 0,
        "options": "\n".join(option["label"] for option in vote.options),
        "barred": "\n".join(f"{each['label']}：{each['barred']}" for each in vote.options if "barred" in each),
        "zones": "、".join(vote.roll_scope),  # not translated: what the form itself takes.
        "each_zone": vote.chambers_by == "zone",
        **vote.notice,
    }


def preparation_of(actor: Actor, vote_id: int) -> Preparation:
    """The same for a draft that is to be written anew; its refusal where it is none."""
    draft = ballots.vote(vote_id)
    refusal = refusal_to_change(actor, draft)
    if refusal is not None:
        raise refusal
    found = preparation(actor, number=matters.matter(draft.matter_id).number, item_id=draft.item_id)
    return replace(found, draft=draft)


def preparation(actor: Actor, *, number: str, item_id: int | None) -> Preparation:
    """For who may prepare votes in the matter's place."""
    matter = matters.matter_by_number(number)
    place = places.place(matter.place_id)
    require(actor, "vote.prepare", place.scope)
    item = meetings.item(item_id) if item_id is not None else None
    if item is not None and item.matter_id != matter.id:
        raise NotFound()
    bodies = committees.committees_of(place.scope)
    return Preparation(
        matter=matter,
        place=place,
        item_id=item_id,
        motion_text=item.motion_text if item else "",
        meeting=meetings.meeting(item.meeting_id) if item else None,
        bodies=bodies,
        seats={body.id: committees.seat_totals(body).voting for body in bodies},
        handlers=_handlers_in(place),
    )


def _handlers_in(place: Place) -> list[User]:
    """Who may be given the case of a resolution in this place."""
    offices = (Role.handler, Role.park_manager)
    return list({user.id: user for role in offices for user in people.holders_of_role(role, place.scope)}.values())


@dataclass(frozen=True)
class Calling:
    """What a chair may choose for a vote called in the room. The charter's own rule stands, unless it only asks."""

    rule_kind: RuleKind
    has_seats: bool
    handlers: Sequence[User]


def calling(actor: Actor, *, item_id: int) -> Calling:
    """For who may call votes in the place of the item's meeting."""
    meeting = meetings.meeting(meetings.item(item_id).meeting_id)
    place = places.place(meeting.place_id)
    require(actor, "vote.call", place.scope)
    seats = committees.seat_totals(committees.committee(meeting.committee_id)).voting
    rule_kind = RuleKind(meetings.charter_of(meeting).rule_kind)
    return Calling(rule_kind=rule_kind, has_seats=seats > 0, handlers=_handlers_in(place))
