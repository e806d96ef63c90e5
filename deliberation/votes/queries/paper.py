"""Sheets of paper: the one with a code, what was read from it, what tellers still have to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from deliberation.kernel.database import db
from deliberation.people.models import User
from deliberation.votes.models import Ballot, BallotConflict, PaperBallot, PaperEntry, ProxyAuthority, RollEntry
from deliberation.votes.rules import SheetUnknown
from deliberation.votes.rules.paper import Reading


@dataclass(frozen=True)
class Sheet:
    """A printed ballot and the voter it is for."""

    paper: PaperBallot
    entry: RollEntry


@dataclass(frozen=True)
class ClashLine:
    """A clash, its voter, how and when the voter's other ballot came in, and which teller has made a proposal."""

    clash: BallotConflict
    entry: RollEntry
    other: Ballot | None
    proposer: User | None


@dataclass(frozen=True)
class TellersWork:
    """What one teller has before them. ``printed`` sheets, of which two have settled ``settled`` and begun ``begun``.

    ``for_me`` has been read by somebody else, ``for_others`` by this teller alone; about ``differing`` two disagree.
    ``authorities`` is how many on paper wait for a check by this teller.
    """

    printed: int
    settled: int
    begun: int
    for_me: Sequence[Sheet]
    for_others: Sequence[Sheet]
    differing: Sequence[Sheet]
    conflicts: Sequence[ClashLine]
    authorities: int

    @property
    def open_conflicts(self) -> int:
        return sum(line.clash.decision is None for line in self.conflicts)


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


def readings_of(paper_id: int) -> list[Reading]:
    """What stands as read from a sheet, one reading a teller."""
    rows = select(PaperEntry).where(PaperEntry.paper_id == paper_id, PaperEntry.superseded_at.is_(None))
    found = db.session.scalars(rows.order_by(PaperEntry.id))
    return [Reading(each.teller_id, each.choice, each.invalid_reason, each.helper, each.witness) for each in found]


def tellers_work(vote_id: int, teller_id: int | None) -> TellersWork:
    counts = select(func.count(), func.count(PaperBallot.settled_at)).where(
        PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None)
    )
    printed, settled = db.session.execute(counts).one()
    begun = _begun(vote_id, teller_id)
    return TellersWork(
        printed=printed,
        settled=settled,
        begun=len(begun),
        for_me=[sheet for sheet, readers, is_own in begun if readers == 1 and not is_own],
        for_others=[sheet for sheet, readers, is_own in begun if readers == 1 and is_own],
        differing=[sheet for sheet, readers, _own in begun if readers > 1],
        conflicts=clashes(vote_id),
        authorities=waiting_authorities(vote_id, teller_id),
    )


def _begun(vote_id: int, teller_id: int | None) -> list[tuple[Sheet, int, bool]]:
    """Sheets that are read and not settled: by how many tellers, and whether this one is among them."""
    is_own = func.max(case((PaperEntry.teller_id == teller_id, 1), else_=0))
    rows = (
        select(PaperBallot, RollEntry, func.count(PaperEntry.id), is_own)
        .join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
        .join(PaperEntry, and_(PaperEntry.paper_id == PaperBallot.id, PaperEntry.superseded_at.is_(None)))
        .where(PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None), PaperBallot.settled_at.is_(None))
        .group_by(PaperBallot.id, RollEntry.id)
        .order_by(RollEntry.number)
    )
    return [(Sheet(paper, entry), readers, bool(own)) for paper, entry, readers, own in db.session.execute(rows)]


def clashes(vote_id: int) -> list[ClashLine]:
    """Every clash of a vote, undecided ones first."""
    stands = and_(Ballot.roll_entry_id == RollEntry.id, Ballot.superseded_at.is_(None), Ballot.paper_id.is_(None))
    rows = (
        select(BallotConflict, RollEntry, Ballot, User)
        .join(RollEntry, RollEntry.id == BallotConflict.roll_entry_id)
        .outerjoin(Ballot, stands)
        .outerjoin(User, User.id == BallotConflict.proposed_by_id)
        .where(BallotConflict.vote_id == vote_id)
        .order_by(BallotConflict.decision.is_not(None), RollEntry.number)
    )
    return [ClashLine(*row) for row in db.session.execute(rows)]


def waiting_authorities(vote_id: int, teller_id: int | None) -> int:
    """Authorities on paper that somebody else recorded and nobody has checked."""
    rows = select(func.count()).where(
        ProxyAuthority.vote_id == vote_id,
        ProxyAuthority.photo_id.is_not(None),
        ProxyAuthority.checked_at.is_(None),
        ProxyAuthority.refused_at.is_(None),
        ProxyAuthority.revoked_at.is_(None),
        ProxyAuthority.recorded_by_id != teller_id,
    )
    return db.session.scalar(rows) or 0


def sheet_with_number(vote_id: int, number: int) -> Sheet | None:
    """The standing sheet of the voter at this place of the roll."""
    rows = select(PaperBallot, RollEntry).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
    standing = rows.where(PaperBallot.vote_id == vote_id, PaperBallot.spoiled_at.is_(None), RollEntry.number == number)
    found = db.session.execute(standing).first()
    return Sheet(*found) if found is not None else None


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
