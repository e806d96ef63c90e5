"""Casting a ballot: what is acknowledged is counted, what is refused is not, however the two cross a close."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import live, queries, receipt_rules, rules
from deliberation.votes.counting import RuleKind, canonical_choice, named_options, parse_choice
from deliberation.votes.models import Ballot, RollEntry, Vote
from deliberation.votes.rules import AdviserHasNoBallot, BallotIdReused, Channel, Choice, NotOnRoll, ReasonForObjection
from deliberation.votes.service.clashes import set_against_sheets
from deliberation.votes.service.common import refuse
from deliberation.votes.service.urn import drop_into_urn, known_ballot


@dataclass(frozen=True)
class Receipt:
    """What the voter gets: that this ballot stands in the log. ``is_current`` is false once a later one replaced it.

    ``choice`` is for the voter alone.
    """

    vote_id: int
    roll_entry_id: int
    label: str
    choice: str
    leaf_hash: bytes
    cast_at: datetime
    is_current: bool
    is_secret: bool = False

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
            "choice": self.choice,
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
    choice: Any,
    client_ballot_id: str,
    channel: Channel,
    reason: str = "",
    replaces: str = "",
    now: datetime,
) -> Receipt:
    """Record one voter's ballot and return its receipt; the same number of statements however many have voted.

    ``choice`` is as JSON has it (see counting.parse_choice). The vote's row is held in share mode, so ballots do not
    wait for each other, while closing, which takes it for itself, comes before or after each of them. The entry's row
    makes two ballots of one voter follow one another. Sending the same ballot again returns its receipt; a new
    ``client_ballot_id`` replaces the voter's ballot (R-18), a secret one only together with the id it ``replaces``.
    """
    access.require(actor, "ballot.cast")
    vote = queries.vote(vote_id, lock={"of": Vote, "read": True})
    entry = _own_entry(actor, vote, roll_entry_id)
    said = _canonical(vote, choice)
    known = _find_again(vote, entry, said, client_ballot_id)
    if known is not None:
        return known
    refuse(_refusal_now(vote, entry, said, reason, now=now))
    if vote.is_secret:
        digest = drop_into_urn(vote, entry, choice=said, ballot_id=client_ballot_id, replaces=replaces, channel=channel)
        live.push_turnout(vote)
        return _secret_receipt(vote, entry, said, digest, now=now)
    ballot = record_ballot(
        vote, entry, choice=said, reason=reason, channel=channel, cast_by_id=actor.user_id or 0,
        client_ballot_id=client_ballot_id, now=now,
    )  # fmt: skip
    set_against_sheets(vote, {entry.id: said}, now=now)
    return _receipt(ballot, entry)


def _canonical(vote: Vote, choice: Any) -> str:
    parsed = parse_choice(
        choice, method=vote.method, options=vote.option_codes, seats=vote.seats_to_fill, limit=vote.choice_limit
    )
    refuse(rules.refusal_to_name(named_options(parsed), barred=vote.barred, is_binding=vote.is_binding))
    return canonical_choice(parsed)


def _find_again(vote: Vote, entry: RollEntry, choice: str, client_ballot_id: str) -> Receipt | None:
    """The receipt of a ballot that was sent before; the same id with other content is refused."""
    if vote.is_secret:
        digest = known_ballot(vote, entry, choice=choice, ballot_id=client_ballot_id)
        return _secret_receipt(vote, entry, choice, digest, now=vote.opens_at) if digest is not None else None
    again = db.session.scalar(select(Ballot).where(Ballot.client_ballot_id == client_ballot_id))
    return _same_again(again, entry, choice) if again is not None else None


def _refusal_now(vote: Vote, entry: RollEntry, choice: str, reason: str, *, now: datetime) -> Refusal | None:
    refusal = rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=entry.weight > 0,
        now=now,
    )
    if refusal is None and vote.rule_kind is RuleKind.consensus and choice == Choice.against and not reason.strip():
        return ReasonForObjection()
    return refusal


def _own_entry(actor: Actor, vote: Vote, roll_entry_id: int) -> RollEntry:
    """The seat on this vote's roll that is the actor's own, held until the transaction ends."""
    entry = db.session.get(RollEntry, roll_entry_id, with_for_update={"of": RollEntry, "key_share": True})
    if entry is not None and entry.vote_id == vote.id and entry.user_id == actor.user_id:
        return entry
    raise AdviserHasNoBallot() if queries.is_adviser(vote.committee_id, actor.user_id) else NotOnRoll()


def _same_again(ballot: Ballot, entry: RollEntry, choice: str) -> Receipt:
    if ballot.roll_entry_id != entry.id or ballot.choice != choice:
        raise BallotIdReused()
    return _receipt(ballot, entry)


def record_ballot(
    vote: Vote,
    entry: RollEntry,
    *,
    choice: str,
    channel: Channel,
    cast_by_id: int,
    client_ballot_id: str,
    reason: str = "",
    paper_id: int | None = None,
    proxy_id: int | None = None,
    helper: str = "",
    witness: str = "",
    now: datetime,
) -> Ballot:
    """Put a named ballot in the place of the voter's earlier one, which is kept; whoever calls has seen to the rights.

    The commitment goes into the log with the act; the turnout is pushed after it.
    """
    current = queries.current_ballot(entry.id)
    if current is not None:
        current.superseded_at = now
        db.session.flush()  # The voter has no current ballot for a moment, so that the index lets the new one in.
    salt = secrets.token_bytes(32)
    sealed = receipt_rules.commitment(choice=choice, client_ballot_id=client_ballot_id, salt=salt)
    leaf = {"vote": vote.id, "roll_entry": entry.id, "commitment": sealed}
    ballot = Ballot(
        vote_id=vote.id,
        roll_entry_id=entry.id,
        client_ballot_id=client_ballot_id,
        choice=choice,
        reason=reason,
        salt=salt,
        channel=channel,
        cast_by_id=cast_by_id,
        cast_at=now,
        paper_id=paper_id,
        proxy_id=proxy_id,
        helper=helper,
        witness=witness,
        leaf_hash=audit.record("ballot.cast", leaf, now=now),
    )
    db.session.add(ballot)
    try:
        db.session.flush()
    except IntegrityError as error:  # Another voter took this id a moment ago; the door rolls everything back.
        raise BallotIdReused() from error
    live.push_turnout(vote)
    return ballot


def _receipt(ballot: Ballot, entry: RollEntry) -> Receipt:
    return Receipt(
        vote_id=ballot.vote_id,
        roll_entry_id=entry.id,
        label=entry.label,
        choice=ballot.choice,
        leaf_hash=ballot.leaf_hash,
        cast_at=ballot.cast_at,
        is_current=ballot.superseded_at is None,
    )


def _secret_receipt(vote: Vote, entry: RollEntry, choice: str, digest: bytes, *, now: datetime) -> Receipt:
    """Nothing is kept of when a secret ballot was cast, so a receipt that is asked for again says when voting began."""
    return Receipt(vote.id, entry.id, entry.label, choice, digest, now, is_current=True, is_secret=True)
