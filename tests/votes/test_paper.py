"""Ballots on paper: one sheet a voter, two tellers who must agree, clashes with the web settled from evidence."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import service as matter_service
from deliberation.people.access import Actor, Role
from deliberation.votes import queries, rules, service
from deliberation.votes.models import BallotConflict, PaperBallot, Vote
from deliberation.votes.queries import paper
from deliberation.votes.rules import ConflictDecision, InvalidReason, Terms, VoteState
from tests.support import make, voting
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS, Hall


class Table:
    """An open vote with sheets for everybody, and two tellers at the table."""

    def __init__(self, *, voters: int = 4, **changed) -> None:
        with transaction():
            self.hall: Hall = voting.prepare(seats=voters, voters=voters, terms=Terms(allows_paper=True, **changed))
            service.publish_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=NOW)
            service.open_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=OPENS)
            service.print_sheets(self.hall.liaison, vote_id=self.hall.vote.id, now=OPENS)
            self.people = [make.person(name=name, roles=[Role.teller], place=self.hall.place) for name in ("顾", "白")]
            self.tellers: list[Actor] = [make.actor(person) for person in self.people]

    @property
    def vote(self) -> Vote:
        return self.hall.vote

    def token(self, number: int) -> str:
        return paper.sheets(self.vote.id)[number].paper.token

    def read(self, teller: int, number: int, choice=None, reason=None, *, witness: str = "", now=OPENS) -> None:
        with transaction():
            service.enter_reading(
                self.tellers[teller], token=self.token(number), choice=choice, invalid_reason=reason, witness=witness,
                now=now,
            )  # fmt: skip

    def both_read(self, number: int, choice=None, reason=None, **more) -> None:
        for teller in (0, 1):
            self.read(teller, number, choice, reason, **more)

    def count(self) -> dict:
        with transaction():
            service.close_due(self.vote.id, now=CLOSES)
        with transaction():
            service.finish_count(self.hall.liaison, vote_id=self.vote.id, now=CLOSES)
        return voting.result_of(self.vote)


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
    table.both_read(2, "against", witness="居委会 周女士")
    result = table.count()
    assert (result["cast"], result["for"], result["against"]) == (3, 2, 1)
    assert result["channels"] == {"web": 1, "paper": 1, "assisted": 1}


def test_invalid_sheets_do_not_take_part_and_are_listed_with_the_reason(app) -> None:
    table = Table()
    table.both_read(0, None, InvalidReason.two_boxes)
    table.both_read(1, "for")
    result = table.count()
    assert (result["cast"], result["invalid"]) == (1, [{"number": 1, "reason": "two_boxes"}])


@pytest.mark.parametrize(
    ("decision", "favour", "against", "cast"),
    [(ConflictDecision.web, 1, 0, 1), (ConflictDecision.paper, 0, 1, 1), (ConflictDecision.neither, 0, 0, 0)],
)
def test_paper_against_web_is_settled_by_two_from_evidence(app, decision, favour, against, cast) -> None:
    table = Table()
    with transaction():
        voting.cast(table.hall, 0)
    table.both_read(0, "against")
    clash = db.session.query(BallotConflict).one()
    with transaction():
        with pytest.raises(rules.EvidenceMissing):
            service.decide_conflict(table.tellers[0], conflict_id=clash.id, decision=decision, evidence=" ", now=OPENS)
        service.decide_conflict(
            table.tellers[0], conflict_id=clash.id, decision=decision, evidence="电话问了本人。", now=OPENS
        )
        with pytest.raises(rules.AnotherTeller):
            service.decide_conflict(table.tellers[0], conflict_id=clash.id, decision=decision, evidence="", now=OPENS)
        service.decide_conflict(table.tellers[1], conflict_id=clash.id, decision=decision, evidence="", now=OPENS)
    result = table.count()
    assert (result["for"], result["against"], result["cast"]) == (favour, against, cast)
    assert [each["reason"] for each in result["invalid"]] == (["conflict"] if not cast else [])


def test_a_clash_that_nobody_decided_counts_for_neither(app) -> None:
    table = Table()
    with transaction():
        voting.cast(table.hall, 0)
        voting.cast(table.hall, 1)
    table.both_read(0, "against")
    result = table.count()
    assert (result["cast"], result["for"]) == (1, 1)
    assert result["invalid"] == [{"number": 1, "reason": "conflict"}]


def test_the_same_on_paper_and_on_the_web_is_one_ballot(app) -> None:
    table = Table()
    with transaction():
        voting.cast(table.hall, 0)
    table.both_read(0, "for")
    assert table.count()["channels"] == {"web": 1}


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


def test_sheets_are_printed_read_and_counted_by_the_pages(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table()
    liaison = client_of(sqlite_app, db.session.get_one(type(table.people[0]), table.hall.liaison.user_id))
    sheets = liaison.get(f"/votes/{table.vote.id}/paper")
    assert (sheets.status_code, sheets.text.count("<article"), sheets.text.count("segno")) == (200, 4, 4)
    tellers = [client_of(sqlite_app, person) for person in table.people]
    for teller in tellers:
        assert "或者，为什么不算" in teller.get(f"/votes/paper/{table.token(0)}").text
        assert post(teller, f"/votes/paper/{table.token(0)}", choice="for").status_code == 302
    assert queries.turnout(table.vote.id).cast == 1
    assert post(tellers[0], f"/votes/paper/{table.token(1)}", choice="against").status_code == 302
    page = tellers[1].get(f"/votes/{table.vote.id}/tellers").text
    assert "名册第 2 号" in page
    assert client_of(sqlite_app, table.hall.voters[0]).get(f"/votes/{table.vote.id}/tellers").status_code == 403
