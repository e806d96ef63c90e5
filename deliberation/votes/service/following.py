"""What follows a vote: a new version of a withdrawn text, and the run-off of options that all fell short."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from deliberation.people.access import Actor
from deliberation.votes import queries, rules
from deliberation.votes.counting import Method
from deliberation.votes.models import Vote
from deliberation.votes.rules import RuleKind, Terms, VoteState
from deliberation.votes.service.common import load, refuse
from deliberation.votes.service.drafts import prepare_vote, terms_of
from deliberation.votes.service.publishing import withdraw


def prepare_new_version(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Withdraw a published vote that nobody has voted in, and prepare a draft on its terms with a new notice's time.

    The voters are told that the old text is withdrawn, and what has changed once the new one is published.
    """
    old = load(vote_id)
    refuse(queries.refusal_to_replace(actor, old))
    if old.state is VoteState.published:
        withdraw(actor, old, kind="vote.withdrawn", now=now)
    new = _prepare_after(actor, old, terms=terms_of(old), now=now)
    new.replaces_id, new.version = old.id, old.version + 1
    return new


def prepare_run_off(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """R-19: the options that came first are put again, one to be chosen, to the same body by the same kind of roll."""
    old = load(vote_id)
    refuse(queries.refusal_to_run_off(actor, old))
    left = [option for option in old.options if option["code"] in (old.result or {})["run_off"]]
    terms = replace(
        terms_of(old),
        method=Method.single,
        options=tuple(option["label"] for option in left),
        codes=tuple(option["code"] for option in left),
        barred={},
        seats_to_fill=1,
        choice_limit=None,
    )
    new = _prepare_after(actor, old, terms=terms, now=now)
    new.run_off_of_id = old.id
    return new


def _prepare_after(actor: Actor, old: Vote, *, terms: Terms, now: datetime) -> Vote:
    """A draft like ``old``, outside of any meeting, as early as the notice that has to go before it allows."""
    notice_days = rules.NOTICE_DAYS if old.rule_kind is RuleKind.owners else 0
    closes_at = old.first_closes_at or old.closes_at
    opens_at, closes_at = rules.next_times(old.opens_at, closes_at, notice_days=notice_days, now=now)
    return prepare_vote(
        actor,
        matter_id=old.matter_id,
        committee_id=old.committee_id,
        title=old.title,
        text=old.text,
        opens_at=opens_at,
        closes_at=closes_at,
        needs_external_approval=old.needs_external_approval,
        approval_body=old.approval_body,
        handler_id=old.handler_id,
        handler_unit_id=old.handler_unit_id,
        handler_working_days=old.handler_working_days,
        terms=terms,
        now=now,
    )
