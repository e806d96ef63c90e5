"""The demo as a newcomer finds it: every story is told through the services, and everybody finds their pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from deliberation.cases.models import Case
from deliberation.demo import estate
from deliberation.demo import views as demo_views
from deliberation.demo.cast import DOMAIN, SIGN_INS
from deliberation.demo.stories import NOW, charging, morning, spring
from deliberation.feedback import queries as feedback
from deliberation.feedback.models import ReviewPack
from deliberation.feedback.rules import Dimension, Period, public
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.notifications.models import Delivery, MailboxItem, Message, Occasion
from deliberation.people import queries as people
from deliberation.people.models import User
from deliberation.portal import queries as portal
from deliberation.votes import queries
from deliberation.votes.models import Vote
from deliberation.votes.rules import VoteState
from tests.support.door import client_of, post
from tests.support.told import demo_application

RATES = ("response_rate", "reply_rate", "on_time_rate", "solved_rate", "satisfied_rate", "rated_share")


@pytest.fixture
def demo(told: Path, tmp_path: Path) -> Iterator[Flask]:
    app = demo_application(Path(shutil.copytree(told, tmp_path / "demo")))
    with app.app_context():
        yield app
        db.engine.dispose()


def test_the_estates_figures_are_the_cases() -> None:
    owners = estate.owners()
    assert len({owner.code for owner in owners}) == len(owners) == 402
    assert sum(owner.area for owner in owners) == 33_600_00
    part = [owner for owner in owners if owner.side != estate.SILENT]
    assert (len(part), sum(owner.area for owner in part)) == (301, 24_890_50)
    agreeing = [owner for owner in owners if owner.side == estate.IN_FAVOUR]
    assert (len(agreeing), sum(owner.area for owner in agreeing)) == (233, 19_020_00)
    assert min(owner.area for owner in owners) > 50_00


def test_every_story_is_told_and_everybody_finds_their_pages(demo) -> None:
    votes = {vote.title: vote for vote in db.session.scalars(select(Vote))}
    poll, open_one = votes[charging.POLL_TITLE], votes["北侧绿地边上装充电桩"]
    assert poll.result is not None
    liked = {code: figures["heads"] for code, figures in poll.result["options"].items()}
    assert (poll.result["cast"], liked) == (charging.ASKED, charging.LIKES)
    assert (open_one.state, open_one.seats_total, open_one.area_total) == (VoteState.voting, 402, 33_600_00)
    turnout = queries.turnout(open_one.id)
    assert (turnout.cast, turnout.needed) == (266, 268)
    vote_ids = [vote.id for vote in votes.values() if vote.published_at]
    for each in (*SIGN_INS, *estate.SIGN_INS):
        user = db.session.scalars(select(User).where(User.email == each.email)).one()
        client = client_of(demo, user)
        for path in ("/", "/matters", "/inbox", *(f"/votes/{vote_id}" for vote_id in vote_ids)):
            assert client.get(path).status_code == 200, (each.key, path)


def test_every_mail_is_dated_when_it_was_due(demo: Flask) -> None:
    rows = db.session.execute(
        select(Delivery.sent_at, Occasion.created_at, MailboxItem.sent_at)
        .join(Message, Message.id == Delivery.message_id)
        .join(Occasion, Occasion.id == Message.occasion_id)
        .outerjoin(MailboxItem, MailboxItem.key == Delivery.key)
    ).all()
    assert len(rows) > 100
    assert {(sent, shown) for sent, told, shown in rows if sent != told or shown != sent} == set()


def test_the_morning_lies_on_the_desks(demo: Flask) -> None:
    def desk_of(name: str) -> dict[str, str]:
        user = db.session.scalars(select(User).where(User.email == f"{name}@{DOMAIN}")).one()
        groups = portal.desk(people.actor(user.id), now=NOW)
        return {line.title: f"{group.kind} {line.task}" for group in groups for line in group.lines}

    engineer = desk_of("qian")
    assert engineer[morning.OVERDUE] == "late handle"
    assert engineer[morning.DUE_TODAY] == "today handle"
    assert engineer[morning.NEW] == "today contact"
    assert engineer[morning.OFFERED] == "week accept_case"
    assert engineer[morning.PROMISED] == "week follow_up"
    supervisor = desk_of("shi")
    assert supervisor[morning.OVERDUE] == supervisor[morning.OUTSIDE] == "late press_handler"
    assert supervisor[morning.DISPUTED] == "week decide_lead"
    liaison = desk_of("shen")
    assert liaison[morning.RETURNED] == "week dispatch_again"
    assert liaison[morning.SUGGESTED] == "week dispatch"
    assert desk_of("fan") == {
        morning.OVERDUE: "late press_handler",
        morning.OUTSIDE: "late press_handler",
        "梧桐里弄管会议事": "week attend",
        morning.PASSED_ON: "week await_reply",
        morning.SUGGESTED: "week await_forward",
    }


def test_the_clock_says_what_the_days_brought_and_is_not_moved_twice_by_one_page(
    demo: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(demo)

    def move(since: datetime) -> TestResponse:
        return post(client, "/demo/clock", days="1", since=since.isoformat(), next="/matters")

    start = clock.now()
    assert move(start).headers["Location"] == "/matters"
    assert "到了日子还没办" in client.get("/matters").text
    assert clock.now() - start > timedelta(hours=23)

    monkeypatch.setattr(demo_views, "AT_ONCE", 0)
    second = clock.now()
    walked = move(second).text
    assert "第 1 天，共 1 天" in walked
    assert "条通知" in walked
    assert 'href="/matters">回到刚才的页面' in walked

    third = clock.now()
    assert move(second).status_code == 302, "the page of the walk was sent for once more"
    assert clock.now() - third < timedelta(hours=1)
    assert "时钟已经走过了" in client.get("/matters").text


def test_a_spring_of_cases_fills_the_figures_that_everybody_may_see(demo: Flask) -> None:
    for by in (Dimension.place, Dimension.level, Dimension.unit, Dimension.month):
        groups, total = feedback.figures(None, Period(date(2026, 3, 1), date(2026, 5, 1)), by=by, now=spring.END)
        rows, last = public(groups, total)
        for row in [*rows.values(), last]:
            assert [rate for rate in RATES if row.is_kept_back(rate)] == []
    assert {case.times_reopened for case in db.session.scalars(select(Case))} == {0, 1}
    published = [pack.published_at is not None for pack in db.session.scalars(select(ReviewPack))]
    assert sorted(published) == [False, False, True], "one more is drafted by our scenes"
    visitor = client_of(demo)
    for path in ("/feedback/figures", "/feedback/reviews", "/cases/contractors"):
        assert visitor.get(path).status_code == 200
