"""Ballots recorded together: each is answered as if it had come alone, in the order in which they came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.committees.models import SeatKind
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotFound, Refusal, SignInNeeded
from deliberation.people.access import VISITOR, Actor
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, SealedBallot, VoterMark
from deliberation.votes.rules import Channel, Choice, Terms
from deliberation.votes.service import Receipt, SentBallot
from tests.support import make, voting
from tests.support.counting import statements
from tests.support.voting import CLOSES, NOW, OPENS, Hall


def sent(hall: Hall, number: int, choice: Any = Choice.in_favour, name: str = "", **changed: Any) -> SentBallot:
    """The first seat of voter ``number``; ``name`` is the ballot's id, a new one when there is none."""
    fields: dict[str, Any] = {
        "actor": hall.actor(number), "vote_id": hall.vote.id, "choice": choice, "channel": Channel.web, "at": OPENS,
        "client_ballot_id": f"together-{hall.vote.id}-{name}" if name else voting.ballot_id(), **changed,
    }  # fmt: skip
    if "roll_entry_id" not in fields:
        fields["roll_entry_id"] = queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0].id
    return SentBallot(**fields)


def together(*ballots: SentBallot) -> list[Receipt | Refusal]:
    with transaction():
        return service.cast_ballots(ballots)


def receipts(answers: list[Receipt | Refusal]) -> list[Receipt]:
    assert all(isinstance(each, Receipt) for each in answers), answers
    return [each for each in answers if isinstance(each, Receipt)]


def ballots() -> list[Ballot]:
    return list(db.session.scalars(select(Ballot).order_by(Ballot.id)))


def test_every_ballot_of_a_mixed_load_gets_its_own_answer(app) -> None:
    with transaction():
        hall, other = voting.open_hall(seats=6, voters=6), voting.open_hall()
        adviser = make.person()
        make.seats(hall.body, count=1, users=[adviser], kind=SeatKind.adviser)
        closed = voting.open_hall()
        service.close_vote(closed.liaison, vote_id=closed.vote.id, now=CLOSES)
        unopened = voting.publish()
    together(sent(hall, 0, name="earlier"))
    nobody = Actor(user_id=adviser.id, name=adviser.name)
    answers = together(
        sent(hall, 1, Choice.against),
        sent(hall, 0, name="earlier"),  # Sent again.
        sent(hall, 0, Choice.against, name="earlier"),  # The same id, other content.
        sent(hall, 2, name="earlier"),  # Another voter's id.
        sent(hall, 3, "perhaps"),
        sent(hall, 4, roll_entry_id=10**9),
        sent(hall, 4, vote_id=10**9),
        sent(hall, 4, actor=nobody),
        sent(hall, 4, actor=VISITOR),
        sent(hall, 4, at=CLOSES),
        sent(closed, 0),
        sent(unopened, 0, at=NOW),
        sent(other, 0),
        sent(hall, 5),
    )
    kinds = [each.code if isinstance(each, Refusal) else "receipt" for each in answers]
    assert kinds == [
        "receipt", "receipt", "ballot_id_reused", "ballot_id_reused", "choice_wrong", "not_on_roll", "not_found",
        "not_on_roll", "sign_in_needed", "vote_closed", "vote_closed", "vote_not_open", "receipt", "receipt",
    ]  # fmt: skip
    assert isinstance(answers[6], NotFound)
    assert isinstance(answers[7], rules.AdviserHasNoBallot)
    assert isinstance(answers[8], SignInNeeded)
    assert [queries.turnout(each.vote.id).cast for each in (hall, other, closed, unopened)] == [3, 1, 0, 0]
    assert db.session.scalar(select(func.count()).where(AuditLeaf.tag == "ballot.cast")) == 4


def test_two_ballots_of_one_voter_follow_one_another_and_both_are_kept(app) -> None:
    with transaction():
        hall = voting.open_hall()
    together(sent(hall, 0, Choice.abstain))
    later = OPENS + timedelta(seconds=1)
    first, second = receipts(together(sent(hall, 0, Choice.in_favour), sent(hall, 0, Choice.against, at=later)))
    assert (first.is_current, second.is_current) == (False, True)
    kept = ballots()
    assert [str(each.choice) for each in kept] == ["abstain", "for", "against"]
    assert [each.superseded_at for each in kept] == [OPENS, later, None]
    assert queries.turnout(hall.vote.id).cast == 1


def test_one_ballot_twice_in_a_load_is_one(app) -> None:
    with transaction():
        hall = voting.open_hall()
    first, second = receipts(together(sent(hall, 0, name="twice"), sent(hall, 0, name="twice")))
    assert first == second
    assert len(ballots()) == 1


def test_each_receipt_is_the_leaf_of_its_own_ballot(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=5, voters=5)
    given = receipts(together(*(sent(hall, number) for number in range(5))))
    kept = {each.roll_entry_id: each for each in ballots()}
    assert len({each.leaf_hash for each in given}) == len({each.salt for each in kept.values()}) == 5
    for receipt in given:
        assert kept[receipt.roll_entry_id].leaf_hash == receipt.leaf_hash
        leaf = db.session.scalars(select(AuditLeaf).where(AuditLeaf.leaf_hash == receipt.leaf_hash)).one()
        assert f'"roll_entry":{receipt.roll_entry_id},'.encode() in leaf.data


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_load_costs_the_same_number_of_statements_however_large_it_is(app, is_secret) -> None:
    with transaction():
        hall = voting.open_hall(seats=40, voters=40, terms=Terms(is_secret=is_secret))
    few = [sent(hall, number) for number in range(2)]
    many = [sent(hall, number) for number in range(2, 40)]
    alone, together_ = statements(lambda: together(*few)), statements(lambda: together(*many))
    own, read_for_the_push = 7 if is_secret else 5, 2
    assert alone == together_ == own + read_for_the_push
    again = [sent(hall, number, Choice.against, replaces=many[number - 2].client_ballot_id) for number in range(2, 40)]
    assert statements(lambda: receipts(together(*again))) <= together_ + 1  # Those that are replaced.
    strangers = [sent(hall, 0, roll_entry_id=each.roll_entry_id) for each in many]
    assert statements(lambda: together(*strangers)) <= 6


def test_secret_ballots_that_come_together_are_judged_one_by_one(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=8, voters=8, terms=Terms(is_secret=True))
    first = sent(hall, 0, name="first")
    answers = together(
        first,
        first,
        sent(hall, 0, Choice.against, name="first"),
        sent(hall, 1, name="first"),  # Somebody who has not cast holds another's id.
        sent(hall, 0, Choice.against),  # Changed where nobody knows the first.
        sent(hall, 0, Choice.against, name="second", replaces=first.client_ballot_id),
        sent(hall, 2, Choice.abstain),
    )
    kinds = [each.code if isinstance(each, Refusal) else "receipt" for each in answers]
    reused, elsewhere = "ballot_id_reused", "secret_ballot_elsewhere"
    assert kinds == ["receipt", "receipt", reused, reused, elsewhere, "receipt", "receipt"]
    assert db.session.scalar(select(func.count()).select_from(SealedBallot)) == 2
    assert db.session.scalar(select(func.count()).select_from(VoterMark)) == 2
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    result = voting.result_of(queries.vote(hall.vote.id))
    assert (result["for"], result["against"], result["abstain"]) == (0, 1, 1)
