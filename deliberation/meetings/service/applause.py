"""Reactions: counted together for a moment, sent to the room, kept nowhere and of nobody."""

from __future__ import annotations

from limits import parse
from limits.strategies import MovingWindowRateLimiter

from deliberation.kernel.errors import NotAllowed, TooManyRequests
from deliberation.kernel.limits import CalmMemory
from deliberation.meetings import live, queries, rules
from deliberation.meetings.rules import MeetingState, Reaction
from deliberation.people.access import Actor

RATE = parse("5/10 seconds")  # Of one person: a reaction is a nod, not a drum.
_limiter = MovingWindowRateLimiter(CalmMemory())


def send_reaction(actor: Actor, *, meeting_id: int, kind: Reaction) -> None:
    """Whoever is present, while the meeting is open."""
    if actor.user_id is None:
        raise NotAllowed()
    if queries.meeting(meeting_id).state is not MeetingState.open:
        raise rules.FloorClosed()
    if not queries.is_present(meeting_id, actor.user_id):
        raise rules.NotCheckedIn()
    if not _limiter.hit(RATE, str(actor.user_id)):
        raise TooManyRequests()
    live.push_reaction(meeting_id, kind)
