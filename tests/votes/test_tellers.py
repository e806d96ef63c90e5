"""The tellers' table: what waits for whom, figures of the reading, finding a sheet by number; the desk's lines."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, event

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import service as matter_service
from deliberation.votes import queries, service
from deliberation.votes.queries import paper
from deliberation.votes.rules import ConflictDecision
from tests.support import voting
from tests.support.door import client_of, post
from tests.support.paper import Table
from tests.support.voting import CLOSES, OPENS


@pytest.fixture
def table(sqlite_app) -> Table:
    clock.configure(frozen=OPENS, file=None)
    return Table(voters=6)


def tasks(table: Table, teller: int) -> list[str]:
    return [line.task for line in queries.desk_lines(table.tellers[teller], now=OPENS)]


def test_each_teller_sees_what_waits_for_them(app) -> None:
    table = Table(voters=6)
    table.both_read(0, "for")
    table.read(0, 1, "for")
    table.read(0, 2, "for")
    table.read(1, 2, "against")
    one, other = (paper.tellers_work(table.vote.id, person.id) for person in table.people)
    assert (one.printed, one.settled, one.begun) == (6, 1, 2)
    numbers = lambda sheets: [sheet.entry.number for sheet in sheets]  # noqa: E731
    assert (numbers(one.for_me), numbers(one.for_others), numbers(one.differing)) == ([], [2], [3])
    assert (numbers(other.for_me), numbers(other.for_others), numbers(other.differing)) == ([2], [], [3])
    table.read(1, 1, "for")
    table.read(0, 2, "against")
    assert paper.tellers_work(table.vote.id, table.people[0].id).settled == 3


def test_the_desk_calls_a_teller_for_what_another_began(app) -> None:
    table = Table(voters=4)
    assert (tasks(table, 0), tasks(table, 1)) == ([], [])
    table.read(0, 0, "against")
    assert (tasks(table, 0), tasks(table, 1)) == ([], ["read_sheets"])
    with transaction():
        voting.cast(table.hall, 0)
    table.read(1, 0, "against")
    assert (tasks(table, 0), tasks(table, 1)) == (["settle_clash"], ["settle_clash"])
    clash = paper.clashes(table.vote.id)[0].clash
    with transaction():
        service.decide_conflict(
            table.tellers[0], conflict_id=clash.id, decision=ConflictDecision.web, evidence="问了本人。", now=OPENS
        )
    assert (tasks(table, 0), tasks(table, 1)) == ([], ["settle_clash"])
    with transaction():
        matter_service.declare_interest(table.hall.matter.id, user_id=table.people[1].id, reason="邻居。", now=OPENS)
    assert tasks(table, 1) == []


def test_many_sheets_are_entered_with_the_keyboard_alone(sqlite_app, table) -> None:
    """Number, enter, choice, enter: and the page is ready for the next number."""
    teller, path = client_of(sqlite_app, table.people[0]), f"/votes/{table.vote.id}/tellers"
    page = teller.get(path).text
    assert re.search(r'<input[^>]*id="number"[^>]*autofocus', page)
    found = teller.get(path, query_string={"number": 2})
    assert found.status_code == 302
    sheet = teller.get(found.location).text
    assert "名册第 2 号" in sheet
    assert re.search(r'<input type="radio" name="choice" value="for"[^>]*autofocus', sheet)
    done = post(teller, found.location, choice="for")
    assert done.location == path
    page = teller.get(path).text
    assert "名册第 2 号录好了" in page
    assert "您读过、等另一位的 1 张" in page
    missing = teller.get(path, query_string={"number": 7})
    assert missing.status_code == 404
    assert "没有这一号的纸质票" in missing.text


def test_a_reading_that_cannot_be_taken_keeps_what_was_entered(sqlite_app, table) -> None:
    teller, path = client_of(sqlite_app, table.people[0]), f"/votes/paper/{table.token(0)}"
    answer = post(teller, path, choice="against", invalid_reason="unsigned", helper="王先生", witness="王先生")
    assert answer.status_code == 422
    assert "两样只录一样" in answer.text
    assert re.search(r'value="against"[^>]* checked', answer.text)
    assert re.search(r'<option value="unsigned" selected>', answer.text)
    assert answer.text.count('value="王先生"') == 2


def test_the_page_tells_the_figures_and_when_the_count_can_be_finished(sqlite_app, table) -> None:
    table.both_read(0, "for")
    table.read(0, 1, "for")
    teller, path = client_of(sqlite_app, table.people[0]), f"/votes/{table.vote.id}/tellers"
    page = teller.get(path).text
    assert "记下了 1 张" in page
    assert "1 / 6 张" in page
    assert "4 张还没有人读" in page
    with transaction():
        service.close_due(table.vote.id, now=CLOSES)
    page = teller.get(path).text
    assert "还有 1 张纸质票只有一位监票人读过" in page
    assert 'action="' + f"/votes/{table.vote.id}/finish-count" not in page
    table.read(1, 1, "for", now=CLOSES)
    assert 'action="' + f"/votes/{table.vote.id}/finish-count" in teller.get(path).text


def test_a_clash_is_settled_on_the_page_without_seeing_what_either_says(sqlite_app, table) -> None:
    with transaction():
        voting.cast(table.hall, 0)
    table.both_read(0, "against")
    clash, path = paper.clashes(table.vote.id)[0].clash, f"/votes/{table.vote.id}"
    tellers = [client_of(sqlite_app, person) for person in table.people]
    page = tellers[0].get(f"{path}/tellers").text
    assert "名册第 1 号" in page
    assert "网上投" in page
    section = page.split('id="conflicts"')[1]
    assert "同意" not in section.replace("同意提出的", "")
    assert "反对" not in section
    where = f"{path}/conflicts/{clash.id}"
    assert post(tellers[0], where, decision="web", evidence="电话问了本人").status_code == 302
    assert "等另一位监票人确认" in tellers[0].get(f"{path}/tellers").text
    assert "电话问了本人" in tellers[1].get(f"{path}/tellers").text
    assert post(tellers[1], where, decision="same").status_code == 422
    assert post(tellers[1], where, decision="web").status_code == 302
    db.session.expire_all()
    assert paper.clashes(table.vote.id)[0].clash.decision is ConflictDecision.web


def test_who_declared_an_interest_is_told_so_and_sees_no_form(sqlite_app, table) -> None:
    with transaction():
        matter_service.declare_interest(table.hall.matter.id, user_id=table.people[0].id, reason="邻居。", now=OPENS)
    teller = client_of(sqlite_app, table.people[0])
    for path in (f"/votes/{table.vote.id}/tellers", f"/votes/paper/{table.token(0)}"):
        page = teller.get(path).text
        assert "您不能读这次的票" in page
        assert "录入" not in page.split("<main")[1]


def test_small_channels_are_public_only_as_far_as_they_may_be(sqlite_app) -> None:
    """R-52: on the result page, in the stored result and in the log; to the unit for those who count."""
    clock.configure(frozen=OPENS, file=None)
    table = Table(voters=9)
    for number in range(6):
        with transaction():
            voting.cast(table.hall, number)
    for number in (6, 7):
        table.both_read(number, "for")
    result = table.count()
    assert result["channels"] == {"web": None, "paper": "<5"}
    with transaction():
        service.announce_result(table.hall.liaison, vote_id=table.vote.id, now=CLOSES)
    path = f"/votes/{table.vote.id}"
    public, office = client_of(sqlite_app).get(path).text, table.office(sqlite_app).get(path).text
    for page in (public, office):
        assert "票从哪里来" in page
        assert "不到 5" in page
    assert "不对外公布的数字" not in public
    figures = office.split("不对外公布的数字")[1]
    assert re.search(r"网上投</td><td class=\"n\">6<", figures)
    assert re.search(r"纸质票</td><td class=\"n\">2<", figures)


def statements_of(client, path: str) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    client.get(path)
    event.listen(Engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def test_the_pages_cost_the_same_however_many_sheets(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    costs = []
    for rows in (3, 24):
        table = Table(voters=rows)
        for number in range(rows):
            table.read(0, number, "for")
        with transaction():
            voting.cast(table.hall, 0, "against")
        table.read(1, 0, "for")
        teller, office = client_of(sqlite_app, table.people[1]), table.office(sqlite_app)
        path = f"/votes/{table.vote.id}"
        costs.append(
            [
                statements_of(teller, f"{path}/tellers"),
                statements_of(office, f"{path}/paper?words=1"),
                statements_of(office, f"{path}/assist?number=1"),
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 25
