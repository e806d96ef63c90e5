"""A case is handed back twice, the supervisor decides, and the first receiver leads meanwhile; then it comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from deliberation.cases import queries as cases
from deliberation.cases import service as case_service
from deliberation.cases.models import Case
from deliberation.demo.acts import propose
from deliberation.demo.stage import at
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
    sees(page, "退了两次，等督办定由谁主办")
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
