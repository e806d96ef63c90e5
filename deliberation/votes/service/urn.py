"""Secret ballots: into the urn without a trace of who, out of it without a trace of when (docs/decisions/0008)."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db, forget_deleted, insert_all
from deliberation.votes.models import SealedBallot, SecretBallot, SecretReceipt, Vote, VoterMark
from deliberation.votes.queries.casting import PolledVote, Voter, counted_ballots, marked_voters, sealed_ballots
from deliberation.votes.rules import BallotIdReused, Channel, SecretBallotElsewhere
from deliberation.votes.sealing import digest_of, seal, unseal

# The tables themselves: no session holds these rows, however many they are.
MARK, SEALED, SECRET, RECEIPT = (
    model.metadata.tables[model.__tablename__] for model in (VoterMark, SealedBallot, SecretBallot, SecretReceipt)
)


class Urn:
    """The secret ballots of one transaction: which voters are marked, which ids lie in the urn or were counted.

    Three statements look, three write, however many ballots there are; none where there is no secret ballot.
    """

    def __init__(self, *, entry_ids: Collection[int], ballot_ids: Collection[str]) -> None:
        """Look up the voters, whose entries the caller holds, and every id that was sent or is to be replaced."""
        digests = {digest_of(ballot_id) for ballot_id in ballot_ids}
        self._marked = marked_voters(entry_ids)
        self._sealed = sealed_ballots(digests)
        self._counted = counted_ballots(digests)
        self._marks: list[dict[str, Any]] = []
        self._new: set[bytes] = set()
        self._taken_out: set[bytes] = set()

    def again(self, vote: PolledVote, entry: Voter, *, choice: str, ballot_id: str) -> bytes | None:
        """The digest of a ballot that is in the urn, or was counted from it; ``None`` when there is none of that id.

        The same id with another choice, or in the hands of a voter who has not cast, is refused (409).
        """
        digest = digest_of(ballot_id)
        if digest not in self._sealed:
            return digest if self._counted.get(digest) == vote.id else None
        vote_id, sealed = self._sealed[digest]
        is_own = vote_id == vote.id and entry.id in self._marked
        if not is_own or unseal(vote_id, digest, sealed)["choice"] != choice:
            raise BallotIdReused()
        return digest

    def add(
        self, vote: PolledVote, entry: Voter, *, choice: str, ballot_id: str, replaces: str, channel: Channel
    ) -> bytes:
        """Seal the ballot and mark the voter; in place of an earlier one only for who knows that one's id."""
        if entry.id in self._marked:
            self._take_out(vote, replaces)
        else:
            self._marked.add(entry.id)
            self._marks.append({"vote_id": vote.id, "roll_entry_id": entry.id, "channel": channel})
        digest = digest_of(ballot_id)
        content = {"choice": choice, "weight": entry.weight, "chamber": entry.chamber}
        self._sealed[digest] = vote.id, seal(vote.id, digest, content)
        self._new.add(digest)
        return digest

    def _take_out(self, vote: PolledVote, ballot_id: str) -> None:
        digest = digest_of(ballot_id) if ballot_id else b""
        if self._sealed.get(digest, (0, b""))[0] != vote.id:
            raise SecretBallotElsewhere()
        del self._sealed[digest]
        if digest in self._new:
            self._new.remove(digest)
        else:
            self._taken_out.add(digest)

    def write(self) -> None:
        """Marks and ballots each in an order of their own, so that not even their order here joins them."""
        if not self._new:
            return
        if self._taken_out:
            db.session.execute(delete(SealedBallot).where(SealedBallot.id.in_(self._taken_out)))
        if self._marks:
            self._marks.sort(key=itemgetter("roll_entry_id"))
            insert_all(MARK, self._marks)
        rows = [
            {"id": digest, "vote_id": vote_id, "sealed": sealed}
            for digest, (vote_id, sealed) in sorted(self._sealed.items())
            if digest in self._new
        ]
        try:
            insert_all(SEALED, rows)
        except IntegrityError as error:  # Another voter took this id a moment ago; the door rolls everything back.
            raise BallotIdReused() from error


def open_urn(vote: Vote, *, now: datetime) -> None:
    """Open every ballot, shuffle them, and write down what they say and, apart from it, that they were counted.

    Nothing joins the two lists: the ballots get new random ids, the receipts stand in the order of their digests.
    """
    urn = db.session.execute(select(SealedBallot.id, SealedBallot.sealed).where(SealedBallot.vote_id == vote.id)).all()
    contents = [unseal(vote.id, digest, sealed) for digest, sealed in urn]
    ballots = sorted(((secrets.token_bytes(16), each) for each in contents), key=itemgetter(0))
    receipts = sorted(digest for digest, _sealed in urn)
    if not urn:
        return
    insert_all(SECRET, [{"id": key, "vote_id": vote.id, **each} for key, each in ballots])
    leaves = [({"vote": vote.id, "receipt": digest.hex()}, now) for digest in receipts]
    rows = [
        {"digest": digest, "vote_id": vote.id, "leaf_hash": leaf_hash}
        for digest, leaf_hash in zip(receipts, audit.record_all("ballot.secret", leaves), strict=True)
    ]
    insert_all(RECEIPT, rows)
    db.session.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote.id))
    forget_deleted(SealedBallot.__tablename__)
