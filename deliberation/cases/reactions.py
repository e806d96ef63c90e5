"""What this room does when a vote has been announced."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.cases import service
from deliberation.votes.models import Vote
from deliberation.votes.rules import Outcome
from deliberation.votes.signals import vote_settled


@vote_settled.connect
def open_case(vote: Vote, *, now: datetime, **_more: Any) -> None:
    """A passed resolution is to be carried out."""
    if vote.outcome is Outcome.passed:
        service.open_case_for_vote(vote, now)
