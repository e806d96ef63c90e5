"""What votes answers to meetings, in the same transaction."""

from __future__ import annotations

from typing import Any

from deliberation.meetings.models import Meeting
from deliberation.meetings.signals import meeting_closing, room_state_requested
from deliberation.people.access import Actor
from deliberation.votes import queries
from deliberation.votes.rules import StillOpen


@room_state_requested.connect
def add_vote(meeting: Meeting, *, actor: Actor, **_more: Any) -> dict[str, Any]:
    """The vote the room shows, and what is this person's own of it."""
    shown = queries.vote_of_meeting(meeting.id, meeting.current_item_id)
    if shown is None:
        return {"vote": None, "me": {"ballot": None}}
    return {"vote": queries.room_part(shown), "me": {"ballot": queries.own_part(shown, actor.user_id)}}


@meeting_closing.connect
def refuse_while_open(meeting: Meeting, **_more: Any) -> None:
    """A meeting does not end over an open vote."""
    if queries.has_open_vote(meeting.id):
        raise StillOpen()
