"""How many have cast, in heads and in area, and what the quorum still lacks: all that anybody may know (R-15, R-22)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, literal, select, union_all

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.votes.models import Ballot, RollEntry, RollPart, Vote, VoterMark
from deliberation.votes.queries import tallies
from deliberation.votes.queries.ballots import vote
from deliberation.votes.rules import LEAST_NAMED, VoteState, area_needed, ballots_needed, coarse_area

MANY = 50_000  # From so many ballots on, adding them up takes long enough to be done less often.
REST = 10  # A figure of so many ballots stands this many times as long as it took to read: a tenth of the time at most.


@dataclass(frozen=True)
class Share:
    """What has come in, of how much, and how much the quorum takes (0 where the rule asks for none)."""

    cast: int
    total: int
    needed: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.cast)

    def to_json(self) -> dict[str, int]:
        return {"cast": self.cast, "total": self.total, "needed": self.needed, "missing": self.missing}


@dataclass(frozen=True)
class AreaShare(Share):
    """The same in 0.01 ㎡. Until the count ``cast`` is at least so much and ``lacks`` at most, in steps of ``step``
    (see ``rules.coarse_area``); counted, both are exact and ``step`` is 0."""

    lacks: int = 0
    step: int = 0

    @property
    def missing(self) -> int:
        return self.lacks

    def to_json(self) -> dict[str, int]:
        return {**super().to_json(), "step": self.step}


def _area_share(cast: int, total: int, needed: int, *, heads: int, is_counted: bool) -> AreaShare:
    if is_counted:
        return AreaShare(cast, total, needed, lacks=max(0, needed - cast))
    at_least, lacks, step = coarse_area(cast, total=total, needed=needed, heads=heads)
    return AreaShare(at_least, total, needed, lacks=lacks, step=step)


@dataclass(frozen=True)
class Turnout:
    """``heads`` are voters who have cast. ``area`` is theirs, where the rule asks for area too (R-15)."""

    vote_id: int
    state: VoteState
    heads: Share
    area: AreaShare | None = None

    @property
    def cast(self) -> int:
        return self.heads.cast

    @property
    def total(self) -> int:
        return self.heads.total

    @property
    def needed(self) -> int:
        return self.heads.needed

    @property
    def missing(self) -> int:
        return self.heads.missing

    @property
    def is_enough(self) -> bool:
        """Whether the quorum is there, on every side that the rule asks for."""
        return not self.missing and (self.area is None or not self.area.missing)

    def to_json(self) -> dict[str, Any]:
        area = self.area.to_json() if self.area is not None else None
        return {"vote_id": self.vote_id, "state": str(self.state), **self.heads.to_json(), "area": area}


@dataclass(frozen=True)
class _Remembered:
    figures: Turnout
    until: float


_remembered: dict[int, _Remembered] = {}  # Of votes with MANY ballots alone, in this process.


def turnout(vote_id: int) -> Turnout:
    """How many voters have cast: one row a voter, whatever they chose."""
    return turnouts([vote(vote_id)])[vote_id]


def public_turnout(vote_id: int) -> Turnout:
    """The turnout for anybody; a draft is not there yet."""
    if vote(vote_id).published_at is None:
        raise NotFound()
    return turnout(vote_id)


def turnouts(votes: Sequence[Vote]) -> dict[int, Turnout]:
    """The turnout of each vote, in one statement; of a vote with very many ballots as it stood a moment ago."""
    found = {each.id: known for each in votes if (known := _known(each)) is not None}
    asked = [each for each in votes if each.id not in found]
    if not asked:
        return found
    began = time.monotonic()
    sums = {vote_id: (heads, int(area)) for vote_id, heads, area in db.session.execute(union_all(*_selects(asked)))}
    took = time.monotonic() - began
    for each in asked:
        figures = _figures(each, *sums.get(each.id, (0, 0)))
        found[each.id] = figures
        if figures.cast >= MANY:
            _remembered[each.id] = _Remembered(figures, time.monotonic() + REST * took)
    return found


def _known(shown: Vote) -> Turnout | None:
    known = _remembered.get(shown.id)
    if known is not None and known.figures.state is shown.state and time.monotonic() < known.until:
        return known.figures
    _remembered.pop(shown.id, None)
    return None


def _figures(shown: Vote, heads: int, area: int) -> Turnout:
    by_area = None
    if shown.area_needed:
        by_area = _area_share(
            area, shown.area_total, shown.area_needed, heads=shown.seats_total, is_counted=shown.outcome is not None
        )
    return Turnout(shown.id, shown.state, Share(heads, shown.seats_total, shown.ballots_needed), by_area)


def _selects(votes: Sequence[Vote]) -> list[Select[int, int, int]]:
    """Counting alone reads nothing but an index, so only votes that are judged on area read the roll as well."""
    secret = [each.id for each in votes if each.is_secret]
    on_area = [each.id for each in votes if each.area_needed and not each.is_secret]
    named = [each.id for each in votes if not each.area_needed and not each.is_secret]
    none = cast(literal(0), BigInteger)
    area = cast(func.sum(RollEntry.area), BigInteger)
    stands = Ballot.superseded_at.is_(None)
    marks = select(VoterMark.vote_id, func.count(), none).where(VoterMark.vote_id.in_(secret))
    ballots = select(Ballot.vote_id, func.count(), none).where(Ballot.vote_id.in_(named), stands)
    measured = select(Ballot.vote_id, func.count(), area).join(RollEntry, RollEntry.id == Ballot.roll_entry_id)
    wanted = [
        (secret, marks.group_by(VoterMark.vote_id)),
        (named, ballots.group_by(Ballot.vote_id)),
        (on_area, measured.where(Ballot.vote_id.in_(on_area), stands).group_by(Ballot.vote_id)),
    ]
    return [rows for ids, rows in wanted if ids]


@dataclass(frozen=True)
class ChamberTurnout:
    """A chamber whose own quorum the rule asks for (R-21). Of a small one only whether it is there is said (R-52)."""

    name: str
    heads: Share
    area: AreaShare | None
    is_small: bool

    @property
    def is_enough(self) -> bool:
        return not self.heads.missing and (self.area is None or not self.area.missing)


def chamber_turnouts(shown: Vote) -> list[ChamberTurnout]:
    """The turnout of each chamber of a named vote in which each must pass, in two statements; none in any other."""
    if shown.chamber_rule != "each" or shown.is_secret:
        return []
    rows = _cast_by_part(shown) if shown.chambers_by == "zone" else _cast_by_entry(shown)
    cast = {name: (heads, int(area)) for name, heads, area in db.session.execute(rows)}
    found = []
    for name, whole in sorted(tallies.electorate(shown).chambers.items()):
        heads, area = cast.get(name, (0, 0))
        needs_area = area_needed(shown.rule, whole.area)
        by_area = None
        if needs_area:
            by_area = _area_share(area, whole.area, needs_area, heads=whole.heads, is_counted=False)
        by_heads = Share(heads, whole.heads, ballots_needed(shown.rule, whole.heads))
        found.append(ChamberTurnout(name, by_heads, by_area, whole.heads < LEAST_NAMED))
    return found


def _cast_by_part(shown: Vote) -> Select[str, int, int]:
    heads, area = func.count(RollPart.roll_entry_id.distinct()), cast(func.sum(RollPart.area), BigInteger)
    rows = select(RollPart.chamber, heads, area).join(Ballot, Ballot.roll_entry_id == RollPart.roll_entry_id)
    rows = rows.where(Ballot.vote_id == shown.id, Ballot.superseded_at.is_(None))
    if not tallies.counts_parking(shown):
        rows = rows.where(RollPart.is_parking.is_(False))
    return rows.group_by(RollPart.chamber)


def _cast_by_entry(shown: Vote) -> Select[str, int, int]:
    area = cast(func.sum(RollEntry.area), BigInteger)
    rows = select(RollEntry.chamber, func.count(), area).join(Ballot, Ballot.roll_entry_id == RollEntry.id)
    return rows.where(Ballot.vote_id == shown.id, Ballot.superseded_at.is_(None)).group_by(RollEntry.chamber)
