"""Five tasks that people come for, with how much each asks of the hand: presses counted, typing timed.

docs/tasks.md holds the figures and is written by this test; it fails when a task asks for more than its limit.
Everybody is signed in and begins at their home page, or where a code or a message has led them. A press is a tap or a
click; choosing from a list is two of them; typing goes at one letter a second, as on a telephone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from deliberation.demo.acts import propose
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import check_in_code
from deliberation.places import queries as places
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind, ProposalState
from tests.journeys.support.hands import sees, tab_to
from tests.journeys.support.world import sign_in
from tests.support import pages
from tests.support.browser import Person
from tests.support.server import LiveServer
from tests.support.services import ROOT
from tests.support.told import Scenes, demo_application

LETTERS_A_SECOND = 1
LIST = 2  # A list opens, and one of it is chosen.
TOLD_AT = timedelta(hours=2)


@dataclass
class Hand:
    """Somebody's hand at their page, and what it has done."""

    page: Page
    presses: int = 0
    letters: int = 0

    def press(self, target: Locator) -> None:
        target.filter(visible=True).first.click()
        self.presses += 1

    def button(self, name: str, *, within: str = "body") -> None:
        self.press(self.page.locator(within).get_by_role("button", name=name, exact=True))

    def link(self, name: str, *, within: str = "body") -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.press(self.page.locator(within).get_by_role("link", name=name))

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(label).select_option(value)
        self.presses += LIST

    def type(self, text: str) -> None:
        """Into what has the focus."""
        self.page.keyboard.insert_text(text)
        self.letters += len(text)

    def next_field(self) -> None:
        """By the keyboard, which says so on its key."""
        self.page.keyboard.press("Tab")


