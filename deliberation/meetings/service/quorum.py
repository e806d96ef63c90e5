"""The quorum as people come and go: the room and its log are told when it is lost, and when it is there again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from deliberation.meetings import queries, rules
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import MeetingState
from deliberation.meetings.service.log import note
from deliberation.people.access import Actor


@contextmanager
def watching_quorum(meeting: Meeting, *, actor: Actor, now: datetime) -> Iterator[None]:
    """What is done inside makes somebody present or absent; while the meeting is in session a change is an event."""
    if meeting.state not in (MeetingState.open, MeetingState.recess):
        yield
        return
    before = queries.standing(meeting).has_quorum
    yield
    after = queries.standing(meeting)
    kind = rules.quorum_change(before, after.has_quorum)
    if kind:
        note(meeting, kind, actor=actor, now=now, parts=(), data={"standing": after.to_json()})
