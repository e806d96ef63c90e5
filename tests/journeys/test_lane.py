"""Case E1, walked through by hand: the lane that becomes one-way, from the proposal to the last look-back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from deliberation.demo.acts import check_in
from deliberation.demo.cast import DOMAIN
from deliberation.demo.stage import at
from deliberation.demo.stories.lane import TITLE
from tests.journeys.support.hands import follow, press, press_and_confirm, sees, sees_in, sign_in, unfold
from tests.journeys.support.lane import CAST, LIVE, Lane
from tests.journeys.support.looks import check, picture
from tests.support.browser import Person
from tests.support.server import LiveServer

SEATS = 193
QUORUM_SUM = "3 × 151 = 453 ≥ 2 × 193 = 386"
APPROVAL_SUM = "3 × 118 = 354 ≥ 2 × 151 = 302"
FIGURES = ("118", "27", "6")


class Journey(Lane):
    """From the lunch hour to the end."""

    # The lunch hour

    def lunch(self) -> None:
        self.world.it_is(at(3, 18, 12, 15))
        self._arrive()
        self._begin()
        self._speak()
        self._lose_the_network()
        self._cast()
        self._close_and_read_back()

    def _arrive(self) -> None:
        """The code of the big screen lets people in; who is not at a browser checks in all the same."""
        page = self.shen.page
        self.opens(page, "/")
        follow(page, "打开主持台")
        with self.shen.context.expect_page() as opened:
            page.get_by_role("link", name="大屏").click()
        self.screen = opened.value
        self.screen.set_viewport_size({"width": 1920, "height": 1080})
        live = [seat.user_id for seat, _choice in self.ballots[CAST - LIVE - 1 :]]
        check_in(self.world, self.meeting_id, ["luo", "ding", *live], now=at(3, 18, 12, 15))
        for page in (self.qiu.page, self.zhou.page):
            self.opens(page, "/")
            follow(page, "进会场")
            follow(page, "签到", within="body")
            check(page)
            code = self.screen.locator("[data-qr-code]").inner_text()
            page.get_by_label("签到码").fill(code.replace(" ", ""))
            press(page, "我到了，签到")
            sees(page, "签到了")
            check(page)

    def _begin(self) -> None:
        page = self.shen.page
        press(page, "开会")
        for each in self.three:
            sees(each, "进行中")
        press(page, "开始这一项")
        press(page, "记下决定")
        page.locator("dialog textarea").fill("上次说好的两件事：路灯已修好，晾衣架下周装。")
        press(page, "往下：念给大家听", within="dialog")
        press(page, "念过了，公布", within="dialog")
        press(page, "开始这一项")
        for each in (self.qiu.page, self.zhou.page):
            sees_in(each, "item", "第 2 项，共 3 项")
        expect(self.screen.locator("[data-region=main]")).to_contain_text("机动车由北口进")

    def _speak(self) -> None:
        """The resident speaks first, the proposer waits for her turn and gets the floor."""
        qiu, zhou, page = self.qiu.page, self.zhou.page, self.shen.page
        zhou.locator("[data-key=hand-for]").click()
        sees_in(page, "queue", "周敏")  # Whoever chairs has to call her; nobody else reads more than 周*.
        qiu.locator("[data-key=hand-for]").click()
        sees_in(page, "queue", "邱月")
        press(page, "请第一位")
        sees_in(zhou, "speaker", "您")
        sees_in(self.screen, "foot", "周*")
        sees_in(qiu, "queue", "您")
        check(qiu)
        check(zhou)
        check(page)
        picture(qiu, "room-phone")
        picture(page, "chair")
        picture(self.screen, "screen")
        press(page, "请下一位")
        sees_in(qiu, "speaker", "我说完了")
        sees_in(self.screen, "foot", "邱*")

    def _lose_the_network(self) -> None:
        """What happened meanwhile stands on her page when she is back, and what she did reaches the others."""
        qiu = self.qiu.page
        self.qiu.allow("ERR_INTERNET_DISCONNECTED")
        self.qiu.context.set_offline(True)
        expect(qiu.locator("[role=status]:has([data-offline])")).to_contain_text("断线了", timeout=30_000)
        expect(qiu.locator("[data-offline]")).to_be_visible()
        press(self.shen.page, "结束发言")
        qiu.locator("[data-key=ballot]").click()
        qiu.locator("label.opt", has=qiu.locator("[value=for]")).click()
        press(qiu, "投出这一票")
        sees(qiu, "正在送出，断网也没关系")
        sees_in(qiu, "speaker", "我说完了")
        self.qiu.context.set_offline(False)
        sees(qiu, "已记下：同意")
        expect(qiu.locator("[data-offline]")).to_be_hidden()
        qiu.get_by_label("先收起来").click()
        sees_in(qiu, "speaker", "现在没有人在发言")
        sees_in(self.shen.page, "vote", f"已投 {CAST - LIVE + 1} / {SEATS} 票")

    def _cast(self) -> None:
        """The others in the room cast on their own devices; everybody sees how many, nobody how."""
        live = self.ballots[CAST - LIVE - 1 :]
        assert len(live) == LIVE - 1
        for number, (seat, choice) in enumerate(live, start=1):
            voter = self.world.voter(seat, vote_id=self.vote_id)
            assert voter.cast(choice, client_ballot_id=f"live-{seat.id:08d}").is_receipt
            if number == len(live) // 2:
                sees_in(self.screen, "foot", f"已投 {CAST - LIVE + 1 + number} / {SEATS} 票")
        for page in (*self.three, self.screen):
            sees(page, f"已投 {CAST} / {SEATS} 票")
        self.knows_no_result()

    def _close_and_read_back(self) -> None:
        page = self.shen.page
        press_and_confirm(page, "截止表决")
        sees_in(page, "vote", "宣读并确认")
        for each in (self.qiu.page, self.zhou.page):
            sees_in(each, "vote", "正在核对，宣读后公布结果")
            shown = each.request.get(f"/votes/{self.vote_id}", headers={"Accept": "text/html"}).text()
            assert "k-for" not in shown
            assert each.request.get(f"/meetings/{self.meeting_id}/state").json()["vote"]["result"] is None
        with self.shen.context.expect_page() as opened:
            page.get_by_role("link", name="打开结果来宣读").click()
        unfold(opened.value)
        sees(opened.value, APPROVAL_SUM)
        opened.value.close()
        press_and_confirm(page, "已宣读，公布结果")
        for each in (self.qiu.page, page, self.zhou.page):
            for figure in (APPROVAL_SUM, QUORUM_SUM, "通过"):
                sees_in(each, "vote", figure)
        sees_in(self.screen, "main", APPROVAL_SUM)
        check(self.qiu.page)
        check(self.zhou.page)
        press_and_confirm(page, "散会")
        for each in self.three:
            sees(each, "已散会")
        self.opens(page, f"/votes/{self.vote_id}")
        picture(page, "vote-result")

    # 4. Act

    def act(self) -> None:
        for page in self.three:
            self.opens(page)
            unfold(page)
            for text in ("待外部批准", "公安交管部门", "沈岚 · 联络员", "4月16日", APPROVAL_SUM):
                sees(page, text)
        self.qiu.page.evaluate("window.scrollTo(0, 0)")
        picture(self.qiu.page, "matter-phone")
        self.world.it_is(at(3, 20, 10, 0))
        self._send_notice()
        self._approve()
        self._handle()

    def _send_notice(self) -> None:
        page = self.shen.page
        self.opens(page)
        follow(page, "核对，发出")
        check(page)
        page.get_by_role("button", name=re.compile("^发出，告知")).click()
        page.locator("dialog[open] .dialog__go button").last.click()
        sees(page, "已发出，告知了")
        unfold(page)
        for text in (*FIGURES, APPROVAL_SUM):
            sees(page, text)
        for each in (self.qiu.page, self.zhou.page):
            self._reads_notice(each, *FIGURES, APPROVAL_SUM)

    def _reads_notice(self, page: Page, *texts: str) -> None:
        """The newest notice in the inbox leads to what it says in full."""
        self.opens(page, "/inbox")
        follow(page, f"结果告知：{TITLE}")
        check(page)
        unfold(page)
        for text in texts:
            sees(page, text)

    def _approve(self) -> None:
        self.world.it_is(at(4, 10, 10, 0))
        page = self.shen.page
        self.opens(page)
        follow(page, "打开办理页")
        check(page)
        page.get_by_label("批准文号").fill("交管公示〔2026〕17 号")
        page.get_by_label("公布日期").fill("2026-04-09")
        press(page, "已批准，开始办理")
        sees(page, "已记下批准。决议生效")

    def _handle(self) -> None:
        """The handler works at a browser of his own, with a clock that everybody can see."""
        self.world.it_is(at(4, 13, 9, 40))
        gao = self.sits("handler", width=1280, height=860)
        sign_in(gao, "gao")
        page = gao.page
        check(page)
        follow(page, "去办理")
        check(page)
        page.get_by_label("联系的情况").fill("已约弄管会到两口看牌子的位置。")
        press(page, "联系过了")
        sees(page, "已记下：联系过了")
        self.world.it_is(at(4, 24, 16, 0))
        page.get_by_label("做了什么").fill("南北两口的单行标志装好，地面箭头划完。")
        press(page, "记下进展")
        sees(page, "写进了这件事的进展")
        page.set_viewport_size({"width": 1440, "height": 900})
        self.opens(page)
        picture(page, "matter-desktop")
        follow(page, "打开办理页")
        self.world.it_is(at(4, 30, 15, 30))
        page.locator("label.opt", has_text="已经解决或采纳").click()
        page.locator("[name=reply-text]").fill(
            "4月27日起按单行走，两口有标志，早晚高峰有志愿者。救护和消防车辆不受限制。"
        )
        press(page, "答复")
        sees(page, "已答复。联络站 3 天内告知")

    # 5. Report back, and look again

    def look_again(self) -> None:
        self.world.it_is(at(5, 3, 9, 30))
        for page in (self.qiu.page, self.zhou.page):
            self._reads_notice(page, "4月27日起按单行走")
        self._asked(at(6, 1, 9, 5))
        self._answers_at_home(shows="30 天")
        self._answers_by_mail(number=1)
        self.world.it_is(at(6, 9, 9, 0))
        self._asked(at(7, 29, 9, 5))
        self._answers_at_home(shows="90 天")
        self._answers_by_mail(number=2)
        self.world.it_is(at(8, 6, 9, 0))
        page = self.shen.page
        self.opens(page)
        follow(page, "打开办理页")
        press_and_confirm(page, "核对过了，办结")
        sees(page, "已办结")

    def _asked(self, now: datetime) -> None:
        self.world.it_is(now)
        self.world.let_time_pass(now)  # The mail that the asking has put into the outbox.

    def _answers_at_home(self, *, shows: str) -> None:
        """The resident, on the home page, with one click; this time at a desk and in the ordinary size."""
        page = self.zhou.page
        self.opens(page, "/")
        if page.viewport_size == {"width": 360, "height": 740}:
            press(page, "退出关怀版")
            page.set_viewport_size({"width": 1440, "height": 900})
            self.opens(page, "/")
            picture(page, "home-desktop")
        sees(page, f"报告办好 {shows}了")
        press(page, "好了", within=".needs")
        sees(page, "您的回话记下了")

    def _answers_by_mail(self, *, number: int) -> None:
        """The proposer, from the link in the mail, on a device where nobody has signed in."""
        page = self.sits(f"mail{number}", width=360, height=740).page
        self.opens(page, f"/mailbox?address=qiu@{DOMAIN}")
        page.locator("article", has_text="现在好了吗").first.locator("a[href*='/look-backs/']").first.click()
        page.wait_for_url("**/look-backs/**")
        check(page)
        press(page, "好了")
        sees(page, "您的回话记下了")

    def sees_the_end(self) -> None:
        for page in self.three:
            self.opens(page)
            unfold(page)
            for text in ("已办结", APPROVAL_SUM, "反馈"):
                sees(page, text)


@pytest.mark.journey
@pytest.mark.timeout(400)
def test_the_lane_becomes_one_way(live_server: LiveServer, new_person: Callable[..., Person]) -> None:
    lane = Journey(live_server, new_person)
    lane.collect()
    lane.convene()
    lane.prepare_the_vote()
    lane.vote_at_home()
    lane.lunch()
    lane.act()
    lane.look_again()
    lane.sees_the_end()
