"""Drafts of votes: prepared with the rule of a charter, changed until they are published, copied for what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Required, TypedDict, Unpack

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, Step
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import queries, rules
from deliberation.votes.models import Vote
from deliberation.votes.rules import RollSource, RuleKind, Terms
from deliberation.votes.service.common import hand_to_conductor, load, refuse

OWNERS_OBJECTION_DAYS = 7  # domain.md C3, our choice.
USUAL_WORKING_DAYS = 15


class Written(TypedDict, total=False):
    """What a person writes of a vote, by the names of its columns; the last five say what comes of it if it passes."""

    title: Required[str]
    text: Required[str]
    opens_at: Required[datetime]
    closes_at: Required[datetime]
    needs_external_approval: bool
    approval_body: str
    handler_id: int | None
    handler_unit_id: int | None
    handler_working_days: int


def prepare_vote(
    actor: Actor,
    *,
    matter_id: int,
    committee_id: int,
    item_id: int | None = None,
    terms: Terms | None = None,
    action: str = "vote.prepare",
    now: datetime,
    **written: Unpack[Written],
) -> Vote:
    """A draft with the rule of the committee's charter, copied now (R-23: the rule is chosen before publication).

    ``action`` is "vote.call" where the chair calls the vote in the room.
    """
    matter = matter_service.load_for_change(matter_id)
    access.require(actor, action, places.place(matter.place_id).scope)
    refuse(
        rules.refusal_to_prepare(
            matter_state=matter.state,
            is_closed=matter.closed_at is not None,
            has_vote_under_way=any(vote.is_under_way for vote in queries.votes_of_matter(matter_id)),
            opens_at=written["opens_at"],
            closes_at=written["closes_at"],
        )
    )
    item = _item_of(matter, item_id)
    vote = Vote(
        matter_id=matter_id,
        place_id=matter.place_id,
        item_id=item_id,
        meeting_id=item.meeting_id if item else None,
        prepared_by_id=actor.user_id,
    )
    _write(vote, matter, item, committee_id=committee_id, terms=terms, written=written)
    db.session.add(vote)
    db.session.flush()  # Callers need the id.
    _stand_on_matter(vote, matter, now=now)
    return vote


def change_draft(
    actor: Actor,
    *,
    vote_id: int,
    committee_id: int,
    terms: Terms | None = None,
    now: datetime,
    **written: Unpack[Written],
) -> Vote:
    """Write a draft anew. What was checked was another text: a legal check is asked for again (domain.md C3)."""
    vote = load(vote_id)
    refuse(queries.refusal_to_change(actor, vote))
    refuse(rules.TimesWrong() if written["closes_at"] <= written["opens_at"] else None)
    matter = matter_service.load_for_change(vote.matter_id)
    if vote.run_off_of_id is not None:
        committee_id, terms = vote.committee_id, _of_run_off(vote, terms)
    with db.session.no_autoflush:  # What is refused half way is never sent.
        _write(vote, matter, _item_of(matter, vote.item_id), committee_id=committee_id, terms=terms, written=written)
    vote.legal_checked_at = vote.legal_checked_by_id = None
    vote.legal_note = ""
    _stand_on_matter(vote, matter, now=now)
    return vote


def _of_run_off(vote: Vote, terms: Terms | None) -> Terms:
    """R-19: who votes in a run-off, and on which options, is settled; the rest may be written anew."""
    kept = terms_of(vote)
    if terms is None:
        return kept
    return replace(
        terms, roll_source=kept.roll_source, rule_kind=kept.rule_kind, item_class=kept.item_class, method=kept.method,
        options=kept.options, codes=kept.codes, barred={}, seats_to_fill=1, choice_limit=None,
        roll_scope=kept.roll_scope, chambers_by=kept.chambers_by, chamber_rule=kept.chamber_rule,
    )  # fmt: skip


def terms_of(vote: Vote) -> Terms:
    """The terms a vote was prepared on, for another draft; its body's charter is copied anew."""
    body = committees.committee(vote.committee_id)
    return Terms(
        roll_source=vote.roll_source,
        rule_kind=vote.rule_kind if vote.rule_kind != body.rule_kind else None,
        item_class=vote.item_class,
        method=vote.method,
        options=tuple(option["label"] for option in vote.options),
        codes=tuple(vote.option_codes),
        barred={option["label"]: option["barred"] for option in vote.options if "barred" in option},
        seats_to_fill=vote.seats_to_fill,
        choice_limit=vote.choice_limit,
        is_secret=vote.is_secret,
        allows_paper=vote.allows_paper,
        proxy_cap=vote.proxy_cap,
        chamber_rule=vote.chamber_rule,
        chambers_by=vote.chambers_by,
        roll_scope=tuple(vote.roll_scope),
        parking_rule=vote.parking_rule,
        is_about_parking=vote.is_about_parking,
        deemed_clause=vote.deemed_clause,
        electronic_clause=vote.electronic_clause,
        extension_days=min(vote.extension_days, body.extension_days),
        notice=vote.notice,
    )


