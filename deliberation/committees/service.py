"""Making committees, their charters and their seats."""

from __future__ import annotations

from typing import Any

from deliberation.committees.models import Committee, CommitteeKind, Seat, SeatKind
from deliberation.kernel.database import db
from deliberation.places.models import Place


def create_committee(*, place: Place, kind: CommitteeKind, name: str, **charter: Any) -> Committee:
    """A body of ``place``; ``charter`` is the model's plain columns (rule_kind, quorum_numerator, notice days …)."""
    committee = Committee(place_id=place.id, kind=kind, name=name, **charter)
    db.session.add(committee)
    db.session.flush()  # Seats need the id.
    return committee


def add_seat(
    committee: Committee,
    *,
    kind: SeatKind,
    label: str,
    user_id: int | None = None,
    unit_id: int | None = None,
    organisation_id: int | None = None,
) -> Seat:
    """A seat; an adviser speaks and has no vote (domain.md C5)."""
    seat = Seat(
        committee_id=committee.id,
        kind=kind,
        label=label,
        is_voting=kind is not SeatKind.adviser,
        user_id=user_id,
        unit_id=unit_id,
        organisation_id=organisation_id,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def fill_seat(seat: Seat, *, user_id: int | None) -> None:
    """Say who sits on a seat; ``None`` empties it. Votes already published keep their frozen roll (R-13)."""
    seat.user_id = user_id
