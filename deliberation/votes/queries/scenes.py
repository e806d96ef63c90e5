"""Votes with the matter, place and body they belong to, for pages and for the parts other rooms' pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from deliberation.committees.models import Committee
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Interest, Matter
from deliberation.people.access import ACTIONS, Actor
from deliberation.places.models import Place
from deliberation.votes.models import Vote
from deliberation.votes.rules import VoteState


@dataclass(frozen=True)
class Scene:
    """A vote with the matter, place and body it belongs to."""

    vote: Vote
    matter: Matter
    place: Place
    body: Committee


def scenes() -> Select[*tuple[Any, ...]]:
    """Every vote with its surroundings: the columns of a ``Scene``."""
    return (
        select(Vote, Matter, Place, Committee)
        .join(Matter, Matter.id == Vote.matter_id)
        .join(Place, Place.id == Vote.place_id)
        .join(Committee, Committee.id == Vote.committee_id)
    )


def scene(vote_id: int) -> Scene:
    """One vote with its surroundings, in one statement."""
    found = db.session.execute(scenes().where(Vote.id == vote_id)).first()
    if found is None:
        raise NotFound()
    return Scene(*found)


def scenes_to_tell(actor: Actor) -> list[Scene]:
    """Votes with paper or agents that are not counted yet, where ``actor`` is a teller without an interest (R-40)."""
    under_way = (VoteState.published, VoteState.voting, VoteState.closed)
    places = [grant.place_id for grant in actor.grants if grant.role in ACTIONS["paper.enter"]]
    if not places:
        return []
    other_ways = or_(Vote.allows_paper.is_(True), Vote.proxy_cap > 0)
    interested = select(Interest.id).where(Interest.matter_id == Vote.matter_id, Interest.user_id == actor.user_id)
    rows = scenes().where(Vote.state.in_(under_way), other_ways, ~interested.exists()).order_by(Vote.closes_at)
    if None not in places:
        rows = rows.where(or_(*(Place.path.contains(f"/{place_id}/") for place_id in places)))
    return [Scene(*row) for row in db.session.execute(rows)]


def scenes_to_conduct(actor: Actor) -> list[Scene]:
    """Votes that wait for an office: drafts, at the legal check, published, counted, where ``actor`` may act."""
    waiting = (VoteState.draft, VoteState.legal_check, VoteState.published, VoteState.closed, VoteState.counted)
    places = [grant.place_id for grant in actor.grants]
    if not places:
        return []
    rows = scenes().where(Vote.state.in_(waiting)).order_by(Vote.id)
    if None not in places:
        rows = rows.where(or_(*(Place.path.contains(f"/{place_id}/") for place_id in places)))
    found = [Scene(*row) for row in db.session.execute(rows)]
    return [each for each in found if actor.may(_next_act(each.vote), each.place.scope)]


def scenes_under_way(actor: Actor) -> list[Scene]:
    """Votes that are open for a day or more, not those of a moment in the room, where ``actor`` prepares votes."""
    held = {grant.place_id for grant in actor.grants if grant.role in ACTIONS["vote.prepare"]}
    if not held:
        return []
    rows = scenes().where(Vote.state == VoteState.voting).order_by(Vote.closes_at, Vote.id)
    if None not in held:
        rows = rows.where(or_(*(Place.path.contains(f"/{place_id}/") for place_id in held)))
    found = [Scene(*row) for row in db.session.execute(rows)]
    return [each for each in found if each.vote.closes_at - each.vote.opens_at >= timedelta(days=1)]


def _next_act(vote: Vote) -> str:
    """Whoever checks a draft does not conduct its vote (domain.md C5)."""
    return "vote.legal_check" if vote.state is VoteState.legal_check else "vote.announce"
