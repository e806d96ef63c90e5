"""Sheets of paper: the one with a code, what was read from it, what tellers still have to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from deliberation.kernel.database import db
from deliberation.votes.models import BallotConflict, PaperBallot, PaperEntry, RollEntry
from deliberation.votes.rules import SheetUnknown
from deliberation.votes.rules.paper import Reading


@dataclass(frozen=True)
class Sheet:
    """A printed ballot and the voter it is for."""

    paper: PaperBallot
    entry: RollEntry


@dataclass(frozen=True)
class TellersWork:
    """How many sheets there are, are settled, and wait with readings that do not agree; clashes with the web."""

    printed: int
    settled: int
    unsettled: Sequence[Sheet]
    conflicts: Sequence[tuple[BallotConflict, RollEntry]]


def sheet_at(token: str) -> PaperBallot:
    """The standing sheet with this code."""
    rows = select(PaperBallot).where(PaperBallot.token == token, PaperBallot.spoiled_at.is_(None))
    found = db.session.scalar(rows)
    if found is None:
        raise SheetUnknown()
    return found


def sheet(token: str) -> Sheet:
    paper = sheet_at(token)
    return Sheet(paper, db.session.get_one(RollEntry, paper.roll_entry_id))


def sheets(vote_id: int) -> list[Sheet]:
    """The standing sheets of a vote, in the order of the roll."""
    rows = select(PaperBallot, RollEntry).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
    standing = rows.where(PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None))
    return [Sheet(*row) for row in db.session.execute(standing.order_by(RollEntry.number))]


def readings_of(paper_id: int) -> list[Reading]:
    """What stands as read from a sheet, one reading a teller."""
    rows = select(PaperEntry).where(PaperEntry.paper_id == paper_id, PaperEntry.superseded_at.is_(None))
    found = db.session.scalars(rows.order_by(PaperEntry.id))
    return [Reading(each.teller_id, each.choice, each.invalid_reason, each.helper, each.witness) for each in found]


def tellers_work(vote_id: int) -> TellersWork:
    counts = select(func.count(), func.count(PaperBallot.settled_at)).where(
        PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None)
    )
    printed, settled = db.session.execute(counts).one()
    clashes = select(BallotConflict, RollEntry).join(RollEntry, RollEntry.id == BallotConflict.roll_entry_id)
    found = db.session.execute(clashes.where(BallotConflict.vote_id == vote_id).order_by(BallotConflict.id))
    return TellersWork(printed, settled, unsettled(vote_id), [(clash, entry) for clash, entry in found])


def clashing_entries(vote_id: int, user_id: int | None) -> frozenset[int]:
    """The seats of this person whose sheet and other ballot differ, and on which tellers have not decided."""
    rows = select(BallotConflict.roll_entry_id).join(RollEntry, RollEntry.id == BallotConflict.roll_entry_id)
    own = rows.where(BallotConflict.vote_id == vote_id, RollEntry.user_id == user_id, BallotConflict.decision.is_(None))
    return frozenset(db.session.scalars(own)) if user_id is not None else frozenset()


def unsettled(vote_id: int) -> list[Sheet]:
    """Sheets that somebody has read and on which no two tellers agree yet."""
    is_read = select(PaperEntry.id).where(PaperEntry.paper_id == PaperBallot.id, PaperEntry.superseded_at.is_(None))
    rows = select(PaperBallot, RollEntry).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
    open_ones = rows.where(
        PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None), PaperBallot.settled_at.is_(None)
    )
    return [Sheet(*row) for row in db.session.execute(open_ones.where(is_read.exists()).order_by(RollEntry.number))]
