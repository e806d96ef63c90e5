"""The pages everybody starts from: what they show, to whom, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from deliberation.kernel.database import transaction
from deliberation.matters import service as matters
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, Step
from deliberation.people.access import Role
from deliberation.places.models import Place, PlaceKind
from deliberation.portal import queries
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.support import make
from tests.support.counting import statements
from tests.support.door import client_of, post, token_of

NOW = make.NOW


def submitted(place: Place, *, title: str = "路灯不亮", **facts: object) -> Matter:
    author = make.actor(make.person(name="周敏"))
    proposal = proposals.submit(
        author, place_id=place.id, title=title, text="晚上看不见台阶。", kind=ProposalKind.lighting, now=NOW, **facts
    )
    return matters.load_for_change(proposal.matter_id)


def test_a_visitor_learns_what_this_is_and_may_look_around(sqlite_app: Flask) -> None:
    with transaction():
        place = make.place()
        matter = submitted(place)
    client = client_of(sqlite_app)
    for path in ("/", "/places", f"/places/{place.code}", "/matters", f"/matters/{matter.number}"):
        page = client.get(path)
        assert page.status_code == 200, path
    assert "路灯不亮" in client.get("/").text
    assert client.get("/matters/NO-2026-001").status_code == 404
    assert client.get("/desk").status_code == 302


def test_the_public_sees_a_masked_name_and_never_an_address(sqlite_app: Flask) -> None:
    with transaction():
        shown, hidden = submitted(make.place()), submitted(make.place(), hides_name=True)
    client = client_of(sqlite_app)
    assert "周*" in client.get(f"/matters/{shown.number}").text
    for matter in (shown, hidden):
        page = client.get(f"/matters/{matter.number}").text
        assert "周敏" not in page
        assert "@example.org" not in page
    assert "周*" not in client.get(f"/matters/{hidden.number}").text


def test_every_open_matter_says_who_holds_it_and_until_when(sqlite_app: Flask) -> None:
    with transaction():
        matter = submitted(make.place())
    page = client_of(sqlite_app).get(f"/matters/{matter.number}").text
    assert "现在在谁手里" in page
    assert "沈岚" in page
    assert "3月5日 周四" in page  # Three working days after Monday, 2 March.


def test_the_list_is_narrowed_by_place_step_words_and_one_s_own(sqlite_app: Flask) -> None:
    with transaction():
        here, there = make.place(), make.place()
        one, other = submitted(here, title="路灯不亮"), submitted(there, title="100%_坡道")
        matters.move(other, step=Step.action, state="assigned", now=NOW)
    client = client_of(sqlite_app)
    assert "坡道" not in client.get(f"/matters?place={here.code}").text
    assert "路灯" not in client.get("/matters?step=4").text
    assert "坡道" in client.get("/matters?words=100%25_").text
    assert "路灯" not in client.get("/matters?words=100%25_").text
    assert one.number in client.get(f"/matters?words={one.number}").text
    assert client.get("/matters?place=NOWHERE").status_code == 404


def test_following_a_matter_and_no_longer(sqlite_app: Flask) -> None:
    with transaction():
        matter, reader = submitted(make.place()), make.person()
    client = client_of(sqlite_app, reader)
    assert post(client, f"/matters/{matter.number}/follow", follow="1").status_code == 302
    assert "您在跟进" in client.get(f"/matters/{matter.number}").text
    post(client, f"/matters/{matter.number}/follow", follow="0")
    assert "您在跟进" not in client.get(f"/matters/{matter.number}").text


@pytest.mark.parametrize("path", ["/matters", "/places/{code}", "/desk", "/"])
def test_a_page_costs_the_same_for_one_matter_and_for_many(sqlite_app: Flask, path: str) -> None:
    with transaction():
        place = make.place()
        liaison = make.person(roles=[Role.liaison], place=place, home_place_id=place.id)
        submitted(place)
    client, address = client_of(sqlite_app, liaison), path.format(code=place.code)
    client.get(address)
    few = statements(lambda: client.get(address))
    with transaction():
        for number in range(15):
            submitted(place, title=f"第 {number} 件")
    assert statements(lambda: client.get(address)) == few


def test_what_can_be_done_now_stands_before_what_is_only_announced(sqlite_app: Flask, monkeypatch) -> None:
    soon = Need(2, "下周的会", NOW + timedelta(days=1), "/", "x", is_doable=False)
    later = Need(3, "现在能投的票", NOW + timedelta(days=5), "/", "x")

    class Room:
        @staticmethod
        def needs(actor: object, *, now: object) -> list[Need]:
            return [soon, later]

    monkeypatch.setattr(queries, "ROOMS", {"room": Room})
    assert queries.needs(make.actor(make.person()), now=NOW) == [later, soon]


def test_the_desk_groups_by_how_soon_a_thing_is_due(sqlite_app: Flask, monkeypatch) -> None:
    def line(title: str, hours: float | None) -> DeskLine:
        return DeskLine(1, "", "", title, "screen", None if hours is None else NOW + timedelta(hours=hours), "/")

    class Room:
        @staticmethod
        def desk_lines(actor: object, *, now: object) -> list[DeskLine]:
            return [line("无期", None), line("下周", 24 * 9), line("三天", 72), line("今晚", 5), line("昨天", -20)]

    monkeypatch.setattr(queries, "ROOMS", {"room": Room})
    groups = queries.desk(make.actor(make.person()), now=NOW)
    assert [(group.kind, [each.title for each in group.lines]) for group in groups] == [
        ("late", ["昨天"]),
        ("today", ["今晚"]),
        ("week", ["三天"]),
        ("later", ["下周", "无期"]),
    ]


def test_whoever_holds_a_matter_finds_it_on_the_desk(sqlite_app: Flask) -> None:
    with transaction():
        place = make.place()
        holder = make.person(roles=[Role.liaison], place=place)
        matter = make.matter(place=place, title="没过的表决")
        matters.move(matter, step=Step.vote, state="no_quorum", now=NOW)
        matters.hand_to(matter, name="沈岚", task="decide_next", due_at=NOW, now=NOW, holder_id=holder.id)
    page = client_of(sqlite_app, holder).get("/desk").text
    assert page.count("没过的表决") == 1
    assert "决定下一步" in page


def test_a_refused_form_leads_back_to_where_it_was_written(sqlite_app: Flask) -> None:
    with transaction():
        place = make.place()
        matter = submitted(place)
        author = make.person()
    client = client_of(sqlite_app, author)
    before = f"/matters/{matter.number}?all=1"
    token = token_of(client)
    sent = {"csrf_token": token, "kept": "note-1"}
    refused = client.post("/demo/clock", data=sent, headers={"Referer": f"http://localhost{before}"})
    assert refused.status_code == 404
    assert f'href="{before}"' in refused.text
    elsewhere = client.post("/demo/clock", data=sent, headers={"Referer": "http://elsewhere.example/matters"})
    assert "elsewhere.example" not in elsewhere.text
    assert "回到刚才那一页" not in elsewhere.text
    assert 'data-kept-clear="note-1"' not in client.get(before).text


def test_who_is_signed_out_while_writing_is_told_that_the_text_is_safe_and_led_back(sqlite_app: Flask) -> None:
    client, form = sqlite_app.test_client(), "/proposals/new"
    sent = {"title": "路灯不亮", "kept": "propose"}
    for fields, photos_too in ((sent, False), ({**sent, "photos": (BytesIO(b"x"), "a.jpg")}, True)):
        refused = client.post("/proposals", data=fields, headers={"Referer": f"http://localhost{form}"})
        assert refused.status_code == 302
        assert refused.location.endswith("/login?next=/proposals/new")
        page = client.get(refused.location).text
        assert "刚才写的没有交上去。文字替您留着" in page
        assert ("照片要重新选" in page) is photos_too
        assert f'name="next" value="{form}"' in page


def test_a_form_that_was_taken_lets_its_kept_text_go(sqlite_app: Flask) -> None:
    with transaction():
        matter, reader = submitted(make.place()), make.person()
    client = client_of(sqlite_app, reader)
    post(client, f"/matters/{matter.number}/follow", follow="1", kept="note-1")
    assert 'data-kept-clear="note-1"' in client.get(f"/matters/{matter.number}").text


def test_a_street_knows_the_meetings_of_the_lanes_in_it(sqlite_app: Flask, monkeypatch) -> None:
    with transaction():
        street = make.place(kind=PlaceKind.subdistrict)
        lane, other = make.place(parent=street), make.place()
    asked: list[set[int]] = []
    monkeypatch.setattr("deliberation.meetings.queries.next_meeting", lambda place_ids, **_at: asked.append(place_ids))
    sqlite_app.test_client().get(f"/places/{street.code}")
    assert {street.id, lane.id} <= asked[0]
    assert other.id not in asked[0]
