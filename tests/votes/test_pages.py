"""The vote's pages and JSON: nothing said before the close, the result with its sums, who may take which step."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from deliberation.committees.rules import SeatKind
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.people.access import Role
from deliberation.votes import queries, service
from deliberation.votes.rules import VoteState
from tests.support import make, voting
from tests.support.counting import statements
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS
from tests.votes.slips import ballot_fields


@pytest.fixture(autouse=True)
def _clock(sqlite_app):
    clock.configure(frozen=OPENS, file=None)


def test_others_are_told_why_they_have_no_vote(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        adviser, neighbour = make.person(), make.person()
        make.seats(hall.body, count=1, users=[adviser], kind=SeatKind.adviser)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    path = f"/votes/{hall.vote.id}"
    assert "登录以后，看您有没有票" in client_of(sqlite_app).get(path).text
    assert "您是顾问，可以发言，没有表决票" in client_of(sqlite_app, adviser).get(path).text
    assert "您不在这次表决的名册里" in client_of(sqlite_app, neighbour).get(path).text
    for person in (adviser, neighbour):
        answer = post(client_of(sqlite_app, person), f"{path}/ballot", json=True, **ballot_fields(hall))
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_on_roll")
    refused = post(client_of(sqlite_app), f"{path}/ballot", json=True, **ballot_fields(hall))
    assert refused.status_code == 401


def test_while_open_no_page_and_no_json_says_how_anybody_voted(sqlite_app) -> None:
    """R-22. Two votes that differ only in how they were cast answer every reader alike."""
    answers = []
    for yes, no, abstain in ((3, 0, 1), (0, 4, 0)):
        with transaction():
            hall = voting.open_hall(seats=9, voters=5)
            voting.cast_all(hall, voting.choices(in_favour=yes, against=no, abstain=abstain))
            readers = [
                hall.voters[4],
                make.person(roles=[Role.administrator]),
                make.person(roles=[Role.liaison, Role.teller, Role.association], place=hall.place),
            ]
        vote_id = hall.vote.id
        for reader in readers:
            client = client_of(sqlite_app, reader)
            for path in (f"/votes/{vote_id}", f"/votes/{vote_id}/state", f"/matters/{hall.matter.number}"):
                answers.append((path.split("/")[1], client.get(path).text))
        code = queries.own_seats(vote_id, hall.voters[0].id)[0].code
        answers.append(("receipt", client_of(sqlite_app, readers[1]).get(f"/votes/{vote_id}/receipt/{code}").text))
        part = json.dumps([queries.room_part(hall.vote), queries.turnout(vote_id).to_json()])
        answers.append(("part", part))
    half = len(answers) // 2
    for (kind, one), (_kind, other) in zip(answers[:half], answers[half:], strict=True):
        assert _without_names(one) == _without_names(other), kind
    assert queries.room_part(hall.vote)["result"] is None


def _without_names(text: str) -> str:
    """A page without what differs between any two votes: tokens, numbers of rows, codes, digests."""
    text = re.sub(r'(content|value)="[^"]{20,}"', "", text)
    text = re.sub(r'<span class="qr">.*?</span>', "", text, flags=re.DOTALL)  # The digest as a picture.
    text = re.sub(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}\b|[0-9a-f]{64}|[0-9a-f]{4}…[0-9a-f]{4}", "", text)
    text = re.sub(r"person\d+@|弄管会 \d+|测试里 \d+|T\d+-2026-\d+|\bT\d+\b|测 2026-\d+|\d+ 号", "", text)
    rows = r'(/votes/|/committees/|data-(?:vote|person|ballot)="|"(?:id|vote_id)": ?|seat-|value=")\d+'
    return re.sub(rows, "", text)


def test_the_result_shows_every_sum_and_says_what_was_missing(sqlite_app) -> None:
    with transaction():
        passed = voting.open_hall(seats=193, voters=151)
        voting.cast_all(passed, voting.choices(in_favour=118, against=27, abstain=6))
        voting.settle(passed)
        short = voting.open_hall(seats=193, voters=128)
        voting.cast_all(short, voting.choices(in_favour=110, against=14, abstain=4))
        voting.settle(short)
    page = client_of(sqlite_app).get(f"/votes/{passed.vote.id}").text
    assert "3 × 118 = 354 ≥ 2 × 151 = 302" in page
    assert "3 × 151 = 453 ≥ 2 × 193 = 386" in page
    page = client_of(sqlite_app).get(f"/votes/{short.vote.id}").text
    assert "差 1 票没到参与线" in page
    assert "3 × 128 = 384 &lt; 2 × 193 = 386" in page
    assert "差 1 票没到参与线" in client_of(sqlite_app).get(f"/matters/{short.matter.number}").text


def test_between_count_and_reading_back_only_the_reader_sees_the_figures(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3)
        voting.cast_all(hall, voting.choices(in_favour=2, against=1, abstain=0))
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    path = f"/votes/{hall.vote.id}"
    assert "3 × 2 = 6" in client_of(sqlite_app, liaison).get(path).text
    for client in (client_of(sqlite_app), client_of(sqlite_app, hall.voters[0])):
        page = client.get(path).text
        assert "3 × 2 = 6" not in page
        assert "等宣读" in page


def test_a_draft_is_nobodys_business_but_the_liaisons(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    path = f"/votes/{hall.vote.id}"
    assert client_of(sqlite_app).get(path).status_code == 404
    assert client_of(sqlite_app).get(f"{path}/state").status_code == 404
    assert client_of(sqlite_app, hall.voters[0]).get(path).status_code == 404
    assert "发布表决" in client_of(sqlite_app, liaison).get(path).text


def test_the_liaison_prepares_and_conducts_by_the_pages(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        service.cancel_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    client = client_of(sqlite_app, liaison)
    path = f"/votes/new?matter={hall.matter.number}"
    page = client.get(path).text
    assert "至少 2 票参与（三分之二）" in page
    draft: dict[str, Any] = {
        "title": "弄堂改单行", "text": "机动车由北口进。", "committee_id": str(hall.body.id), "handler_id": "0",
        "opens_at": "2026-03-04T09:00", "closes_at": "2026-03-10T20:00", "handler_working_days": "15",
    }  # fmt: skip
    empty = post(client, path, **{**draft, "text": ""})
    assert empty.status_code == 422
    assert "弄堂改单行" in empty.text  # What was typed is kept.
    backwards = post(client, path, **{**draft, "closes_at": "2026-03-01T09:00"})
    assert backwards.status_code == 422
    unnamed = post(client, path, **{**draft, "needs_external_approval": "y"})
    assert "要报批，请写明报哪个部门" in unnamed.text
    shown = post(client, path, **draft).headers["Location"]
    for step, state in [("publish", VoteState.published), ("open", VoteState.voting), ("close", VoteState.counted)]:
        if step == "close":
            assert post(client, f"{shown}/{step}").status_code == 409  # Not before the announced time is over.
            clock.configure(frozen=CLOSES + timedelta(days=1), file=None)
        assert post(client, f"{shown}/{step}").status_code == 302
        assert post(client, f"{shown}/{step}").status_code in (302, 409)  # Once more changes nothing.
        assert queries.vote(int(shown.rsplit("/", 1)[1])).state is state
    assert post(client, f"{shown}/announce").status_code == 302
    assert "不算数" in client.get(shown).text


def test_others_take_no_step(sqlite_app) -> None:
    with transaction():
        hall = voting.publish()
        administrator = make.person(roles=[Role.administrator])
    for client in (client_of(sqlite_app, hall.voters[0]), client_of(sqlite_app, administrator)):
        for step in ("publish", "open", "close", "announce", "cancel"):
            assert post(client, f"/votes/{hall.vote.id}/{step}").status_code == 403
        assert client.get(f"/votes/new?matter={hall.matter.number}").status_code == 403


def test_a_greyed_button_says_why(sqlite_app) -> None:
    from deliberation.matters import service as matters

    with transaction():
        hall = voting.open_hall()
        liaison = make.person(roles=[Role.liaison], place=hall.place)
        matters.declare_interest(hall.matter.id, user_id=liaison.id, reason="住在弄口", now=OPENS)
    page = client_of(sqlite_app, liaison).get(f"/votes/{hall.vote.id}").text
    assert "您对这件事申报了利害关系，不能计票或宣读" in page
    assert re.search(r'<button class="btn" type="button" disabled[^>]*>截止并计票', page)


def test_a_receipt_says_counted_and_the_choice_to_its_voter_alone(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall()
        receipt = voting.cast(hall)
    path = f"/votes/{hall.vote.id}/receipt"
    page = client_of(sqlite_app).get(f"{path}/{receipt.hex}").text
    assert "这张票已收到" in page
    assert "您选的是" not in page
    assert "您选的是：同意" in client_of(sqlite_app, hall.voters[0]).get(f"{path}/{receipt.code}").text
    found = client_of(sqlite_app).get(f"{path}?code={receipt.code}")
    assert found.headers["Location"].endswith(f"/receipt/{receipt.code}")
    unknown = client_of(sqlite_app).get(f"{path}/AAAA-AAAA-AAAA")
    assert unknown.status_code == 404
    assert 'value="AAAA-AAAA-AAAA"' in unknown.text  # What was typed, in the box, with the hint beside it.
    assert "没有找到这个查票码" in unknown.text
    assert "请填查票码" in client_of(sqlite_app).get(f"{path}?code=").text
    with transaction():
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    assert "这张票已计入" in client_of(sqlite_app).get(f"{path}/{receipt.hex}").text


def test_a_script_in_title_and_text_stays_text(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        hall.vote.title = hall.vote.text = "<script>alert(1)</script>"
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_needs_and_desk_lines_and_the_panel(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3)
        draft = voting.prepare()
        liaison = make.actor(make.person(roles=[Role.liaison], place=draft.place))
    needs = queries.needs(hall.actor(), now=OPENS)
    assert [(need.url, need.due_at, need.data["own"]) for need in needs] == [(f"/votes/{hall.vote.id}", CLOSES, 1)]
    with transaction():
        voting.cast(hall)
    assert queries.needs(hall.actor(), now=OPENS) == []
    assert queries.needs(hall.liaison, now=OPENS) == []
    lines = queries.desk_lines(liaison, now=OPENS)
    assert [(line.task, line.url) for line in lines] == [("prepare_vote", f"/votes/{draft.vote.id}")]
    (short,) = queries.desk_lines(hall.liaison, now=OPENS)
    assert (short.task, short.due_at, short.url) == ("gather_voters", CLOSES, f"/votes/{hall.vote.id}")
    assert queries.desk_lines(hall.actor(), now=OPENS) == []
    assert queries.on_matter(draft.matter, hall.actor(), now=OPENS) is None
    part = queries.on_matter(hall.matter, hall.actor(), now=OPENS)
    assert part is not None
    assert [(line.own_seats, line.own_cast, line.result) for line in part.lines] == [(1, 1, None)]


def test_the_pages_cost_the_same_with_three_voters_and_with_forty(sqlite_app) -> None:
    counts: list[int] = []
    for voters in (3, 40):
        with transaction():
            hall = voting.open_hall(seats=voters, voters=voters)
            voting.cast_all(hall, voting.choices(in_favour=voters - 1, against=0, abstain=0))
        counts += _costs(client_of(sqlite_app, hall.voters[-1]), hall)
    assert counts[:3] == counts[3:]


def _costs(client: FlaskClient, hall: voting.Hall) -> list[int]:
    return [
        statements(lambda: client.get(f"/votes/{hall.vote.id}")),
        statements(lambda: queries.needs(hall.actor(), now=OPENS)),
        statements(lambda: queries.on_matter(hall.matter, hall.actor(), now=OPENS)),
    ]
