"""Ballots and closes at the same moment, with real commits on a real PostgreSQL, a connection for each thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.matters import queries as matters
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.votes import jobs, queries, service, tray
from deliberation.votes.models import Ballot, RollEntry
from deliberation.votes.rules import BallotIdReused, Channel, Choice, VoteClosed, VoteState
from deliberation.votes.service import Receipt
from tests.support import voting
from tests.support.at_once import quiet_pushes, together
from tests.support.voting import CLOSES, OPENS

THREADS = 8


def hall_of(app: Flask, *, seats: int) -> tuple[voting.Hall, list[tuple[Actor, int]]]:
    """An open vote, committed, with each voter and roll entry."""
    with app.app_context():
        with transaction():
            hall = voting.open_hall(seats=seats, voters=seats)
            voters = [
                (hall.actor(number), queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0].id)
                for number in range(seats)
            ]
        db.session.expunge_all()
    return hall, voters


def caster(vote_id: int, voter: tuple[Actor, int], choice: Choice, ballot_id: str) -> Callable[[], Receipt]:
    actor, entry = voter
    return lambda: service.cast_ballot(
        actor, vote_id=vote_id, roll_entry_id=entry, choice=choice, client_ballot_id=ballot_id,
        channel=Channel.web, now=OPENS,
    )  # fmt: skip


@pytest.mark.parametrize("attempt", range(4))
def test_what_is_acknowledged_is_counted_and_what_is_refused_is_not(server, attempt) -> None:
    hall, voters = hall_of(server, seats=15)
    vote_id = hall.vote.id
    acts: list[Callable[[], Any]] = [
        caster(vote_id, voter, Choice.in_favour, f"crossing-{attempt}-{number:02d}")
        for number, voter in enumerate(voters)
    ]
    acts.insert(attempt * 4, lambda: service.close_vote(hall.liaison, vote_id=vote_id, now=CLOSES).result)
    answers = together(server, acts)
    acknowledged = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    result = answers[attempt * 4]
    assert len(acknowledged) + len(refused) == 15
    assert all(isinstance(answer, VoteClosed) for answer in refused)
    assert result["cast"] == result["for"] == len(acknowledged)
    with server.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == len(acknowledged)


def test_one_seat_cast_from_many_devices_ends_with_one_ballot(server) -> None:
    hall, voters = hall_of(server, seats=3)
    choices = [Choice.in_favour, Choice.against] * (THREADS // 2)
    acts = [caster(hall.vote.id, voters[0], choice, f"device-{number:04d}") for number, choice in enumerate(choices)]
    answers = together(server, acts)
    assert all(isinstance(answer, Receipt) for answer in answers)
    with server.app_context():
        rows = db.session.scalars(select(Ballot).order_by(Ballot.id)).all()
        assert len(rows) == THREADS
        assert sum(ballot.superseded_at is None for ballot in rows) == 1
        assert queries.turnout(hall.vote.id).cast == 1


def test_one_ballot_sent_many_times_at_once_is_one(server) -> None:
    hall, voters = hall_of(server, seats=3)
    answers = together(server, [caster(hall.vote.id, voters[0], Choice.against, "one-ballot")] * THREADS)
    assert {answer.leaf_hash for answer in answers} == {answers[0].leaf_hash}
    with server.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == 1
        leaves = select(func.count()).select_from(AuditLeaf).where(AuditLeaf.tag == "ballot.cast")
        assert db.session.scalar(leaves) == 1


def test_two_seats_with_one_id_at_once_leave_one_ballot(server) -> None:
    hall, voters = hall_of(server, seats=2)
    answers = together(server, [caster(hall.vote.id, voter, Choice.abstain, "shared-ballot-id") for voter in voters])
    assert sorted(type(answer).__name__ for answer in answers) == ["BallotIdReused", "Receipt"]


def test_ballots_do_not_wait_for_each_other(server) -> None:
    """A ballot that is not committed yet holds up no other seat's ballot, only the close."""
    hall, voters = hall_of(server, seats=2)
    vote_id = hall.vote.id
    held, let_go, closed = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with server.app_context(), transaction():
            caster(vote_id, voters[0], Choice.in_favour, "held-ballot")()
            held.set()
            assert let_go.wait(20)

    def close() -> None:
        with server.app_context(), transaction():
            service.close_vote(hall.liaison, vote_id=vote_id, now=CLOSES)
        closed.set()

    with quiet_pushes(), ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert held.wait(20)
        with server.app_context(), transaction():
            caster(vote_id, voters[1], Choice.against, "other-ballot")()
        closing = pool.submit(close)
        assert not closed.wait(0.5)
        let_go.set()
        holding.result(20)
        closing.result(20)
    with server.app_context():
        assert voting.result_of(queries.vote(vote_id))["cast"] == 2


