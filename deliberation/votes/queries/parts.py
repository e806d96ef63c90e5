"""What other pages show of votes: the panel of a matter, the lines of a desk, the cards of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter
from deliberation.meetings import queries as meetings
from deliberation.meetings.rules import MeetingState
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import rules
from deliberation.votes.models import Ballot, RollEntry, Vote, VoterMark
from deliberation.votes.queries.ballots import votes_of_matter
from deliberation.votes.queries.deadlines import announce_due_at
from deliberation.votes.queries.objections import Disputed, disputed
from deliberation.votes.queries.participation import Turnout, turnouts
from deliberation.votes.queries.scenes import Scene, scenes_to_conduct, scenes_under_way
from deliberation.votes.queries.telling import tellers_lines
from deliberation.votes.queries.waiting import scenes_to_cast
from deliberation.votes.rules import VoteState

TASKS = {
    VoteState.draft: "prepare_vote",
    VoteState.legal_check: "check_vote",
    VoteState.published: "open_vote",
    VoteState.closed: "finish_count",
    VoteState.counted: "announce",
}


@dataclass(frozen=True)
class VoteLine:
    """A vote on its matter's page. ``result`` is the verdict's JSON once it has been read back.

    ``own_seats`` is how many seats the person who looks may vote for, ``own_cast`` how many of them have.
    """

    vote: Vote
    turnout: Turnout
    result: dict[str, Any] | None
    own_seats: int
    own_cast: int


@dataclass(frozen=True)
class VotesPart:
    """``prepare_url`` is where this person may prepare a vote now; empty when that is not theirs or not yet."""

    lines: list[VoteLine]
    prepare_url: str
    may_conduct: bool


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> VotesPart | None:
    """Every vote of a matter, the newest first; drafts only for those who prepare votes there."""
    scope = places.place(matter.place_id).scope
    may_prepare = actor.may("vote.prepare", scope)
    votes = votes_of_matter(matter.id)
    shown = [each for each in reversed(votes) if may_prepare or each.state is not VoteState.draft]
    prepare_url = _prepare_url(matter, votes, now=now) if may_prepare else ""
    if not shown and not prepare_url:
        return None
    return VotesPart(_lines(shown, actor), prepare_url, actor.may("vote.announce", scope))


def _prepare_url(matter: Matter, votes: Sequence[Vote], *, now: datetime) -> str:
    refusal = rules.refusal_to_prepare(
        matter_state=matter.state,
        is_closed=matter.closed_at is not None or matter.step > 3,
        has_vote_under_way=any(each.is_under_way for each in votes) or any(each.is_passed for each in votes),
        opens_at=now,
        closes_at=datetime.max.replace(tzinfo=now.tzinfo),
    )
    if refusal is not None:
        return ""
    found = meetings.latest_item_of_matter(matter.id)
    is_coming = found is not None and found[1].state is not MeetingState.closed
    return f"/votes/new?matter={matter.number}" + (f"&item={found[0].id}" if found and is_coming else "")


def _lines(votes: Sequence[Vote], actor: Actor) -> list[VoteLine]:
    figures = turnouts(votes)
    own = _own_counts([each.id for each in votes], actor.user_id)
    return [
        VoteLine(each, figures[each.id], each.result if each.announced_at else None, *own.get(each.id, (0, 0)))
        for each in votes
    ]


def _own_counts(vote_ids: Sequence[int], user_id: int | None) -> dict[int, tuple[int, int]]:
    """For each vote the person's seats, and how many of them have cast."""
    if user_id is None or not vote_ids:
        return {}
    rows = (
        select(RollEntry.vote_id, func.count(RollEntry.id), func.count(func.coalesce(Ballot.id, VoterMark.vote_id)))
        .outerjoin(Ballot, (Ballot.roll_entry_id == RollEntry.id) & Ballot.superseded_at.is_(None))
        .outerjoin(VoterMark, VoterMark.roll_entry_id == RollEntry.id)
        .where(RollEntry.vote_id.in_(vote_ids), RollEntry.user_id == user_id, RollEntry.weight > 0)
        .group_by(RollEntry.vote_id)
    )
    return {vote_id: (seats, cast) for vote_id, seats, cast in db.session.execute(rows)}


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Votes to publish, open and read back where this person conducts votes; open ones that lack voters; objections;
    what waits for a teller.
    """
    under_way = scenes_under_way(actor)
    figures = turnouts([scene.vote for scene in under_way])
    return [
        *(_short_line(scene) for scene in under_way if not figures[scene.vote.id].is_enough),
        *(_desk_line(scene) for scene in scenes_to_conduct(actor)),
        *(_objection_line(each) for each in disputed(actor)),
        *tellers_lines(actor),
    ]


def _short_line(scene: Scene) -> DeskLine:
    vote, matter = scene.vote, scene.matter
    return DeskLine(
        3, matter.number, matter.plate, vote.title, "gather_voters", vote.closes_at, f"/votes/{vote.id}"
    )  # fmt: skip


def _objection_line(held_up: Disputed) -> DeskLine:
    vote, matter = held_up.scene.vote, held_up.scene.matter
    next_step = "correct_roll" if vote.state is VoteState.published else "decide_next"
    return DeskLine(
        step=3,
        number=matter.number,
        plate=matter.plate,
        title=vote.title,
        task="answer_objection" if held_up.due_at is not None else next_step,
        due_at=held_up.due_at or vote.opens_at,
        url=f"/votes/objections#vote-{vote.id}",
    )


def _desk_line(scene: Scene) -> DeskLine:
    vote, matter = scene.vote, scene.matter
    return DeskLine(
        step=3,
        number=matter.number,
        plate=matter.plate,
        title=vote.title,
        task=TASKS[vote.state],
        due_at=announce_due_at(vote) if vote.closed_at is not None else vote.opens_at,
        url=f"/votes/{vote.id}",
    )


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Open votes in which this person can still cast, with the turnout."""
    if actor.user_id is None:
        return []
    waiting = scenes_to_cast(actor.user_id, today=shanghai_date(now))
    figures = turnouts([scene.vote for scene, _own, _held in waiting])
    return [_need(scene, own, held, figures[scene.vote.id]) for scene, own, held in waiting]


def _need(scene: Scene, own: int, held: int, turnout: Turnout) -> Need:
    """``own`` ballots of this person's, and ``held`` that they cast for others."""
    vote = scene.vote
    data = {"vote_id": vote.id, "plate": scene.matter.plate, "text": vote.text, "own": own, "held": held}
    data["closes_in_room"] = vote.closes_in_room
    return Need(
        step=3,
        title=vote.title,
        due_at=vote.closes_at,
        url=f"/votes/{vote.id}",
        template="votes/_need.html",
        data={**data, "body": scene.body.name, "turnout": turnout},
    )
