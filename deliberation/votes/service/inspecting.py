"""Looking at named ballots: whoever may, with a reason, and every look in the log before anything is shown (R-55)."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.kernel.keyset import Page
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.votes import queries, rules
from deliberation.votes.queries.inspecting import BallotLine, ballot_lines, refusal_to_inspect
from deliberation.votes.service.common import refuse


def inspect_ballots(
    actor: Actor, *, vote_id: int, reason: str, after: int | None = None, now: datetime
) -> Page[BallotLine]:
    """One page of a vote's ballots, behind number ``after`` of the roll; each page is a look of its own."""
    access.require(actor, "ballot.inspect")
    vote = queries.vote(vote_id)
    refuse(refusal_to_inspect(actor, vote) or rules.refusal_of_reason(reason))
    leaf = {"vote": vote.id, "by": actor.user_id, "after": after, "reason": reason.strip()}
    audit.record("ballot.inspected", leaf, now=now)
    return ballot_lines(vote, user_id=actor.user_id, after=after)