def through_the_tray(app: Flask, hall: voting.Hall, *, close_at: int | None = None) -> tuple[list[Any], Any]:
    """Every voter casts by the door at one moment, one of the threads closing meanwhile; the answers, the result."""
    with app.app_context():
        rows = select(RollEntry.id, User.fs_uniquifier).join(User, User.id == RollEntry.user_id)
        voters = db.session.execute(rows.where(RollEntry.vote_id == hall.vote.id)).all()
        db.session.remove()

    def cast(entry_id: int, key: str) -> Any:
        return tray.cast_ballot(
            key, vote_id=hall.vote.id, roll_entry_id=entry_id, choice=Choice.in_favour, channel=Channel.live,
            client_ballot_id=f"through-the-tray-{entry_id}", at=OPENS,
        )  # fmt: skip

    def close() -> Any:
        with transaction():
            return service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES).result

    acts: list[Callable[[], Any]] = [partial(cast, *voter) for voter in voters]
    if close_at is not None:
        acts.insert(close_at, close)
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait(20)
            try:
                return act()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with quiet_pushes(), ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(run, acts))
    return answers, answers.pop(close_at) if close_at is not None else None


@pytest.mark.parametrize("close_at", [0, 6, 12])
def test_the_tray_and_a_close_never_disagree(server, close_at) -> None:
    hall, _voters = hall_of(server, seats=12)
    answers, result = through_the_tray(server, hall, close_at=close_at)
    acknowledged = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = [answer for answer in answers if isinstance(answer, VoteClosed)]
    assert len(acknowledged) + len(refused) == 12
    assert result["cast"] == result["for"] == len(acknowledged)
    with server.app_context():
        assert set(db.session.scalars(select(Ballot.leaf_hash))) == {each.leaf_hash for each in acknowledged}


def test_the_tray_loses_nobody_and_doubles_nobody(server, monkeypatch) -> None:
    hall, _voters = hall_of(server, seats=14)
    loads = []
    cast_ballots = service.cast_ballots
    monkeypatch.setattr(service, "cast_ballots", lambda sent: loads.append(len(sent)) or cast_ballots(sent))
    answers, _none = through_the_tray(server, hall)
    again, _none = through_the_tray(server, hall)
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert again == answers
    assert sum(loads) == 28
    assert max(loads) > 1
    with server.app_context():
        assert queries.turnout(hall.vote.id).cast == 14


def test_an_id_that_somebody_else_takes_at_that_moment_spoils_no_other_ballot(server) -> None:
    """Another process writes the id between our look and our write: the load is given up, and each tried alone."""
    hall, voters = hall_of(server, seats=5)
    vote_id = hall.vote.id
    with server.app_context():
        keys = dict(db.session.execute(select(User.id, User.fs_uniquifier)).tuples().all())
        db.session.remove()
    names = ["raced-ballot", *(f"calm-ballot-{number}" for number in range(3))]
    load = [
        (keys[actor.user_id or 0], {
            "vote_id": vote_id, "roll_entry_id": entry, "choice": Choice.against, "channel": Channel.web,
            "client_ballot_id": name, "at": OPENS,
        })
        for (actor, entry), name in zip(voters[:4], names, strict=True)
    ]  # fmt: skip
    with quiet_pushes(), server.app_context(), ThreadPoolExecutor(4) as pool:
        with transaction():
            caster(vote_id, voters[4], Choice.in_favour, "raced-ballot")()
            waiting = pool.submit(_carried, server, load)  # It looks, sees nothing yet, and waits for our commit.
            assert not _ends_within(waiting, 1.0)
        with pytest.raises(BallotIdReused):
            waiting.result(20)
        db.session.remove()
        singly = [_answer_of(pool.submit(_carried, server, [each])) for each in load]
    assert [type(each) for each in singly] == [BallotIdReused, Receipt, Receipt, Receipt]
    with server.app_context():
        assert queries.turnout(vote_id).cast == 4


def _carried(app: Flask, load: Any) -> Any:
    with app.app_context():
        return tray._carry(load)


def _ends_within(future: Any, seconds: float) -> bool:
    return bool(wait([future], seconds).done)


def _answer_of(future: Any) -> Any:
    return future.result(20)[0]


def test_two_schedulers_close_a_vote_once(server) -> None:
    hall, _voters = hall_of(server, seats=3)

    def tick() -> None:
        with server.app_context():
            jobs.close_due(CLOSES)
            db.session.remove()

    with quiet_pushes(), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tick(), range(4)))
    with server.app_context():
        assert queries.vote(hall.vote.id).state is VoteState.counted
        codes = [entry.code for entry in matters.timeline(hall.matter.id)]
        assert codes.count("vote.closed") == 1
