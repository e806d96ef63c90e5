"""Preparing a vote, publishing it with its frozen roll, and giving one up before it opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, ParticipationReason, Step
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.notifications.service import tell
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import live, queries, rules
from deliberation.votes.models import Vote
from deliberation.votes.rules import RollSource, RuleKind, Terms, VoteState
from deliberation.votes.service.common import (
    WORKING_DAYS_TO_DECIDE,
    entry,
    hand_to_conductor,
    load,
    office_of,
    refuse,
    working_days_after,
)
from deliberation.votes.service.roll import freeze_roll

OWNERS_OBJECTION_DAYS = 7  # domain.md C3, our choice.


def prepare_vote(
    actor: Actor,
    *,
    matter_id: int,
    committee_id: int,
    item_id: int | None = None,
    title: str,
    text: str,
    opens_at: datetime,
    closes_at: datetime,
    needs_external_approval: bool = False,
    approval_body: str = "",
    handler_id: int | None = None,
    handler_unit_id: int | None = None,
    handler_working_days: int = 15,
    terms: Terms | None = None,
    now: datetime,
) -> Vote:
    """A draft with the rule of the committee's charter, copied now (R-23: the rule is chosen before publication)."""
    matter = matter_service.load_for_change(matter_id)
    access.require(actor, "vote.prepare", places.place(matter.place_id).scope)
    refuse(
        rules.refusal_to_prepare(
            matter_state=matter.state,
            is_closed=matter.closed_at is not None,
            has_vote_under_way=any(vote.is_under_way for vote in queries.votes_of_matter(matter_id)),
            opens_at=opens_at,
            closes_at=closes_at,
        )
    )
    body = _body_of(matter, committee_id)
    item = _item_of(matter, item_id)
    refuse(rules.refusal_of_text(text=text, noticed=queries.noticed_motion(item)))
    vote = Vote(
        matter_id=matter_id,
        place_id=matter.place_id,
        item_id=item_id,
        meeting_id=item.meeting_id if item else None,
        title=title,
        text=text,
        opens_at=opens_at,
        closes_at=closes_at,
        prepared_by_id=actor.user_id,
        needs_external_approval=needs_external_approval,
        approval_body=approval_body if needs_external_approval else "",
        handler_id=handler_id,
        handler_unit_id=handler_unit_id,
        handler_working_days=handler_working_days,
    )
    _copy_charter(vote, body)
    _copy_terms(vote, terms or _usual_terms(body))
    refuse(rules.refusal_of_terms(terms or _usual_terms(body), vote.rule, has_meeting=item is not None))
    db.session.add(vote)
    db.session.flush()  # Callers need the id.
    matter_service.move(matter, step=Step.vote, state="vote_prepared", now=now)
    hand_to_conductor(matter, vote, task="prepare_vote", due_at=opens_at, now=now)
    return vote


def _body_of(matter: Matter, committee_id: int) -> Committee:
    """A body of the matter's place, or of a place above it."""
    body = committees.committee(committee_id)
    if body.place_id not in places.place(matter.place_id).scope:
        raise NotFound()
    return body


def _item_of(matter: Matter, item_id: int | None) -> AgendaItem | None:
    item = meetings.item(item_id) if item_id is not None else None
    if item is not None and item.matter_id != matter.id:
        raise NotFound()
    return item


def _copy_charter(vote: Vote, body: Committee) -> None:
    vote.committee_id, vote.charter_version = body.id, body.charter_version
    vote.rule_kind, vote.charter_clause = RuleKind(body.rule_kind), body.charter_clause
    vote.quorum_numerator, vote.quorum_denominator = body.quorum_numerator, body.quorum_denominator
    vote.threshold_numerator, vote.threshold_denominator = body.threshold_numerator, body.threshold_denominator
    vote.threshold_basis, vote.threshold_strict = body.threshold_basis, body.threshold_strict
    is_owners = vote.rule_kind is RuleKind.owners
    vote.objection_days = max(OWNERS_OBJECTION_DAYS, body.objection_days) if is_owners else body.objection_days


def _usual_terms(body: Committee) -> Terms:
    """What a vote of this body is taken on when nobody says otherwise."""
    source = RollSource.units if body.rule_kind == RuleKind.owners else RollSource.seats
    return Terms(roll_source=source, electronic_clause=body.electronic_clause)


