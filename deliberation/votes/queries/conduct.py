"""Why a person may not take the next step with a vote, or ``None``: the services raise it, the pages grey a button."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.errors import NotAllowed, Refusal, SignInNeeded
from deliberation.matters import queries as matters
from deliberation.meetings import queries as meetings
from deliberation.meetings import rules as meeting_rules
from deliberation.meetings.models import AgendaItem
from deliberation.meetings.rules import ItemState, MeetingState
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries.following import run_off_of, successor
from deliberation.votes.queries.notice import notice_now
from deliberation.votes.queries.objections import has_open_objection
from deliberation.votes.queries.paper import unsettled
from deliberation.votes.queries.quorum import is_quorum_met
from deliberation.votes.rules import ObjectionKind, RuleKind, VoteState

CONDUCTORS = frozenset({Role.liaison, Role.association, Role.teller})


def _has_interest(actor: Actor, vote: Vote) -> bool:
    return actor.user_id in matters.interested_user_ids(vote.matter_id)


def _refusal_by_office(actor: Actor, action: str, vote: Vote) -> Refusal | None:
    """The table first; a park manager conducts only the votes of an item that is his to chair."""
    scope = places.place(vote.place_id).scope
    if not actor.may(action, scope):
        return NotAllowed() if actor.is_signed_in else SignInNeeded()
    if actor.roles_in(scope) & CONDUCTORS:
        return None
    if vote.item_id is None:
        return NotAllowed()
    item = meetings.item(vote.item_id)
    return meeting_rules.refusal_to_chair(
        person_id=actor.user_id,
        chair_id=meetings.meeting(item.meeting_id).chair_id,
        stand_in_chair_id=item.stand_in_chair_id,
        has_interest=_has_interest(actor, vote),
    )


def noticed_motion(item: AgendaItem | None) -> str:
    """The motion as the convening notice said it; empty before the notice, and for what was not in it."""
    return item.motion_text if item is not None and item.in_notice else ""


def refusal_of_text(item: AgendaItem | None, text: str) -> Refusal | None:
    """What is before the room is voted while it is before the room, else what the notice said (C3)."""
    if item is None:
        return None
    meeting, main = meetings.meeting(item.meeting_id), meetings.pending(item.id)
    if main is None or meeting.current_item_id != item.id:
        return rules.refusal_of_text(text=text, noticed=noticed_motion(item))
    refusal = rules.refusal_of_text(text=text, noticed="", motion=main.text)
    if refusal is None and meetings.departs(meeting, item, text):
        return meeting_rules.AmendedTextNeedsNotice()
    return refusal


def refusal_to_publish(actor: Actor, vote: Vote, *, now: datetime, action: str = "vote.prepare") -> Refusal | None:
    """``action`` is "vote.call" where the chair calls the vote in the room."""
    office = _refusal_by_office(actor, action, vote)
    return (
        office
        or _refusal_of_text(vote)
        or rules.refusal_to_publish(
            state=vote.state,
            text=vote.text,
            opens_at=vote.opens_at,
            closes_at=vote.closes_at,
            is_in_notice=_is_in_notice(vote),
            now=now,
        )
        or rules.refusal_of_notice(notice_now(vote))
        or _refusal_of_owners_vote(vote, now=now)
    )


def _refusal_of_owners_vote(vote: Vote, *, now: datetime) -> Refusal | None:
    """An owners' vote is announced fifteen days ahead, and checked first (domain.md B4)."""
    if vote.rule_kind is not RuleKind.owners:
        return None
    return rules.refusal_of_owners_notice(
        is_checked=vote.legal_checked_at is not None,
        opens_on=shanghai_date(vote.opens_at),
        today=shanghai_date(now),
    )


def _refusal_of_text(vote: Vote) -> Refusal | None:
    return refusal_of_text(meetings.item(vote.item_id) if vote.item_id is not None else None, vote.text)


def _is_in_notice(vote: Vote) -> bool:
    """Only what stood in the notice may be voted (C3); a vote outside meetings needs none."""
    if vote.item_id is None:
        return True
    item = meetings.item(vote.item_id)
    return item.in_notice and meetings.meeting(item.meeting_id).noticed_at is not None