@dataclass
class Tasks:
    """The told demo, served; whoever sits down is signed in, as people are who have come before."""

    server: LiveServer
    app: Flask
    new_person: Callable[..., Person]
    counted: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """By task: presses, how many they may be, seconds of typing."""

    def sits(self, key: str, *, width: int = 360) -> Hand:
        person = self.new_person(key, base_url=self.server.url, width=width, height=780)
        with self.app.app_context():
            user_id = pages.person(key).id
        name, value = sign_in(self.app, user_id)[0].split("=", 1)
        person.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
        person.page.goto("/")
        return Hand(person.page)

    def count(self, task: str, hand: Hand, *, most: int) -> None:
        self.counted[task] = (hand.presses, most, -(-hand.letters // LETTERS_A_SECOND))


@pytest.fixture
def tasks(told: Path, tmp_path: Path, new_person: Callable[..., Person]) -> Iterator[Tasks]:
    data = Path(shutil.copytree(told, tmp_path / "demo"))
    server = LiveServer(data, DELIBERATION_ENV="demo", RUN_SCHEDULER="0")
    app = demo_application(data, SECRET_KEY=server.environment["SECRET_KEY"])
    server.start()
    yield Tasks(server, app, new_person)
    server.stop()


@pytest.mark.journey
def test_no_task_asks_for_more_than_its_limit(tasks: Tasks) -> None:
    propose_something(tasks)
    find_my_vote(tasks)
    check_in_and_raise_a_hand(tasks)
    screen_ten(tasks)
    answer_a_look_back(tasks)
    by_the_keyboard_alone(tasks)
    (ROOT / "docs" / "tasks.md").write_text(_written(tasks))
    assert {task: figures for task, figures in tasks.counted.items() if figures[0] > figures[1]} == {}


def propose_something(tasks: Tasks) -> None:
    hand = tasks.sits("xu")
    hand.link("提一件事")
    hand.type("连廊雨天积水")
    hand.next_field()
    hand.type("二号楼到三号楼的连廊一下雨就积水，要踩着水走。")
    hand.choose("哪一类", "facilities")
    hand.button("交给联络站")
    sees(hand.page, "已交给联络站。")
    tasks.count("提一件事", hand, most=4)


def find_my_vote(tasks: Tasks) -> None:
    hand = tasks.sits("zhou")
    hand.link("去投票", within="main")
    hand.press(hand.page.locator("label.opt", has=hand.page.locator("[value=for]")))
    hand.button("投出这一票")
    sees(hand.page, "已记下：同意")
    tasks.count("找到要投的票，投出去", hand, most=3)


def check_in_and_raise_a_hand(tasks: Tasks) -> None:
    hand = tasks.sits("qian")
    meeting_id, code = _at_the_door(tasks)
    hand.page.goto(f"/meetings/{meeting_id}/check-in?code={code}")  # What the telephone's camera opens.
    hand.button("我到了，签到")
    hand.page.wait_for_url("**/room")
    hand.press(hand.page.get_by_role("button", name="提问"))
    expect(hand.page.get_by_role("button", name="提问").first).to_have_attribute("aria-pressed", "true")
    tasks.count("签到，举手", hand, most=2)


def screen_ten(tasks: Tasks) -> None:
    """Six are taken in together, two joined to one, one sent elsewhere, one given back with a reason."""
    titles = _ten_come_in(tasks)
    hand = tasks.sits("shen", width=1280)
    page = hand.page
    hand.link("工作台", within="main")
    hand.link("待筛选", within="main")
    for title in titles[:6]:
        hand.press(page.locator("li", has=page.get_by_role("link", name=title)).locator("input[type=checkbox]"))
    hand.button("受理勾选的")
    sees(page, "6 件已受理")
    for title in titles[6:8]:
        hand.press(page.locator("li", has=page.get_by_role("link", name=title)).locator("input[type=checkbox]"))
    hand.press(page.get_by_label("并到哪一件（编号）"))
    hand.type(_plate_of(tasks, titles[0]))
    hand.next_field()
    hand.type("说的是同一处。")
    hand.button("请另一位联络员复核")
    sees(page, "已请另一位联络员复核并案")
    hand.link(titles[8])
    hand.press(page.locator("summary", has_text="转办"))
    hand.press(page.locator("details[open] label.opt"))
    hand.press(page.locator("details[open] textarea"))
    hand.type("这件事归城管，已请他们去看。")
    hand.button("转办，告诉提出人去哪里")
    sees(page, "已转办")
    hand.link(titles[9])
    hand.press(page.locator("summary", has_text="退回"))
    hand.press(page.locator("details[open] textarea"))
    hand.type("请写明在哪一段。")
    hand.button("退回给提出人改")
    sees(page, "已退回")
    with tasks.app.app_context():
        waiting = select(Proposal.title).where(Proposal.title.in_(titles), Proposal.state == ProposalState.submitted)
        assert sorted(db.session.scalars(waiting)) == sorted(titles[6:8])  # Until a second liaison has looked.
    tasks.count("筛选十件提案", hand, most=25)


def answer_a_look_back(tasks: Tasks) -> None:
    hand = tasks.sits("luo")
    hand.button("好了", within="main")
    sees(hand.page, "谢谢")
    tasks.count("回头看：答一次", hand, most=1)


def by_the_keyboard_alone(tasks: Tasks) -> None:
    """Proposing, voting and raising a hand, by others, without a pointer: Tab, Space, arrows and Enter."""
    page = tasks.sits("luo", width=1280).page
    page.goto("/proposals/new")
    for place, text in (("#title", "信箱锁坏了"), ("#text", "三号门的信箱锁不上，信会被雨淋湿。")):
        tab_to(page, page.locator(place))
        page.keyboard.insert_text(text)
    tab_to(page, page.get_by_label("哪一类"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="交给联络站", exact=True))
    page.keyboard.press("Enter")
    sees(page, "已交给联络站。")

    page = tasks.sits("fang", width=1280).page
    tab_to(page, page.locator("main").get_by_role("link", name="去投票").first)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    tab_to(page, page.locator("form[data-ballot] [value=for]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # The arrows go from one choice to the next, as between any radios.
    expect(page.locator("form[data-ballot] [value=against]").first).to_be_checked()
    tab_to(page, page.get_by_role("button", name="投出这一票").first)
    page.keyboard.press("Enter")
    sees(page, "已记下：反对")

    page = tasks.sits("tang", width=1280).page
    meeting_id, code = _at_the_door(tasks)
    page.goto(f"/meetings/{meeting_id}/room?code={code}")
    hand = page.get_by_role("button", name="提问").first
    expect(hand).to_be_visible()
    tab_to(page, hand)
    page.keyboard.press("Enter")
    expect(hand).to_have_attribute("aria-pressed", "true")


def _at_the_door(tasks: Tasks) -> tuple[int, str]:
    """The session of noon and the code that hangs at its door now."""
    with tasks.app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.title.endswith("第 10 次"))).one()
        return meeting.id, check_in_code(meeting.check_in_secret, meeting_id=meeting.id, at=clock.now())


def _ten_come_in(tasks: Tasks) -> list[str]:
    titles = [f"垃圾桶旁边第 {number} 处积水" for number in range(1, 11)]
    stage = Scenes(tasks.app)
    with tasks.app.app_context():
        lane, now = places.place_by_code("WTL"), clock.now()
    for number, title in enumerate(titles):
        propose(
            stage, ("zhou", "qiu", "luo", "ding")[number % 4], place=lane, title=title, text="一下雨就积水。",
            kind=ProposalKind.environment, spot="", now=now - TOLD_AT + timedelta(minutes=number),
        )  # fmt: skip
    return titles


def _plate_of(tasks: Tasks, title: str) -> str:
    with tasks.app.app_context():
        return db.session.scalars(select(Matter.plate).where(Matter.title == title)).one()


def _written(tasks: Tasks) -> str:
    lines = [
        "# What five tasks ask of the hand",
        "",
        "Written by `tests/journeys/test_timed_tasks.py`, which fails when a task asks for more presses than it may.",
        "Everybody is signed in and begins at the home page; to check in, the camera has opened the code's address.",
        "A press is a tap or a click, and choosing from a list is two. Typing is one letter a second.",
        "",
        "| task | presses | at most | seconds of typing |",
        "|---|---|---|---|",
        *(f"| {task} | {done} | {most} | {typed} |" for task, (done, most, typed) in tasks.counted.items()),
    ]
    return "\n".join(lines) + "\n"
