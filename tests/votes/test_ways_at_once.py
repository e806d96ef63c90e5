"""Paper, clashes, agents and help against a close or a count at the same moment, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, BallotConflict, ProxyAuthority
from deliberation.votes.queries import tallies
from deliberation.votes.rules import Channel, ConflictDecision, VoteState
from deliberation.votes.service import Receipt
from tests.support.at_once import together
from tests.support.paper import Table
from tests.support.voting import CLOSES, OPENS

VOTERS = 8


@pytest.fixture
def table(server: Flask) -> Table:
    with server.app_context():
        made = Table(voters=VOTERS, proxy_cap=VOTERS)
        with transaction():
            for user in made.hall.voters:
                db.session.merge(user).email = f"voter{user.id}@example.org"
        made.tokens = [made.token(number) for number in range(VOTERS)]
        made.entries = [made.entry(number).id for number in range(VOTERS)]
        db.session.expunge_all()
    return made


def reading(table: Table, teller: int, number: int, choice: str = "for") -> Callable[[], Any]:
    return lambda: service.enter_reading(
        table.tellers[teller], token=table.tokens[number], choice=choice, invalid_reason=None, now=OPENS
    )


def casting(table: Table, number: int, choice: str = "against") -> Callable[[], Receipt]:
    return lambda: service.cast_ballot(
        table.hall.actor(number), vote_id=table.hall.vote.id, roll_entry_id=table.entries[number], choice=choice,
        client_ballot_id=f"at-once-{number:04d}", channel=Channel.web, now=OPENS,
    )  # fmt: skip


def closing(table: Table) -> Callable[[], Any]:
    return lambda: service.close_due(table.hall.vote.id, now=CLOSES)


def finishing(table: Table) -> Callable[[], dict[str, Any]]:
    vote_id = table.hall.vote.id
    return lambda: dict(service.finish_count(table.hall.liaison, vote_id=vote_id, now=CLOSES).result or {})


def authority(server: Flask, table: Table, principal: int, agent: int) -> int:
    with server.app_context(), transaction():
        given = service.give_proxy(
            table.hall.actor(principal), vote_id=table.hall.vote.id, roll_entry_id=table.entries[principal],
            agent_address=f"voter{table.hall.voters[agent].id}@example.org", opinion="for",
            valid_until=shanghai_date(CLOSES), now=OPENS,
        )  # fmt: skip
        return given.id


def result_of(server: Flask, table: Table) -> dict[str, Any]:
    """Close and count what is left, and what stands as the result."""
    with server.app_context():
        with transaction():
            service.close_due(table.hall.vote.id, now=CLOSES)
        if queries.vote(table.hall.vote.id).state is VoteState.closed:
            with transaction():
                finishing(table)()
        return dict(queries.vote(table.hall.vote.id).result or {})


@pytest.mark.parametrize("attempt", range(2))
def test_the_second_reading_and_the_count_never_disagree(server, table, attempt) -> None:
    """Half the sheets are read by both: those settled before the count are in it, a reading after it is refused."""
    with server.app_context():
        for number in range(VOTERS):
            with transaction():
                reading(table, 0, number)()
        for number in range(VOTERS - 2):
            with transaction():
                reading(table, 1, number)()
        with transaction():
            closing(table)()
    acts: list[Callable[[], Any]] = [reading(table, 1, number) for number in (VOTERS - 2, VOTERS - 1)]
    acts.insert(attempt, finishing(table))
    answers = together(server, acts)
    counted = answers.pop(attempt)
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    if isinstance(counted, Refusal):
        assert isinstance(counted, rules.StillUnread)
        assert not refused
    else:
        assert counted["cast"] == VOTERS
        assert not refused
    assert result_of(server, table)["cast"] == VOTERS


def test_two_tellers_who_read_one_sheet_at_once_settle_it_once(server, table) -> None:
    for number in range(3):
        answers = together(server, [reading(table, 0, number), reading(table, 1, number)])
        assert not [answer for answer in answers if isinstance(answer, Exception)]
    with server.app_context():
        assert db.session.query(Ballot).count() == 3
    assert result_of(server, table)["for"] == 3


@pytest.mark.parametrize("attempt", range(3))
def test_paper_and_web_at_the_same_moment_are_a_clash_whichever_was_first(server, table, attempt) -> None:
    with server.app_context(), transaction():
        for number in range(3):
            reading(table, 0, number)()
    acts: list[Callable[[], Any]] = []
    for number in range(3):
        acts += [reading(table, 1, number), casting(table, number)][:: 1 if attempt else -1]
    answers = together(server, acts)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    with server.app_context():
        clashes = db.session.query(BallotConflict).all()
        assert [clash.decision for clash in clashes] == [None] * 3
    result = result_of(server, table)
    assert (result["cast"], result["invalid"]) == (0, [{"reason": "conflict", "count": 3}])


@pytest.mark.parametrize("decision", [ConflictDecision.paper, ConflictDecision.neither])
def test_a_decision_and_the_count_never_disagree(server, table, decision) -> None:
    clashes = []
    with server.app_context():
        for number in range(3):
            with transaction():
                casting(table, number)()
                reading(table, 0, number)()
                reading(table, 1, number)()
        with transaction():
            clashes = [clash.id for clash in db.session.query(BallotConflict).order_by(BallotConflict.id)]
            for clash_id in clashes:
                service.decide_conflict(
                    table.tellers[0], conflict_id=clash_id, decision=decision, evidence="问了本人。", now=OPENS
                )
            closing(table)()
    acts: list[Callable[[], Any]] = [
        lambda clash_id=clash_id: service.decide_conflict(  # type: ignore[misc]
            table.tellers[1], conflict_id=clash_id, decision=decision, evidence="", now=CLOSES
        )
        for clash_id in clashes
    ]
    acts.insert(1, finishing(table))
    answers = together(server, acts)
    counted = answers.pop(1)
    done = [answer for answer in answers if isinstance(answer, BallotConflict)]
    assert all(isinstance(answer, rules.SheetsNotReadNow) for answer in answers if answer not in done)
    in_favour = len(done) if decision is ConflictDecision.paper else 0
    assert (counted["for"], counted["cast"]) == (in_favour, in_favour)
    assert sum(each["count"] for each in counted["invalid"]) == 3 - in_favour


def test_a_decision_and_a_new_ballot_of_the_voter_do_not_wait_for_each_other_for_ever(server, table) -> None:
    with server.app_context():
        with transaction():
            casting(table, 0)()
            reading(table, 0, 0)()
            reading(table, 1, 0)()
        clash_id = db.session.query(BallotConflict).one().id
        with transaction():
            service.decide_conflict(
                table.tellers[0], conflict_id=clash_id, decision=ConflictDecision.neither, evidence="问了。", now=OPENS
            )
    again = lambda: service.cast_ballot(  # noqa: E731
        table.hall.actor(0), vote_id=table.hall.vote.id, roll_entry_id=table.entries[0], choice="for",
        client_ballot_id="changed-my-mind", channel=Channel.web, now=OPENS,
    )  # fmt: skip
    decide = lambda: service.decide_conflict(  # noqa: E731
        table.tellers[1], conflict_id=clash_id, decision=ConflictDecision.neither, evidence="问了。", now=OPENS
    )
    answers = together(server, [again, decide])
    assert isinstance(answers[0], Receipt)
    result = result_of(server, table)
    assert (result["cast"], result["for"], result["invalid"]) == (1, 1, [])


@pytest.mark.parametrize("attempt", range(3))
def test_an_agents_ballot_and_the_close_never_disagree(server, table, attempt) -> None:
    agent = VOTERS - 1
    given = [authority(server, table, principal, agent) for principal in range(6)]
    acts: list[Callable[[], Any]] = [
        lambda one=one: service.cast_by_proxy(table.hall.actor(agent), authority_id=one, now=OPENS)  # type: ignore[misc]
        for one in given
    ]
    acts.insert(attempt * 2, closing(table))
    answers = together(server, acts)
    cast = [answer for answer in answers if isinstance(answer, Ballot)]
    assert all(isinstance(answer, rules.VoteClosed) for answer in answers if isinstance(answer, Refusal))
    assert result_of(server, table)["for"] == len(cast)
    with server.app_context():
        used = db.session.query(ProxyAuthority).filter(ProxyAuthority.used_at.is_not(None)).count()
        assert used == len(cast) == tallies.by_channel(queries.vote(table.hall.vote.id)).get("proxy", 0)


def test_an_authority_is_either_used_or_taken_back(server, table) -> None:
    agent = VOTERS - 1
    given = [authority(server, table, principal, agent) for principal in range(4)]
    acts: list[Callable[[], Any]] = []
    for principal, one in enumerate(given):
        acts.append(lambda one=one: service.cast_by_proxy(table.hall.actor(agent), authority_id=one, now=OPENS))  # type: ignore[misc]
        acts.append(
            lambda one=one, principal=principal: service.revoke_proxy(  # type: ignore[misc]
                table.hall.actor(principal), authority_id=one, now=OPENS
            )
        )
    answers = together(server, acts)
    for used, revoked in zip(answers[::2], answers[1::2], strict=True):
        assert isinstance(used, Ballot) is isinstance(revoked, rules.ProxyUsed)
        assert isinstance(used, rules.ProxyNotYours) is isinstance(revoked, ProxyAuthority)


def test_help_at_the_desk_and_the_close_never_disagree(server, table) -> None:
    acts: list[Callable[[], Any]] = [
        lambda number=number: service.assist_ballot(  # type: ignore[misc]
            table.hall.liaison, vote_id=table.hall.vote.id, number=number, choice="for", witness="周女士",
            client_ballot_id=f"desk-{number:04d}", now=OPENS,
        )
        for number in range(1, 7)
    ]  # fmt: skip
    acts.insert(3, closing(table))
    answers = together(server, acts)
    cast = [answer for answer in answers if isinstance(answer, Ballot)]
    assert all(isinstance(answer, rules.VoteClosed) for answer in answers if isinstance(answer, Refusal))
    assert result_of(server, table)["for"] == len(cast)


def test_the_principal_and_the_desk_at_once_leave_one_ballot(server, table) -> None:
    desk = lambda: service.assist_ballot(  # noqa: E731
        table.hall.liaison, vote_id=table.hall.vote.id, number=1, choice="for", witness="周女士",
        client_ballot_id="desk-0001", now=OPENS,
    )  # fmt: skip
    answers = together(server, [desk, casting(table, 0)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert result_of(server, table)["cast"] == 1
    with server.app_context():
        assert db.session.query(Ballot).count() == 2
