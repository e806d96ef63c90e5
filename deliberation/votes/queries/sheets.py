"""The sheets of a vote as the office that prints them sees them: how many, which one, what stands on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from deliberation.kernel.database import db
from deliberation.votes.models import Ballot, PaperBallot, PaperEntry, RollEntry, RollPart
from deliberation.votes.queries.paper import Sheet

FOUND_AT_ONCE = 20


@dataclass(frozen=True)
class SheetFigures:
    """Standing sheets, how many of them are settled, voters who have none, and the highest number on the roll."""

    printed: int
    settled: int
    missing: int
    last_number: int


@dataclass(frozen=True)
class SheetLine:
    """A sheet in the office's list; ``is_read`` when a teller has begun with it."""

    sheet: Sheet
    is_read: bool


def sheet_figures(vote_id: int) -> SheetFigures:
    standing = and_(PaperBallot.roll_entry_id == RollEntry.id, PaperBallot.spoiled_at.is_(None))
    counts = select(
        func.count(PaperBallot.id),
        func.count(PaperBallot.settled_at),
        func.count(RollEntry.id) - func.count(PaperBallot.id),
        func.coalesce(func.max(RollEntry.number), 0),
    )
    rows = counts.select_from(RollEntry).outerjoin(PaperBallot, standing)
    return SheetFigures(*db.session.execute(rows.where(RollEntry.vote_id == vote_id, RollEntry.weight > 0)).one())


def sheets(
    vote_id: int, *, first: int | None = None, last: int | None = None, only_waiting: bool = False
) -> list[Sheet]:
    """The standing sheets in the order of the roll, from number ``first`` to ``last`` where these are given.

    ``only_waiting`` leaves out voters whose ballot is in, on paper or otherwise.
    """
    rows = select(PaperBallot, RollEntry).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
    rows = rows.where(PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None), *_within(first, last))
    if only_waiting:
        has_cast = select(Ballot.id).where(Ballot.roll_entry_id == RollEntry.id, Ballot.superseded_at.is_(None))
        rows = rows.where(PaperBallot.settled_at.is_(None), ~has_cast.exists())
    return [Sheet(*row) for row in db.session.execute(rows.order_by(RollEntry.number))]


def _within(first: int | None, last: int | None) -> list[ColumnElement[bool]]:
    lowest = [RollEntry.number >= first] if first is not None else []
    return lowest + ([RollEntry.number <= last] if last is not None else [])


def find_sheets(vote_id: int, words: str) -> list[SheetLine]:
    """The sheets whose number on the roll is ``words``, or whose voter is called something with them; the first few."""
    is_read = select(PaperEntry.id).where(PaperEntry.paper_id == PaperBallot.id).exists()
    rows = select(PaperBallot, RollEntry, is_read).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
    rows = rows.where(PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None), _called(words))
    found = db.session.execute(rows.order_by(RollEntry.number).limit(FOUND_AT_ONCE))
    return [SheetLine(Sheet(paper, entry), begun) for paper, entry, begun in found]


def _called(words: str) -> ColumnElement[bool]:
    is_number = words.isascii() and words.isdecimal() and len(words) <= 9
    label = RollEntry.label.contains(words, autoescape=True)
    return (RollEntry.number == int(words)) | label if is_number else label


def parts_of_sheets(vote_id: int, printed: Sequence[Sheet]) -> dict[int, list[RollPart]]:
    """The exclusive parts behind these voters, by roll entry."""
    numbers = [sheet.entry.number for sheet in printed]
    return parts_between(vote_id, min(numbers), max(numbers)) if numbers else {}


def parts_between(vote_id: int, first: int, last: int) -> dict[int, list[RollPart]]:
    """The exclusive parts of the voters with these numbers on the roll, by roll entry, in one statement."""
    rows = select(RollPart).join(RollEntry, RollEntry.id == RollPart.roll_entry_id)
    rows = rows.where(RollPart.vote_id == vote_id, *_within(first, last))
    parts: dict[int, list[RollPart]] = defaultdict(list)
    for part in db.session.scalars(rows.order_by(RollPart.id)):
        parts[part.roll_entry_id].append(part)
    return parts
