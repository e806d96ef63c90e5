"""并案: one liaison asks, another confirms; the merged proposals stay, their people go along (domain.md C3, C5).

Forty-five proposals are joined to one in a fixed number of statements plus a few for each matter's own messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, Participation, ParticipationReason
from deliberation.notifications import service as notifications
from deliberation.people.access import Actor
from deliberation.proposals import rules
from deliberation.proposals.models import MergeRequest, Proposal, Support
from deliberation.proposals.rules import ProposalState
from deliberation.proposals.service.common import (
    Held,
    actor_office,
    check,
    hand_to_liaison,
    liaisons,
    move,
    office_name,
    own_id,
    require_in_all,
    tell,
)

AUTHORS = (ParticipationReason.proposer, ParticipationReason.merged_author)
SHOWN = 50  # Numbers named in one line of the timeline.


def request_merge(actor: Actor, *, proposal_id: int, into_id: int, reason: str, now: datetime) -> MergeRequest:
    return request_merges(actor, proposal_ids=[proposal_id], into_id=into_id, reason=reason, now=now)[0]


def request_merges(
    actor: Actor, *, proposal_ids: Iterable[int], into_id: int, reason: str, now: datetime
) -> list[MergeRequest]:
    """Ask to join proposals to ``into_id``; another liaison has to confirm. All of them, or none.

    Asking again for what waits already is harmless.
    """
    check(rules.refusal_of_reason(reason))
    target, joining = _hold_all(actor, "proposal.screen", proposal_ids, into_id=into_id)
    waiting = _pending([into_id, *(held.proposal.id for held in joining)])
    _check_target(target, has_pending_merge=into_id in waiting)
    asked = [_ask(actor, held, target, waiting.get(held.proposal.id), reason, now=now) for held in joining]
    new = [held for held in joining if held.proposal.id not in waiting]
    if new:
        _call_second_liaison(actor, new, target, reason=reason, now=now)
    return asked


def _check_target(target: Held, *, has_pending_merge: bool) -> None:
    state, is_open = target.proposal.state, target.matter.closed_at is None
    check(rules.refusal_as_target(is_itself=False, state=state, is_open=is_open, has_pending_merge=has_pending_merge))


def _ask(
    actor: Actor, held: Held, target: Held, known: MergeRequest | None, reason: str, *, now: datetime
) -> MergeRequest:
    proposal = held.proposal
    if proposal.id == target.proposal.id:
        raise rules.CannotJoinItself()
    if known is not None and (known.into_id, known.requested_by_id) == (target.proposal.id, actor.user_id):
        return known
    is_author = proposal.author_id == own_id(actor)
    check(rules.refusal_to_screen(state=proposal.state, is_author=is_author, has_pending_merge=known is not None))
    request = MergeRequest(
        proposal_id=proposal.id,
        into_id=target.proposal.id,
        reason=reason,
        requested_by_id=own_id(actor),
        requested_at=now,
    )
    db.session.add(request)
    return request


def _call_second_liaison(actor: Actor, joining: Sequence[Held], target: Held, *, reason: str, now: datetime) -> None:
    """Hand the waiting proposals to another liaison, and tell every one who may confirm, once for all of them."""
    others = [each for each in liaisons(target.place) if each.id != actor.user_id]
    if not others:
        raise rules.NoSecondLiaison()
    db.session.flush()  # The requests' ids name the event.
    for held in joining:
        due_at = held.proposal.screening_due_at
        name, second = office_name(others[0]), others[0].id
        matters.hand_to(held.matter, name=name, task="confirm_merge", due_at=due_at, now=now, holder_id=second)
        data = {"into": target.matter.number, "plate": target.matter.plate}
        matters.add_entry(
            held.matter, "proposal.merge_requested", now=now, actor=actor, actor_name=actor_office(actor), data=data
        )
    notifications.tell(
        {each.id: "liaison" for each in others},
        "merge.requested",
        key=f"merge.requested:{target.proposal.id}:{joining[0].proposal.id}:{now.isoformat()}",
        now=now,
        matter_id=target.matter.id,
        data={
            "title": target.proposal.title,
            "count": len(joining),
            "by": actor_office(actor),
            "reason": reason,
            "due_at": min(held.proposal.screening_due_at for held in joining).isoformat(),
            "path": "/proposals/merges",
        },
    )


def confirm_merge(actor: Actor, *, request_id: int, now: datetime) -> Proposal:
    return confirm_merges(actor, request_ids=[request_id], now=now)


def confirm_merges(actor: Actor, *, request_ids: Iterable[int], now: datetime) -> Proposal:
    """A second liaison agrees: the proposals are joined to the one they all name, which is returned.

    Every author becomes a merged author of the target, every supporter its supporter, every follower its follower.
    The joined matters close, point to the target, and are never deleted. Confirming again changes nothing.
    """
    requests = _hold_requests(request_ids)
    ids = [each.proposal_id for each in requests]
    target, joining = _hold_all(actor, "proposal.confirm_merge", ids, into_id=requests[0].into_id)
    if all(each.is_confirmed and each.decided_by_id == actor.user_id for each in requests):
        return target.proposal
    for each in requests:
        is_requester = each.requested_by_id == own_id(actor)
        check(rules.refusal_to_merge(is_decided=each.decided_at is not None, is_requester=is_requester))
    _check_target(target, has_pending_merge=target.proposal.id in _pending([target.proposal.id]))
    reasons = {each.proposal_id: each.reason for each in requests}
    _decide(requests, actor, is_confirmed=True, now=now)
    _join(actor, joining, target, reasons, now=now)
    return target.proposal


def _decide(requests: Iterable[MergeRequest], actor: Actor, *, is_confirmed: bool, now: datetime) -> None:
    for each in requests:
        each.decided_by_id, each.decided_at, each.is_confirmed = actor.user_id, now, is_confirmed


def _join(actor: Actor, joining: Sequence[Held], target: Held, reasons: dict[int, str], *, now: datetime) -> None:
    office = actor_office(actor)
    into = {"into": target.matter.number, "plate": target.matter.plate, "title": target.proposal.title}
    people = _people_of(joining)
    for held in joining:
        proposal, matter = held.proposal, held.matter
        move(held, to=ProposalState.merged)
        proposal.merged_into_id, matter.merged_into_id = target.proposal.id, target.matter.id
        proposal.screened_at, proposal.screened_by_id, proposal.reason = now, actor.user_id, reasons[proposal.id]
        data: dict[str, object] = {**into, "reason": proposal.reason}
        matters.add_entry(matter, "proposal.merged", now=now, actor=actor, actor_name=office, data=data)
        matters.close(matter, state="merged", now=now)
        audit.record(
            "proposal.merged", {"matter": matter.number, "into": target.matter.number, "by": actor.user_id}, now=now
        )
        tell(
            people[matter.id],
            "proposal.merged",
            key=f"proposal.merged:{proposal.id}",
            now=now,
            matter_id=matter.id,
            data={**data, "own_title": proposal.title, "path": f"/matters/{target.matter.number}"},
        )
    _bring_along(joining, target, now=now)
    joined = {"count": len(joining), "plates": [held.matter.plate for held in joining[:SHOWN]]}
    matters.add_entry(target.matter, "proposal.joined", now=now, actor=actor, actor_name=office, data=joined)


def _people_of(joining: Sequence[Held]) -> dict[int, dict[int, ParticipationReason]]:
    """Everyone who takes part in each of the matters, authors as such, in one statement."""
    found: dict[int, dict[int, ParticipationReason]] = {held.matter.id: {} for held in joining}
    rows = select(Participation.matter_id, Participation.user_id, Participation.reason)
    for matter_id, user_id, reason in db.session.execute(rows.where(Participation.matter_id.in_(list(found)))):
        if reason in AUTHORS or user_id not in found[matter_id]:
            found[matter_id][user_id] = reason
    return found


def _bring_along(joining: Sequence[Held], target: Held, *, now: datetime) -> None:
    """Their people become people of the target, and what was joined to them before now points to it too."""
    ids = [held.proposal.id for held in joining]
    matter_ids = [held.matter.id for held in joining]
    # Two steps reach everybody: earlier merges already point to one of these, never to a further one.
    db.session.execute(
        update(Proposal).where(Proposal.merged_into_id.in_(ids)).values(merged_into_id=target.proposal.id)
    )
    db.session.execute(
        update(Matter).where(Matter.merged_into_id.in_(matter_ids)).values(merged_into_id=target.matter.id)
    )
    rows = select(Participation.user_id, Participation.reason).where(Participation.matter_id.in_(matter_ids))
    taking_part = [(user_id, reason) for user_id, reason in db.session.execute(rows)]
    proposer = target.proposal.author_id
    authors = {user_id for user_id, reason in taking_part if reason in AUTHORS} - {proposer}
    others = {user_id for user_id, reason in taking_part if reason is ParticipationReason.follower}
    matters.add_participants(target.matter.id, authors, reason=ParticipationReason.merged_author, now=now)
    matters.add_participants(target.matter.id, others, reason=ParticipationReason.follower, now=now)
    _bring_supporters(ids, target, authors | {proposer}, now=now)


def _bring_supporters(ids: list[int], target: Held, authors: set[int], *, now: datetime) -> None:
    """Supporters of what was joined support the target; nobody is both an author and a supporter of it."""
    known = set(db.session.scalars(select(Support.user_id).where(Support.proposal_id == target.proposal.id)))
    rows = select(Support.user_id).where(Support.proposal_id.in_(ids))
    new = set(db.session.scalars(rows)) - known - authors
    db.session.add_all(Support(proposal_id=target.proposal.id, user_id=each, at=now) for each in sorted(new))
    matters.add_participants(target.matter.id, new, reason=ParticipationReason.supporter, now=now)


def decline_merge(actor: Actor, *, request_id: int, reason: str, now: datetime) -> Proposal:
    return decline_merges(actor, request_ids=[request_id], reason=reason, now=now)


def decline_merges(actor: Actor, *, request_ids: Iterable[int], reason: str, now: datetime) -> Proposal:
    """Not joined: the second liaison says why, or who asked takes it back. The proposals wait for screening again."""
    requests = _hold_requests(request_ids)
    ids = [each.proposal_id for each in requests]
    target, waiting = _hold_all(actor, "proposal.confirm_merge", ids, into_id=requests[0].into_id)
    if all(each.is_confirmed is False and each.decided_by_id == actor.user_id for each in requests):
        return target.proposal
    check(rules.refusal_of_reason(reason))
    for each in requests:
        check(rules.refusal_to_decline_merge(is_decided=each.decided_at is not None))
        each.decline_reason = reason
    _decide(requests, actor, is_confirmed=False, now=now)
    data = {"plate": target.matter.plate, "into": target.matter.number, "reason": reason}
    for held in waiting:
        matters.add_entry(
            held.matter, "proposal.merge_declined", now=now, actor=actor, actor_name=actor_office(actor), data=data
        )
        hand_to_liaison(held, now=now)
        leaf = {"matter": held.matter.number, "into": target.matter.number, "by": actor.user_id}
        audit.record("proposal.merge_declined", leaf, now=now)
    return target.proposal


def _hold_requests(request_ids: Iterable[int]) -> list[MergeRequest]:
    """The requests, locked; all must name the same target."""
    wanted = set(request_ids)
    rows = select(MergeRequest).where(MergeRequest.id.in_(wanted)).order_by(MergeRequest.id).with_for_update()
    found = list(db.session.scalars(rows.execution_options(populate_existing=True)))
    if not found or len(found) < len(wanted) or len({each.into_id for each in found}) > 1:
        raise NotFound()
    return found


def _hold_all(actor: Actor, action: str, proposal_ids: Iterable[int], *, into_id: int) -> tuple[Held, list[Held]]:
    """The target, and what is to be joined to it; the matters locked in the order of their ids.

    One order for all means that two bulk merges never wait for each other in a circle.
    """
    wanted = set(proposal_ids)
    rows = select(Proposal).where(Proposal.id.in_({into_id, *wanted})).order_by(Proposal.id)
    found = list(db.session.scalars(rows))
    if not wanted or len(found) < len({into_id, *wanted}):
        raise NotFound()
    known = require_in_all(actor, action, {each.place_id for each in found})
    locked = select(Matter).where(Matter.id.in_([each.matter_id for each in found])).order_by(Matter.id)
    fresh = {"populate_existing": True}
    held_matters = {each.id: each for each in db.session.scalars(locked.with_for_update().execution_options(**fresh))}
    found = list(db.session.scalars(rows.execution_options(**fresh)))  # As it stands now that nobody can change it.
    held = {each.id: Held(each, held_matters[each.matter_id], known[each.place_id]) for each in found}
    return held[into_id], [held[each] for each in sorted(wanted)]


def _pending(proposal_ids: Iterable[int]) -> dict[int, MergeRequest]:
    """The undecided requests to join these proposals elsewhere, by proposal."""
    rows = select(MergeRequest).where(
        MergeRequest.proposal_id.in_(set(proposal_ids)), MergeRequest.decided_at.is_(None)
    )
    return {each.proposal_id: each for each in db.session.scalars(rows)}
