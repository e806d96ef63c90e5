"""What every act on a proposal begins and ends with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed, NotFound, Refusal, SignInNeeded
from deliberation.matters import service as matters
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.notifications import service as notifications
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role, require
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals import rules
from deliberation.proposals.models import Proposal, Support
from deliberation.proposals.wording import public_name


@dataclass(frozen=True)
class Held:
    """A proposal with its matter and its place; the matter is locked until the transaction ends.

    Every act on a proposal locks its matter first, so the proposal, read after that, cannot change beside it.
    """

    proposal: Proposal
    matter: Matter
    place: Place


def hold(actor: Actor, action: str, proposal_id: int) -> Held:
    """Load and lock; raise unless ``actor`` may do ``action`` in the proposal's place."""
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound()
    place = places.place(proposal.place_id)
    require(actor, action, place.scope)
    matter = matters.load_for_change(proposal.matter_id)
    db.session.refresh(proposal)
    return Held(proposal, matter, place)


def own_id(actor: Actor) -> int:
    """The id of the person signed in."""
    if actor.user_id is None:
        raise SignInNeeded()
    return actor.user_id


def check(refusal: Refusal | None) -> None:
    if refusal:
        raise refusal


def move(held: Held, *, to: rules.ProposalState) -> None:
    """Change the proposal's state, if the table allows it."""
    check(rules.refusal_to_move(state=held.proposal.state, to=to))
    held.proposal.state = to


def office_name(user: User) -> str:
    """Staff act by name: "沈岚 · 联络员"."""
    return f"{user.name} · {user.duty}" if user.duty else user.name


def actor_office(actor: Actor) -> str:
    return office_name(people.user(own_id(actor)))


def author_name(held: Held) -> str:
    """The author as the public may read it."""
    author = people.user(held.proposal.author_id)
    return public_name(author.name, hides_name=held.proposal.hides_name, place_kind=held.place.kind)


def liaisons(place: Place) -> Sequence[User]:
    """Who screens here, the nearest first."""
    return people.holders_of_role(Role.liaison, place.scope)


def hand_to_liaison(held: Held, *, now: datetime) -> None:
    """The place's liaison station is to answer, until the screening is due."""
    nearest = next((each for each in liaisons(held.place) if each.id != held.proposal.author_id), None)
    name = office_name(nearest) if nearest else held.place.contact_name or held.place.name
    due_at = held.proposal.screening_due_at
    matters.hand_to(
        held.matter, name=name, task="screen", due_at=due_at, now=now, holder_id=nearest.id if nearest else None
    )


def screening_due_at(now: datetime) -> datetime:
    calendar = people.working_calendar()
    return end_of_day(rules.screening_due(shanghai_date(now), calendar=calendar))


def supporter_ids(proposal_id: int) -> list[int]:
    return list(db.session.scalars(select(Support.user_id).where(Support.proposal_id == proposal_id)))


def tell_those_concerned(held: Held, kind: str, *, key: str, now: datetime, data: dict[str, object]) -> None:
    """Tell supporters and the author; who is both hears it as author."""
    reasons = dict.fromkeys(supporter_ids(held.proposal.id), ParticipationReason.supporter)
    reasons[held.proposal.author_id] = ParticipationReason.proposer
    tell(reasons, kind, key=key, now=now, matter_id=held.matter.id, data=data)


def tell(
    reasons: dict[int, ParticipationReason],
    kind: str,
    *,
    key: str,
    now: datetime,
    matter_id: int,
    data: dict[str, object],
) -> None:
    worded = {user_id: str(reason) for user_id, reason in reasons.items()}
    notifications.tell(worded, kind, key=key, now=now, matter_id=matter_id, data=data)


def require_in_all(actor: Actor, action: str, place_ids: set[int]) -> dict[int, Place]:
    """The places, when ``actor`` may do ``action`` in each."""
    found = places.places_by_id(place_ids)
    if len(found) < len(place_ids):
        raise NotAllowed()
    for place in found.values():
        require(actor, action, place.scope)
    return found
