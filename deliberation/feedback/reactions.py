"""What this room does when a vote has been announced or a case has been answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.cases.models import Case, Reply
from deliberation.cases.rules import ReplyKind
from deliberation.cases.signals import case_replied
from deliberation.feedback import service
from deliberation.votes.models import Vote
from deliberation.votes.signals import vote_settled


@vote_settled.connect
def draft_for_vote(vote: Vote, *, now: datetime, **_more: Any) -> None:
    """Passed or not, everyone hears of it. It is composed when issued, so the order of receivers does not matter."""
    service.draft_notice_for_vote(vote, now)


@case_replied.connect
def draft_for_reply(case: Case, *, reply: Reply, now: datetime, **_more: Any) -> None:
    """Every reply is told to everyone; one that says "solved" is looked at again."""
    service.draft_notice_for_reply(case, reply, now)
    if reply.kind is ReplyKind.A:
        service.schedule_look_backs(case, reply, now)
