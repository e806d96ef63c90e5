"""Secret ballots: into the urn without a trace of who, out of it without a trace of when (docs/decisions/0008)."""

from __future__ import annotations

import secrets
from datetime import datetime
from operator import itemgetter

from sqlalchemy import delete, insert, select

from deliberation.audit import service as audit
from deliberation.kernel.database import db, forget_deleted
from deliberation.votes.models import RollEntry, SealedBallot, SecretBallot, SecretReceipt, Vote, VoterMark
from deliberation.votes.rules import BallotIdReused, Channel, SecretBallotElsewhere
from deliberation.votes.sealing import digest_of, seal, unseal


def known_ballot(vote: Vote, entry: RollEntry, *, choice: str, ballot_id: str) -> bytes | None:
    """The digest of a ballot that is in the urn, or was counted from it; ``None`` when there is none of that id.

    The same id with another choice, or in the hands of a voter who has not cast, is refused (409).
    """
    digest = digest_of(ballot_id)
    sealed = db.session.get(SealedBallot, digest)
    if sealed is None:
        counted = db.session.get(SecretReceipt, digest)
        return digest if counted is not None and counted.vote_id == vote.id else None
    if sealed.vote_id != vote.id or _mark(entry) is None or _content(sealed)["choice"] != choice:
        raise BallotIdReused()
    return digest


def _mark(entry: RollEntry) -> VoterMark | None:
    return db.session.get(VoterMark, (entry.vote_id, entry.id))


def _content(sealed: SealedBallot) -> dict[str, str]:
    return unseal(sealed.vote_id, sealed.id, sealed.sealed)


def drop_into_urn(
    vote: Vote, entry: RollEntry, *, choice: str, ballot_id: str, replaces: str, channel: Channel
) -> bytes:
    """Seal the ballot and mark the voter; in place of an earlier one only for who knows that one's id."""
    if _mark(entry) is None:
        db.session.add(VoterMark(vote_id=vote.id, roll_entry_id=entry.id, channel=channel))
    else:
        _take_out(vote, replaces)
    digest = digest_of(ballot_id)
    content = {"choice": choice, "weight": entry.weight, "chamber": entry.chamber}
    db.session.add(SealedBallot(id=digest, vote_id=vote.id, sealed=seal(vote.id, digest, content)))
    db.session.flush()
    return digest


def _take_out(vote: Vote, ballot_id: str) -> None:
    earlier = db.session.get(SealedBallot, digest_of(ballot_id)) if ballot_id else None
    if earlier is None or earlier.vote_id != vote.id:
        raise SecretBallotElsewhere()
    db.session.delete(earlier)


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
    db.session.execute(insert(SecretBallot), [{"id": key, "vote_id": vote.id, **each} for key, each in ballots])
    leaves = [
        {
            "digest": digest,
            "vote_id": vote.id,
            "leaf_hash": audit.record("ballot.secret", {"vote": vote.id, "receipt": digest.hex()}, now=now),
        }
        for digest in receipts
    ]
    db.session.execute(insert(SecretReceipt), leaves)
    db.session.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote.id))
    forget_deleted(SealedBallot.__tablename__)
