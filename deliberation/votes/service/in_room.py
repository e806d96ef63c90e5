"""A vote and the meeting it is taken in: the motion it decides, who was present, and the chair who calls it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deliberation.committees import queries as committees
from deliberation.meetings import queries as meetings
from deliberation.meetings import rules as meeting_rules
from deliberation.meetings import service as meeting_service
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import MeetingState, MotionState, Standing
from deliberation.people.access import Actor
from deliberation.votes.counting import Amount, BallotGroup, DecisionRule, Electorate, Poll, RuleKind, count
from deliberation.votes.models import Vote, decision_rule
from deliberation.votes.rules import Outcome

IN_SESSION = (MeetingState.open, MeetingState.recess)
SETTLED = {
    Outcome.passed: MotionState.carried,
    Outcome.failed_approval: MotionState.lost,
    Outcome.tie: MotionState.lost,
}


def motion_of(vote: Vote) -> int | None:
    """The motion before the room whose words are voted."""
    main = meetings.pending(vote.item_id) if vote.item_id is not None else None
    return main.id if main is not None and meeting_rules.is_same_text(main.text, vote.text) else None


def present_at(vote: Vote) -> dict[str, Any] | None:
    """Who is present at this moment, in figures; nothing where no meeting is in session."""
    meeting = meetings.meeting(vote.meeting_id) if vote.meeting_id is not None else None
    return meetings.standing(meeting).to_json() if meeting is not None and meeting.state in IN_SESSION else None


def settle_motion(actor: Actor, vote: Vote, *, now: datetime) -> None:
    """Carried or lost with the result; too few ballots, or a question that only asked, leave it before the room."""
    motion_id, state = vote.motion_id or motion_of(vote), SETTLED.get(vote.outcome) if vote.outcome else None
    if motion_id is None or state is None or vote.meeting_id is None:
        return
    motion = meetings.motion(motion_id)
    if motion.state is MotionState.pending:
        meeting = meetings.meeting(vote.meeting_id)
        meeting_service.settle_motion(actor, motion, meeting, state, decided_by="vote", now=now)


def count_hands(meeting: Meeting, *, standing: Standing, answers: Mapping[str, int]) -> dict[str, Any]:
    """A show of hands by the rule of the body's charter, as plain JSON.

    Owners decide by area and by heads, and an advisory body decides nothing: what either wants written into the next
    notice is settled by the majority of those present.
    """
    body = committees.committee(meeting.committee_id)
    kind = RuleKind(body.rule_kind)
    is_own = kind not in (RuleKind.owners, RuleKind.advisory)
    rule = decision_rule(body) if is_own else DecisionRule(kind=RuleKind.present_majority)
    electorate = Electorate(Amount(standing.seats_total or standing.voters))
    ballots = [BallotGroup(word, Amount(number)) for word, number in answers.items() if number]
    return count(Poll(rule=rule), electorate=electorate, ballots=ballots).to_json()
