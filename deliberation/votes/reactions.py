"""What votes answers to meetings, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import Standing
from deliberation.meetings.signals import (
    item_deciding,
    item_deferring,
    meeting_closing,
    motion_changing,
    room_state_requested,
    tally_counting,
)
from deliberation.people.access import Actor
from deliberation.votes import queries, rules, service
from deliberation.votes.queries.ballots import PUBLIC
from deliberation.votes.rules import StillOpen


@room_state_requested.connect
def add_vote(meeting: Meeting, *, user_ids: Sequence[int], **_more: Any) -> dict[str, Any]:
    """The vote the room shows, and what is each person's own of it."""
    shown = queries.vote_of_meeting(meeting.id, meeting.current_item_id)
    if shown is None:
        return {"shared": {"vote": None}, "own": {}, "visitors": {"ballot": None}}
    papers = queries.own_parts(shown, user_ids)
    return {
        "shared": {"vote": queries.room_part(shown)},
        "own": {user_id: {"ballot": paper} for user_id, paper in papers.items()},
        "visitors": {"ballot": queries.NO_PAPER},
    }


@item_deciding.connect
def refuse_to_write_over_the_result(item: AgendaItem, *, text: str, **_more: Any) -> str:
    """What the room writes down does not run ahead of a result, and never against it.

    The answer is what the item's last vote came to when it did not carry its motion, else empty.
    """
    votes = queries.votes_of_item(item.id)
    for vote in votes:
        refusal = rules.refusal_to_write_down(state=vote.state, outcome=vote.outcome, motion=vote.text, text=text)
        if refusal:
            raise refusal
    lost = rules.not_carried([(each.state, each.outcome) for each in votes if each.state in PUBLIC])
    return lost.value if lost is not None else ""


@item_deferring.connect
def decided_nothing(item: AgendaItem) -> bool:
    """Too few ballots, or a question that only asked: the item may be put off, its motion is still before the room."""
    votes = queries.votes_of_item(item.id)
    return rules.decided_nothing([(each.state, each.outcome) for each in votes if each.state in PUBLIC])


@meeting_closing.connect
def refuse_while_open(meeting: Meeting, **_more: Any) -> None:
    """A meeting does not end over an open vote."""
    if queries.has_open_vote(meeting.id):
        raise StillOpen()


@motion_changing.connect
def keep_the_words_that_are_voted(
    item: AgendaItem, *, actor: Actor, now: datetime, is_final: bool, **_more: Any
) -> None:
    """Nobody changes what ballots are cast on; what was only prepared for the old words is taken back."""
    for vote in queries.votes_of_item(item.id):
        refusal = rules.refusal_to_change_words(state=vote.state, rule_kind=vote.rule_kind)
        if refusal:
            raise refusal
        if is_final and rules.refusal_to_move(vote.state, rules.VoteState.cancelled) is None:
            service.withdraw(actor, vote, kind="vote.cancelled", now=now)


@tally_counting.connect
def count_hands(meeting: Meeting, *, standing: Standing, answers: Mapping[str, int], **_more: Any) -> dict[str, Any]:
    """A show of hands about an amendment, by the body's own rule."""
    return service.count_hands(meeting, standing=standing, answers=answers)
