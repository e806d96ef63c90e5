"""What the help desk sees: whether a voter has been heard already, the ballots it has taken, one receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.matters import queries as matters
from deliberation.people.access import Actor
from deliberation.votes import receipt_rules, rules
from deliberation.votes.models import Ballot, PaperBallot, RollEntry
from deliberation.votes.queries.ballots import current_ballot
from deliberation.votes.queries.scenes import Scene
from deliberation.votes.rules import Channel

SHOWN = 20


@dataclass(frozen=True)
class AssistedBallot:
    """A ballot that an office filled in for a voter who was there."""

    ballot: Ballot
    entry: RollEntry

    @property
    def code(self) -> str:
        return receipt_rules.receipt_code(self.ballot.leaf_hash)


@dataclass(frozen=True)
class Heard:
    """How a voter has been heard so far: the channel of the current ballot, and whether a sheet of theirs was read."""

    channel: Channel | None
    has_sheet: bool


def heard(entry: RollEntry) -> Heard:
    current = current_ballot(entry.id)
    read = select(PaperBallot.id).where(PaperBallot.roll_entry_id == entry.id, PaperBallot.settled_at.is_not(None))
    return Heard(current.channel if current else None, db.session.scalar(read.limit(1)) is not None)


def refusal_now(actor: Actor, scene: Scene, entry: RollEntry | None, *, now: datetime) -> Refusal | None:
    """Why nobody, or not this person, can help with a ballot now; who watches is asked when it is cast."""
    vote = scene.vote
    is_interested = actor.user_id in matters.interested_user_ids(vote.matter_id)
    refusal = rules.refusal_to_assist(
        is_secret=vote.is_secret,
        is_party=is_interested or (entry is not None and actor.user_id == entry.user_id),
        helper=actor.name,
        witness="to be named",
    )
    return refusal or rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=True,
        now=now,
    )


def _assisted(vote_id: int) -> Select[Ballot, RollEntry]:
    rows = select(Ballot, RollEntry).join(RollEntry, RollEntry.id == Ballot.roll_entry_id)
    return rows.where(Ballot.vote_id == vote_id, Ballot.channel == Channel.assisted, Ballot.paper_id.is_(None))


def recent(vote_id: int) -> Sequence[AssistedBallot]:
    """The last ballots taken at the desk, to print a receipt once more."""
    found = db.session.execute(_assisted(vote_id).order_by(Ballot.id.desc()).limit(SHOWN))
    return [AssistedBallot(ballot, entry) for ballot, entry in found]


def assisted(vote_id: int, ballot_id: int) -> AssistedBallot:
    found = db.session.execute(_assisted(vote_id).where(Ballot.id == ballot_id)).first()
    if found is None:
        raise NotFound()
    return AssistedBallot(*found)
