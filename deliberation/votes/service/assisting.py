"""Voting at the help desk: an office fills in what the voter says, a named witness watches, both are kept (R-58)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matters
from deliberation.notifications.service import tell
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import queries, rules
from deliberation.votes.counting import RuleKind
from deliberation.votes.models import Ballot, RollEntry, Vote
from deliberation.votes.rules import BallotIdReused, Channel, Choice, ReasonForObjection
from deliberation.votes.service.clashes import set_against_sheets
from deliberation.votes.service.common import canonical, held_voter, refuse, voter_numbered
from deliberation.votes.service.recording import NewBallot, record_ballot


def assist_ballot(
    actor: Actor,
    *,
    vote_id: int,
    number: int,
    choice: Any,
    witness: str,
    client_ballot_id: str,
    reason: str = "",
    now: datetime,
) -> Ballot:
    """Record the ballot of the voter with this number on the roll, who is there and says what it is.

    The helper is the actor. It replaces an earlier ballot of the voter (R-18); a sheet that says otherwise makes it a
    clash. Sending the same again gives the same ballot. A voter who has an account is told, without what was chosen.
    """
    vote = queries.vote(vote_id, lock={"of": Vote, "read": True})
    access.require(actor, "ballot.assist", places.place(vote.place_id).scope)
    entry = held_voter(voter_numbered(vote, number).id)
    said = canonical(vote, choice)
    again = db.session.scalar(select(Ballot).where(Ballot.client_ballot_id == client_ballot_id))
    if again is not None:  # Before anything else: the answer may have been lost just as the vote closed.
        return _same_again(again, entry, said)
    refuse(_refusal(actor, vote, entry, witness, now=now))
    if vote.rule_kind is RuleKind.consensus and said == Choice.against and not reason.strip():
        raise ReasonForObjection()
    new = NewBallot(
        vote_id=vote.id, roll_entry_id=entry.id, choice=said, client_ballot_id=client_ballot_id,
        channel=Channel.assisted, cast_by_id=actor.user_id or 0, cast_at=now, reason=reason, helper=actor.name,
        witness=witness,
    )  # fmt: skip
    ballot = record_ballot(vote, new)
    set_against_sheets(vote, {entry.id: said}, now=now)
    audit.record("ballot.assisted", {"vote": vote.id, "roll_entry": entry.id, "by": actor.user_id}, now=now)
    if entry.user_id is not None:
        data = {"title": vote.title, "path": f"/votes/{vote.id}"}
        told = {entry.user_id: "eligible_voter"}
        tell(told, "ballot.assisted", key=f"ballot.assisted:{ballot.id}", now=now, matter_id=vote.matter_id, data=data)
    return ballot


def _refusal(actor: Actor, vote: Vote, entry: RollEntry, witness: str, *, now: datetime) -> Refusal | None:
    is_interested = actor.user_id in matters.interested_user_ids(vote.matter_id)
    return rules.refusal_to_assist(
        is_secret=vote.is_secret,
        is_party=is_interested or actor.user_id == entry.user_id,
        helper=actor.name,
        witness=witness,
        voter=people.user(entry.user_id).name if entry.user_id is not None else "",
    ) or rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=True,
        now=now,
    )


def _same_again(ballot: Ballot, entry: RollEntry, said: str) -> Ballot:
    if (ballot.roll_entry_id, ballot.choice, ballot.channel) != (entry.id, said, Channel.assisted):
        raise BallotIdReused()
    return ballot
