"""Nobody changes a published text, its rule, its roll, or a ballot: not even by mistake, and not through this code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from deliberation.votes.models.ballots import Ballot, SecretBallot, SecretReceipt, VoterMark
from deliberation.votes.models.roll import RollEntry, RollPart
from deliberation.votes.models.vote import FROZEN, Vote
from deliberation.votes.rules import TextImmutable, VoteState

ROLL = (RollEntry, RollPart)
COUNTED = (VoterMark, SecretBallot, SecretReceipt)
EXTENDED = {"closes_at", "first_closes_at"}


def fence() -> None:
    """Attach the listeners; once, when the models are loaded."""
    event.listen(Vote, "before_update", _keep_published_vote)
    event.listen(Ballot, "before_update", _keep_ballot)
    for model in (Vote, Ballot, *ROLL, *COUNTED):
        event.listen(model, "before_delete", _keep_row)
    for model in (*ROLL, *COUNTED):
        event.listen(model, "before_update", _keep_row)
    for model in ROLL:
        event.listen(model, "before_insert", _keep_frozen_roll)
    event.listen(Session, "do_orm_execute", _keep_rows_in_bulk)


def _changed(row: Any, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())


def _before(vote: Vote, name: str) -> Any:
    """What stands in the database, asked for where it was not loaded."""
    history = inspect(vote).attrs[name].load_history()
    before = history.deleted or history.unchanged
    return before[0] if before else None


def _was_published(vote: Vote) -> bool:
    return _before(vote, "published_at") is not None


def _keep_published_vote(_mapper: Mapper[Vote], _connection: Connection, vote: Vote) -> None:
    if not _was_published(vote):
        return
    changed = {name for name in FROZEN if _changed(vote, name)}
    if changed and not (changed == EXTENDED and _is_the_extension(vote)):
        raise TextImmutable()


def _is_the_extension(vote: Vote) -> bool:
    """The one change the notice announced: an open vote ends as many days later as it said, and never again (C3)."""
    first, second = _before(vote, "first_closes_at"), _before(vote, "closes_at")
    is_announced = vote.extension_days > 0 and vote.closes_at == second + timedelta(days=vote.extension_days)
    return vote.state is VoteState.voting and first is None and vote.first_closes_at == second and is_announced


def _keep_row(_mapper: Mapper[Any], _connection: Connection, _row: Any) -> None:
    raise TextImmutable()


def _keep_ballot(_mapper: Mapper[Ballot], _connection: Connection, ballot: Ballot) -> None:
    changed = {attribute.key for attribute in inspect(ballot).attrs if attribute.history.has_changes()}
    if changed - {"superseded_at"}:
        raise TextImmutable()


def _keep_frozen_roll(_mapper: Mapper[Any], _connection: Connection, line: RollEntry | RollPart) -> None:
    session = object_session(line)
    vote = session.get(Vote, line.vote_id) if session is not None else None
    if vote is not None and _was_published(vote):
        raise TextImmutable()


def _keep_rows_in_bulk(execution: ORMExecuteState) -> None:
    """UPDATE and DELETE statements pass the events above by; there is no honest use for one on these tables."""
    if execution.is_update or execution.is_delete:
        mapper = execution.bind_mapper
        if mapper is not None and mapper.class_ in (Vote, Ballot, *ROLL, *COUNTED):
            raise TextImmutable()
