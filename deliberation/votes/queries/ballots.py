"""Votes and a person's own ballots. Nothing here reads how anybody else cast while a vote is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.votes import receipt_rules
from deliberation.votes.models import Ballot, InvalidBallot, RollEntry, Vote, VoterMark
from deliberation.votes.rules import InvalidReason, VoteState

HIDDEN = frozenset({VoteState.draft, VoteState.legal_check, VoteState.cancelled})
PUBLIC = tuple(state for state in VoteState if state not in HIDDEN)


def vote(vote_id: int, *, lock: dict[str, Any] | None = None) -> Vote:
    """The vote; ``lock`` is how its row is held until the transaction ends (see ``Select.with_for_update``)."""
    found = db.session.get(Vote, vote_id, with_for_update=lock, populate_existing=lock is not None)
    if found is None:
        raise NotFound()
    return found


def bands(vote: Vote) -> dict[tuple[int, str], int]:
    """How many voters there are of each weight in each chamber; secret ballots must not tell them apart."""
    rows = select(RollEntry.weight, RollEntry.chamber, func.count()).where(RollEntry.vote_id == vote.id)
    found = db.session.execute(rows.where(RollEntry.weight > 0).group_by(RollEntry.weight, RollEntry.chamber))
    return {(weight, chamber): number for weight, chamber, number in found}


def voters(vote_id: int) -> Select[int | None]:
    """Everybody with a voice on the frozen roll who has an account: a statement, since they may be very many."""
    rows = select(RollEntry.user_id).where(RollEntry.vote_id == vote_id, RollEntry.user_id.is_not(None))
    return rows.where(RollEntry.weight > 0).distinct()


def has_voice(vote_id: int, user_id: int | None) -> bool:
    """Whether this person casts a ballot by the frozen roll."""
    if user_id is None:
        return False
    rows = select(RollEntry.id).where(RollEntry.vote_id == vote_id, RollEntry.user_id == user_id, RollEntry.weight > 0)
    return db.session.scalar(rows.limit(1)) is not None


def roll_entries_of(vote_id: int, user_id: int) -> Sequence[RollEntry]:
    """The seats this person may vote for, in the order of the roll."""
    rows = select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.user_id == user_id)
    return db.session.scalars(rows.order_by(RollEntry.id)).all()


@dataclass(frozen=True)
class OwnSeat:
    """A seat of the person who looks, and its current ballot, which is this person's own; ``times`` it was cast.

    Of a secret ballot nothing is known here but that it was cast (``is_marked``). ``invalid_reason`` is why a sheet of
    this seat does not take part (R-16): its voter reads it here, and nobody else.
    """

    entry: RollEntry
    ballot: Ballot | None
    times: int
    is_marked: bool = False
    invalid_reason: InvalidReason | None = None

    @property
    def has_cast(self) -> bool:
        return self.ballot is not None or self.is_marked

    @property
    def code(self) -> str:
        return receipt_rules.receipt_code(self.ballot.leaf_hash) if self.ballot else ""


def own_seats(vote_id: int, user_id: int | None) -> list[OwnSeat]:
    """This person's seats with their ballots, in one statement; a line of the roll without a voice is none."""
    return own_seats_of(vote_id, [user_id]).get(user_id, []) if user_id is not None else []


