"""The roll and the ballots of a vote in sums, as the count takes them: equal ballots together, a few statements.

Read only when a vote is counted: before that nobody may know (R-22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, Subquery, and_, case, cast, func, literal, select, true

from deliberation.kernel.database import db
from deliberation.votes import rules
from deliberation.votes.counting import (
    ALL,
    NOTHING,
    Amount,
    BallotGroup,
    Electorate,
    Method,
    Poll,
    Returns,
    RuleKind,
    Side,
    add_up,
    stored_choice,
)
from deliberation.votes.counting.amounts import total
from deliberation.votes.models import (
    Ballot,
    BallotConflict,
    InvalidBallot,
    RollEntry,
    RollPart,
    SecretBallot,
    Vote,
    VoterMark,
)
from deliberation.votes.rules import InvalidReason, must_hide_bands


def counts_parking(vote: Vote) -> bool:
    """R-14: whether parking spaces count in this vote."""
    return rules.counts_parking(vote.parking_rule, is_about_parking=vote.is_about_parking)


def poll_of(vote: Vote) -> Poll:
    """The question as it was published; a draw, where a count ends in one, comes from the frozen roll's hash."""
    return Poll(
        rule=vote.rule,
        method=vote.method,
        options=tuple(vote.option_codes),
        seats=vote.seats_to_fill,
        limit=vote.choice_limit,
        seed=bytes.fromhex(vote.roll_hash),
        barred=tuple(vote.barred),
    )


def returns_of(vote: Vote) -> Returns:
    """Everything the count takes, from the database: the same for the result and for the public record."""
    poll = poll_of(vote)
    if vote.is_secret:
        own = _side(vote, poll, electorate(vote), db.session.execute(_secret(vote)))
        return Returns(poll, own, None, is_deemed(vote))
    owned = _spaces_in_all(vote)
    rows = db.session.execute(_named(vote, _spaces(vote) if owned else None)).all()
    return Returns(poll, _own(vote, poll, rows), _other(vote, poll, rows, owned) if owned else None, is_deemed(vote))


def is_deemed(vote: Vote) -> bool:
    """R-17: whether the rules of this vote count who is silent; never where it only asks."""
    return bool(vote.deemed_clause) and vote.method is Method.yes_no and vote.rule_kind is not RuleKind.advisory


def electorate(vote: Vote) -> Electorate:
    """The frozen roll in sum, and its chambers where the vote has any."""
    total = Amount(vote.seats_total, vote.area_total, vote.weight_total)
    return Electorate(total, _chambers(vote, counts_parking(vote)) if vote.chambers_by else {})


def _own(vote: Vote, poll: Poll, rows: Sequence[Row[Any]]) -> Side:
    whole = [(row.choice, row.chamber, row.heads, row.area, row.weight) for row in rows]
    if vote.chambers_by != "zone":
        return _side(vote, poll, electorate(vote), whole)
    by_part = db.session.execute(_named_by_part(vote, counts_parking(vote)))
    return _side(vote, poll, electorate(vote), by_part, totals=_sums_by_choice(whole))


def _other(vote: Vote, poll: Poll, rows: Sequence[Row[Any]], owned: Row[int, int, int]) -> Side:
    """R-14: roll and ballots as they were if parking counted the other way.

    Reckoned from the own side, with the spaces that are ``owned`` added or taken off: the ballots are read once.
    """
    with_parking = not counts_parking(vote)
    sign = 1 if with_parking else -1
    everybody = Amount(vote.seats_total + sign * owned.spaces_only, vote.area_total + sign * owned.spaces)
    roll = Electorate(everybody, _chambers(vote, with_parking) if vote.chambers_by else {})
    whole = [(row.choice, "", row.heads + sign * row.spaces_only, row.area + sign * row.spaces) for row in rows]
    if vote.chambers_by != "zone":
        return _side(vote, poll, roll, [row for row in whole if row[2]])
    by_part = db.session.execute(_named_by_part(vote, with_parking))
    return _side(vote, poll, roll, by_part, totals=_sums_by_choice(whole))


def _chambers(vote: Vote, with_parking: bool) -> dict[str, Amount]:
    rows = _by_part(vote, with_parking) if vote.chambers_by == "zone" else _by_entry(vote)
    return {chamber: Amount(*amounts) for chamber, *amounts in db.session.execute(rows)}


