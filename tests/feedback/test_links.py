"""Answering by the link in the message, and the pages of notices and look-backs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases.rules import CaseState
from deliberation.feedback import jobs, service, tokens
from deliberation.feedback.models import LookBackAnswer
from deliberation.feedback.rules import Answer
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.models import MailboxItem
from deliberation.people.queries import user
from tests.support import cycle
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post

THIRTY = datetime(2026, 4, 2, 10, tzinfo=SHANGHAI)


@pytest.fixture
def made(sqlite_app: Flask) -> Iterator[World]:
    with transaction():
        world = cycle.settled()
        world.reply(now=SETTLED)
    jobs.send_due(THIRTY)
    clock.configure(frozen=THIRTY, file=None)
    yield world
    clock.configure(frozen=None, file=None)


def link_of(made: World) -> str:
    """The proposer's own link, as it stands in the mail."""
    deliveries.deliver(THIRTY)
    rows = select(MailboxItem.body).where(MailboxItem.address == made.proposer.email)
    bodies = db.session.scalars(rows.order_by(MailboxItem.id)).all()
    found = re.search(r"https?://[^/]+(/look-backs/\S+)", bodies[-1])
    assert found, bodies[-1]
    return found.group(1)


def answers() -> list[tuple[Answer, str]]:
    rows = db.session.scalars(select(LookBackAnswer).execution_options(populate_existing=True))
    return [(row.answer, row.reason) for row in rows]


def test_reading_the_link_changes_nothing_and_posting_records(sqlite_app: Flask, made: World) -> None:
    link, visitor = link_of(made), client_of(sqlite_app)
    for _again in range(2):
        page = visitor.get(link)
        assert page.status_code == 200
        assert page.text.count('name="answer" value="') == 4
    assert answers() == []
    assert post(visitor, link, answer="fixed").status_code == 302
    assert answers() == [(Answer.fixed, "")]


def test_a_link_works_once(sqlite_app: Flask, made: World) -> None:
    link, visitor = link_of(made), client_of(sqlite_app)
    post(visitor, link, answer="fixed")
    assert "这个链接已经用来回过话了" in visitor.get(link).text
    again = post(visitor, link, json=True, answer="partly")
    assert (again.status_code, again.json["code"]) == (409, "answered_already")
    assert answers() == [(Answer.fixed, "")]


def test_a_no_without_a_reason_gets_the_page_back_and_with_one_reopens(sqlite_app: Flask, made: World) -> None:
    link, visitor = link_of(made), client_of(sqlite_app)
    page = post(visitor, link, answer="no", reason="暗")
    assert page.status_code == 422
    assert "暗</textarea>" in page.text
    assert answers() == []
    assert post(visitor, link, answer="no", reason="晚上还是有车逆行").status_code == 302
    db.session.rollback()
    assert made.case.state is CaseState.assigned


def test_wrong_expired_and_foreign_tokens_change_nothing(sqlite_app: Flask, made: World) -> None:
    visitor = client_of(sqlite_app)
    look_back = made.look_backs()[0]
    token = link_of(made).rsplit("/", 1)[1]
    expired = tokens.sign(look_back.id, made.proposer.id, THIRTY - timedelta(seconds=1))
    unasked = tokens.sign(look_back.id, made.follower.id, THIRTY + timedelta(days=1))
    other = tokens.sign(made.look_backs()[1].id, made.proposer.id, THIRTY + timedelta(days=1))
    for bad, status, code in [
        ("nonsense", 404, "wrong_token"),
        (token[:-2] + "xx", 404, "wrong_token"),
        (expired, 410, "token_expired"),
        (unasked, 403, "not_asked"),
        (other, 403, "not_asked"),
    ]:
        refused = post(visitor, f"/look-backs/{bad}", json=True, answer="fixed")
        assert (refused.status_code, refused.json["code"]) == (status, code)
        page = visitor.get(f"/look-backs/{bad}")
        assert "Traceback" not in page.text
    assert post(visitor, f"/look-backs/{token}", answer="perhaps").status_code == 422
    assert answers() == []


def test_a_link_of_a_superseded_look_back_is_refused(sqlite_app: Flask, made: World) -> None:
    link, visitor = link_of(made), client_of(sqlite_app)
    with transaction():
        service.answer_look_back(
            look_back_id=made.look_backs()[0].id,
            user_id=made.hall.voters[0].id,
            answer=Answer.no,
            reason="台阶边上还是暗",
            by_link=False,
            now=THIRTY,
        )
    assert "这次回头看已经结束" in visitor.get(link).text
    assert post(visitor, link, json=True, answer="fixed").json["code"] == "look_back_over"
    assert len(answers()) == 1


def test_signed_in_people_answer_and_change_on_our_own_pages(sqlite_app: Flask, made: World) -> None:
    voter = client_of(sqlite_app, made.hall.voters[0])
    path = f"/feedback/look-backs/{made.look_backs()[0].id}"
    assert post(voter, path, answer="fixed").status_code == 302
    assert "您说的是：好了" in voter.get(path).text
    assert post(voter, path, answer="partly").status_code == 302
    assert answers() == [(Answer.partly, "")]
    assert client_of(sqlite_app, made.follower).get(path).status_code == 403
    assert client_of(sqlite_app).get(path).status_code == 302, "a visitor is asked to sign in"


def test_the_notice_is_a_draft_for_the_liaison_and_then_for_everyone(sqlite_app: Flask, made: World) -> None:
    vote_notice = made.notices()[0]
    path = f"/feedback/notices/{vote_notice.id}"
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    assert client_of(sqlite_app).get(path).status_code == 404
    page = liaison.get(path).text
    assert "发出，告知 8 人" in page
    for mark in "①②③④⑤⑥⑦⑧⑨":
        assert mark in page
    assert post(liaison, path, reason="大家都同意", summary="字" * 81).status_code == 422
    assert post(liaison, path, reason="大家都同意", summary="单行定了").status_code == 302
    assert post(client_of(sqlite_app, made.proposer), f"{path}/issue").status_code == 403
    assert post(liaison, f"{path}/issue").status_code == 302
    assert "单行定了" in client_of(sqlite_app).get(path).text
    assert post(liaison, f"{path}/issue", json=True).json["code"] == "notice_issued"


def test_the_matter_page_tells_each_their_own_share(sqlite_app: Flask, made: World) -> None:
    path = f"/matters/{made.hall.matter.number}"
    page = client_of(sqlite_app, made.hall.voters[0]).get(path)
    assert page.status_code == 200, page.text[:2000]
    assert "您那一份" in page.text
    assert "去回话" in page.text
    assert "要发的结果告知" not in page.text
    assert "要发的结果告知" in client_of(sqlite_app, user(made.hall.liaison.user_id or 0)).get(path).text
    assert client_of(sqlite_app).get(path).status_code == 200
