"""What this room does when a vote has been announced or a case has been answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.cases.models import Case, Reply
from deliberation.cases.rules import ReplyKind
from deliberation.cases.signals import case_recorded, case_replied, clock_changed, decision_taken_up
from deliberation.feedback import service
from deliberation.feedback.service import terms
from deliberation.meetings.models import AgreedStep
from deliberation.votes.models import Vote
from deliberation.votes.queries import has_announced_vote
from deliberation.votes.signals import vote_settled


@vote_settled.connect
def draft_for_vote(vote: Vote, *, now: datetime, **_more: Any) -> None:
    """Passed or not, everyone hears of it. It is composed when issued, so the order of receivers does not matter."""
    service.draft_notice_for_vote(vote, now)


@decision_taken_up.connect
def draft_for_step(_case: Case, *, step: AgreedStep, now: datetime, **_more: Any) -> None:
    """What a meeting settled without a vote is told like a result; a vote has told its own."""
    if not has_announced_vote(step.item_id):
        service.draft_notice_for_step(step, now)


@case_recorded.connect
def follow_term(case: Case, *, tag: str, now: datetime, **_more: Any) -> None:
    """What the figures count is kept act by act, before the case's own row forgets it."""
    terms.follow(case, tag=tag, now=now)


@clock_changed.connect
def tell_of_clock(case: Case, *, kind: str, key: str, data: dict[str, Any], now: datetime, **_more: Any) -> None:
    """A pause or more time is told to everyone who took part, with its reason (R-07)."""
    service.tell_everyone(case, kind, key=key, data=data, now=now)


@case_replied.connect
def draft_for_reply(case: Case, *, reply: Reply, now: datetime, at_once: bool = False, **_more: Any) -> None:
    """Every reply is told to everyone, what was solved on the spot at once; "solved" is looked at again."""
    notice = service.draft_notice_for_reply(case, reply, now)
    if reply.kind is ReplyKind.A:
        service.schedule_look_backs(case, reply, now)
    if at_once:
        service.issue_notice(None, notice.id, now=now)