def _stand_on_matter(vote: Vote, matter: Matter, *, now: datetime) -> None:
    """The matter waits for its draft, in the hands of who prepares it."""
    matter_service.move(matter, step=Step.vote, state="vote_prepared", now=now)
    hand_to_conductor(matter, vote, task="prepare_vote", due_at=vote.opens_at, now=now)


def _write(
    vote: Vote, matter: Matter, item: AgendaItem | None, *, committee_id: int, terms: Terms | None, written: Written
) -> None:
    body = _body_of(matter, committee_id)
    terms = terms or usual_terms(body)
    refuse(queries.refusal_of_text(item, written["text"]))
    refuse(rules.refusal_of_extension(days=terms.extension_days, most=body.extension_days))
    usual: Written = {
        **written,
        "needs_external_approval": written.get("needs_external_approval", False),
        "approval_body": written.get("approval_body", "") if written.get("needs_external_approval") else "",
        "handler_id": written.get("handler_id"),
        "handler_unit_id": written.get("handler_unit_id"),
        "handler_working_days": written.get("handler_working_days", USUAL_WORKING_DAYS),
    }
    for column, value in usual.items():
        setattr(vote, column, value)
    _copy_charter(vote, body)
    _copy_terms(vote, terms)
    vote.notice = dict(terms.notice) if terms.notice is not None else usual_notice(body, matter.place_id)
    refuse(rules.refusal_of_terms(terms, vote.rule, has_meeting=item is not None))


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


def usual_terms(body: Committee) -> Terms:
    """What a vote of this body is taken on when nobody says otherwise."""
    source = RollSource.units if body.rule_kind == RuleKind.owners else RollSource.seats
    return Terms(
        roll_source=source, electronic_clause=body.electronic_clause, extension_days=body.extension_days, notice=None
    )


def usual_notice(body: Committee, place_id: int) -> dict[str, str]:
    """What the notice says where nobody wrote it: the body issues it, and the place's own office answers for it."""
    place = places.place(place_id)
    return {"issuer": body.name, "objection_contact": f"{place.contact_name} {place.contact_phone}".strip()}


def _copy_terms(vote: Vote, terms: Terms) -> None:
    if terms.rule_kind is not None:  # What only asks, or wants everybody, has no share of the charter's.
        vote.rule_kind = terms.rule_kind
        vote.quorum_numerator = vote.quorum_denominator = None
        vote.threshold_numerator = vote.threshold_denominator = None
    is_owners = vote.rule_kind is RuleKind.owners
    vote.owners_class = terms.owners_class if is_owners else None
    vote.item_class = terms.item_class
    vote.roll_source, vote.roll_scope = terms.roll_source, list(terms.roll_scope)
    vote.method, vote.options = terms.method, terms.coded_options
    vote.seats_to_fill, vote.choice_limit = terms.seats_to_fill, terms.choice_limit
    vote.is_secret, vote.allows_paper, vote.proxy_cap = terms.is_secret, terms.allows_paper, terms.proxy_cap
    vote.chamber_rule, vote.chambers_by = terms.chamber_rule, terms.chambers_by
    vote.parking_rule, vote.is_about_parking = terms.parking_rule, terms.is_about_parking
    vote.deemed_clause, vote.electronic_clause = terms.deemed_clause, terms.electronic_clause
    # Where nobody has to take part there is nothing to wait for.
    asks_quorum = is_owners or vote.quorum_numerator is not None
    vote.extension_days = terms.extension_days if asks_quorum else 0
    vote.needs_legal_check = is_owners
    if vote.rule_kind is RuleKind.advisory:
        vote.objection_days = 0
