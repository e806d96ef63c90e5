"""The tray at the door of the room: who comes in together is shown it together, and it is read once for all of them.

When a line is cut, a whole room comes back in the same second; see docs/decisions/0014 for how a tray works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.kernel import clock, trays
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal, SignInNeeded
from deliberation.meetings import queries, rules
from deliberation.meetings.models import Meeting
from deliberation.people import queries as people
from deliberation.people.access import VISITOR, Actor

NAME = "meetings.tray"
MOST = 200  # Their own rows are read by their ids: so many in one statement.
State = dict[str, Any]


@dataclass(frozen=True)
class Comer:
    """``key`` says whose session it is; ``listen`` lets them hear the room, and is called before its state is read.

    So an event in between is one that the state already holds.
    """

    key: str
    meeting_id: int
    screen_key: str
    listen: Callable[[], None] = lambda: None


def state(comer: Comer) -> State:
    """The whole state of the room as this person sees it, or the refusal."""
    return trays.lay_in(NAME, comer, carry=_carry, most=MOST)


def require_in_room(actor: Actor, meeting: Meeting, *, screen_key: str) -> None:
    """Whoever is signed in may follow a meeting; the projector may by its signed link."""
    if actor.is_signed_in:
        return
    if not rules.screen_key_valid(meeting.check_in_secret, screen_key, meeting_id=meeting.id):
        raise SignInNeeded()


def _carry(comers: Sequence[Comer]) -> list[State | Refusal]:
    with transaction():
        actors = people.actors_at({comer.key for comer in comers})
        answers: dict[int, State | Refusal] = {}
        for meeting_id in sorted({comer.meeting_id for comer in comers}):
            there = {place: comer for place, comer in enumerate(comers) if comer.meeting_id == meeting_id}
            answers |= _show(meeting_id, there, actors)
        return [answers[place] for place in range(len(comers))]


def _show(meeting_id: int, comers: dict[int, Comer], actors: dict[str, Actor]) -> dict[int, State | Refusal]:
    """The answers of those who come to one meeting, by their place in the tray."""
    answers: dict[int, State | Refusal] = {}
    let_in: dict[int, Actor] = {}
    for place, comer in comers.items():
        actor = actors.get(comer.key, VISITOR)
        try:
            require_in_room(actor, queries.meeting(meeting_id), screen_key=comer.screen_key)
        except Refusal as refusal:
            answers[place] = refusal
            continue
        comer.listen()
        let_in[place] = actor
    if let_in:
        states = queries.whole_states(queries.meeting(meeting_id), list(let_in.values()), now=clock.now())
        answers |= dict(zip(let_in, states, strict=True))
    return answers
