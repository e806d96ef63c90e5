"""Answering by the link in the message, and the pages of notices and look-backs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from deliberation.cases import service as cases
from deliberation.cases.rules import CaseState
from deliberation.feedback import jobs, queries, service, tokens
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


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(written, "JPEG")
    return written.getvalue()


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


def test_what_was_chosen_in_the_mail_stands_on_the_page_as_one_button(sqlite_app: Flask, made: World) -> None:
    """One press in the mail and one on the page. A link alone must change nothing: mail scanners open them all."""
    link, visitor = link_of(made), client_of(sqlite_app)
    page = visitor.get(f"{link}?answer=came_back").text
    assert page.count('name="answer" value="') == 1
    assert 'name="answer" value="came_back"' in page
    assert 'name="reason"' in page
    assert 'name="reason"' not in visitor.get(f"{link}?answer=fixed").text
    assert visitor.get(f"{link}?answer=<b>").text.count('name="answer" value="') == 4
    assert answers() == []
    missing = post(visitor, link, answer="came_back", rating="fair")
    assert missing.status_code == 422
    assert missing.text.count('name="answer" value="') == 1, "the choice stays"
    assert post(visitor, link, answer="came_back", reason="下雨天又积水了", rating="fair").status_code == 302
    assert answers() == [(Answer.came_back, "下雨天又积水了")]


def test_a_rating_is_counted_once_a_person_and_nobody_has_to_give_one(sqlite_app: Flask, made: World) -> None:
    path = f"/feedback/look-backs/{made.look_backs()[0].id}"
    for number, rating in [(0, "satisfied"), (0, "dissatisfied"), (1, "satisfied"), (2, "")]:
        person = client_of(sqlite_app, made.hall.voters[number])
        assert post(person, path, answer="fixed", rating=rating).status_code == 302
    assert post(client_of(sqlite_app, made.hall.voters[3]), path, answer="fixed", rating="splendid").status_code == 422
    db.session.rollback()
    term = queries.term(made.case.id, 1)
    assert term is not None
    assert (term.asked, term.rated, term.satisfied) == (made.look_backs()[0].asked, 2, 1)


def test_a_picture_sent_with_an_answer_is_for_the_offices(sqlite_app: Flask, made: World) -> None:
    link, visitor = link_of(made), client_of(sqlite_app)
    said: dict[str, Any] = {"answer": "no", "reason": "台阶边还是暗"}
    refused = post(visitor, link, **said, photo=(io.BytesIO(b"no picture"), "x.jpg"))
    assert refused.status_code == 422
    assert answers() == []
    assert post(visitor, link, **said, photo=(io.BytesIO(picture()), "dark.jpg")).status_code == 302
    row = db.session.scalars(select(LookBackAnswer)).one()
    path = f"/feedback/answers/{row.id}/photo"
    shown = client_of(sqlite_app, user(made.hall.liaison.user_id or 0)).get(path)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert client_of(sqlite_app, made.proposer).get(path).status_code == 403
    assert visitor.get(path).status_code == 302, "a visitor is asked to sign in"


def test_the_liaison_says_when_a_place_looks_back(sqlite_app: Flask, made: World) -> None:
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    path = f"/feedback/plans/{made.hall.place.code}"
    assert "30, 90" in liaison.get(path).text
    given: dict[str, Any] = {"kind": "", "days": "90, 30", "days_to_answer": "10", "asks_visit": "y"}
    refused = post(liaison, path, **given)
    assert refused.status_code == 422
    assert "90, 30" in refused.text
    assert post(liaison, path, **{**given, "days": "15，45"}).status_code == 302
    assert post(client_of(sqlite_app, made.proposer), path, **given).status_code == 403
    with transaction():
        cases.reopen(made.case, reason="还是暗", now=THIRTY)
        made.reply(now=THIRTY)
    planned = made.look_backs()
    assert [(each.days, each.days_to_answer, each.asks_visit) for each in planned] == [(15, 10, True), (45, 10, True)]


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
    assert "这件事又在办了" in visitor.get(link).text
    assert post(visitor, link, json=True, answer="fixed").json["code"] == "in_hand_again"
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
