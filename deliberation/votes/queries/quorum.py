"""Who takes part in an open vote, in sum: enough to know whether its quorum is met, and nothing of what they chose."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, select

from deliberation.kernel.database import db
from deliberation.votes.counting import ALL, NOTHING, Amount, quorum_tests
from deliberation.votes.models import Ballot, RollEntry, RollPart, Vote, VoterMark
from deliberation.votes.queries import tallies


def quorum_by_now(vote: Vote) -> list[Any]:
    """The tests of the quorum with the ballots that are in: both sides, and what is missing of each (R-15, R-22)."""
    amounts = participating(vote)
    return quorum_tests(
        vote.rule,
        electorate=tallies.electorate(vote),
        participating=lambda chamber: amounts.get(chamber, NOTHING),
    )


def is_quorum_met(vote: Vote) -> bool:
    """Whether enough take part by now; a rule that asks for nobody is met from the start."""
    return all(test.holds for test in quorum_by_now(vote) if test.decides)


def participating(vote: Vote) -> dict[str, Amount]:
    """Heads, area and weight of those who have cast: of everybody (``ALL``), and of each chamber."""
    (whole,) = db.session.execute(_sums(vote)).all()
    found = {ALL: Amount(*(int(each or 0) for each in whole))}
    if vote.chambers_by:
        rows = _by_part(vote) if vote.chambers_by == "zone" else _sums(vote, by_chamber=True)
        found |= {row[-1]: Amount(*(int(each or 0) for each in row[:3])) for row in db.session.execute(rows)}
    return found


def _has_cast(vote: Vote) -> Any:
    ballots = select(Ballot.id).where(tallies.stands(vote), Ballot.roll_entry_id == RollEntry.id)
    marks = select(VoterMark.vote_id).where(VoterMark.vote_id == vote.id, VoterMark.roll_entry_id == RollEntry.id)
    has_ballot = marks.exists() if vote.is_secret else ballots.exists()
    return and_(RollEntry.vote_id == vote.id, RollEntry.weight > 0, has_ballot)


def _sums(vote: Vote, *, by_chamber: bool = False) -> Select[Any]:
    columns: tuple[Any, ...] = (func.count(), func.sum(RollEntry.area), func.sum(RollEntry.weight))
    rows = select(*columns, *([RollEntry.chamber] if by_chamber else [])).where(_has_cast(vote))
    return rows.group_by(RollEntry.chamber) if by_chamber else rows


def _by_part(vote: Vote) -> Select[Any]:
    heads = func.count(RollPart.roll_entry_id.distinct())
    columns: tuple[Any, ...] = (heads, func.sum(RollPart.area), heads.label("weight"), RollPart.chamber)
    rows = select(*columns).join(RollEntry, RollEntry.id == RollPart.roll_entry_id).where(_has_cast(vote))
    return rows.where(tallies.counts(tallies.counts_parking(vote))).group_by(RollPart.chamber)
