"""Finding a ballot by its receipt: whether it is counted, without how it was cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from deliberation.audit import queries as audit
from deliberation.kernel.database import db
from deliberation.votes import receipt_rules
from deliberation.votes.models import Ballot, RollEntry, SealedBallot, SecretReceipt, Vote
from deliberation.votes.receipt_rules import ReceiptUnknown


@dataclass(frozen=True)
class ReceiptCheck:
    """A ballot found by its receipt: whether it is counted, without how it was cast, save for its own voter."""

    vote: Vote
    leaf_hash: bytes
    cast_at: datetime | None
    is_current: bool
    choice: str | None
    digest: bytes | None = None

    @property
    def code(self) -> str:
        return receipt_rules.receipt_code(self.digest or self.leaf_hash)


def receipt(shown: Vote, given: str, *, user_id: int | None) -> ReceiptCheck:
    """The ballot with this receipt, given as its code or as its 64 hexadecimal digits."""
    if shown.is_secret:
        return _secret_receipt(shown, given)
    found = db.session.execute(_by_receipt(shown.id, given)).first()
    if found is None:
        raise ReceiptUnknown()
    ballot, voter_id = found
    is_own = user_id is not None and user_id in (ballot.cast_by_id, voter_id)
    choice = str(ballot.choice) if is_own else None
    return ReceiptCheck(shown, ballot.leaf_hash, ballot.cast_at, ballot.superseded_at is None, choice)


def _secret_receipt(shown: Vote, given: str) -> ReceiptCheck:
    """In the urn until the close, then among the counted; how and when it was cast is known nowhere."""
    digest = SealedBallot.id if shown.closed_at is None else SecretReceipt.digest
    leaf = SealedBallot.id if shown.closed_at is None else SecretReceipt.leaf_hash
    of = SealedBallot.vote_id if shown.closed_at is None else SecretReceipt.vote_id
    found = db.session.execute(_within(select(digest, leaf).where(of == shown.id), digest, given)).first()
    if found is None:
        raise ReceiptUnknown()
    return ReceiptCheck(shown, found[1], None, True, None, digest=found[0])


def secret_leaf(check: ReceiptCheck) -> dict[str, str]:
    """What the leaf of a counted secret ballot says: its receipt and nothing else, so that a browser can hash it."""
    if check.digest is None or check.vote.closed_at is None:
        return {}
    return {"leaf": audit.leaf(check.leaf_hash).data.decode()}


def _by_receipt(vote_id: int, given: str) -> Any:
    rows = (
        select(Ballot, RollEntry.user_id)
        .join(RollEntry, RollEntry.id == Ballot.roll_entry_id)
        .where(Ballot.vote_id == vote_id)
    )
    return _within(rows, Ballot.leaf_hash, given)


def _within(rows: Any, column: Any, given: str) -> Any:
    """The rows whose receipt begins with the code given, or is the one given in full."""
    span = receipt_rules.receipt_range(given)
    if span is not None:
        low, high = span
        return rows.where(column >= low, column <= high + b"\xff" * 24)
    digest = receipt_rules.receipt_bytes(given)
    if digest is None:
        raise ReceiptUnknown()
    return rows.where(column == digest)
