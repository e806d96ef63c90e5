"""Named ballots into their table and into the log: the one place that writes them, for every channel."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db, insert_all
from deliberation.votes import live, receipt_rules
from deliberation.votes.models import Ballot, Vote
from deliberation.votes.queries.casting import EarlierBallot, earlier_ballots
from deliberation.votes.rules import BallotIdReused, Channel

# The table itself, since no session holds these rows. The statement makes the one change that a ballot may see.
BALLOT = Ballot.metadata.tables[Ballot.__tablename__]
SUPERSEDE = update(BALLOT).where(BALLOT.c.id == bindparam("earlier")).values(superseded_at=bindparam("at"))


@dataclass
class NewBallot:
    """A ballot that is about to be written; ``superseded_at`` is filled when a later one of its voter came with it."""

    vote_id: int
    roll_entry_id: int
    choice: str
    client_ballot_id: str
    channel: Channel
    cast_by_id: int
    cast_at: datetime
    reason: str = ""
    paper_id: int | None = None
    proxy_id: int | None = None
    helper: str = ""
    witness: str = ""
    superseded_at: datetime | None = None
    salt: bytes = b""
    leaf_hash: bytes = b""

    def leaf(self) -> dict[str, Any]:
        """What the log says of it: a commitment that only the salt opens."""
        sealed = receipt_rules.commitment(choice=self.choice, client_ballot_id=self.client_ballot_id, salt=self.salt)
        return {"vote": self.vote_id, "roll_entry": self.roll_entry_id, "commitment": sealed}


class Book:
    """The named ballots of one transaction: what stands for these voters, and what takes its place.

    Two statements write however many there are; one more marks the earlier ballots of those who changed their mind.
    """

    def __init__(self, *, entry_ids: Collection[int], ballot_ids: Collection[str]) -> None:
        """Look up what stands for the voters, whose entries the caller holds, and which of the ids are taken."""
        found = earlier_ballots(entry_ids, ballot_ids)
        self._known: dict[str, EarlierBallot | NewBallot] = {each.client_ballot_id: each for each in found}
        self._standing: dict[int, EarlierBallot | NewBallot] = {
            each.roll_entry_id: each for each in found if each.superseded_at is None
        }
        self._new: list[NewBallot] = []
        self._superseded: list[dict[str, Any]] = []

    def again(self, entry_id: int, *, choice: str, ballot_id: str) -> EarlierBallot | NewBallot | None:
        """The ballot of this id that was sent before; the same id with other content is refused."""
        known = self._known.get(ballot_id)
        if known is not None and (known.roll_entry_id, known.choice) != (entry_id, choice):
            raise BallotIdReused()
        return known

    def standing(self, entry_id: int) -> EarlierBallot | NewBallot | None:
        """The voter's ballot that stands, if there is one."""
        return self._standing.get(entry_id)

    def add(self, ballot: NewBallot) -> NewBallot:
        """Let it take the place of the voter's earlier ballot, which is kept; the caller has seen to the rights."""
        earlier = self._standing.get(ballot.roll_entry_id)
        if isinstance(earlier, NewBallot):
            earlier.superseded_at = ballot.cast_at
        elif earlier is not None:
            self._superseded.append({"earlier": earlier.id, "at": ballot.cast_at})
        self._standing[ballot.roll_entry_id] = self._known[ballot.client_ballot_id] = ballot
        self._new.append(ballot)
        return ballot

    def write(self) -> None:
        """Earlier ballots first, so that the index that lets one stand for each voter lets the new ones in."""
        if not self._new:
            return
        if self._superseded:
            db.session.connection().execute(SUPERSEDE, self._superseded)
        for ballot in self._new:
            ballot.salt = secrets.token_bytes(32)
        leaves = [(ballot.leaf(), ballot.cast_at) for ballot in self._new]
        for ballot, digest in zip(self._new, audit.record_all("ballot.cast", leaves), strict=True):
            ballot.leaf_hash = digest
        try:
            insert_all(BALLOT, [vars(ballot) for ballot in self._new])
        except IntegrityError as error:  # Another voter took this id a moment ago; the door rolls everything back.
            raise BallotIdReused() from error


def record_ballot(vote: Vote, ballot: NewBallot) -> Ballot:
    """Write one ballot that came on paper, by proxy or with help; whoever calls holds the vote and the entry."""
    db.session.flush()  # What the caller has changed so far goes before it.
    book = Book(entry_ids=[ballot.roll_entry_id], ballot_ids=[ballot.client_ballot_id])
    book.add(ballot)
    book.write()
    live.push_turnout(vote.id, vote.meeting_id)
    return db.session.scalars(select(Ballot).where(Ballot.client_ballot_id == ballot.client_ballot_id)).one()