def _by_entry(vote: Vote) -> Select[Any]:
    figures = (func.count(), func.coalesce(func.sum(RollEntry.area), 0), func.coalesce(func.sum(RollEntry.weight), 0))
    has_voice = and_(RollEntry.vote_id == vote.id, RollEntry.weight > 0)
    return select(RollEntry.chamber, *map(_whole, figures)).where(has_voice).group_by(RollEntry.chamber)


def _by_part(vote: Vote, with_parking: bool) -> Select[Any]:
    heads = func.count(RollPart.roll_entry_id.distinct())
    rows = select(RollPart.chamber, heads, _whole(func.sum(RollPart.area)), heads.label("weight"))
    return rows.where(RollPart.vote_id == vote.id, counts(with_parking)).group_by(RollPart.chamber)


def counts(with_parking: bool) -> ColumnElement[bool]:
    """The parts whose area counts (R-14)."""
    return true() if with_parking else RollPart.is_parking.is_(False)


def _whole(figure: Any) -> Any:
    """PostgreSQL sums whole numbers to ``numeric``; the count takes whole numbers and nothing else."""
    return cast(figure, BigInteger)


def _secret(vote: Vote) -> Select[Any]:
    figures = (func.count(), func.count() * 0, _whole(func.sum(SecretBallot.weight)))
    rows = select(SecretBallot.choice, SecretBallot.chamber, *figures).where(SecretBallot.vote_id == vote.id)
    return rows.group_by(SecretBallot.choice, SecretBallot.chamber)


def _named(vote: Vote, spaces: Subquery | None) -> Select[Any]:
    """Equal ballots together: their heads, area and weight, and what of it is parking ``spaces``, where there are any.

    ``spaces_only`` are the heads that own nothing else: they are heads under one setting only (R-14).
    """
    rows = select(
        Ballot.choice,
        RollEntry.chamber,
        func.count().label("heads"),
        _whole(func.sum(RollEntry.area)).label("area"),
        _whole(func.sum(RollEntry.weight)).label("weight"),
    )
    rows = rows.join(RollEntry, RollEntry.id == Ballot.roll_entry_id)
    rows = rows.where(stands(vote)).group_by(Ballot.choice, RollEntry.chamber)
    if spaces is None:
        return rows
    return rows.add_columns(*_of_spaces(vote, spaces)).outerjoin(spaces, spaces.c.roll_entry_id == RollEntry.id)


def _is_space(vote: Vote) -> tuple[ColumnElement[bool], ...]:
    return RollPart.vote_id == vote.id, RollPart.is_parking.is_(True)


def _spaces(vote: Vote) -> Subquery:
    """Each owner's parking spaces in sum: ``roll_entry_id`` and ``area``."""
    rows = select(RollPart.roll_entry_id, _whole(func.sum(RollPart.area)).label("area")).where(*_is_space(vote))
    return rows.group_by(RollPart.roll_entry_id).subquery("spaces")


def _of_spaces(vote: Vote, spaces: Subquery) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """``spaces`` is the area of parking, and ``spaces_only`` how many heads own nothing else."""
    home = select(RollPart.id).where(RollPart.roll_entry_id == RollEntry.id, RollPart.is_parking.is_(False))
    # Only of an owner whose area that counts is no more than the spaces is it asked whether there is a home as well.
    may_be_only = RollEntry.area == (spaces.c.area if counts_parking(vote) else 0)
    only = case((may_be_only, case((home.exists(), 0), else_=1)), else_=0)
    area = _whole(func.coalesce(func.sum(spaces.c.area), 0))
    return area.label("spaces"), _whole(func.coalesce(func.sum(only), 0)).label("spaces_only")


def _spaces_in_all(vote: Vote) -> Row[int, int, int] | None:
    """The spaces of everybody on the roll, whether they have cast or not; ``None`` where nobody owns one."""
    spaces = _spaces(vote)
    owned = select(func.count(), *_of_spaces(vote, spaces))
    count, *_figures = found = db.session.execute(
        owned.join_from(spaces, RollEntry, RollEntry.id == spaces.c.roll_entry_id)
    ).one()
    return found if count else None


