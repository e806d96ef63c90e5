"""Named ballots for tellers and, once the result is out, for the owners on the roll (R-55); never of an open vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.keyset import Page, in_order
from deliberation.matters import queries as matters
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.votes import rules
from deliberation.votes.models import Ballot, BallotConflict, InvalidBallot, RollEntry, Vote
from deliberation.votes.queries import roll
from deliberation.votes.queries.ballots import has_voice
from deliberation.votes.rules import Channel, InvalidReason, RollSource


@dataclass(frozen=True)
class BallotLine:
    """A ballot that stands, with its voter masked but to themselves; ``invalid`` says why it does not take part."""

    voter: roll.RollLine
    choice: str | None
    channel: Channel | None
    invalid: InvalidReason | None


def refusal_to_inspect(actor: Actor, vote: Vote) -> Refusal | None:
    """Why this person may not look at the ballots of a vote, or ``None``."""
    if vote.published_at is None:
        return NotFound()
    return rules.refusal_to_inspect(
        is_secret=vote.is_secret,
        is_counted=vote.outcome is not None,
        is_announced=vote.announced_at is not None,
        is_teller=Role.teller in actor.roles_in(places.place(vote.place_id).scope),
        has_interest=actor.user_id in matters.interested_user_ids(vote.matter_id),
        is_of_owners=vote.roll_source is RollSource.units,
        has_voice=has_voice(vote.id, actor.user_id),
    )


def ballot_lines(vote: Vote, *, user_id: int | None, after: int | None) -> Page[BallotLine]:
    """A page of the ballots in the order of the roll; the same few statements however many there are."""
    stands = select(Ballot.id).where(Ballot.roll_entry_id == RollEntry.id, Ballot.superseded_at.is_(None)).exists()
    ruled_out = select(InvalidBallot.id).where(InvalidBallot.roll_entry_id == RollEntry.id).exists()
    rows = select(RollEntry).where(RollEntry.vote_id == vote.id, or_(stands, ruled_out))
    page = in_order(rows, key=RollEntry.number, after=after, size=roll.PAGE_SIZE)
    ballots, invalid = _ballots(page.items), _invalid(page.items)
    lines = []
    for entry, voter in zip(page.items, roll.shown(vote, page.items, user_id=user_id), strict=True):
        choice, channel = ballots.get(entry.id, (None, None))
        lines.append(BallotLine(voter, choice, channel, invalid.get(entry.id)))
    return Page(lines, page.cursor)


def _ballots(entries: Sequence[RollEntry]) -> dict[int, tuple[str, Channel]]:
    ids = [entry.id for entry in entries]
    rows = select(Ballot.roll_entry_id, Ballot.choice, Ballot.channel)
    found = db.session.execute(rows.where(Ballot.roll_entry_id.in_(ids), Ballot.superseded_at.is_(None)))
    return {entry_id: (choice, channel) for entry_id, choice, channel in found}


def _invalid(entries: Sequence[RollEntry]) -> dict[int, InvalidReason]:
    """What tellers ruled out, and clashes that nobody settled (R-16, R-18)."""
    ids = [entry.id for entry in entries]
    ruled = select(InvalidBallot.roll_entry_id, InvalidBallot.reason).where(InvalidBallot.roll_entry_id.in_(ids))
    undecided = select(BallotConflict.roll_entry_id).where(
        BallotConflict.roll_entry_id.in_(ids), BallotConflict.decision.is_(None)
    )
    found = dict(db.session.execute(ruled).all())
    return found | dict.fromkeys(db.session.scalars(undecided), InvalidReason.conflict)
