"""Named ballots for tellers and owners: with a reason, each look in the log first, and for nobody else (R-55)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.matters import service as matters
from deliberation.people.access import Role
from deliberation.votes import rules, service
from deliberation.votes.queries import inspecting
from deliberation.votes.rules import Choice, Terms
from tests.support import make, voting
from tests.support.counting import statements
from tests.support.door import client_of, post
from tests.support.owners import CLOSES, OPENS, Owned
from tests.support.voting import Hall
from tests.votes.test_owners import opened

THREE = [Owned("甲", 90_00), Owned("乙", 80_00), Owned("丙", 70_00)]
WHY = "核对公布的总数"


def counted(*, announced: bool = True) -> Hall:
    hall = opened(THREE, voters=3)
    for number, choice in enumerate([Choice.in_favour, Choice.against, Choice.in_favour]):
        voting.cast(hall, number, choice, now=OPENS)
    service.close_due(hall.vote.id, now=CLOSES)
    if announced:
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    return hall


def looks() -> list[dict]:
    rows = select(AuditLeaf.data).where(AuditLeaf.tag == "ballot.inspected").order_by(AuditLeaf.id)
    return [json.loads(data) for data in db.session.scalars(rows)]


def test_an_owner_inspects_after_the_announcement_and_every_page_is_a_look(app, monkeypatch) -> None:
    monkeypatch.setattr(inspecting.roll, "PAGE_SIZE", 2)
    with transaction():
        hall = counted()
    owner = hall.actor(0)
    with transaction():
        first = service.inspect_ballots(owner, vote_id=hall.vote.id, reason=WHY, now=CLOSES)
    with transaction():
        last = service.inspect_ballots(owner, vote_id=hall.vote.id, reason=WHY, after=first.cursor, now=CLOSES)
    shown = [(line.voter.number, line.choice, str(line.channel)) for line in [*first.items, *last.items]]
    assert shown == [(1, "for", "web"), (2, "against", "web"), (3, "for", "web")]
    assert [len(first.items), len(last.items), last.cursor] == [2, 1, None]
    assert [line.voter.is_own for line in [*first.items, *last.items]].count(True) == 1
    assert [(each["by"], each["after"], each["reason"]) for each in looks()] == [
        (owner.user_id, None, WHY), (owner.user_id, first.cursor, WHY),
    ]  # fmt: skip


def test_nobody_else_inspects_and_what_is_refused_leaves_no_look(app) -> None:
    with transaction():
        hall = counted(announced=False)
        teller = make.actor(make.person(roles=[Role.teller], place=hall.place))
        partial = make.actor(make.person(roles=[Role.teller], place=hall.place))
        matters.declare_interest(hall.matter.id, user_id=partial.user_id, reason="在里面有房", now=OPENS)
        elsewhere = make.actor(make.person(roles=[Role.teller], place=make.place()))
        administrator = make.actor(make.person(roles=[Role.administrator]))
    vote_id = hall.vote.id

    def code(actor, reason: str = WHY) -> str:
        try:
            with transaction():
                service.inspect_ballots(actor, vote_id=vote_id, reason=reason, now=CLOSES)
        except Refusal as refusal:
            return refusal.code
        return ""

    assert code(hall.actor(0)) == "ballots_not_yet"
    assert code(partial) == "teller_has_interest"
    for actor in (elsewhere, administrator, hall.liaison):
        assert code(actor) == "ballots_not_yours"
    assert code(teller, "看看") == "inspection_reason_missing"
    assert looks() == []
    assert code(teller) == ""
    with transaction():
        service.announce_result(hall.liaison, vote_id=vote_id, now=CLOSES)
    assert code(hall.actor(0)) == ""
    assert [each["by"] for each in looks()] == [teller.user_id, hall.voters[0].id]


def test_while_a_vote_is_open_not_even_a_teller_looks(app) -> None:
    with transaction():
        hall = opened(THREE, voters=3)
        voting.cast(hall, 0, now=OPENS)
        teller = make.actor(make.person(roles=[Role.teller], place=hall.place))
    with pytest.raises(rules.BallotsNotYet), transaction():
        service.inspect_ballots(teller, vote_id=hall.vote.id, reason=WHY, now=OPENS)


def test_of_seats_only_tellers_and_of_a_secret_vote_nobody(app) -> None:
    with transaction():
        named, secret = (voting.open_hall(terms=terms) for terms in (None, Terms(is_secret=True)))
        for hall in (named, secret):
            voting.cast_all(hall, voting.choices(in_favour=2, against=1, abstain=0))
            voting.settle(hall)
        tellers = [make.actor(make.person(roles=[Role.teller], place=hall.place)) for hall in (named, secret)]
    with pytest.raises(rules.BallotsNotYours), transaction():
        service.inspect_ballots(named.actor(0), vote_id=named.vote.id, reason=WHY, now=voting.CLOSES)
    with transaction():
        page = service.inspect_ballots(tellers[0], vote_id=named.vote.id, reason=WHY, now=voting.CLOSES)
    assert [line.choice for line in page.items] == ["for", "for", "against"]
    with pytest.raises(rules.BallotsSecret), transaction():
        service.inspect_ballots(tellers[1], vote_id=secret.vote.id, reason=WHY, now=voting.CLOSES)


def test_a_page_of_ballots_costs_the_same_whatever_their_number(app) -> None:
    halls = []
    for voters in (3, 40):
        with transaction():
            hall = voting.open_hall(seats=voters, voters=voters)
            voting.cast_all(hall, voting.choices(in_favour=voters, against=0, abstain=0))
        halls.append(hall.vote)
    costs = [statements(lambda vote=vote: inspecting.ballot_lines(vote, user_id=None, after=None)) for vote in halls]
    assert costs[0] == costs[1]


def test_the_page_asks_why_and_shows_the_ballots_on_that_answer_only(sqlite_app) -> None:
    clock.configure(frozen=CLOSES, file=None)
    with transaction():
        hall = counted()
    path = f"/votes/{hall.vote.id}/ballots"
    owner = client_of(sqlite_app, hall.voters[0])
    assert path in owner.get(f"/votes/{hall.vote.id}").text
    asked = owner.get(path).text
    assert "为什么要查阅" in asked
    assert "名册第" not in asked
    assert looks() == []
    empty = post(owner, path, reason="")
    assert empty.status_code == 422
    assert looks() == []
    shown = post(owner, path, reason=WHY)
    assert shown.status_code == 200
    assert f"理由「{WHY}」" in shown.text
    assert shown.text.count("同意</td>") == 2
    assert len(looks()) == 1
    stranger = client_of(sqlite_app, make_person())
    for answer in (stranger.get(path), post(stranger, path, reason=WHY)):
        assert answer.status_code == 403
        assert "记名票只有本人和监票人看得到" in answer.text
    assert path not in stranger.get(f"/votes/{hall.vote.id}").text
    assert client_of(sqlite_app).get(path).status_code == 302


def make_person():
    with transaction():
        return make.person()