def _named_by_part(vote: Vote, with_parking: bool) -> Select[Any]:
    heads = func.count(RollPart.roll_entry_id.distinct())
    rows = select(Ballot.choice, RollPart.chamber, heads, _whole(func.sum(RollPart.area)), heads.label("weight"))
    rows = rows.join(RollPart, RollPart.roll_entry_id == Ballot.roll_entry_id)
    return rows.where(stands(vote), counts(with_parking)).group_by(Ballot.choice, RollPart.chamber)


def _undecided(vote: Vote) -> Select[Any]:
    """The voters whose paper and web ballots clash, with nothing decided (R-18): neither is counted."""
    return select(BallotConflict.roll_entry_id).where(
        BallotConflict.vote_id == vote.id, BallotConflict.decision.is_(None)
    )


def stands(vote: Vote) -> ColumnElement[bool]:
    """That a named ballot is counted: no later one replaced it, and no clash waits that nobody decided."""
    is_clear = Ballot.roll_entry_id.not_in(_undecided(vote))  # Of the few there are the database makes one list.
    return and_(Ballot.vote_id == vote.id, Ballot.superseded_at.is_(None), is_clear)


def _side(
    vote: Vote, poll: Poll, roll: Electorate, rows: Iterable[Any], *, totals: Mapping[str, Amount] | None = None
) -> Side:
    """Rows of (choice, chamber, heads, area, weight) beside their roll; chambers add up unless ``totals`` are given."""
    read = partial(stored_choice, method=poll.method, options=poll.options, seats=poll.seats, limit=poll.limit)
    if not vote.chambers_by:  # A hundred thousand rankings can be a hundred thousand groups.
        groups = [BallotGroup(read(choice), Amount(*amounts)) for choice, _chamber, *amounts in rows]
        return Side(roll, add_up(poll, groups))
    chambers: dict[str, dict[str, Amount]] = defaultdict(dict)
    for choice, chamber, *amounts in rows:
        chambers[choice][chamber] = Amount(*amounts)
    groups = [
        BallotGroup(read(choice), totals[choice] if totals is not None else total(of.values()), of)
        for choice, of in chambers.items()
    ]
    return Side(roll, add_up(poll, groups, chambers=roll.chambers))


def _sums_by_choice(rows: Iterable[Any]) -> dict[str, Amount]:
    found: dict[str, Amount] = defaultdict(lambda: NOTHING)
    for choice, _chamber, *amounts in rows:
        found[choice] += Amount(*amounts)
    return found


def hides_bands(vote: Vote) -> bool:
    """Whether so few of a weight, or of a chamber that the rule asks, have cast that it must not be shown apart."""
    if not vote.is_secret:
        return False
    chamber = RollEntry.chamber if vote.chamber_rule is not None else literal(ALL)
    rows = select(RollEntry.weight, chamber, func.count()).join(VoterMark, VoterMark.roll_entry_id == RollEntry.id)
    rows = rows.where(VoterMark.vote_id == vote.id).group_by(RollEntry.weight, chamber)
    return must_hide_bands({(weight, name): number for weight, name, number in db.session.execute(rows)})


def by_channel(vote: Vote) -> dict[str, int]:
    """How many current ballots came in by each channel; how they were cast is not among it."""
    rows = select(Ballot.channel, func.count()).where(stands(vote)).group_by(Ballot.channel)
    return {str(channel): number for channel, number in db.session.execute(rows).all()}


def invalid_by_reason(vote: Vote) -> dict[str, int]:
    """How many ballots do not take part, and why (R-16); clashes that nobody decided are among them.

    Whoever has a ballot that stands takes part, whatever became of their sheet.
    """
    has_ballot = select(Ballot.id).where(
        Ballot.roll_entry_id == InvalidBallot.roll_entry_id, Ballot.superseded_at.is_(None)
    )
    ruled = select(InvalidBallot.reason, func.count()).where(InvalidBallot.vote_id == vote.id, ~has_ballot.exists())
    found = {str(why): number for why, number in db.session.execute(ruled.group_by(InvalidBallot.reason))}
    undecided = db.session.scalar(select(func.count()).select_from(_undecided(vote).subquery())) or 0
    if undecided:
        conflict = str(InvalidReason.conflict)
        found[conflict] = found.get(conflict, 0) + undecided
    return found
