"""The tray at the door into which ballots are laid: those that arrive together are recorded in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.tray import Tray
from deliberation.people import queries as people
from deliberation.people.access import VISITOR
from deliberation.votes import service
from deliberation.votes.service import Receipt, SentBallot


def cast_ballot(key: str, **ballot: Any) -> Receipt:
    """Return the receipt once the ballot is on the disk, or raise the refusal; ``ballot`` as SentBallot has it.

    ``key`` says whose session it came with; the person is loaded afresh with everybody else's of the tray.
    """
    answer = _tray.lay_in((key, ballot))
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _carry(laid_in: Sequence[tuple[str, dict[str, Any]]]) -> list[Receipt | Refusal]:
    with transaction():
        actors = people.actors_at({key for key, _ballot in laid_in})
        return service.cast_ballots([SentBallot(actors.get(key, VISITOR), **ballot) for key, ballot in laid_in])


_tray: Tray[tuple[str, dict[str, Any]], Receipt | Refusal] = Tray(
    _carry, gives_up_on=(OperationalError, InterfaceError, NoConnection)
)
