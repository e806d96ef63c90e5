"""May I vote, and with what weight: one person's lines of the roll, or why there is none and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.committees import queries as committees
from deliberation.kernel.errors import NotFound
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import queries as meetings
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.registry import queries as registry
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries import roll
from deliberation.votes.queries.casting import advisers
from deliberation.votes.queries.objections import ObjectionLine, objection_lines
from deliberation.votes.queries.proxies import Mandate, mandates
from deliberation.votes.queries.scenes import Scene, scene
from deliberation.votes.queries.tallies import counts_parking
from deliberation.votes.rules import NoVoice, ObjectionKind, RollSource, VoteState


@dataclass(frozen=True)
class Eligibility:
    """``lines`` name this person, with a voice or without. ``no_voice`` is none when one of them has a voice.

    ``parking_counts`` is how R-14 turned out for this vote. ``mandates`` are authorities given and held. ``objections``
    are the person's own to the roll; one may be raised while ``may_object``.
    """

    scene: Scene
    lines: Sequence[roll.RollLine]
    no_voice: NoVoice | None
    parking_counts: bool
    mandates: Sequence[Mandate]
    objections: Sequence[ObjectionLine]
    may_object: bool
    user_id: int | None

    @property
    def voices(self) -> int:
        """How many ballots this person casts."""
        return sum(line.weight > 0 for line in self.lines)


def eligibility(vote_id: int, actor: Actor) -> Eligibility:
    """From the publication on, for anybody; a vote that was never published has no roll to ask."""
    found = scene(vote_id)
    vote = found.vote
    if vote.published_at is None:
        raise NotFound()
    lines = roll.own_lines(vote, actor.user_id)
    has_voice = any(line.weight > 0 for line in lines)
    own = [each for each in objection_lines(vote, actor, kind=ObjectionKind.roll) if each.is_own]
    return Eligibility(
        scene=found,
        lines=lines,
        no_voice=None if has_voice else why_no_voice(vote, actor, stands_without_voice=bool(lines)),
        parking_counts=counts_parking(vote),
        mandates=mandates(vote.id, actor.user_id) if vote.proxy_cap else [],
        objections=own,
        may_object=vote.state is VoteState.published,
        user_id=actor.user_id,
    )


def why_no_voice(vote: Vote, actor: Actor, *, stands_without_voice: bool) -> NoVoice:
    """The facts that the rule asks for, by the source of the roll."""
    if actor.user_id is None or stands_without_voice:
        return rules.why_no_voice(
            vote.roll_source, is_signed_in=actor.is_signed_in, stands_without_voice=stands_without_voice
        )
    facts = {
        RollSource.seats: _of_seats,
        RollSource.units: _of_owners,
        RollSource.members: _of_members,
        RollSource.attendance: _of_those_present,
    }
    return rules.why_no_voice(vote.roll_source, is_signed_in=True, **facts[vote.roll_source](vote, actor.user_id))


def _of_seats(vote: Vote, user_id: int) -> dict[str, bool]:
    seats = committees.seats_of_user(vote.committee_id, user_id, on=day_in_shanghai(vote.opens_at))
    return {
        "is_adviser": bool(advisers([vote.committee_id], [user_id])),
        "belongs_now": any(seat.is_voting for seat in seats),
    }


def _of_owners(vote: Vote, user_id: int) -> dict[str, bool]:
    zones = registry.zones_owned(vote.place_id, user_id)
    in_scope = [zone for zone in zones if not vote.roll_scope or zone in vote.roll_scope]
    return {"belongs_now": bool(in_scope), "owns_elsewhere": bool(zones) and not in_scope}


def _of_members(vote: Vote, user_id: int) -> dict[str, bool]:
    return {"belongs_now": people.user(user_id).home_place_id == vote.place_id}


def _of_those_present(vote: Vote, user_id: int) -> dict[str, bool]:
    return {"belongs_now": vote.meeting_id is not None and meetings.is_present(vote.meeting_id, user_id)}
