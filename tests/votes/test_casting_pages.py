"""Casting by form and by program: the receipt, a page left open, refusals in words, who casts nothing."""

from __future__ import annotations

import re

import pytest

from deliberation.kernel import clock, live
from deliberation.kernel.database import db, transaction
from deliberation.people.models import User
from deliberation.votes import queries, service
from deliberation.votes.rules import Terms
from tests.support import voting
from tests.support.counting import statements
from tests.support.door import client_of, post, token_of
from tests.support.voting import CLOSES, OPENS
from tests.votes.slips import ballot_fields, seat_of


@pytest.fixture(autouse=True)
def _clock(sqlite_app):
    clock.configure(frozen=OPENS, file=None)


def test_a_voter_casts_by_the_plain_form_and_sees_the_receipt(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(seats=193, voters=3)
    voter = client_of(sqlite_app, hall.voters[0])
    page = voter.get(f"/votes/{hall.vote.id}").text
    assert "您可以投票，您家有 1 票" in page
    assert "还差 129 票" in page
    assert " checked" not in page  # Nothing is preselected.
    answer = post(voter, f"/votes/{hall.vote.id}/ballot", **ballot_fields(hall))
    assert answer.status_code == 302
    page = voter.get(answer.headers["Location"]).text
    assert "已记下：同意" in page
    assert "还差 128 票" in page
    own = queries.own_seats(hall.vote.id, hall.voters[0].id)[0]
    assert own.code in page
    assert own.ballot is not None
    assert own.ballot.leaf_hash.hex() in page


def test_a_program_gets_the_receipt_as_json_and_the_same_again(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    voter = client_of(sqlite_app, hall.voters[0])
    path = f"/votes/{hall.vote.id}/ballot"
    first = post(voter, path, json=True, **ballot_fields(hall)).get_json()
    again = post(voter, path, json=True, **ballot_fields(hall)).get_json()
    assert first == again
    assert first["ok"] is True
    assert first["receipt"]["choice"] == "for"
    reused = post(voter, path, json=True, **ballot_fields(hall, choice="against"))
    assert (reused.status_code, reused.get_json()["code"]) == (409, "ballot_id_reused")
    assert queries.turnout(hall.vote.id).cast == 1


def test_a_page_left_open_from_before_changes_a_ballot_and_says_so(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    voter, path = client_of(sqlite_app, hall.voters[0]), f"/votes/{hall.vote.id}/ballot"
    first = post(voter, path, json=True, **ballot_fields(hall)).get_json()
    assert first["receipt"]["replaced"] == ""
    stale = {"choice": "against", "client_ballot_id": voting.ballot_id()}
    second = post(voter, path, json=True, **ballot_fields(hall, **stale)).get_json()
    assert second["receipt"]["replaced"] == "for"
    anew = {"choice": "abstain", "client_ballot_id": voting.ballot_id()}
    assert post(voter, path, **ballot_fields(hall, **anew)).status_code == 302
    said = voter.get(f"/votes/{hall.vote.id}").text
    assert "您先前投的是反对，现在改成了弃权，以这一次为准" in said


def test_a_stale_page_asks_before_it_takes_a_ballots_place(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    voter, path = client_of(sqlite_app, hall.voters[0]), f"/votes/{hall.vote.id}/ballot"
    assert 'name="known" value=""' in voter.get(f"/votes/{hall.vote.id}").text
    first = post(voter, path, json=True, **ballot_fields(hall, known="")).get_json()["receipt"]
    stale = {"choice": "against", "known": ""}

    asked = post(voter, path, json=True, **ballot_fields(hall, client_ballot_id=voting.ballot_id(), **stale))
    told = asked.get_json()
    assert (asked.status_code, told["code"], told["standing"]) == (409, "standing_unseen", first["hex"])
    assert (told["earlier"], told["choice"]) == ("同意", "反对")
    page = post(voter, path, **ballot_fields(hall, client_ballot_id=voting.ballot_id(), **stale))
    assert page.status_code == 409
    assert "您在别处已经投了同意，还没有换" in page.text
    assert re.search(r'name="choice" value="against"[^>]* checked', page.text)  # What was chosen is still chosen.
    assert f'name="known" value="{first["hex"]}"' in page.text
    assert post(voter, path, json=True, **ballot_fields(hall, known="")).get_json()["receipt"]["hex"] == first["hex"]

    seen = {"choice": "against", "known": first["hex"], "client_ballot_id": voting.ballot_id()}
    second = post(voter, path, json=True, **ballot_fields(hall, **seen)).get_json()["receipt"]
    assert (second["choice"], second["replaced"]) == ("against", "for")
    same = {"choice": "against", "known": "", "client_ballot_id": voting.ballot_id()}
    assert post(voter, path, json=True, **ballot_fields(hall, **same)).status_code == 200  # It changes nothing.


def test_between_close_and_count_nothing_is_said_as_if_it_could_still_come(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(
            terms=Terms(
                allows_paper=True, notice={"how_to_vote": "联络站", "issuer": "弄管会", "objection_contact": "沈岚"}
            )
        )
        voting.cast(hall)
        service.close_due(hall.vote.id, now=CLOSES)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}").text
    assert "已截止，等计票" in page
    assert "监票人读完交来的纸质票" in page
    assert "还差" not in page
    assert "票已计完" not in page
    assert "已截止，等计票" in client_of(sqlite_app).get(f"/matters/{hall.matter.number}").text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "bad_input"),
        ({"choice": "maybe"}, "choice_wrong"),
        ({"choice": '["for"]'}, "choice_wrong"),
        ({"choice": "for", "client_ballot_id": "x"}, "bad_input"),
    ],
)
def test_a_ballot_of_the_wrong_shape_changes_nothing(sqlite_app, fields, code) -> None:
    with transaction():
        hall = voting.open_hall()
    voter = client_of(sqlite_app, hall.voters[0])
    sent = {"roll_entry_id": str(seat_of(hall)), "client_ballot_id": "page-ballot-1", **fields}
    answer = post(voter, f"/votes/{hall.vote.id}/ballot", **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    program = post(voter, f"/votes/{hall.vote.id}/ballot", json=True, **sent)
    assert (program.status_code, program.get_json()["code"]) == (422, code)
    assert queries.turnout(hall.vote.id).cast == 0


def test_a_closed_vote_refuses_in_words(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    voter = client_of(sqlite_app, hall.voters[0])
    path = f"/votes/{hall.vote.id}/ballot"
    page = post(voter, path, **ballot_fields(hall))
    assert page.status_code == 409
    assert "表决已截止" in page.text
    assert "您这一票没有记入" in page.text
    program = post(voter, path, json=True, **ballot_fields(hall))
    assert (program.status_code, program.get_json()["code"]) == (409, "vote_closed")


def test_an_account_that_was_closed_casts_no_ballot_with_the_session_it_still_has(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    voter = client_of(sqlite_app, hall.voters[0])
    token = token_of(voter, f"/votes/{hall.vote.id}")
    socket = live.socketio.test_client(sqlite_app, flask_test_client=voter)
    fields = ballot_fields(hall)
    with transaction():
        db.session.get_one(User, hall.voters[0].id).active = False
    path, headers = f"/votes/{hall.vote.id}/ballot", {"Accept": "application/json"}
    answer = voter.post(path, data={"csrf_token": token, **fields}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_needed")
    assert socket.emit("ballot.cast", {"vote_id": hall.vote.id, **fields}, callback=True)["code"] == "sign_in_needed"
    assert queries.turnout(hall.vote.id).cast == 0


def test_a_visitor_and_a_form_without_its_token_cast_nothing(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    path, headers = f"/votes/{hall.vote.id}/ballot", {"Accept": "application/json"}
    stranger = client_of(sqlite_app)
    fields = {"csrf_token": token_of(stranger), **ballot_fields(hall)}
    assert stranger.post(path, data=fields, headers=headers).status_code == 401
    voter = client_of(sqlite_app, hall.voters[0])
    assert voter.post(path, data=ballot_fields(hall), headers=headers).get_json()["code"] == "form_expired"
    assert queries.turnout(hall.vote.id).cast == 0


def test_a_refused_ballot_is_answered_in_the_persons_own_language(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
        db.session.get_one(User, hall.voters[0].id).locale = "en"
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    answers = [
        post(client_of(sqlite_app, voter), f"/votes/{hall.vote.id}/ballot", json=True, **ballot_fields(hall, number))
        for number, voter in enumerate(hall.voters[:2])
    ]
    english, chinese = (answer.get_json()["sentence"] for answer in answers)
    assert english.isascii() or "closed" in english
    assert chinese.startswith("表决已截止")


def test_a_ballot_costs_the_gate_no_statement_of_its_own(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
    voter = client_of(sqlite_app, hall.voters[0])
    fields = {"csrf_token": token_of(voter, f"/votes/{hall.vote.id}"), **ballot_fields(hall)}
    path, headers = f"/votes/{hall.vote.id}/ballot", {"Accept": "application/json"}
    read_for_the_push = 2
    assert statements(lambda: voter.post(path, data=fields, headers=headers)) == 6 + read_for_the_push
