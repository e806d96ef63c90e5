"""Voting at the help desk: helper and witness are named, a receipt is printed; not by whom it concerns (R-40, R-58)."""

from __future__ import annotations

import json
import re

import pytest

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import service as matter_service
from deliberation.notifications.models import Message
from deliberation.people import service as people
from deliberation.people.models import User
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, BallotConflict
from deliberation.votes.queries import tallies
from deliberation.votes.rules import Channel, Terms, VoteState
from tests.support import make, voting
from tests.support.door import client_of, post
from tests.support.paper import Table
from tests.support.voting import CLOSES, OPENS, Hall


def open_hall(*, seats: int = 4, voters: int = 2, **terms) -> Hall:
    with transaction():
        return voting.open_hall(seats=seats, voters=voters, terms=Terms(**terms))


def assist(
    hall: Hall, number: int = 4, choice="for", *, actor=None, witness="周女士", ballot_id="", now=OPENS
) -> Ballot:
    with transaction():
        return service.assist_ballot(
            actor or hall.liaison, vote_id=hall.vote.id, number=number, choice=choice, witness=witness,
            client_ballot_id=ballot_id or voting.ballot_id(), now=now,
        )  # fmt: skip


def test_somebody_without_an_account_votes_and_both_names_are_kept(app) -> None:
    hall = open_hall()
    ballot = assist(hall)
    assert (ballot.channel, ballot.helper, ballot.witness) == (Channel.assisted, "沈岚", "周女士")
    assert ballot.cast_by_id == hall.liaison.user_id
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    assert voting.result_of(hall.vote)["for"] == 1
    assert tallies.by_channel(hall.vote) == {"assisted": 1}
    leaf = json.loads(db.session.query(AuditLeaf).filter_by(tag="ballot.assisted").one().data)
    said = {name: what for name, what in leaf.items() if name not in ("at", "salt", "tag")}
    assert said == {"vote": hall.vote.id, "roll_entry": ballot.roll_entry_id, "by": hall.liaison.user_id}


def test_who_has_an_account_hears_of_it_without_the_choice(app) -> None:
    hall = open_hall()
    assist(hall, number=1)
    message = db.session.query(Message).filter_by(kind="ballot.assisted").one()
    assert message.user_id == hall.voters[0].id
    assert message.data == {"title": hall.vote.title, "path": f"/votes/{hall.vote.id}"}


def test_sending_again_is_harmless_and_another_choice_with_the_same_id_is_refused(app) -> None:
    hall = open_hall()
    first = assist(hall, ballot_id="desk-ballot-1")
    assert assist(hall, ballot_id="desk-ballot-1").id == first.id
    with pytest.raises(rules.BallotIdReused):
        assist(hall, choice="against", ballot_id="desk-ballot-1")
    assert queries.turnout(hall.vote.id).cast == 1
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    assert assist(hall, ballot_id="desk-ballot-1", now=CLOSES).id == first.id
    with pytest.raises(rules.VoteClosed):
        assist(hall, number=3, now=CLOSES)


def test_it_replaces_what_the_voter_cast_before_and_is_replaced_by_what_follows(app) -> None:
    hall = open_hall()
    with transaction():
        voting.cast(hall, 0, "for")
    ballot = assist(hall, number=1, choice="against")
    assert queries.current_ballot(ballot.roll_entry_id).choice == "against"
    with transaction():
        voting.cast(hall, 0, "abstain")
    assert queries.current_ballot(ballot.roll_entry_id).choice == "abstain"


@pytest.mark.parametrize("paper_first", [True, False])
def test_against_a_sheet_it_is_a_clash_in_either_order(app, paper_first) -> None:
    table = Table()
    if paper_first:
        table.both_read(3, "against")
    assist(table.hall, number=4, choice="for")
    if not paper_first:
        table.both_read(3, "against")
    assert db.session.query(BallotConflict).one().paper_choice == "against"
    assert table.count()["cast"] == 0


