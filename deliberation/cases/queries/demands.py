"""Demands: of one matter, like what is being typed in, and the file that waits to be taken over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from deliberation.cases.models import Case, Demand, DemandFile
from deliberation.cases.queries.cases import handlers_in
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.people.access import Actor
from deliberation.people.models import Organisation, OrganisationKind, User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals.likeness import Candidate, most_alike
from deliberation.proposals.models import Proposal

NEWEST_COMPARED = 300
RECENTLY = timedelta(days=180)
MOST_FIRMS = 500


def places_to_take_in(actor: Actor) -> list[Place]:
    """Where this person may take demands down."""
    return [place for place in places.all_places() if actor.may("demand.take_in", place.scope)]


def demands_of(matter_id: int) -> Sequence[Demand]:
    """Everything that was said about a matter, the first first."""
    return db.session.scalars(select(Demand).where(Demand.matter_id == matter_id).order_by(Demand.id)).all()


def demand(demand_id: int) -> Demand:
    """One demand, to whoever may read its matter."""
    rows = select(Demand).join(Matter, Matter.id == Demand.matter_id).where(Demand.id == demand_id)
    found = db.session.execute(rows.add_columns(Matter.id)).first()
    if found is None:
        raise NotFound()
    return found.Demand


def is_contact_shown_to(actor: Actor, scope: Iterable[int], case: Case | None) -> bool:
    """The liaison and the handler of that very case may look up whom to call (C5)."""
    is_handler = case is not None and case.handler_id == actor.user_id
    return actor.may("person.see_identity", scope) or (actor.is_signed_in and is_handler)


def alike(place_id: int, text: str, *, now: datetime, limit: int = 3) -> list[Matter]:
    """Open or recently closed matters of the place that read like ``text``, however they came in; two statements."""
    keys = most_alike(text, candidates(place_id, now=now), limit=limit)
    found = {row.id: row for row in db.session.scalars(select(Matter).where(Matter.id.in_(keys)))} if keys else {}
    return [found[key] for key in keys if key in found]


def candidates(place_id: int, *, now: datetime) -> list[Candidate]:
    """The place's newest matters with what was said first."""
    rows = (
        select(Matter.id, Matter.title, func.coalesce(Proposal.text, Demand.text, ""))
        .outerjoin(Proposal, Proposal.matter_id == Matter.id)
        .outerjoin(Demand, (Demand.matter_id == Matter.id) & Demand.is_first)
        .where(Matter.place_id == place_id, Matter.merged_into_id.is_(None))
        .where(Matter.state.not_in(["withdrawn", "redirected"]))
        .where(Matter.closed_at.is_(None) | (Matter.closed_at > now - RECENTLY))
        .order_by(Matter.id.desc())
        .limit(NEWEST_COMPARED)
    )
    return [Candidate(*row) for row in db.session.execute(rows)]


def firm_names() -> Sequence[str]:
    """What the field for the firm offers while somebody types."""
    rows = select(Organisation.name).where(Organisation.kind == OrganisationKind.firm).order_by(Organisation.name)
    return db.session.scalars(rows.limit(MOST_FIRMS)).all()


def handlers_by_word(place: Place) -> Mapping[str, list[int]]:
    """Who may be given a case of the place, by whatever a file may call them: name, e-mail, phone."""
    found: dict[str, list[int]] = defaultdict(list)
    for user in handlers_in(place.scope):
        for word in {user.name, user.email or "", _local(user)} - {""}:
            found[word].append(user.id)
    return found


def _local(user: User) -> str:
    return (user.us_phone_number or "").removeprefix("+86")


def file_read(place_id: int, user_id: int | None) -> DemandFile | None:
    rows = select(DemandFile).where(DemandFile.place_id == place_id, DemandFile.read_by_id == user_id)
    return db.session.scalar(rows)
