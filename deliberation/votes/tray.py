"""The tray at the door into which ballots are laid: those that arrive together are recorded in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deliberation.kernel import trays
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.people import queries as people
from deliberation.people.access import VISITOR
from deliberation.votes import service
from deliberation.votes.service import Receipt, SentBallot

NAME = "votes.tray"
PAUSE = 0.003  # Seconds; as long as half a way to the database takes, so that more share each.
LaidIn = tuple[str, dict[str, Any]]  # Whose session it came with, and the ballot.


def cast_ballot(key: str, **ballot: Any) -> Receipt:
    """Return the receipt once the ballot is on the disk, or raise the refusal; ``ballot`` as SentBallot has it.

    ``key`` says whose session it came with; the person is loaded afresh with everybody else's of the tray.
    """
    return trays.lay_in(NAME, (key, ballot), carry=_carry, pause=PAUSE)


def _carry(laid_in: Sequence[LaidIn]) -> list[Receipt | Refusal]:
    with transaction():
        actors = people.actors_at({key for key, _ballot in laid_in})
        return service.cast_ballots([SentBallot(actors.get(key, VISITOR), **ballot) for key, ballot in laid_in])
