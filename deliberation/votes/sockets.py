"""The vote's socket messages: watching the turnout, conducting the vote, and casting, as the pages do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deliberation.kernel import clock
from deliberation.kernel.live import listener, message
from deliberation.people.access import Actor
from deliberation.votes import queries, service, tray
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.forms import BallotPayload, CallPayload, VotePayload, read_choice
from deliberation.votes.live import vote_room
from deliberation.votes.models import Vote
from deliberation.votes.rules import Channel, RollSource, Terms


@message("vote.join", form=VotePayload, action="pages.read")
def join(actor: Actor, *, vote_id: int) -> dict[str, Any]:
    """Watch a vote: the answer is the state, the close and the turnout as they stand now."""
    figures = queries.public_turnout(vote_id)
    closes_at = queries.vote(vote_id).closes_at
    listener(vote_room(vote_id))()
    return {
        "turnout": figures.to_json(),
        "closes_at": closes_at.isoformat(),
        "server_time": clock.now().isoformat(),
    }


@message("vote.call", form=CallPayload, action="vote.call")
def call_vote(
    actor: Actor,
    *,
    item_id: int,
    text: str,
    aim: str,
    method: Method,
    options: str,
    seats_to_fill: int | None,
    choice_limit: int | None,
    is_secret: bool,
    is_for_everybody: bool,
    quorum_count: int | None,
    minutes: int,
    handler_id: int | None,
) -> dict[str, Any]:
    terms = Terms(
        roll_source=RollSource.attendance if is_for_everybody else RollSource.seats,
        rule_kind=RuleKind(aim) if aim else None,
        method=method,
        options=tuple(line.strip() for line in options.splitlines() if line.strip()),
        seats_to_fill=seats_to_fill or 1,
        choice_limit=choice_limit,
        is_secret=is_secret,
    )
    vote = service.call_vote(
        actor, item_id=item_id, terms=terms, text=text, minutes=minutes, quorum_count=quorum_count,
        handler_id=handler_id, now=clock.now(),
    )  # fmt: skip
    return {"vote": queries.room_part(vote)}


@message("vote.open", form=VotePayload, action="vote.open")
def open_vote(actor: Actor, *, vote_id: int) -> dict[str, Any]:
    return _step(service.open_vote, actor, vote_id)


@message("vote.close", form=VotePayload, action="vote.close")
def close_vote(actor: Actor, *, vote_id: int) -> dict[str, Any]:
    return _step(service.close_vote, actor, vote_id)


@message("vote.announce", form=VotePayload, action="vote.announce")
def announce_result(actor: Actor, *, vote_id: int) -> dict[str, Any]:
    return _step(service.announce_result, actor, vote_id)


def _step(act: Callable[..., Vote], actor: Actor, vote_id: int) -> dict[str, Any]:
    return {"vote": queries.room_part(act(actor, vote_id=vote_id, now=clock.now()))}


@message("ballot.cast", form=BallotPayload, action="ballot.cast", in_tray=True)
def cast_ballot(
    key: str,
    *,
    vote_id: int,
    roll_entry_id: int,
    choice: str,
    client_ballot_id: str,
    reason: str = "",
    replaces: str = "",
    known: str | None = None,
) -> dict[str, Any]:
    receipt = tray.cast_ballot(
        key,
        vote_id=vote_id,
        roll_entry_id=roll_entry_id,
        choice=read_choice(choice),
        reason=reason,
        replaces=replaces,
        known=known,
        client_ballot_id=client_ballot_id,
        channel=Channel.live,
        at=clock.now(),
    )
    return {"receipt": receipt.to_json()}
