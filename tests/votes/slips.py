"""A seat on the roll, and the fields of the form that casts its ballot."""

from __future__ import annotations

from deliberation.votes import queries
from tests.support import voting


def seat_of(hall: voting.Hall, number: int = 0) -> int:
    return queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0].id


def ballot_fields(
    hall: voting.Hall, number: int = 0, choice: str = "for", client_ballot_id: str = "page-ballot-1", **more: str
):
    return {"roll_entry_id": str(seat_of(hall, number)), "choice": choice, "client_ballot_id": client_ballot_id, **more}
