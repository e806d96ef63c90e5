"""Casting: one seat one ballot, sending again, changing, who may, when; and nothing said before the close."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from deliberation.audit.models import AuditLeaf
from deliberation.committees.rules import SeatKind
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import SignInNeeded
from deliberation.people.access import VISITOR
from deliberation.votes import queries, receipt_rules, rules, service
from deliberation.votes.models import Ballot
from deliberation.votes.rules import Channel, Choice
from tests.support import make, voting
from tests.support.voting import CLOSES, NOW, OPENS


def ballots() -> list[Ballot]:
    return list(db.session.scalars(select(Ballot).order_by(Ballot.id)))


def test_a_ballot_gives_a_receipt_and_counts_once(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3)
        receipt = voting.cast(hall)
    leaf = db.session.scalars(select(AuditLeaf).where(AuditLeaf.leaf_hash == receipt.leaf_hash)).one()
    assert leaf.tag == "ballot.cast"
    assert queries.turnout(hall.vote.id).to_json() == {
        "vote_id": hall.vote.id, "state": "voting", "cast": 1, "total": 3, "needed": 2, "missing": 1, "area": None,
    }  # fmt: skip


def test_the_public_log_does_not_give_the_choice_away(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3)
        voting.cast(hall, client_ballot_id="known-to-the-voter-1")
    data = json.loads(db.session.scalars(select(AuditLeaf.data).where(AuditLeaf.tag == "ballot.cast")).one())
    assert set(data) <= {"tag", "at", "salt", "vote", "roll_entry", "commitment"}
    ballot = ballots()[0]
    assert data.get("salt") != ballot.salt.hex()  # The log's own salt, not the one that opens the ballot.
    assert data["commitment"] == receipt_rules.commitment(
        choice=ballot.choice, client_ballot_id=ballot.client_ballot_id, salt=ballot.salt
    )
    for choice in Choice:  # Without the salt nobody can try the three choices.
        guess = receipt_rules.commitment(choice=choice, client_ballot_id=ballot.client_ballot_id, salt=b"")
        assert guess != data["commitment"]


def test_sending_again_gives_the_same_receipt(app) -> None:
    with transaction():
        hall = voting.open_hall()
        first = voting.cast(hall, client_ballot_id="the-same-ballot")
    with transaction():
        again = voting.cast(hall, client_ballot_id="the-same-ballot", now=OPENS + timedelta(minutes=1))
    assert again == first
    assert len(ballots()) == 1


def test_sending_again_after_the_close_still_gives_the_receipt(app) -> None:
    with transaction():
        hall = voting.open_hall()
        first = voting.cast(hall, client_ballot_id="the-same-ballot")
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    with transaction():
        assert voting.cast(hall, client_ballot_id="the-same-ballot", now=CLOSES) == first


def test_one_id_with_another_choice_or_seat_is_refused(app) -> None:
    with transaction():
        hall = voting.open_hall()
        voting.cast(hall, client_ballot_id="the-same-ballot")
    with pytest.raises(rules.BallotIdReused), transaction():
        voting.cast(hall, choice=Choice.against, client_ballot_id="the-same-ballot")
    with pytest.raises(rules.BallotIdReused), transaction():
        voting.cast(hall, 1, client_ballot_id="the-same-ballot")
    assert [ballot.choice for ballot in ballots()] == [Choice.in_favour]


def test_a_new_ballot_replaces_the_earlier_one_and_both_are_kept(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=1, voters=1)
        first = voting.cast(hall, client_ballot_id="first-ballot")
        second = voting.cast(hall, choice=Choice.against, client_ballot_id="second-ballot")
    assert [ballot.superseded_at is None for ballot in ballots()] == [False, True]
    assert second.leaf_hash != first.leaf_hash
    assert queries.turnout(hall.vote.id).cast == 1
    with transaction():  # A late copy of the first changes nothing and says so.
        late = voting.cast(hall, client_ballot_id="first-ballot")
        vote = voting.settle(hall)
    assert (late.leaf_hash, late.is_current) == (first.leaf_hash, False)
    assert (voting.result_of(vote)["for"], voting.result_of(vote)["against"]) == (0, 1)


def test_a_person_with_two_seats_casts_for_each(app) -> None:
    with transaction():
        place_hall = voting.prepare(seats=1, voters=1)
        make.seats(place_hall.body, count=1, users=place_hall.voters)
        service.publish_vote(place_hall.liaison, vote_id=place_hall.vote.id, now=NOW)
        service.open_vote(place_hall.liaison, vote_id=place_hall.vote.id, now=OPENS)
        entries = queries.roll_entries_of(place_hall.vote.id, place_hall.voters[0].id)
        for entry, choice in zip(entries, (Choice.in_favour, Choice.against), strict=True):
            service.cast_ballot(
                place_hall.actor(), vote_id=place_hall.vote.id, roll_entry_id=entry.id, choice=choice,
                client_ballot_id=voting.ballot_id(), channel=Channel.web, now=OPENS,
            )  # fmt: skip
    assert queries.turnout(place_hall.vote.id).cast == 2


def cast_for(hall: voting.Hall, actor, roll_entry_id: int):
    return service.cast_ballot(
        actor, vote_id=hall.vote.id, roll_entry_id=roll_entry_id, choice=Choice.in_favour,
        client_ballot_id=voting.ballot_id(), channel=Channel.web, now=OPENS,
    )  # fmt: skip


def test_nobody_casts_for_a_seat_that_is_not_theirs(app) -> None:
    with transaction():
        hall = voting.prepare(seats=2, voters=1)
        adviser = make.person()
        make.seats(hall.body, count=1, users=[adviser], kind=SeatKind.adviser)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        other = voting.open_hall()
        seat = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id
    assert len(queries.roll_entries_of(hall.vote.id, adviser.id)) == 0
    for actor in (make.actor(adviser), other.actor(), hall.liaison):
        with pytest.raises(rules.NotOnRoll), transaction():
            cast_for(hall, actor, seat)
    with pytest.raises(rules.NotOnRoll), transaction():  # A seat of another vote.
        cast_for(hall, other.actor(), queries.roll_entries_of(other.vote.id, other.voters[0].id)[0].id)
    with pytest.raises(rules.NotOnRoll), transaction():
        cast_for(hall, hall.actor(), 10**9)
    with pytest.raises(SignInNeeded), transaction():
        cast_for(hall, VISITOR, seat)
    assert ballots() == []


def test_who_takes_a_seat_later_does_not_vote_with_the_frozen_roll(app) -> None:
    from deliberation.committees import service as committees
    from deliberation.committees.models import Seat

    with transaction():
        hall = voting.open_hall()
        newcomer = make.person()
        entry = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0]
        committees.fill_seat(db.session.get_one(Seat, entry.seat_id), user_id=newcomer.id)
    with pytest.raises(rules.NotOnRoll), transaction():
        cast_for(hall, make.actor(newcomer), entry.id)


def test_before_the_opening_and_after_the_close_a_ballot_is_refused(app) -> None:
    with transaction():
        hall = voting.publish()
    with pytest.raises(rules.VoteNotOpen), transaction():
        voting.cast(hall, now=NOW)
    with transaction():
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    with pytest.raises(rules.VoteClosed), transaction():  # Time is over though nobody has closed it yet.
        voting.cast(hall, now=CLOSES)
    with transaction():
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    with pytest.raises(rules.VoteClosed) as closed, transaction():
        voting.cast(hall, now=OPENS + timedelta(hours=1))
    assert closed.value.params["closed_at"] == CLOSES
    assert ballots() == []


def test_an_unknown_vote_is_not_found(app) -> None:
    from deliberation.kernel.errors import NotFound

    with transaction():
        hall = voting.open_hall()
    with pytest.raises(NotFound), transaction():
        service.close_vote(hall.liaison, vote_id=10**9, now=CLOSES)


def test_casting_costs_the_same_however_many_have_voted(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=42, voters=42)
    counted = []
    for number in range(42):
        statements: list[str] = []

        def note(_c, _cursor, statement, *_more, into=statements) -> None:
            into.append(statement)

        engine = db.engine if not hasattr(db.engine, "engine") else db.engine.engine
        event.listen(engine, "before_cursor_execute", note)
        with transaction():
            voting.cast(hall, number)
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[1] == counted[-1]
    assert 4 < counted[-1] <= 13


@pytest.mark.parametrize("text", ["", "x", "WT3X-7QK4", "????-????-????", "zz" * 32, "1" * 12, "aa" * 31])
def test_what_is_no_receipt_is_unknown(app, text) -> None:
    with transaction():
        hall = voting.open_hall()
    with pytest.raises(receipt_rules.ReceiptUnknown):
        queries.receipt(hall.vote, text, user_id=None)


def test_a_receipt_is_found_by_code_and_digest_and_shows_the_choice_to_its_voter_alone(app) -> None:
    with transaction():
        hall = voting.open_hall()
        receipt = voting.cast(hall)
    own = hall.voters[0].id
    for given in (receipt.code, receipt.code.lower(), receipt.code.replace("-", " "), receipt.hex):
        assert queries.receipt(hall.vote, given, user_id=own).choice == "for"
        for user_id in (None, hall.voters[1].id, hall.liaison.user_id):
            check = queries.receipt(hall.vote, given, user_id=user_id)
            assert (check.leaf_hash, check.is_current, check.choice) == (receipt.leaf_hash, True, None)


def test_only_one_ballot_of_a_seat_is_current_whatever_the_code_does(app) -> None:
    from sqlalchemy.exc import IntegrityError

    with transaction():
        hall = voting.open_hall()
        voting.cast(hall)
    first = ballots()[0]
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Ballot(
                vote_id=first.vote_id, roll_entry_id=first.roll_entry_id, client_ballot_id="second", salt=b"s",
                choice=Choice.against, channel=Channel.web, cast_by_id=first.cast_by_id, cast_at=OPENS,
                leaf_hash=b"x" * 32,
            )
        )  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 1
