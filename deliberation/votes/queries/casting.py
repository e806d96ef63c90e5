"""What casting looks at: votes, voters and earlier ballots, one statement each however many ballots come together.

These run for every ballot that anybody casts, so they read columns instead of objects and are put together once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select

from deliberation.committees import queries as committees
from deliberation.committees.models import Seat
from deliberation.kernel.database import db
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import Ballot, RollEntry, SealedBallot, SecretReceipt, Vote, VoterMark
from deliberation.votes.rules import VoteState, binds_by_web

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
NAMES: BindParameter[Any] = bindparam("names", expanding=True)


class PolledVote(NamedTuple):
    """What is asked of a vote when a ballot comes (see models.Vote)."""

    id: int
    matter_id: int
    committee_id: int
    meeting_id: int | None
    title: str
    state: VoteState
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    rule_kind: RuleKind
    method: Method
    options: list[dict[str, str]]
    seats_to_fill: int
    choice_limit: int | None
    is_secret: bool
    allows_paper: bool
    proxy_cap: int
    electronic_clause: str

    @property
    def takes_web(self) -> bool:
        return binds_by_web(self.rule_kind, self.electronic_clause)

    @property
    def option_codes(self) -> list[str]:
        return [option["code"] for option in self.options]

    @property
    def barred(self) -> dict[str, str]:
        """The codes of the options that cannot win, each with its reason."""
        return {option["code"]: option["barred"] for option in self.options if "barred" in option}

    @property
    def is_binding(self) -> bool:
        return self.rule_kind is not RuleKind.advisory


class Voter(NamedTuple):
    """One place on a roll (see models.RollEntry)."""

    id: int
    vote_id: int
    user_id: int | None
    label: str
    weight: int
    chamber: str


class EarlierBallot(NamedTuple):
    """A named ballot that is there already (see models.Ballot)."""

    id: int
    roll_entry_id: int
    client_ballot_id: str
    choice: str
    cast_at: datetime
    superseded_at: datetime | None
    leaf_hash: bytes


def _columns(model: type[Any], row: type[Any]) -> Select[Any]:
    return select(*(getattr(model, name) for name in row._fields))


VOTES = (
    _columns(Vote, PolledVote).where(Vote.id.in_(IDS)).order_by(Vote.id).with_for_update(of=Vote, read=True)
)  # fmt: skip
VOTERS = (
    _columns(RollEntry, Voter)
    .where(RollEntry.id.in_(IDS))
    .order_by(RollEntry.id)
    .with_for_update(of=RollEntry, key_share=True)
)
EARLIER = _columns(Ballot, EarlierBallot).where(
    or_(
        and_(Ballot.roll_entry_id.in_(IDS), Ballot.superseded_at.is_(None)),
        Ballot.client_ballot_id.in_(NAMES),
    )
)
MARKS = select(VoterMark.roll_entry_id).where(VoterMark.roll_entry_id.in_(IDS))
SEALED = select(SealedBallot.id, SealedBallot.vote_id, SealedBallot.sealed).where(SealedBallot.id.in_(IDS))
COUNTED = select(SecretReceipt.digest, SecretReceipt.vote_id).where(SecretReceipt.digest.in_(IDS))


def _read(statement: Select[*tuple[Any, ...]], ids: Collection[Any], names: Collection[str] = ()) -> list[Any]:
    """The rows of these ids; nothing is asked where there are none."""
    given = {"ids": list(ids), "names": list(names)} if names else {"ids": list(ids)}
    return list(db.session.connection().execute(statement, given)) if ids else []


def votes_to_cast_in(vote_ids: Collection[int]) -> dict[int, PolledVote]:
    """These votes, held in share mode until the transaction ends: none of them is closed meanwhile."""
    return {row[0]: PolledVote(*row) for row in _read(VOTES, vote_ids)}


def voters_to_cast(entry_ids: Collection[int]) -> dict[int, Voter]:
    """These places on their rolls, held until the transaction ends, the lowest id first."""
    return {row[0]: Voter(*row) for row in _read(VOTERS, entry_ids)}


def earlier_ballots(entry_ids: Collection[int], ballot_ids: Collection[str]) -> list[EarlierBallot]:
    """The named ballots that stand for these voters, and those of these ids, whoever cast them."""
    return [EarlierBallot(*row) for row in _read(EARLIER, entry_ids, ballot_ids)]


def marked_voters(entry_ids: Collection[int]) -> set[int]:
    """Who of these voters has cast a secret ballot."""
    return {row[0] for row in _read(MARKS, entry_ids)}


def sealed_ballots(digests: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """The vote and the sealed content of those that lie in an urn."""
    return {digest: (vote_id, sealed) for digest, vote_id, sealed in _read(SEALED, digests)}


def counted_ballots(digests: Collection[bytes]) -> dict[bytes, int]:
    """The vote of those that were counted."""
    return dict(map(tuple, _read(COUNTED, digests)))


def advisers(body_ids: Collection[int], user_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Who of these people sits in which of these bodies without a vote: (body, person)."""
    rows = select(Seat.committee_id, Seat.user_id).where(
        Seat.committee_id.in_(body_ids), Seat.user_id.in_(user_ids), Seat.is_voting.is_(False), committees.is_current()
    )
    return frozenset((body_id, user_id) for body_id, user_id in db.session.execute(rows) if user_id is not None)
