"""The public page of a frozen roll: how N and A came about, the masked lines, the objections to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deliberation.committees.rules import SMALL_BODY
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.counting import Amount
from deliberation.votes.models import Vote
from deliberation.votes.queries import roll, tallies
from deliberation.votes.queries.conduct import CONDUCTORS
from deliberation.votes.queries.objections import ObjectionLine, objection_lines
from deliberation.votes.queries.participation import turnouts
from deliberation.votes.queries.scenes import Scene, scene
from deliberation.votes.rules import ObjectionKind, RollSource, VoteState

Figures = Mapping[str, int | str | None]


@dataclass(frozen=True)
class RollPage:
    """``composition`` is there for owners, ``seat_kinds`` for seats, ``chambers`` where the vote has any.

    ``sources``, ``seat_kinds``, ``zones`` and ``spaces_alone`` are figures as everybody may see them (R-52): a number,
    "<5", or none where it would give a small one away. ``shows_cast`` is whether this person may see who has cast;
    ``own`` are their lines, in full.
    """

    scene: Scene
    composition: roll.Composition | None
    parking_counts: bool
    sources: Figures
    seat_kinds: Figures
    chambers: Mapping[str, Amount]
    zones: Figures
    spaces_alone: int | str | None
    meeting: Meeting | None
    lines: Page[roll.RollLine]
    own: Sequence[roll.RollLine]
    shows_cast: bool
    objections: Sequence[ObjectionLine]
    may_object: bool
    may_answer: bool


def roll_page(vote_id: int, actor: Actor, *, after: int | None, is_waiting: bool) -> RollPage:
    """From the publication on, for anybody; the same statements however many voters there are."""
    found = scene(vote_id)
    vote = found.vote
    if vote.published_at is None:
        raise NotFound()
    own = roll.own_lines(vote, actor.user_id)
    made = roll.composition(vote) if vote.roll_source is RollSource.units else None
    chambers = tallies.electorate(vote).chambers
    shows_cast = _may_see_who_cast(found, actor, has_voice=any(line.weight > 0 for line in own))
    return RollPage(
        scene=found,
        composition=made,
        parking_counts=tallies.counts_parking(vote),
        sources=rules.disclosed({name: block.parts for name, block in made.sources.items()}) if made else {},
        seat_kinds=_seat_kinds(vote) if vote.roll_source is RollSource.seats else {},
        chambers=chambers if made else {},
        zones=rules.disclosed({name: amount.heads for name, amount in chambers.items()}),
        spaces_alone=_spaces_alone(made) if made else None,
        meeting=meetings.meeting(vote.meeting_id) if vote.meeting_id is not None else None,
        lines=roll.lines(vote, user_id=actor.user_id, after=after, shows_cast=shows_cast, is_waiting=is_waiting),
        own=own,
        shows_cast=shows_cast,
        objections=objection_lines(vote, actor, kind=ObjectionKind.roll),
        may_object=vote.state is VoteState.published,
        may_answer=actor.may("vote.answer_objection", found.place.scope),
    )


def _seat_kinds(vote: Vote) -> Figures:
    """The seats of a small body are named on its own page, so there is nothing to hide in their number."""
    kinds = roll.seat_kinds(vote)
    return kinds if vote.seats_total <= SMALL_BODY else rules.disclosed(kinds)


def _spaces_alone(made: roll.Composition) -> int | str | None:
    """How many own nothing but spaces that do not count, beside those who have a voice."""
    return rules.disclosed({"alone": made.aside.heads, "others": made.owners.heads}).get("alone")


def _may_see_who_cast(found: Scene, actor: Actor, *, has_voice: bool) -> bool:
    vote: Vote = found.vote
    if not actor.is_signed_in or vote.opened_at is None:
        return False
    return rules.may_see_who_cast(
        is_secret=vote.is_secret,
        has_voice=has_voice,
        conducts=bool(actor.roles_in(found.place.scope) & CONDUCTORS),
        cast=turnouts([vote])[vote.id].cast,
    )
