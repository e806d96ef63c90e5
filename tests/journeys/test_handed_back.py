"""A case is handed back twice, the supervisor decides, and the first receiver leads meanwhile; then it comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from deliberation.cases import queries as cases
from deliberation.cases import service as case_service
from deliberation.cases.models import Case
from deliberation.cases.rules import ReplyKind
from deliberation.demo.acts import propose
from deliberation.demo.stage import at
from deliberation.kernel.database import db
from deliberation.notifications.models import MailboxItem
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.journeys.support.hands import press, sees, sign_in
from tests.journeys.support.looks import check
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

TITLE = "连廊的雨棚漏水"
TEXT = "下雨天连廊中段一直滴水，地上结了青苔，已经有两个人滑倒，请先把漏的地方补上。"
TASK = "找到漏点，补好雨棚，把地面的青苔洗掉。"
NOT_OURS = "雨棚是街道装的，不在园区红线里，请派给街道。"
NOT_OURS_EITHER = "雨棚接在园区的楼上，由园区维护，不归街道。"
DECIDED = "雨棚接在园区楼体上，由园区主办，街道配合。"


@dataclass
class Story:
    """One live server, and what has been made on it so far."""

    world: World
    sit: Callable[..., Person]
    case_id: int
    number: str

    def at_browser(self, key: str, path: str, **screen: int) -> Person:
        person = self.sit(key, base_url=self.world.server.url, **screen)
        sign_in(person, key)
        person.page.goto(path)
        return person

    def case(self) -> Case:
        with self.world.app.app_context():
            return cases.case(self.case_id)


@pytest.mark.journey
def test_a_case_handed_back_twice_is_decided(live_server: LiveServer, new_person: Callable[..., Person]) -> None:
    story = dispatched(World(live_server), new_person)
    the_handler_hands_it_back(story)
    the_next_one_too(story)
    the_supervisor_decides_and_the_first_receiver_has_led_meanwhile(story)
    what_is_reported_fixed_comes_back_by_the_link_of_the_mail(story)
    the_second_time_it_climbs(story)


def dispatched(world: World, sit: Callable[..., Person]) -> Story:
    """许宁's proposal has been taken in and given to 钱伟, who has a working day to hand it back."""
    proposal = propose(
        world, "xu", place=world.cast.park, title=TITLE, text=TEXT, kind=ProposalKind.facilities, spot="连廊",
        now=at(3, 2, 8, 30),
    )  # fmt: skip
    world.act("shen", proposals.accept, proposal_id=proposal.id, now=at(3, 2, 10, 0))
    case = world.act(
        "shen", case_service.dispatch, matter_id=proposal.matter_id, handler_id=world.cast.named["qian"].id,
        lead_unit_id=None, task=TASK, limit="ordinary", now=at(3, 3, 9, 0),
    )  # fmt: skip
    world.set_clock(at(3, 3, 9, 30))
    return Story(world, sit, case.id, "TAY-2026-001")


def the_handler_hands_it_back(story: Story) -> None:
    page = story.at_browser("qian", f"/cases/{story.case_id}", width=390, height=844).page
    sees(page, "请您接办")
    page.get_by_label("为什么退回").fill(NOT_OURS)
    press(page, "退回")
    sees(page, "由首接的 钱伟 先办")
    check(page)


def the_next_one_too(story: Story) -> None:
    """The dispatcher may give it on once: 高捷 of the subdistrict does not take it either."""
    page = story.at_browser("shen", f"/cases/{story.case_id}").page
    page.get_by_label("改派给谁").select_option(label="高捷 · 街道城运中心")
    press(page, "改派")
    sees(page, "已改派，等他接下。")
    with story.world.app.app_context():
        asked = cases.open_lead(cases.assignments(story.case_id))
        assert asked is not None
    story.world.act("gao", case_service.hand_back, assignment_id=asked.id, reason=NOT_OURS_EITHER, now=at(3, 3, 11, 0))
    page.reload()
    sees(page, "退了两次，督办")
    expect(page.get_by_label("改派给谁")).to_have_count(0)