def own_seats_of(vote_id: int, user_ids: Collection[int]) -> dict[int, list[OwnSeat]]:
    """The same of many; who has none is not among them."""
    rows = (
        select(RollEntry, Ballot, VoterMark.vote_id, InvalidBallot.reason)
        .outerjoin(Ballot, Ballot.roll_entry_id == RollEntry.id)
        .outerjoin(InvalidBallot, InvalidBallot.roll_entry_id == RollEntry.id)
        .outerjoin(VoterMark, VoterMark.roll_entry_id == RollEntry.id)
        .where(RollEntry.vote_id == vote_id, RollEntry.user_id.in_(user_ids), RollEntry.weight > 0)
        .order_by(RollEntry.id, Ballot.id)
    )
    seats: dict[int, OwnSeat] = {}
    for entry, ballot, mark, invalid in db.session.execute(rows):
        before = seats.get(entry.id, OwnSeat(entry, None, 0))
        current = ballot if ballot is not None and ballot.superseded_at is None else before.ballot
        seats[entry.id] = OwnSeat(entry, current, before.times + (ballot is not None), mark is not None, invalid)
    found: dict[int, list[OwnSeat]] = {}
    for seat in seats.values():
        if seat.entry.user_id is not None:
            found.setdefault(seat.entry.user_id, []).append(seat)
    return found


def votes_of_matter(matter_id: int) -> Sequence[Vote]:
    """Every vote of a matter, drafts included, the oldest first."""
    return db.session.scalars(select(Vote).where(Vote.matter_id == matter_id).order_by(Vote.id)).all()


def votes_of_item(item_id: int) -> Sequence[Vote]:
    """Every vote of an agenda item, drafts included, the oldest first."""
    return db.session.scalars(select(Vote).where(Vote.item_id == item_id).order_by(Vote.id)).all()


def announced_by_item(item_ids: Iterable[int]) -> dict[int, list[Vote]]:
    """The votes of these agenda items whose results everybody knows, the oldest first; one statement."""
    rows = select(Vote).where(Vote.item_id.in_(set(item_ids)), Vote.announced_at.is_not(None)).order_by(Vote.id)
    found: dict[int, list[Vote]] = {}
    for each in db.session.scalars(rows):
        found.setdefault(each.item_id or 0, []).append(each)
    return found


def has_announced_vote(item_id: int) -> bool:
    """Whether an agenda item was decided by a vote whose result everybody knows."""
    rows = select(Vote.id).where(Vote.item_id == item_id, Vote.announced_at.is_not(None))
    return db.session.scalar(rows.limit(1)) is not None


def vote_of_meeting(meeting_id: int, item_id: int | None) -> Vote | None:
    """The vote the room shows: the one that is open, else the present item's, else the newest; never a draft."""
    rows = select(Vote).where(Vote.meeting_id == meeting_id, Vote.state.in_(PUBLIC)).order_by(Vote.id.desc())
    found = db.session.scalars(rows).all()
    by_rank = sorted(found, key=lambda each: (each.state is not VoteState.voting, each.item_id != item_id))
    return by_rank[0] if by_rank else None


def has_open_vote(meeting_id: int) -> bool:
    """Whether the meeting waits for a vote; one that was extended goes on without it."""
    is_waited_for = (Vote.state == VoteState.voting) & Vote.first_closes_at.is_(None)
    rows = select(Vote.id).where(Vote.meeting_id == meeting_id, is_waited_for)
    return db.session.scalar(rows.limit(1)) is not None


def due_to_open(now: datetime) -> Sequence[int]:
    rows = select(Vote.id).where(Vote.state == VoteState.published, Vote.opens_at <= now)
    return db.session.scalars(rows.order_by(Vote.opens_at)).all()


def due_to_close(now: datetime) -> Sequence[int]:
    rows = select(Vote.id).where(Vote.state == VoteState.voting, Vote.closes_at <= now)
    return db.session.scalars(rows.order_by(Vote.closes_at)).all()


def current_ballot(roll_entry_id: int) -> Ballot | None:
    """The named ballot that stands for a voter."""
    rows = select(Ballot).where(Ballot.roll_entry_id == roll_entry_id, Ballot.superseded_at.is_(None))
    return db.session.scalar(rows.execution_options(populate_existing=True))


def due_windows(now: datetime) -> Sequence[int]:
    """Votes whose time for objections is over."""
    rows = select(Vote.id).where(Vote.state == VoteState.objection_window, Vote.objections_until <= now)
    return db.session.scalars(rows.order_by(Vote.objections_until)).all()
