"""What the page of one vote shows to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel import clock
from deliberation.kernel.errors import NotFound, Refusal
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
from deliberation.votes.queries import conduct
from deliberation.votes.queries.ballots import OwnSeat, Turnout, own_seats, turnouts
from deliberation.votes.queries.scenes import Scene, is_adviser, scene
from deliberation.votes.rules import DecisionRule, VoteState


@dataclass(frozen=True)
class Act:
    """A step an office-holder takes next: "publish", "open", "close", "announce" or "cancel"; greyed with a reason."""

    name: str
    refusal: Refusal | None


@dataclass(frozen=True)
class VotePage:
    """``standing`` is on_roll, adviser, not_on_roll or visitor. ``refusal`` says why no ballot can be cast now.

    ``members`` and ``needed`` are seats and quorum: of the frozen roll, before publication as the body stands now.
    ``result`` is the verdict's JSON: public once read back, and to who reads it back from the count on.
    """

    scene: Scene
    turnout: Turnout
    seats: list[OwnSeat]
    standing: str
    refusal: Refusal | None
    acts: list[Act]
    result: dict[str, Any] | None
    meeting: Meeting | None
    handler_name: str
    members: int
    needed: int


def page(vote_id: int, actor: Actor, *, now: datetime) -> VotePage:
    """Everything the page needs. What was never published is there only for those who prepare votes."""
    found = scene(vote_id)
    vote = found.vote
    if vote.published_at is None and not actor.may("vote.prepare", found.place.scope):
        raise NotFound()
    seats = own_seats(vote.id, actor.user_id)
    acts = _acts(found, actor, now=now)
    members = vote.seats_total or committees.seat_totals(found.body).voting
    reads_back = any(act.name == "announce" and act.refusal is None for act in acts)
    return VotePage(
        scene=found,
        turnout=turnouts([vote])[vote.id],
        seats=seats,
        standing=_standing(found, actor, has_seats=bool(seats)),
        refusal=rules.refusal_to_cast(
            state=vote.state,
            opens_at=vote.opens_at,
            closes_at=vote.closes_at,
            closed_at=vote.closed_at,
            is_on_roll=bool(seats),
            now=now,
        ),
        acts=acts,
        result=vote.result if vote.announced_at is not None or reads_back else None,
        meeting=meetings.meeting(vote.meeting_id) if vote.meeting_id is not None else None,
        handler_name=people.user(vote.handler_id).name if vote.handler_id is not None else "",
        members=members,
        needed=rules.ballots_needed(vote.rule, members),
    )


def _standing(found: Scene, actor: Actor, *, has_seats: bool) -> str:
    if has_seats:
        return "on_roll"
    if actor.user_id is None:
        return "visitor"
    return "adviser" if is_adviser(found.body.id, actor.user_id) else "not_on_roll"


def _acts(found: Scene, actor: Actor, *, now: datetime) -> list[Act]:
    """The steps that come next, for people who hold an office in the place; others see no buttons."""
    vote, scope = found.vote, found.place.scope
    if not any(actor.may(action, scope) for action in ("vote.prepare", "vote.announce")):
        return []
    return [Act(name, refusal) for name, refusal in _next_steps(vote, actor, now=now)]


def _next_steps(vote: Vote, actor: Actor, *, now: datetime) -> list[tuple[str, Refusal | None]]:
    if vote.state is VoteState.draft:
        publish = conduct.refusal_to_publish(actor, vote, now=now)
        return [("publish", publish), ("cancel", conduct.refusal_to_cancel(actor, vote))]
    if vote.state is VoteState.published:
        return [("open", conduct.refusal_to_open(actor, vote)), ("cancel", conduct.refusal_to_cancel(actor, vote))]
    if vote.state is VoteState.voting:
        return [("close", conduct.refusal_to_close(actor, vote, now=now))]
    if vote.state is VoteState.counted:
        return [("announce", conduct.refusal_to_announce(actor, vote))]
    return []


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

    def suggestion(self, *, now: datetime) -> dict[str, Any]:
        """What the form begins with: the motion as the meeting has it, and a week to vote."""
        opens = clock.shanghai(now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
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
        }

    def rule(self, body: Committee) -> DecisionRule:
        return decision_rule(body)

    def needed(self, body: Committee) -> int:
        """How many ballots this body's charter asks for."""
        return rules.ballots_needed(decision_rule(body), self.seats[body.id])


def preparation(actor: Actor, *, number: str, item_id: int | None) -> Preparation:
    """For who may prepare votes in the matter's place."""
    matter = matters.matter_by_number(number)
    place = places.place(matter.place_id)
    require(actor, "vote.prepare", place.scope)
    item = meetings.item(item_id) if item_id is not None else None
    if item is not None and item.matter_id != matter.id:
        raise NotFound()
    bodies = committees.committees_of(place.scope)
    offices = (Role.handler, Role.park_manager)
    handlers = {user.id: user for role in offices for user in people.holders_of_role(role, place.scope)}
    return Preparation(
        matter=matter,
        place=place,
        item_id=item_id,
        motion_text=item.motion_text if item else "",
        meeting=meetings.meeting(item.meeting_id) if item else None,
        bodies=bodies,
        seats={body.id: committees.seat_totals(body).voting for body in bodies},
        handlers=list(handlers.values()),
    )