def the_supervisor_decides_and_the_first_receiver_has_led_meanwhile(story: Story) -> None:
    story.world.act("qian", case_service.record_contact, case_id=story.case_id, note="", now=at(3, 3, 14, 0))
    story.world.set_clock(at(3, 4, 9, 0))
    page = story.at_browser("shi", "/desk").page
    sees(page, "退了两次，定由谁主办")
    page.goto(f"/cases/{story.case_id}")
    deciding = page.get_by_role("region", name="定由谁主办")
    deciding.get_by_label("由谁主办", exact=True).select_option(label="钱伟 · 园区工程部")
    deciding.get_by_label("理由").fill(DECIDED)
    press(page, "定下")
    sees(page, "定下了主办，已通知有关的人。")
    check(page)
    assert story.case().handler_id == story.world.cast.named["qian"].id
    resident = story.sit("resident", base_url=story.world.server.url, width=360, height=800)
    resident.page.goto(f"/matters/{story.number}")
    for said in (NOT_OURS, NOT_OURS_EITHER, DECIDED):
        sees(resident.page, said)
    check(resident.page)


def what_is_reported_fixed_comes_back_by_the_link_of_the_mail(story: Story) -> None:
    """A month later 许宁, on a phone and not signed in: one press in the mail and one on the page."""
    reported_fixed(story, replied=at(3, 5, 15, 0), asked=at(4, 8, 9, 30))
    link = chosen_in_the_mail(story, "came_back")
    phone = story.sit("xu-phone", base_url=story.world.server.url, width=360, height=780).page
    phone.goto(link)
    sees(phone, f"{TITLE}，现在好了吗？")
    assert story.case().times_reopened == 0, "opening the link has changed nothing"
    press(phone, "我看到的是：好过，又坏了")
    sees(phone, "请写一句哪里没好")
    check(phone)
    phone.get_by_label("哪里没好").fill("这几天下雨，中段又滴水了")
    phone.get_by_text("不满意", exact=True).click()
    press(phone, "我看到的是：好过，又坏了")
    sees(phone, "您的回话记下了，马上重新办理。")
    case = story.case()
    assert (case.times_reopened, case.level, case.handler_id) == (1, 1, story.world.cast.named["qian"].id)
    phone.goto(link)
    sees(phone, "这件事又在办了")
    check(phone)


def the_second_time_it_climbs(story: Story) -> None:
    reported_fixed(story, replied=at(4, 10, 15, 0), asked=at(5, 12, 9, 30))
    phone = story.sit("xu-again", base_url=story.world.server.url, width=360, height=780).page
    phone.goto(chosen_in_the_mail(story, "no"))
    phone.get_by_label("哪里没好").fill("雨棚还是漏，地上又滑了")
    press(phone, "我看到的是：没好")
    sees(phone, "雨棚还是漏，地上又滑了")
    assert (story.case().times_reopened, story.case().level) == (2, 2)
    story.world.set_clock(at(5, 12, 10, 0))
    page = story.at_browser("shen", f"/cases/{story.case_id}").page
    sees(page, "2 级")


def reported_fixed(story: Story, *, replied: datetime, asked: datetime) -> None:
    """The handler answers that it is fixed; a month later everyone is asked."""
    reply = {"kind": ReplyKind.A, "text": "漏点找到了，雨棚补好，青苔洗掉了。"}
    story.world.act("qian", case_service.reply, case_id=story.case_id, now=replied, **reply)
    story.world.it_is(asked)
    story.world.let_time_pass(asked)  # What was told just now goes out with the next tick.


def chosen_in_the_mail(story: Story, answer: str) -> str:
    """The path of the newest look-back that was mailed to 许宁, with the answer pressed there."""
    address = story.world.cast.named["xu"].email
    with story.world.app.app_context():
        mails = select(MailboxItem.body).where(MailboxItem.address == address).order_by(MailboxItem.id.desc())
        bodies = db.session.scalars(mails.where(MailboxItem.body.contains("/look-backs/")).limit(1)).all()
    found = re.search(rf"(/look-backs/\S+\?answer={answer})\s", bodies[0])
    assert found, bodies[0]
    return found.group(1)
