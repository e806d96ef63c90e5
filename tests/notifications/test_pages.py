"""The inbox and the demo's mailbox."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from deliberation.kernel.database import transaction
from deliberation.notifications import jobs, queries, service
from deliberation.notifications.render import with_links
from tests.support import cycle, make
from tests.support.cycle import SETTLED
from tests.support.door import client_of, post

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def told(sqlite_app: Flask) -> cycle.World:
    """Everyone of a settled vote has been told of it."""
    from deliberation.feedback.service import issue_notice

    with transaction():
        world = cycle.settled()
        issue_notice(world.hall.liaison, world.notices()[0].id, now=SETTLED)
    return world


def test_what_a_message_announces_stands_on_the_same_line() -> None:
    """The inbox shows one line below the subject: it must not end at the colon before the words that matter."""
    templates = sorted((ROOT / "templates" / "messages").glob("*.txt"))
    cut_off = [each.name for each in templates if re.search(r"：'[^}]*\}\}\n+\{\{ data\.", each.read_text())]
    assert len(templates) > 30
    assert cut_off == []


def test_the_inbox_shows_what_is_unread_and_opening_marks_it(sqlite_app: Flask, told: cycle.World) -> None:
    client = client_of(sqlite_app, told.proposer)
    page = client.get("/inbox").text
    assert "结果告知：弄堂改机动车单行" in page
    assert "未读" in page
    message = queries.inbox(told.proposer.id, before=None).items[0]
    opened = client.get(f"/inbox/{message.id}")
    assert opened.location == f"/feedback/notices/{told.notices()[0].id}"
    assert queries.unread_count(told.proposer.id) == 0
    other = client_of(sqlite_app, told.hall.voters[0])
    assert other.get(f"/inbox/{message.id}").status_code == 404, "somebody else's message"


def test_all_can_be_marked_read_and_an_empty_inbox_says_so(sqlite_app: Flask, told: cycle.World) -> None:
    voter = told.hall.voters[0]
    assert queries.unread_count(voter.id) == 2, "the vote, and its result"
    assert post(client_of(sqlite_app, voter), "/inbox/read-all").status_code == 302
    assert queries.unread_count(voter.id) == 0
    with transaction():
        nobody = make.person()
    assert "还没有通知" in client_of(sqlite_app, nobody).get("/inbox").text
    assert client_of(sqlite_app).get("/inbox").status_code == 302


def test_a_long_inbox_is_read_in_pages(sqlite_app: Flask, told: cycle.World) -> None:
    handler = told.handler.user_id or 0
    with transaction():
        for number in range(45):
            service.tell(
                {handler: "handler"},
                "case.due_soon",
                key=f"n{number}",
                now=SETTLED + timedelta(minutes=number),
                matter_id=told.hall.matter.id,
                data={"path": "/cases", "due_at": SETTLED.isoformat()},
            )
    from deliberation.people.queries import user

    client = client_of(sqlite_app, user(handler))
    first = client.get("/inbox").text
    assert first.count("data-message=") == 20
    cursor = queries.inbox(handler, before=None).cursor
    assert f"before={cursor}" in first
    assert client.get(f"/inbox?before={cursor}").text.count("data-message=") == 20


def test_the_mailbox_shows_everything_with_links_and_can_be_filtered(sqlite_app: Flask, told: cycle.World) -> None:
    jobs.deliver(SETTLED)
    visitor = client_of(sqlite_app)
    page = visitor.get("/mailbox").text
    assert 'href="http://127.0.0.1:5000/feedback/notices/' in page
    mine = visitor.get(f"/mailbox?address={told.proposer.email}").text
    assert mine.count("data-mail=") == 1
    settings = sqlite_app.extensions["settings"]
    sqlite_app.extensions["settings"] = replace(settings, environment="production")
    try:
        assert visitor.get("/mailbox").status_code == 404
    finally:
        sqlite_app.extensions["settings"] = settings


def test_only_addresses_become_links_and_all_else_is_escaped() -> None:
    shown = with_links('<b>看 http://127.0.0.1:5000/look-backs/a.b-c_d。好"')
    assert str(shown) == (
        '&lt;b&gt;看 <a href="http://127.0.0.1:5000/look-backs/a.b-c_d">'
        "http://127.0.0.1:5000/look-backs/a.b-c_d</a>。好&#34;"
    )