def refusal_to_cancel(actor: Actor, vote: Vote) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.prepare", vote)
    return office or rules.refusal_to_move(vote.state, VoteState.cancelled)


def refusal_to_change(actor: Actor, vote: Vote) -> Refusal | None:
    """A draft is changed until it is published, by whoever may prepare votes there."""
    if not actor.may("vote.prepare", places.place(vote.place_id).scope):
        return NotAllowed() if actor.is_signed_in else SignInNeeded()
    if vote.published_at is not None:
        return rules.TextImmutable()
    return None if vote.state is VoteState.draft else rules.VoteStateChanged()


def refusal_to_replace(actor: Actor, vote: Vote) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.prepare", vote)
    return office or rules.refusal_to_replace(
        state=vote.state,
        was_published=vote.published_at is not None,
        has_successor=successor(vote.id) is not None,
    )


def refusal_to_run_off(actor: Actor, vote: Vote) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.prepare", vote)
    return office or rules.refusal_to_run_off(
        is_announced=vote.announced_at is not None,
        outcome=vote.outcome,
        run_off=(vote.result or {}).get("run_off", ()),
        has_run_off=run_off_of(vote.id) is not None,
    )


def refusal_to_extend(actor: Actor, vote: Vote, *, now: datetime) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.extend", vote)
    if office is None and _has_interest(actor, vote):
        return rules.TellerHasInterest()
    return office or rules.refusal_to_extend(
        state=vote.state,
        extension_days=vote.extension_days,
        first_closes_at=vote.first_closes_at,
        closes_at=vote.closes_at,
        is_quorum_met=is_quorum_met(vote),
        now=now,
    )


def refusal_to_open(actor: Actor, vote: Vote) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.open", vote)
    if office is None and _has_interest(actor, vote):
        return meeting_rules.ChairHasInterest()
    return (
        office
        or rules.refusal_to_move(vote.state, VoteState.voting)
        or refusal_by_objection(vote)
        or _refusal_in_session(vote)
    )


def _refusal_in_session(vote: Vote) -> Refusal | None:
    """While its item is in hand, a vote is opened on the words that are before the room."""
    if vote.item_id is None:
        return None
    item = meetings.item(vote.item_id)
    is_in_hand = meetings.meeting(item.meeting_id).current_item_id == item.id
    return refusal_of_text(item, vote.text) if is_in_hand else None


def refusal_by_objection(vote: Vote) -> Refusal | None:
    """A roll that somebody disputes is settled before anybody votes by it (R-13)."""
    return rules.RollObjectionOpen() if has_open_objection(vote.id, ObjectionKind.roll) else None


def refusal_to_close(actor: Actor, vote: Vote, *, now: datetime) -> Refusal | None:
    return (
        _refusal_by_office(actor, "vote.close", vote)
        or rules.refusal_to_count(state=vote.state, has_interest=_has_interest(actor, vote))
        or rules.refusal_to_shorten(closes_at=vote.closes_at, is_at_hand=_is_at_hand(vote), now=now)
    )


def _is_at_hand(vote: Vote) -> bool:
    """Whether a meeting in session, a break included, has come to the vote: its item is in hand, or over already."""
    if vote.meeting_id is None:
        return False
    meeting = meetings.meeting(vote.meeting_id)
    if meeting.state not in (MeetingState.open, MeetingState.recess):
        return False
    if vote.item_id is None or vote.item_id == meeting.current_item_id:
        return True
    return meetings.item(vote.item_id).state is ItemState.decided


def refusal_to_finish_count(actor: Actor, vote: Vote) -> Refusal | None:
    return (
        _refusal_by_office(actor, "vote.close", vote)
        or rules.refusal_to_count(state=vote.state, has_interest=_has_interest(actor, vote))
        or (None if vote.state is VoteState.closed else rules.VoteStateChanged())
        or rules.refusal_to_finish_count(unsettled=len(unsettled(vote.id)))
    )


def refusal_to_announce(actor: Actor, vote: Vote) -> Refusal | None:
    office = _refusal_by_office(actor, "vote.announce", vote)
    if office is None and _has_interest(actor, vote):
        return rules.TellerHasInterest()
    return office or rules.refusal_to_move(vote.state, VoteState.announced)
