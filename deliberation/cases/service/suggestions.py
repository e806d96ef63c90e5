"""A deputy's suggestion: registered, forwarded in working days, answered in months; the deputy never handles it."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.cases import clocks, queries, rules
from deliberation.cases.ground import by_name, hand_to_liaison, refuse, tell_about
from deliberation.cases.models import Case, Suggestion
from deliberation.cases.rules import CaseState
from deliberation.kernel.database import db
from deliberation.matters import queries as matter_queries
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.places import queries as places


def register_suggestion(actor: Actor, *, matter_id: int, deputy_id: int, is_hard: bool, now: datetime) -> Suggestion:
    """The matter is this deputy's suggestion; the liaison forwards it within the limit for that."""
    matter = matters.load_for_change(matter_id)
    place = places.place(matter.place_id)
    require(actor, "suggestion.register", place.scope)
    current = queries.case_of_matter(matter_id)
    deputies = {user.id: user for user in people.holders_of_role(Role.deputy, place.scope)}
    refuse(
        rules.refusal_to_register(
            is_registered=queries.suggestion_of(matter_id) is not None,
            has_open_case=current is not None and current.state is not CaseState.closed,
            is_decided=matter.state in rules.DISPATCHABLE,
            is_deputy_here=deputy_id in deputies,
            deputy_has_interest=deputy_id in matter_queries.interested_user_ids(matter_id),
        )
    )
    registered = Suggestion(
        matter_id=matter_id,
        deputy_id=deputy_id,
        is_hard=is_hard,
        registered_by_id=actor.user_id or 0,
        received_at=now,
        forward_by=clocks.limit("suggestion_forward", place.scope, now),
    )
    db.session.add(registered)
    matters.add_participants(matter_id, [deputy_id], reason=ParticipationReason.follower, now=now)
    hand_to_liaison(matter, task="dispatch", due_at=registered.forward_by, now=now)
    data = {"deputy": queries.office_name(deputies[deputy_id]), "forward_by": registered.forward_by.isoformat()}
    matters.add_entry(matter, "suggestion.registered", now=now, actor=actor, actor_name=by_name(actor), data=data)
    leaf = {"matter": matter_id, "deputy": deputy_id, "is_hard": is_hard, "by": actor.user_id}
    audit.record("suggestion.registered", leaf, now=now)
    return registered


def forwarded(case: Case, suggestion: Suggestion, matter: Matter, *, now: datetime) -> None:
    """It has been given to somebody: the deputy is told who, and until when."""
    suggestion.forwarded_at = now
    handler = queries.office_name(people.user(case.handler_id))
    reasons, path = {suggestion.deputy_id: "deputy"}, f"/matters/{matter.number}"
    tell_about(case, "suggestion.forwarded", reasons, key="first", now=now, handler=handler, path=path)
