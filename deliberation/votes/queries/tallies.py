"""The roll and the ballots of a vote in sums, as the count takes them: equal ballots together, a few statements.

Read only when a vote is counted: before that nobody may know (R-22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, cast, func, select, true

from deliberation.kernel.database import db
from deliberation.votes.counting import Amount, BallotGroup, Electorate, stored_choice
from deliberation.votes.models import Ballot, BallotConflict, RollEntry, RollPart, SecretBallot, Vote
from deliberation.votes.rules import ParkingRule


def counts_parking(vote: Vote) -> bool:
    """R-14: whether parking spaces count in this vote."""
    if vote.parking_rule is ParkingRule.only_parking_matters:
        return vote.is_about_parking
    return vote.parking_rule is ParkingRule.include


def electorate(vote: Vote) -> Electorate:
    """The frozen roll in sum, and its chambers where the vote has any."""
    total = Amount(vote.seats_total, vote.area_total, vote.weight_total)
    return Electorate(total, _chambers(vote) if vote.chambers_by else {})


def _chambers(vote: Vote) -> dict[str, Amount]:
    rows = _by_part(vote) if vote.chambers_by == "zone" else _by_entry(vote)
    return {chamber: Amount(*amounts) for chamber, *amounts in db.session.execute(rows)}


def _by_entry(vote: Vote) -> Select[Any]:
    figures = (func.count(), func.coalesce(func.sum(RollEntry.area), 0), func.coalesce(func.sum(RollEntry.weight), 0))
    has_voice = and_(RollEntry.vote_id == vote.id, RollEntry.weight > 0)
    return select(RollEntry.chamber, *map(_whole, figures)).where(has_voice).group_by(RollEntry.chamber)


def _by_part(vote: Vote) -> Select[Any]:
    heads = func.count(RollPart.roll_entry_id.distinct())
    rows = select(RollPart.chamber, heads, _whole(func.sum(RollPart.area)), heads.label("weight"))
    return rows.where(RollPart.vote_id == vote.id, counts(counts_parking(vote))).group_by(RollPart.chamber)


def counts(with_parking: bool) -> ColumnElement[bool]:
    """The parts whose area counts (R-14)."""
    return true() if with_parking else RollPart.is_parking.is_(False)


def _whole(figure: Any) -> Any:
    """PostgreSQL sums whole numbers to ``numeric``; the count takes whole numbers and nothing else."""
    return cast(figure, BigInteger)


def ballot_groups(vote: Vote) -> list[BallotGroup]:
    """The current ballots, equal ones together; where paper and web clash undecided, neither of them (R-18)."""
    if vote.is_secret:
        return _groups(vote, db.session.execute(_secret(vote)))
    whole = db.session.execute(_named(vote))
    if vote.chambers_by != "zone":
        return _groups(vote, whole)
    totals = {choice: Amount(*amounts) for choice, _chamber, *amounts in whole}
    return _groups(vote, db.session.execute(_named_by_part(vote)), totals=totals)


def _secret(vote: Vote) -> Select[Any]:
    figures = (func.count(), func.count() * 0, _whole(func.sum(SecretBallot.weight)))
    rows = select(SecretBallot.choice, SecretBallot.chamber, *figures).where(SecretBallot.vote_id == vote.id)
    return rows.group_by(SecretBallot.choice, SecretBallot.chamber)


def _named(vote: Vote) -> Select[Any]:
    figures = (func.count(), _whole(func.sum(RollEntry.area)), _whole(func.sum(RollEntry.weight)))
    rows = select(Ballot.choice, RollEntry.chamber, *figures).join(RollEntry, RollEntry.id == Ballot.roll_entry_id)
    return rows.where(stands(vote)).group_by(Ballot.choice, RollEntry.chamber)


def _named_by_part(vote: Vote) -> Select[Any]:
    heads = func.count(RollPart.roll_entry_id.distinct())
    rows = select(Ballot.choice, RollPart.chamber, heads, _whole(func.sum(RollPart.area)), heads.label("weight"))
    rows = rows.join(RollPart, RollPart.roll_entry_id == Ballot.roll_entry_id)
    return rows.where(stands(vote), counts(counts_parking(vote))).group_by(Ballot.choice, RollPart.chamber)


def stands(vote: Vote) -> ColumnElement[bool]:
    """The current named ballots, save those in a clash that nobody has decided (R-18)."""
    undecided = select(BallotConflict.id).where(
        BallotConflict.roll_entry_id == Ballot.roll_entry_id, BallotConflict.decision.is_(None)
    )
    return and_(Ballot.vote_id == vote.id, Ballot.superseded_at.is_(None), ~undecided.exists())


def _groups(vote: Vote, rows: Iterable[Any], *, totals: dict[str, Amount] | None = None) -> list[BallotGroup]:
    """One group a choice; its chambers beside it, which add up to it unless ``totals`` are given."""
    chambers: dict[str, dict[str, Amount]] = defaultdict(dict)
    for choice, chamber, *amounts in rows:
        chambers[choice][chamber] = Amount(*amounts)
    codes = [option["code"] for option in vote.options]
    shape: dict[str, Any] = {
        "method": vote.method, "options": codes, "seats": vote.seats_to_fill, "limit": vote.choice_limit,
    }  # fmt: skip
    return [
        BallotGroup(
            choice=stored_choice(text, **shape),
            total=totals[text] if totals is not None else _sum(of.values()),
            chambers=of if vote.chambers_by else {},
        )
        for text, of in chambers.items()
    ]


def _sum(amounts: Iterable[Amount]) -> Amount:
    first, *more = amounts
    for amount in more:
        first += amount
    return first


def under_other_parking(vote: Vote) -> tuple[Electorate, list[BallotGroup]] | None:
    """R-14: roll and ballots as they were if parking counted the other way; ``None`` where nobody owns a space."""
    spaces = select(RollPart.id).where(RollPart.vote_id == vote.id, RollPart.is_parking.is_(True)).limit(1)
    if vote.chambers_by or db.session.scalar(spaces) is None:
        return None
    areas = _areas(vote, with_parking=not counts_parking(vote))
    heads, area = db.session.execute(select(func.count(), _whole(func.sum(areas.c.area)))).one()
    rows = select(Ballot.choice, func.count(), _whole(func.sum(areas.c.area)))
    rows = rows.join(areas, areas.c.roll_entry_id == Ballot.roll_entry_id).where(stands(vote)).group_by(Ballot.choice)
    found = [(choice, "", *amounts) for choice, *amounts in db.session.execute(rows)]
    return Electorate(Amount(heads, area or 0)), _groups(vote, found)


def _areas(vote: Vote, *, with_parking: bool) -> Subquery:
    rows = select(RollPart.roll_entry_id, func.sum(RollPart.area).label("area"))
    rows = rows.where(RollPart.vote_id == vote.id, counts(with_parking))
    return rows.group_by(RollPart.roll_entry_id).subquery()


def by_channel(vote: Vote) -> dict[str, int]:
    """How many current ballots came in by each channel; how they were cast is not among it."""
    rows = select(Ballot.channel, func.count()).where(stands(vote)).group_by(Ballot.channel)
    return {str(channel): number for channel, number in db.session.execute(rows).all()}
