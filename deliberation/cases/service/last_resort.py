"""The owner of last resort: whose a place is when nobody has been given a matter in time (domain.md A34, A36)."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import refuse
from deliberation.cases.models import Case, Chief
from deliberation.cases.rules import CaseState
from deliberation.cases.service.opening import begin_with
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.people.access import Actor, require
from deliberation.places import queries as places


def name_chief(actor: Actor, *, place_id: int, user_id: int | None, now: datetime) -> Chief | None:
    """Say whose the place is in the end; ``None`` leaves it to the place above."""
    place = places.place(place_id)
    require(actor, "chief.administer", place.scope)
    fit = {user.id for user in queries.handlers_in(place.scope)}
    refuse(rules.refusal_to_name_chief(is_handler_here=user_id is None or user_id in fit))
    current = queries.current_chief(place_id)
    if current is not None and current.user_id == user_id:
        return current
    if current is not None:
        current.ended_at = now
    audit.record("chief.named", {"place": place_id, "user": user_id, "by": actor.user_id}, now=now)
    if user_id is None:
        return None
    named = Chief(place_id=place_id, user_id=user_id, named_by_id=actor.user_id or 0, named_at=now)
    db.session.add(named)
    return named


def fall_back(matter_id: int, *, now: datetime) -> Case | None:
    """Nobody has been given the matter in time: it is its place's chief's, who cannot hand it back.

    ``None`` when that has been done meanwhile, when no place above has a chief, or the chief has an interest in it.
    """
    matter = matters.load_for_change(matter_id)
    scope = places.place(matter.place_id).scope
    chief = queries.chief_of(scope)
    current = queries.case_of_matter(matter_id)
    is_open = current is not None and current.state is not CaseState.closed
    is_waiting = matter.holder_task == "dispatch" and matter.holder_due_at is not None and matter.holder_due_at < now
    if chief is None or is_open or not is_waiting or matter.state not in rules.DISPATCHABLE:
        return None
    if chief.id in matter_queries.interested_user_ids(matter_id):
        return None
    vote = queries.passed_vote_without_case(matter_id)
    days = vote.handler_working_days if vote is not None and vote.handler_working_days else None
    suggestion = queries.suggestion_of(matter_id)
    limit = rules.reply_limit_of(is_hard=suggestion.is_hard) if suggestion is not None else "ordinary"
    chosen = clocks.reply_limit(limit, None if suggestion is not None else days, scope=scope, now=now)
    task = vote.text if vote is not None else matter.title
    return begin_with(matter, handler=chief, task=task, chosen=chosen, vote=vote, now=now, is_final=True)
