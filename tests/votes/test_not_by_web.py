"""Owners whose rules of order do not allow ballots by web: none is taken, and people hear what to do instead (B5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot
from deliberation.votes.queries import sheets
from deliberation.votes.rules import Channel
from tests.support import make, owners, voting
from tests.support.door import client_of
from tests.support.owners import CLOSES, OPENS, Owned
from tests.support.voting import Hall

FOUR = [Owned(name, 80_00) for name in "甲乙丙丁"]


def hall_without_clause(*, is_open: bool = True, **terms) -> Hall:
    make_hall = owners.opened if is_open else owners.published
    with transaction():
        return make_hall(FOUR, **{"electronic_clause": "", "allows_paper": True, **terms})


def seat_of(hall: Hall) -> int:
    return queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id


@pytest.mark.parametrize("channel", [Channel.web, Channel.live])
def test_no_ballot_from_a_device_is_taken(sqlite_app, channel) -> None:
    hall = hall_without_clause()
    with pytest.raises(rules.NotByWeb) as refused, transaction():
        service.cast_ballot(
            hall.actor(0), vote_id=hall.vote.id, roll_entry_id=seat_of(hall), choice="for",
            client_ballot_id=voting.ballot_id(), channel=channel, now=OPENS,
        )  # fmt: skip
    assert not isinstance(refused.value, rules.NotByWebButByAgent)
    assert queries.turnout(hall.vote.id).cast == 0
    assert db.session.query(Ballot).count() == 0


def test_sheets_and_the_desk_are_open(app) -> None:
    hall = hall_without_clause()
    with transaction():
        service.print_sheets(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        tellers = [make.actor(make.person(name=name, roles=[Role.teller], place=hall.place)) for name in "顾白"]
        token = sheets.sheets(hall.vote.id)[0].paper.token
        for teller in tellers:
            service.enter_reading(teller, token=token, choice="for", invalid_reason=None, now=OPENS)
        service.assist_ballot(
            hall.liaison, vote_id=hall.vote.id, number=2, choice="for", witness="周女士",
            client_ballot_id=voting.ballot_id(), now=OPENS,
        )  # fmt: skip
    assert queries.turnout(hall.vote.id).cast == 2


def test_an_authority_is_signed_on_paper(sqlite_app) -> None:
    hall = hall_without_clause(proxy_cap=2)
    with transaction():
        agent = make.person(name="何")
        agent.email = "he@example.org"
    with pytest.raises(rules.AuthorityOnPaper), transaction():
        service.give_proxy(
            hall.actor(0), vote_id=hall.vote.id, roll_entry_id=seat_of(hall), agent_address="he@example.org",
            opinion="for", valid_until=shanghai_date(CLOSES), now=OPENS,
        )  # fmt: skip


@pytest.mark.parametrize("is_open", [True, False])
def test_the_page_says_so_before_and_while_it_is_open(sqlite_app, is_open) -> None:
    hall = hall_without_clause(is_open=is_open, proxy_cap=2)
    clock.configure(frozen=OPENS if is_open else OPENS - timedelta(days=2), file=None)
    page = client_of(sqlite_app, db.session.get_one(User, hall.voters[0].id)).get(f"/votes/{hall.vote.id}").text
    for words in (
        "没有写可以网上投票",
        "填纸质票",
        "到服务台请人帮着投",
        f"/votes/{hall.vote.id}/authority.pdf?number=",
    ):
        assert words in page
    assert "data-ballot=" not in page
    assert 'data-keep="proxy-' not in page
    assert "网上：不收" in client_of(sqlite_app).get(f"/votes/{hall.vote.id}/notice").text


def test_owners_are_asked_for_the_item_where_everybody_sees_it(sqlite_app) -> None:
    with transaction():
        hall = owners.prepare(FOUR, terms=owners.terms())
        other = voting.prepare()
        people = [db.session.get_one(User, each.liaison.user_id) for each in (hall, other)]
    clock.configure(frozen=voting.NOW, file=None)
    shown, hidden = (
        client_of(sqlite_app, person).get(f"/votes/{each.vote.id}/change").text
        for person, each in zip(people, (hall, other), strict=True)
    )
    assert shown.index('name="item_class"') < shown.index("更多设置")
    assert "业主大会才填" in shown
    assert 'name="item_class"' not in hidden
