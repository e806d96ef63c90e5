"""Casting a ballot: what is acknowledged is counted, what is refused is not, however the two cross a close."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import live, queries, receipt_rules, rules
from deliberation.votes.models import Ballot, RollEntry, Vote
from deliberation.votes.rules import AdviserHasNoBallot, BallotIdReused, Channel, Choice, NotOnRoll


@dataclass(frozen=True)
class Receipt:
    """What the voter gets: that this ballot stands in the log. ``is_current`` is false once a later one replaced it.

    ``choice`` is for the voter alone.
    """

    vote_id: int
    roll_entry_id: int
    label: str
    choice: Choice
    leaf_hash: bytes
    cast_at: datetime
    is_current: bool

    @property
    def code(self) -> str:
        return receipt_rules.receipt_code(self.leaf_hash)

    @property
    def hex(self) -> str:
        return self.leaf_hash.hex()

    def to_json(self) -> dict[str, Any]:
        """For the voter's own device only."""
        return {
            "vote_id": self.vote_id,
            "roll_entry_id": self.roll_entry_id,
            "label": self.label,
            "choice": str(self.choice),
            "code": self.code,
            "hex": self.hex,
            "cast_at": self.cast_at.isoformat(),
            "is_current": self.is_current,
        }


def cast_ballot(
    actor: Actor,
    *,
    vote_id: int,
    roll_entry_id: int,
    choice: Choice,
    client_ballot_id: str,
    channel: Channel,
    now: datetime,
) -> Receipt:
    """Record one seat's ballot and return its receipt; the same number of statements however many have voted.

    The vote's row is held in share mode, so ballots do not wait for each other, while closing, which takes it for
    itself, comes before or after each of them. The seat's row makes two ballots of one seat follow one another.
    Sending the same ballot again returns its receipt; a new ``client_ballot_id`` replaces the seat's ballot (R-18).
    """
    access.require(actor, "ballot.cast")
    vote = queries.vote(vote_id, lock={"of": Vote, "read": True})
    entry = _own_entry(actor, vote, roll_entry_id)
    known = _known_ballots(entry.id, client_ballot_id)
    again = next((ballot for ballot in known if ballot.client_ballot_id == client_ballot_id), None)
    current = next((ballot for ballot in known if ballot.roll_entry_id == entry.id and not ballot.superseded_at), None)
    if again is not None:
        return _same_again(again, entry, choice)
    refusal = rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=True,
        now=now,
    )
    if refusal is not None:
        raise refusal
    if current is not None:
        current.superseded_at = now
        db.session.flush()  # The seat has no current ballot for a moment, so that the index lets the new one in.
    ballot = _record(actor, entry, choice, client_ballot_id=client_ballot_id, channel=channel, now=now)
    live.push_turnout(vote)
    return _receipt(ballot, entry)


def _own_entry(actor: Actor, vote: Vote, roll_entry_id: int) -> RollEntry:
    """The seat on this vote's roll that is the actor's own, held until the transaction ends."""
    entry = db.session.get(RollEntry, roll_entry_id, with_for_update={"of": RollEntry, "key_share": True})
    if entry is not None and entry.vote_id == vote.id and entry.user_id == actor.user_id:
        return entry
    raise AdviserHasNoBallot() if queries.is_adviser(vote.committee_id, actor.user_id) else NotOnRoll()


def _known_ballots(roll_entry_id: int, client_ballot_id: str) -> Sequence[Ballot]:
    """The seat's current ballot, and whatever ballot has this id already."""
    is_current = (Ballot.roll_entry_id == roll_entry_id) & Ballot.superseded_at.is_(None)
    rows = select(Ballot).where(or_(is_current, Ballot.client_ballot_id == client_ballot_id))
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def _same_again(ballot: Ballot, entry: RollEntry, choice: Choice) -> Receipt:
    if ballot.roll_entry_id != entry.id or ballot.choice != choice:
        raise BallotIdReused()
    return _receipt(ballot, entry)


def _record(
    actor: Actor, entry: RollEntry, choice: Choice, *, client_ballot_id: str, channel: Channel, now: datetime
) -> Ballot:
    salt = secrets.token_bytes(32)
    sealed = receipt_rules.commitment(choice=choice, client_ballot_id=client_ballot_id, salt=salt)
    leaf = {"vote": entry.vote_id, "roll_entry": entry.id, "commitment": sealed}
    ballot = Ballot(
        vote_id=entry.vote_id,
        roll_entry_id=entry.id,
        client_ballot_id=client_ballot_id,
        choice=choice,
        salt=salt,
        channel=channel,
        cast_by_id=actor.user_id,
        cast_at=now,
        leaf_hash=audit.record("ballot.cast", leaf, now=now),
    )
    db.session.add(ballot)
    try:
        db.session.flush()
    except IntegrityError as error:  # Another seat took this id a moment ago; the door rolls everything back.
        raise BallotIdReused() from error
    return ballot


def _receipt(ballot: Ballot, entry: RollEntry) -> Receipt:
    return Receipt(
        vote_id=ballot.vote_id,
        roll_entry_id=entry.id,
        label=entry.label,
        choice=Choice(ballot.choice),
        leaf_hash=ballot.leaf_hash,
        cast_at=ballot.cast_at,
        is_current=ballot.superseded_at is None,
    )
