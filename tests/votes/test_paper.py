"""Ballots on paper: one sheet a voter, two tellers who must agree, invalid ones listed with their reason."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import service as matter_service
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, PaperBallot
from deliberation.votes.queries import tallies
from deliberation.votes.rules import InvalidReason, VoteState
from tests.support import voting
from tests.support.door import client_of, post
from tests.support.paper import Table
from tests.support.voting import CLOSES, OPENS


def test_two_tellers_who_agree_make_a_ballot_and_one_does_not(app) -> None:
    table = Table()
    table.read(0, 0, "for")
    assert queries.turnout(table.vote.id).cast == 0
    table.read(0, 0, "for")
    assert queries.turnout(table.vote.id).cast == 0
    table.read(1, 0, "against")
    assert queries.turnout(table.vote.id).cast == 0
    table.read(1, 0, "for")
    assert queries.turnout(table.vote.id).cast == 1
    with pytest.raises(rules.SheetSettled):
        table.read(0, 0, "against")


def test_web_paper_and_help_add_up_and_are_told_apart(app) -> None:
    table = Table()
    with transaction():
        voting.cast(table.hall, 0)
    table.both_read(1, "for")
    table.both_read(2, "against", helper="楼组长 王先生", witness="居委会 周女士")
    result = table.count()
    assert (result["cast"], result["for"], result["against"]) == (3, 2, 1)
    assert tallies.by_channel(table.vote) == {"web": 1, "paper": 1, "assisted": 1}


def test_invalid_sheets_do_not_take_part_and_are_listed_with_the_reason(app) -> None:
    table = Table()
    table.both_read(0, None, InvalidReason.two_boxes)
    table.both_read(1, "for")
    result = table.count()
    assert (result["cast"], result["invalid"]) == (1, [{"reason": "two_boxes", "count": 1}])


def test_nothing_is_counted_while_a_sheet_is_half_read(app) -> None:
    table = Table()
    table.read(0, 0, "for")
    with transaction():
        service.close_due(table.vote.id, now=CLOSES)
    assert table.vote.state is VoteState.closed
    with transaction(), pytest.raises(rules.StillUnread):
        service.finish_count(table.hall.liaison, vote_id=table.vote.id, now=CLOSES)
    table.read(1, 0, "for", now=CLOSES)
    with transaction():
        service.finish_count(table.hall.liaison, vote_id=table.vote.id, now=CLOSES)
    assert voting.result_of(table.vote)["cast"] == 1
    with pytest.raises(rules.SheetsNotReadNow):
        table.read(0, 1, "for", now=CLOSES)


def test_who_has_an_interest_or_no_office_reads_nothing(app) -> None:
    table = Table()
    with transaction():
        matter_service.declare_interest(
            table.hall.matter.id, user_id=table.people[0].id, reason="住在隔壁。", now=OPENS
        )
    with pytest.raises(rules.TellerHasInterest):
        table.read(0, 0, "for")
    with transaction(), pytest.raises(NotAllowed):
        service.enter_reading(table.hall.actor(0), token=table.token(0), choice="for", invalid_reason=None, now=OPENS)


def test_a_reading_says_one_thing(app) -> None:
    table = Table()
    for choice, reason in ((None, None), ("for", InvalidReason.unsigned)):
        with pytest.raises(rules.ReadingEmpty):
            table.read(0, 0, choice, reason)


def test_help_on_a_sheet_names_two_people_and_both_tellers_see_it(app) -> None:
    table = Table()
    for names in ({"helper": "王先生"}, {"witness": "王先生"}, {"helper": "王 先生", "witness": "王先生"}):
        with pytest.raises(rules.HelpNeedsTwo):
            table.read(0, 0, "for", **names)
    table.read(0, 0, "for", helper="王先生", witness="周女士")
    table.read(1, 0, "for")
    assert queries.turnout(table.vote.id).cast == 0
    table.read(1, 0, "for", helper="王某", witness="周某")
    ballot = db.session.query(Ballot).one()
    assert (ballot.channel, ballot.helper, ballot.witness) == ("assisted", "王先生", "周女士")


def test_a_sheet_that_a_teller_has_read_is_not_made_to_go_away(app) -> None:
    table = Table()
    table.read(0, 0, "for")
    with transaction(), pytest.raises(rules.AlreadyRead):
        service.spoil_sheet(table.hall.liaison, token=table.token(0), now=OPENS)
    table.read(1, 0, "for")
    with transaction(), pytest.raises(rules.SheetSettled):
        service.spoil_sheet(table.hall.liaison, token=table.token(0), now=OPENS)
    assert queries.turnout(table.vote.id).cast == 1


def test_after_the_close_no_more_sheets_are_made(app) -> None:
    table = Table()
    with transaction():
        service.close_due(table.vote.id, now=CLOSES)
        with pytest.raises(rules.PrintedTooLate):
            service.print_sheets(table.hall.liaison, vote_id=table.vote.id, now=CLOSES)


def test_a_spoiled_sheet_is_worth_nothing_and_is_printed_anew(app) -> None:
    table = Table()
    old = table.token(0)
    with transaction():
        service.spoil_sheet(table.hall.liaison, token=old, now=OPENS)
    with transaction(), pytest.raises(rules.SheetUnknown):
        service.enter_reading(table.tellers[0], token=old, choice="for", invalid_reason=None, now=OPENS)
    with transaction():
        assert service.print_sheets(table.hall.liaison, vote_id=table.vote.id, now=OPENS) == 1
        assert service.print_sheets(table.hall.liaison, vote_id=table.vote.id, now=OPENS) == 0
    assert table.token(0) != old
    assert db.session.query(PaperBallot).filter_by(vote_id=table.vote.id).count() == 5


def test_a_vote_without_paper_has_no_sheets(app) -> None:
    with transaction():
        hall = voting.open_hall()
        with pytest.raises(rules.NoPaper):
            service.print_sheets(hall.liaison, vote_id=hall.vote.id, now=OPENS)


def test_sheets_are_made_read_and_counted_by_the_pages(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table()
    tellers = [client_of(sqlite_app, person) for person in table.people]
    for teller in tellers:
        assert "或者，为什么不算" in teller.get(f"/votes/paper/{table.token(0)}").text
        assert post(teller, f"/votes/paper/{table.token(0)}", choice="for").status_code == 302
    assert queries.turnout(table.vote.id).cast == 1
    assert post(tellers[0], f"/votes/paper/{table.token(1)}", choice="against").status_code == 302
    page = tellers[1].get(f"/votes/{table.vote.id}/tellers").text
    assert "名册第 2 号" in page
    assert client_of(sqlite_app, table.hall.voters[0]).get(f"/votes/{table.vote.id}/tellers").status_code == 403