def test_who_may_not_help(app) -> None:
    hall = open_hall()
    with transaction():
        interested = make.person(name="方", roles=["liaison"], place=hall.place)
        matter_service.declare_interest(hall.matter.id, user_id=interested.id, reason="亲戚。", now=OPENS)
        voter = make.person(name="业", roles=["liaison"], place=hall.place)
        teller, neighbour = (
            make.actor(make.person(name="外", roles=[role], place=place))
            for role, place in (("teller", hall.place), ("liaison", make.place()))
        )
        actors = [make.actor(each) for each in (interested, voter)]
    with pytest.raises(rules.HelperIsParty):
        assist(hall, actor=actors[0])
    for stranger in (teller, neighbour, hall.actor(0)):
        with pytest.raises(NotAllowed):
            assist(hall, actor=stranger)
    for witness in ("", "沈岚", " 沈 岚"):
        with pytest.raises(rules.HelpNeedsTwo):
            assist(hall, witness=witness)
    with pytest.raises(rules.HelpNeedsTwo):
        assist(hall, number=1, witness=hall.voters[0].name)
    assert queries.turnout(hall.vote.id).cast == 0


def test_an_office_holder_does_not_fill_in_their_own_ballot(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3, voters=2)
        own = db.session.merge(hall.voters[0])
        people.grant_role(user_id=own.id, role="liaison", place_id=hall.place.id, now=OPENS)
        actor = make.actor(own)
    with pytest.raises(rules.HelperIsParty):
        assist(hall, number=1, actor=actor)


def test_only_while_the_vote_is_open_and_for_somebody_on_the_roll(app) -> None:
    hall = open_hall()
    with pytest.raises(rules.NoSuchNumber):
        assist(hall, number=5)
    with pytest.raises(rules.VoteClosed):
        assist(hall, now=CLOSES)
    with transaction():
        published = voting.publish(seats=3, voters=2)
    assert published.vote.state is VoteState.published
    with pytest.raises(rules.VoteNotOpen):
        assist(published, number=1)


def test_in_a_secret_vote_the_desk_says_why_not_and_what_to_do(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = voting.open_hall(seats=6, voters=6, terms=Terms(is_secret=True))
    with pytest.raises(rules.HelpInSecretVote):
        assist(hall, number=1)
    office = client_of(sqlite_app, db.session.get_one(User, hall.liaison.user_id))
    page = office.get(f"/votes/{hall.vote.id}/assist").text
    assert "帮的人会知道投了什么" in page
    assert "借服务台的设备" in page


def test_from_the_click_to_the_receipt(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    hall = open_hall()
    office = client_of(sqlite_app, db.session.get_one(User, hall.liaison.user_id))
    path = f"/votes/{hall.vote.id}/assist"
    assert "帮人投票" in office.get(f"/votes/{hall.vote.id}").text
    assert "名册第 4 号" in office.get(path, query_string={"number": 4}).text
    assert office.get(path, query_string={"number": 9}).status_code == 404
    fields = {"number": 4, "choice": "against", "client_ballot_id": voting.ballot_id()}
    failed = post(office, path, witness="", **fields)
    assert failed.status_code == 422
    assert re.search(r'value="against"[^>]* checked', failed.text)
    same = post(office, path, witness="沈岚", **fields)
    assert same.status_code == 422
    assert "要是不同的人" in same.text
    done = post(office, path, witness="周女士", **fields)
    assert done.status_code == 302
    receipt = office.get(done.location).text
    ballot = db.session.query(Ballot).one()
    code = queries.receipt(hall.vote, ballot.leaf_hash.hex(), user_id=None).code
    for words in (code, "沈岚", "周女士", "名册第 4 号", "存根", "<svg"):
        assert words in receipt
    assert "反对" not in receipt
    assert client_of(sqlite_app, hall.voters[0]).get(done.location).status_code == 403
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/receipt/{code}").status_code == 200


def test_the_desk_sees_how_the_voter_has_been_heard(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table()
    with transaction():
        voting.cast(table.hall, 0)
    table.both_read(1, "for")
    path, office = f"/votes/{table.vote.id}/assist", table.office(sqlite_app)
    assert "已经投过一票（网上投）" in office.get(path, query_string={"number": 1}).text
    assert "已经交过纸质票" in office.get(path, query_string={"number": 2}).text
    assert "已经" not in office.get(path, query_string={"number": 3}).text.split("<main")[1].split("名册第 3 号")[1]
