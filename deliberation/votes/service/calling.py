"""The chair calls a vote in the room: prepared, published and opened in one act, on the words before the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from deliberation.committees import queries as committees
from deliberation.meetings import queries as meetings
from deliberation.meetings import rules as meeting_rules
from deliberation.meetings import service as meeting_service
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.rules import RollSource, RuleKind, Terms
from deliberation.votes.service.common import refuse
from deliberation.votes.service.conducting import open_vote
from deliberation.votes.service.drafts import prepare_vote
from deliberation.votes.service.publishing import publish_vote

CALL = "vote.call"


def call_vote(
    actor: Actor,
    *,
    item_id: int,
    terms: Terms,
    minutes: int,
    now: datetime,
    text: str = "",
    quorum_count: int | None = None,
    handler_id: int | None = None,
) -> Vote:
    """Put the motion in hand to the vote for ``minutes``; the chair may close it before.

    The rule is the charter's, unless the vote only asks or wants everybody's agreement (R-23: chosen before it is
    published). ``text`` is for an item that has no motion and asks, say, which of several places it is to be. Where
    the body has no seats whoever has checked in votes, and ``quorum_count`` is how many ballots it asks for.
    """
    item = meetings.item(item_id)
    meeting = meetings.meeting(item.meeting_id)
    meeting_service.require_chair(actor, meeting, item)
    if meeting.current_item_id != item.id or item.state is not meeting_rules.ItemState.debate:
        raise meeting_rules.FloorClosed()
    seats = committees.seat_totals(committees.committee(meeting.committee_id)).voting
    if seats == 0:
        terms = replace(terms, roll_source=RollSource.attendance)
    rule_kind = RuleKind(meetings.charter_of(meeting).rule_kind)
    refuse(rules.refusal_to_call(terms=terms, charter=rule_kind, seats=seats))
    vote = _prepare(actor, item, meeting, terms=terms, text=text, minutes=minutes, handler_id=handler_id, now=now)
    if quorum_count is not None and seats == 0:
        vote.quorum_count, vote.quorum_numerator, vote.quorum_denominator = quorum_count, None, None
    publish_vote(actor, vote_id=vote.id, now=now, action=CALL)
    return open_vote(actor, vote_id=vote.id, now=now)


def _prepare(
    actor: Actor, item: AgendaItem, meeting: Meeting, *, terms: Terms, text: str, minutes: int,
    handler_id: int | None, now: datetime,
) -> Vote:  # fmt: skip
    main = meetings.pending(item.id)
    words = main.text if main is not None else (item.motion_text or text)
    if item.matter_id is None or not words.strip():
        raise rules.NothingToVoteOn()
    return prepare_vote(
        actor, matter_id=item.matter_id, committee_id=meeting.committee_id, item_id=item.id, title=item.title,
        text=words, opens_at=now, closes_at=now + timedelta(minutes=minutes), handler_id=handler_id, terms=terms,
        action=CALL, now=now,
    )  # fmt: skip
