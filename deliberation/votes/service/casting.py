"""Casting ballots: what is acknowledged is counted, what is refused is not, however the two cross a close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from deliberation.kernel.errors import NotFound, Refusal
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import live, rules
from deliberation.votes.counting import RuleKind
from deliberation.votes.queries.casting import (
    EarlierBallot,
    PolledVote,
    Voter,
    advisers,
    voters_to_cast,
    votes_to_cast_in,
)
from deliberation.votes.rules import AdviserHasNoBallot, Channel, Choice, NotOnRoll, ReasonForObjection
from deliberation.votes.service.clashes import set_against_sheets
from deliberation.votes.service.common import canonical, refuse
from deliberation.votes.service.receipts import Receipt
from deliberation.votes.service.recording import Book, NewBallot
from deliberation.votes.service.urn import Urn


@dataclass(frozen=True)
class SentBallot:
    """What a voter's device sent, and when the door took it in: by that instant it is in time or late.

    ``choice`` is as JSON has it (see counting.parse_choice). A new ``client_ballot_id`` replaces the voter's ballot
    (R-18), a secret one only together with the id it ``replaces``. ``known`` is the receipt of the ballot that the page
    showed as standing, in hexadecimal, empty for none; where nothing is said of it, nothing is asked.
    """

    actor: Actor
    vote_id: int
    roll_entry_id: int
    choice: Any
    client_ballot_id: str
    channel: Channel
    at: datetime
    reason: str = ""
    replaces: str = ""
    known: str | None = None


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
    known: str | None = None,
    now: datetime,
) -> Receipt:
    """One ballot alone: ``cast_ballots`` of one, its refusal raised."""
    ballot = SentBallot(
        actor=actor, vote_id=vote_id, roll_entry_id=roll_entry_id, choice=choice, client_ballot_id=client_ballot_id,
        channel=channel, at=now, reason=reason, replaces=replaces, known=known,
    )  # fmt: skip
    (answer,) = cast_ballots([ballot])
    if isinstance(answer, Refusal):
        raise answer
    return answer


def cast_ballots(sent: Sequence[SentBallot]) -> list[Receipt | Refusal]:
    """Record ballots of any voters and votes, and answer each in its place with its receipt or its refusal.

    The same number of statements however many there are and however many have voted. The votes' rows are held in
    share mode, so these ballots wait for nobody else's, while closing, which takes a vote's row for itself, comes
    before or after all of them. The entries' rows make two ballots of one voter follow one another; all rows are taken
    in the order of their ids, so that no two of us wait for each other in a circle. A ballot that was sent before gets
    its receipt again. Raises ``BallotIdReused`` when somebody else takes one of the ids at the same moment: then
    nothing is recorded, and the door may try each alone.
    """
    booth = _Booth(sent)
    answers = [booth.take(each) for each in sent]
    booth.write()
    return [each if isinstance(each, Refusal) else each() for each in answers]


class _Booth:
    """What one transaction knows of the ballots it records; each is judged as if those before it were recorded."""

    def __init__(self, sent: Sequence[SentBallot]) -> None:
        self._votes = votes_to_cast_in({each.vote_id for each in sent})
        self._entries = voters_to_cast({each.roll_entry_id for each in sent} if self._votes else ())
        self._polled: dict[int, PolledVote] = {}
        self._heard: dict[int, dict[int, NewBallot]] = {}
        self._advisers: frozenset[tuple[int, int]] = frozenset()
        own = [each for each in sent if self._own_entry(each) is not None]
        if len(own) < len(sent):
            strangers = {each.actor.user_id for each in sent if each.actor.user_id is not None}
            self._advisers = advisers({vote.committee_id for vote in self._votes.values()}, strangers)
        named = [each for each in own if not self._votes[each.vote_id].is_secret]
        secret = [each for each in own if self._votes[each.vote_id].is_secret]
        self._book = Book(
            entry_ids={each.roll_entry_id for each in named}, ballot_ids={each.client_ballot_id for each in named}
        )
        self._urn = Urn(
            entry_ids={each.roll_entry_id for each in secret},
            ballot_ids={name for each in secret for name in (each.client_ballot_id, each.replaces) if name},
        )

    def take(self, ballot: SentBallot) -> Callable[[], Receipt] | Refusal:
        """How its receipt is made out once all is written, or why it is refused."""
        try:
            return self._take(ballot)
        except Refusal as refusal:
            return refusal

    def _take(self, ballot: SentBallot) -> Callable[[], Receipt]:
        access.require(ballot.actor, "ballot.cast")
        vote = self._votes.get(ballot.vote_id)
        if vote is None:
            raise NotFound()
        entry = self._own_entry(ballot)
        if entry is None:
            is_adviser = (vote.committee_id, ballot.actor.user_id) in self._advisers
            raise AdviserHasNoBallot() if is_adviser else NotOnRoll()
        said = canonical(vote, ballot.choice)
        return (self._seal if vote.is_secret else self._enter)(vote, entry, said, ballot)

    def _own_entry(self, ballot: SentBallot) -> Voter | None:
        """The voter on this vote's roll that is the actor."""
        entry = self._entries.get(ballot.roll_entry_id)
        is_own = entry is not None and (entry.vote_id, entry.user_id) == (ballot.vote_id, ballot.actor.user_id)
        return entry if is_own else None

    def _enter(self, vote: PolledVote, entry: Voter, said: str, ballot: SentBallot) -> Callable[[], Receipt]:
        known = self._book.again(entry.id, choice=said, ballot_id=ballot.client_ballot_id)
        if known is not None:
            return partial(_receipt, known, entry)
        refuse(_refusal_now(vote, entry, said, ballot))
        standing = self._book.standing(entry.id)
        refuse(rules.refusal_to_change_unseen(choice=said, standing=standing, known=ballot.known))
        new = NewBallot(
            vote_id=vote.id, roll_entry_id=entry.id, choice=said, client_ballot_id=ballot.client_ballot_id,
            channel=ballot.channel, cast_by_id=ballot.actor.user_id or 0, cast_at=ballot.at, reason=ballot.reason,
        )  # fmt: skip
        self._polled[vote.id] = vote
        self._heard.setdefault(vote.id, {})[entry.id] = new
        replaced = standing.choice if standing is not None else ""
        return partial(_receipt, self._book.add(new), entry, replaced=replaced)

    def _seal(self, vote: PolledVote, entry: Voter, said: str, ballot: SentBallot) -> Callable[[], Receipt]:
        """Nothing is kept of when a secret ballot was cast: a receipt asked for again says when voting began."""
        digest, at = self._urn.again(vote, entry, choice=said, ballot_id=ballot.client_ballot_id), vote.opens_at
        if digest is None:
            refuse(_refusal_now(vote, entry, said, ballot))
            digest = self._urn.add(
                vote, entry, choice=said, ballot_id=ballot.client_ballot_id, replaces=ballot.replaces,
                channel=ballot.channel,
            )  # fmt: skip
            at, self._polled[vote.id] = ballot.at, vote
        return partial(Receipt, vote.id, entry.id, entry.label, said, digest, at, is_current=True, is_secret=True)

    def write(self) -> None:
        self._book.write()
        self._urn.write()
        for vote_id, heard in self._heard.items():
            said = {entry_id: new.choice for entry_id, new in heard.items()}
            set_against_sheets(self._polled[vote_id], said, now=max(new.cast_at for new in heard.values()))
        for vote in self._polled.values():
            live.push_turnout(vote.id, vote.meeting_id)


def _receipt(ballot: EarlierBallot | NewBallot, voter: Voter, *, replaced: str = "") -> Receipt:
    is_current = ballot.superseded_at is None
    return Receipt(
        voter.vote_id, voter.id, voter.label, ballot.choice, ballot.leaf_hash, ballot.cast_at, is_current=is_current,
        replaced=replaced,
    )  # fmt: skip


def _refusal_now(vote: PolledVote, entry: Voter, choice: str, ballot: SentBallot) -> Refusal | None:
    refusal = rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=entry.weight > 0,
        now=ballot.at,
        other_way=rules.refusal_of_channel(ballot.channel, takes_web=vote.takes_web, takes_agents=vote.proxy_cap > 0),
    )
    needs_reason = vote.rule_kind is RuleKind.consensus and choice == Choice.against
    if refusal is None and needs_reason and not ballot.reason.strip():
        return ReasonForObjection()
    return refusal
