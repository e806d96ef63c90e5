"""The liaison's answer: accept, return with a reason, or redirect. Merging stands in merging.py."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.proposals import queries, rules
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalState, RedirectChannel
from deliberation.proposals.service.common import (
    Held,
    actor_office,
    author_name,
    check,
    hold,
    move,
    own_id,
    tell_those_concerned,
)


def accept(actor: Actor, *, proposal_id: int, now: datetime) -> Proposal:
    """Take it in: the liaison now has to bring it onto an agenda. Accepting twice changes nothing."""
    held = hold(actor, "proposal.screen", proposal_id)
    proposal = held.proposal
    if _has_answered(held, actor, ProposalState.accepted):
        return proposal
    _screen(held, actor, to=ProposalState.accepted, now=now)
    calendar = people.working_calendar()
    due_at = end_of_day(rules.scheduling_due(shanghai_date(now), calendar=calendar))
    name = actor_office(actor)
    matters.move(held.matter, step=Step.proposal, state="accepted", now=now)
    matters.hand_to(held.matter, name=name, task="schedule", due_at=due_at, now=now, holder_id=actor.user_id)
    _announce(held, actor, "proposal.accepted", now=now, data={"due_at": due_at.isoformat()})
    return proposal


def return_for_changes(actor: Actor, *, proposal_id: int, reason: str, now: datetime) -> Proposal:
    """Give it back to the author, saying why and what to change; handing in again starts the clock anew."""
    held = hold(actor, "proposal.screen", proposal_id)
    if _has_answered(held, actor, ProposalState.returned, reason=reason):
        return held.proposal
    check(rules.refusal_of_reason(reason))
    _screen(held, actor, to=ProposalState.returned, now=now, reason=reason)
    matters.move(held.matter, step=Step.proposal, state="returned", now=now)
    author_id = held.proposal.author_id
    matters.hand_to(held.matter, name=author_name(held), task="fix_proposal", due_at=None, now=now, holder_id=author_id)
    _announce(held, actor, "proposal.returned", now=now, data={"reason": reason})
    return held.proposal


def redirect(actor: Actor, *, proposal_id: int, channel: RedirectChannel, reason: str, now: datetime) -> Proposal:
    """It belongs elsewhere (domain.md C3): say where to go and why, and close the matter."""
    held = hold(actor, "proposal.screen", proposal_id)
    if _has_answered(held, actor, ProposalState.redirected, reason=reason):
        return held.proposal
    check(rules.refusal_of_reason(reason))
    _screen(held, actor, to=ProposalState.redirected, now=now, reason=reason)
    held.proposal.redirect_channel = channel
    _announce(held, actor, "proposal.redirected", now=now, data={"reason": reason, "channel": str(channel)})
    matters.close(held.matter, state="redirected", now=now)
    return held.proposal


def _has_answered(held: Held, actor: Actor, state: ProposalState, *, reason: str = "") -> bool:
    """The same person has just given the same answer: a form sent twice."""
    proposal = held.proposal
    return (proposal.state, proposal.screened_by_id, proposal.reason) == (state, actor.user_id, reason)


def _screen(held: Held, actor: Actor, *, to: ProposalState, now: datetime, reason: str = "") -> None:
    proposal = held.proposal
    check(
        rules.refusal_to_screen(
            state=proposal.state,
            is_author=proposal.author_id == own_id(actor),
            has_pending_merge=queries.pending_merge_of(proposal.id) is not None,
        )
    )
    move(held, to=to)
    proposal.screened_at, proposal.screened_by_id, proposal.reason = now, actor.user_id, reason


def _announce(held: Held, actor: Actor, code: str, *, now: datetime, data: dict[str, object]) -> None:
    """The timeline, the messages and the leaf of one answer."""
    proposal, matter = held.proposal, held.matter
    matters.add_entry(matter, code, now=now, actor=actor, actor_name=actor_office(actor), data=data)
    told: dict[str, object] = {"title": proposal.title, **data}
    if code == "proposal.returned":
        told["path"] = f"/proposals/{proposal.id}/revise"
    tell_those_concerned(held, code, key=f"{code}:{proposal.id}:{now.isoformat()}", now=now, data=told)
    late = now > proposal.screening_due_at
    audit.record(code, {"matter": matter.number, "by": actor.user_id, "late": late}, now=now)


def see_author(actor: Actor, *, proposal_id: int, reason: str, now: datetime) -> User:
    """Who proposed it, for the liaison who needs to get in touch; every look is a leaf (domain.md C5)."""
    proposal = queries.proposal(proposal_id)
    scope = places.place(proposal.place_id).scope
    return people_service.show_identity(actor, user_id=proposal.author_id, scope=scope, reason=reason, now=now)
