"""What other pages show of proposals: the panel of a matter, the lines of a desk, the cards of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matters
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, ParticipationReason, Step
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.rules import Purpose
from deliberation.photos.models import Photo
from deliberation.places import queries as places
from deliberation.proposals import rules
from deliberation.proposals.models import Proposal
from deliberation.proposals.queries.basics import photos_of, proposal_of_matter, support_of
from deliberation.proposals.queries.screening import merge_groups, pending_merge_of, queue
from deliberation.proposals.rules import ProposalState
from deliberation.proposals.wording import public_name

AUTHORS = {ParticipationReason.proposer, ParticipationReason.merged_author}
MOST_JOINED_SHOWN = 100
MOST_NEEDS = 3


@dataclass(frozen=True)
class ProposalPart:
    """The words a matter began with, who supports them, and what this person may do; a refusal says why not.

    ``author`` is as the public reads it, a message id when the name is hidden. ``joined`` are the matters that were
    merged into this one.
    """

    proposal: Proposal
    author: str
    photos: Sequence[Photo]
    joined: Sequence[Matter]
    support_count: int
    supports: bool
    is_author: bool
    refusal_to_support: Refusal | None
    refusal_to_withdraw: Refusal | None
    may_revise: bool
    may_screen: bool
    may_confirm_merge: bool


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> ProposalPart | None:
    """The panel of the matter page; ``None`` for a matter that an office brought."""
    proposal = proposal_of_matter(matter.id)
    if proposal is None:
        return None
    place = places.place(proposal.place_id)
    author = people.user(proposal.author_id)
    joined = _joined_to(matter.id)
    count, supports = support_of(proposal.id, actor.user_id)
    is_author = actor.user_id == proposal.author_id
    pending = pending_merge_of(proposal.id) if proposal.state is ProposalState.submitted else None
    waits = proposal.state is ProposalState.submitted
    return ProposalPart(
        proposal=proposal,
        author=public_name(
            author.name,
            hides_name=proposal.hides_name,
            place_kind=place.kind,
            is_public=people.has_consented(author.id, Purpose.publish_name),
        ),
        photos=photos_of(proposal.id),
        joined=joined,
        support_count=count,
        supports=supports,
        is_author=is_author,
        refusal_to_support=rules.refusal_to_support(
            state=proposal.state, is_open=matter.closed_at is None, is_author=_is_an_author(matter, actor)
        ),
        refusal_to_withdraw=rules.refusal_to_withdraw(
            state=proposal.state,
            is_author=is_author,
            joined=len(joined),
            has_pending_merge=pending is not None,
            has_moved_on=matter.step > Step.proposal,
        ),
        may_revise=is_author and proposal.state is ProposalState.returned,
        may_screen=waits and pending is None and not is_author and actor.may("proposal.screen", place.scope),
        may_confirm_merge=pending is not None and actor.may("proposal.confirm_merge", place.scope),
    )


def _joined_to(matter_id: int) -> Sequence[Matter]:
    rows = select(Matter).where(Matter.merged_into_id == matter_id).order_by(Matter.id).limit(MOST_JOINED_SHOWN)
    return db.session.scalars(rows).all()


def _is_an_author(matter: Matter, actor: Actor) -> bool:
    return actor.user_id is not None and bool(AUTHORS & set(matters.reasons_of(matter.id, actor.user_id)))


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Proposals to screen, merges to confirm, accepted ones to bring onto an agenda."""
    if actor.user_id is None or not actor.may("proposal.screen"):
        return []
    lines = [
        _line(each.matter, "screen", each.proposal.screening_due_at, f"/proposals/{each.proposal.id}/screen")
        for each in queue(actor)
        if not each.waits_for_merge and each.proposal.author_id != actor.user_id
    ]
    lines += [
        _line(group.into_matter, "confirm_merge", group.due_at, "/proposals/merges")
        for group in merge_groups(actor)
        if group.requested_by.id != actor.user_id
    ]
    return lines + [
        _line(matter, "schedule", matter.holder_due_at, f"/matters/{matter.number}") for matter in _to_schedule(actor)
    ]


def _line(matter: Matter, task: str, due_at: datetime | None, url: str) -> DeskLine:
    return DeskLine(
        step=matter.step,
        number=matter.number,
        plate=matter.plate,
        title=matter.title,
        task=task,
        due_at=due_at,
        url=url,
    )


def _to_schedule(actor: Actor) -> Sequence[Matter]:
    rows = select(Matter).where(Matter.holder_id == actor.user_id, Matter.holder_task == "schedule")
    return db.session.scalars(rows.order_by(Matter.holder_due_at).limit(MOST_JOINED_SHOWN)).all()


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """The person's own proposals that were returned to be changed."""
    if actor.user_id is None:
        return []
    rows = (
        select(Proposal, Matter)
        .join(Matter, Matter.id == Proposal.matter_id)
        .where(Proposal.author_id == actor.user_id, Proposal.state == ProposalState.returned)
        .order_by(Proposal.screened_at.desc())
        .limit(MOST_NEEDS)
    )
    return [
        Need(
            step=1,
            title=each.title,
            due_at=None,
            url=f"/proposals/{each.id}/revise",
            template="proposals/_need.html",
            data={"plate": matter.plate, "number": matter.number, "reason": each.reason},
        )
        for each, matter in db.session.execute(rows)
    ]