def _copy_terms(vote: Vote, terms: Terms) -> None:
    if terms.rule_kind is not None:  # What only asks, or wants everybody, has no share of the charter's.
        vote.rule_kind = terms.rule_kind
        vote.quorum_numerator = vote.quorum_denominator = None
        vote.threshold_numerator = vote.threshold_denominator = None
    vote.owners_class = terms.owners_class if vote.rule_kind is RuleKind.owners else None
    vote.item_class = terms.item_class
    vote.roll_source, vote.roll_scope = terms.roll_source, list(terms.roll_scope)
    vote.method, vote.options = terms.method, terms.coded_options
    vote.seats_to_fill, vote.choice_limit = terms.seats_to_fill, terms.choice_limit
    vote.is_secret, vote.allows_paper, vote.proxy_cap = terms.is_secret, terms.allows_paper, terms.proxy_cap
    vote.chamber_rule, vote.chambers_by = terms.chamber_rule, terms.chambers_by
    vote.parking_rule, vote.is_about_parking = terms.parking_rule, terms.is_about_parking
    vote.deemed_clause, vote.electronic_clause = terms.deemed_clause, terms.electronic_clause
    vote.notice = dict(terms.notice)
    vote.needs_legal_check = vote.rule_kind is RuleKind.owners
    if vote.rule_kind is RuleKind.advisory:
        vote.objection_days = 0


def publish_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Freeze text, rule and roll (R-13), tell every voter; from here on nobody can change them."""
    vote = load(vote_id)
    refuse(queries.refusal_to_publish(actor, vote, now=now))
    freeze_roll(vote)
    refuse(None if vote.seats_total else rules.RollEmpty())
    refuse(rules.refusal_of_bands(queries.bands(vote)) if vote.is_secret else None)
    vote.text_hash = rules.text_hash(vote.text)
    db.session.flush()  # The roll is written before the vote that freezes it.
    vote.state, vote.published_at = VoteState.published, now
    db.session.flush()
    audit.record("vote.published", _published_leaf(vote), now=now)
    frozen = {"vote": vote.id, "roll_hash": vote.roll_hash, "seats": vote.seats_total}
    audit.record("roll.frozen", frozen, now=now)
    live.announce_change(vote)
    _publish_on_matter(actor, vote, voters=set(queries.voters(vote.id)), now=now)
    return vote


def _published_leaf(vote: Vote) -> dict[str, Any]:
    return {
        "vote": vote.id,
        "matter": vote.matter_id,
        "text_hash": vote.text_hash,
        "rule": queries.rule_json(vote.rule),
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": vote.closes_at.isoformat(),
    }


def _publish_on_matter(actor: Actor, vote: Vote, *, voters: set[int], now: datetime) -> None:
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.vote, state="vote_published", now=now)
    hand_to_conductor(matter, vote, task="open_vote", due_at=vote.opens_at, now=now)
    matter_service.add_participants(matter.id, voters, reason=ParticipationReason.eligible_voter, now=now)
    facts = {
        "vote": vote.id,
        "title": vote.title,
        "text": vote.text,
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": vote.closes_at.isoformat(),
        "seats": vote.seats_total,
        "needed": vote.ballots_needed,
        "text_hash": vote.text_hash,
    }
    matter_service.add_entry(
        matter, "vote.published", now=now, actor=actor, actor_name=office_of(actor.user_id), data=facts
    )
    reasons = dict.fromkeys(sorted(voters), str(ParticipationReason.eligible_voter))
    told = {**facts, "path": f"/votes/{vote.id}"}
    tell(reasons, "vote.published", key=f"vote.published:{vote.id}", now=now, matter_id=matter.id, data=told)


def cancel_vote(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Give up a vote that has not been opened; the matter goes back to whoever prepares votes."""
    vote = load(vote_id)
    refuse(queries.refusal_to_cancel(actor, vote))
    was_published = vote.published_at is not None
    vote.state = VoteState.cancelled
    audit.record("vote.cancelled", {"vote": vote.id}, now=now)
    live.announce_change(vote)
    matter = matter_service.load_for_change(vote.matter_id)
    matter_service.move(matter, step=Step.meeting, state="deliberated", now=now)
    due = working_days_after(now, WORKING_DAYS_TO_DECIDE)
    hand_to_conductor(matter, vote, task="decide_next", due_at=due, now=now)
    if was_published:
        data = {"vote": vote.id, "title": vote.title}
        entry(matter, "vote.cancelled", actor=actor, data=data, now=now)
        reasons = dict.fromkeys(sorted(queries.voters(vote.id)), str(ParticipationReason.eligible_voter))
        told = {**data, "path": f"/votes/{vote.id}"}
        tell(reasons, "vote.cancelled", key=f"vote.cancelled:{vote.id}", now=now, matter_id=matter.id, data=told)
    return vote
