"""Without a network: what was seen is still there, and what was written goes out by itself when there is one again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.meetings.models import Meeting
from deliberation.proposals.models import Proposal
from tests.journeys.support.hands import press, sees
from tests.journeys.support.walk import PHONE, Walk
from tests.support.browser import Person

TITLE = "地下车库没有信号"


@pytest.fixture
def walk(told: Path, tmp_path: Path, new_person: Callable[..., Person]) -> Iterator[Walk]:
    begun = Walk(told, tmp_path / "walk", partial(new_person, keeps_pages=True))
    yield begun
    begun.stop()


@pytest.mark.journey
def test_the_agenda_is_there_and_the_proposal_goes_out_once(walk: Walk) -> None:
    tab, context = walk.tab, walk.person.context
    walk.person.allow("ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|CONNECTION_RESET|EMPTY_RESPONSE)")
    walk.become("xu", PHONE)
    with walk.app.app_context():
        agenda = f"/meetings/{db.session.scalars(select(Meeting.id).where(Meeting.title.endswith('第 10 次'))).one()}"
    tab.goto("/")
    tab.evaluate("async () => { await navigator.serviceWorker.ready }")
    tab.reload()  # From here on the service worker sees what is opened.
    for path in (agenda, "/proposals/new"):
        tab.goto(path)
    context.set_offline(True)
    walk.server.kill()

    tab.goto(agenda)
    sees(tab, "汀岸园楼委会 · 第 10 次")
    expect(tab.locator("[data-offline]")).to_be_visible()
    tab.goto("/audit")
    sees(tab, "这一页没有存在这台设备上")
    tab.goto("/proposals/new")
    tab.get_by_label("什么事").fill(TITLE)
    tab.get_by_label("说说情况，希望怎么办").fill("在车库里想提一件事，交不出去。")
    tab.get_by_label("哪一类").select_option("facilities")
    press(tab, "交给联络站")
    sees(tab, "联网后自动交")

    walk.server.start()
    context.set_offline(False)
    sees(tab, "已经交给联络站")
    expect(tab.get_by_label("什么事"), "the form that was sent does not stand there as if it were not").to_have_count(0)
    expect(tab.locator("[data-toasts] > *")).to_have_count(0)
    expect(tab.get_by_role("link", name="去看看")).to_have_attribute("href", re.compile("/matters/"))
    tab.goto("/proposals/new")
    with walk.app.app_context():
        assert db.session.scalars(select(Proposal.title).where(Proposal.title == TITLE)).all() == [TITLE]
    expect(tab.get_by_label("什么事")).to_have_value("")
