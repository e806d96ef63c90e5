"""Case E1, walked through by hand: the lane that becomes one-way, from the proposal to the last look-back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from deliberation.demo.acts import cast_ballots, check_in, join, propose, support
from deliberation.demo.cast import DOMAIN
from deliberation.demo.pictures import van_in_lane
from deliberation.demo.stage import at
from deliberation.demo.stories.lane import MOTION, TEXT, TITLE
from deliberation.kernel.database import db
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from deliberation.votes.rules import Choice
from tests.journeys.support.hands import follow, press, press_and_confirm, sees, sees_in, sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

SEATS, CAST, IN_FAVOUR, AGAINST, ABSTAINING = 193, 151, 118, 27, 6
LIVE = 30  # Ballots cast in the room, the proposer's among them.
QUORUM_SUM = "3 × 151 = 453 ≥ 2 × 193 = 386"
APPROVAL_SUM = "3 × 118 = 354 ≥ 2 × 151 = 302"
FIGURES = ("118", "27", "6")


class Lane:
    """The people at their browsers, and where they have got to."""

    def __init__(self, server: LiveServer, new_person: Callable[..., Person]) -> None:
        self.world = World(server)
        self.new_person, self.url = new_person, server.url
        self.qiu = self._sits("proposer", width=360, height=740)
        self.shen = self._sits("chair", width=1280, height=860)
        self.zhou = self._sits("resident", width=360, height=740)
        self.screen: Page
        self.matter = ""
        self.meeting_id = self.vote_id = 0

    def _sits(self, name: str, *, width: int, height: int) -> Person:
        return self.new_person(name, base_url=self.url, width=width, height=height)

    @property
    def three(self) -> list[Page]:
        return [self.qiu.page, self.shen.page, self.zhou.page]

    def opens(self, page: Page, path: str = "") -> None:
        """Open a page, by default the matter's, and see that it is in order."""
        page.goto(path or self.matter)
        check(page)

    # 1. Collect

    def collect(self) -> None:
        self._propose()
        self._screen()
        self._support()

    def _propose(self) -> None:
        self.world.it_is(at(3, 2, 8, 10))
        sign_in(self.qiu, "qiu")
        page = self.qiu.page
        check(page)
        page.get_by_role("link", name="提一件事").filter(visible=True).first.click()
        page.get_by_label("什么事").fill(TITLE)
        page.get_by_label("说说情况，希望怎么办").fill(TEXT)
        page.get_by_label("哪个地方").select_option("WTL")
        page.get_by_text("弄堂中段", exact=True).click()
        page.get_by_label("哪一类").select_option("traffic")
        photo = {"name": "弄堂.jpg", "mimeType": "image/jpeg", "buffer": van_in_lane().getvalue()}
        page.locator("input[type=file]").set_input_files([photo])
        expect(page.locator("[data-previews] canvas")).to_be_visible()
        check(page)
        page.evaluate("window.scrollTo(0, 0)")
        picture(page, "propose-phone")
        press(page, "交给联络站")
        sees(page, "已交给联络站。3月5日")
        expect(page.locator("main img").first).to_be_visible()
        self.matter = page.url.removeprefix(self.url).split("?")[0]
        check(page)

    def _screen(self) -> None:
        stage = self.world
        second = propose(
            stage, stage.crowd()[40].user_id, place=stage.cast.lane, title="弄堂当中两头车对着开",
            text="早上送孩子，两头的车堵在弄堂当中，谁也不让。能不能只许一个方向走？",
            kind=ProposalKind.traffic, spot="弄堂中段", now=at(3, 2, 12, 40),
        )  # fmt: skip
        stage.it_is(at(3, 4, 9, 20))
        sign_in(self.shen, "shen")
        page = self.shen.page
        self.opens(page, "/desk")
        follow(page, TITLE)
        check(page)
        if "/screen" not in page.url:
            follow(page, "去筛选")
        press(page, "受理")
        sees(page, "已受理")
        with stage.app.app_context():
            first_id = db.session.scalars(select(Proposal.id).order_by(Proposal.id)).first() or 0
        join(stage, [second.id], into=first_id, reason="说的都是早晚高峰弄堂被堵。", now=at(3, 4, 9, 30))
        self.opens(page)
        sees(page, "别人的 1 件提案并到了这一件")
        support(stage, first_id, [seat.user_id for seat in stage.crowd()[60:97]], now=at(3, 4, 19, 0))

    def _support(self) -> None:
        self.world.it_is(at(3, 5, 19, 0))
        sign_in(self.zhou, "zhou")
        page = self.zhou.page
        press(page, "关怀版")
        check(page)
        follow(page, TITLE)
        check(page)
        press(page, "我也遇到，联名")
        sees(page, "已联名")
        sees(page, "38 人联名")

    # 2. Meet, and 3. Decide: what is prepared

    def convene(self) -> None:
        self.world.it_is(at(3, 9, 10, 0))
        page = self.shen.page
        self.opens(page, "/desk")
        picture(page, "desk")
        follow(page, "排一次会")
        page.get_by_label("哪个议事会").select_option(label="梧桐里弄管会")
        page.get_by_label("会议名称").fill("梧桐里弄管会议事")
        page.get_by_label("开会时间").fill("2026-03-18T12:15")
        page.get_by_label("开多少分钟").fill("60")
        page.get_by_label("地点").fill("弄管会活动室")
        press(page, "排好，接着排议程")
        self.meeting_id = int(page.url.rsplit("/", 1)[1].split("#")[0])
        page.get_by_label("从已受理的提案里选").select_option(index=1)
        page.get_by_label("动议文字").fill(MOTION)
        page.get_by_label("留多少分钟").fill("40")
        press(page, "放进议程")
        check(page)
        self.world.it_is(at(3, 11, 9, 0))
        press_and_confirm(page, "发通知")
        sees(page, "会议通知发出去了")

    def prepare_the_vote(self) -> None:
        page = self.shen.page
        self.opens(page)
        follow(page, "准备表决")
        check(page)
        page.get_by_label("表决的题目").fill("梧桐里机动车单行")
        expect(page.get_by_label("要表决的文字")).to_have_value(re.compile("机动车由北口进"))
        page.get_by_label("什么时候开始投").fill("2026-03-13T09:00")
        page.get_by_label("什么时候截止").fill("2026-03-18T20:00")
        page.get_by_text("通过后还要报别的部门批准").click()
        page.get_by_label("报哪个部门").fill("公安交管部门")
        page.get_by_label("通过后由谁办").select_option(label="高捷 · 街道城运中心")
        page.get_by_label("几个工作日内答复").fill("20")
        press(page, "存成草稿")
        sees(page, "草稿存好了")
        check(page)
        self.vote_id = int(page.url.rsplit("/", 1)[1])
        press_and_confirm(page, "发布表决")
        sees(page, "已发布，文字锁定")

    def vote_at_home(self) -> None:
        """The resident by a click, 120 others as a crowd; nobody sees how it stands."""
        self.world.it_is(at(3, 13, 9, 1))
        page = self.zhou.page
        self.opens(page, "/")
        picture(page, "home-elder")
        follow(page, "去投票")
        check(page)
        page.locator("label.opt", has=page.locator("[value=for]")).click()
        page.get_by_role("button", name="投出这一票").scroll_into_view_if_needed()
        picture(page, "vote-phone")
        press(page, "投出这一票")
        sees(page, "已记下：同意")
        self.ballots = list(zip(self.world.crowd(), self._choices(), strict=False))
        cast_ballots(self.world, self.vote_id, self.ballots[: CAST - LIVE - 1], start=at(3, 13, 9, 5))
        self.knows_no_result()

    def _choices(self) -> list[Choice]:
        """Of everybody but the proposer and the resident, who are both in favour, well mixed."""
        choices = [Choice.in_favour] * (IN_FAVOUR - 2) + [Choice.against] * AGAINST + [Choice.abstain] * ABSTAINING
        return [choices[(place * 61) % len(choices)] for place in range(len(choices))]

    def knows_no_result(self) -> None:
        """While the vote is open, no door of it tells more than the turnout."""
        for page in self.three:
            shown = page.request.get(f"/votes/{self.vote_id}", headers={"Accept": "text/html"}).text()
            assert "data-turnout" in shown
            assert "k-for" not in shown
            room = page.request.get(f"/meetings/{self.meeting_id}/state").json()
            assert room["vote"]["result"] is None
            assert set(page.request.get(f"/votes/{self.vote_id}/state").json()) <= {
                "ok", "server_time", "vote_id", "state", "cast", "total", "needed", "missing", "closes_at",
            }  # fmt: skip

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
        press(page, "开始这一项 S")
        press(page, "记下决定")
        page.locator("dialog textarea").fill("上次说好的两件事：路灯已修好，晾衣架下周装。")
        press(page, "记下决定", within="dialog")
        press(page, "开始这一项 S")
        for each in (self.qiu.page, self.zhou.page):
            sees_in(each, "item", "第 2 项，共 3 项")
        expect(self.screen.locator("[data-region=main]")).to_contain_text("机动车由北口进")

    def _speak(self) -> None:
        """The resident speaks first, the proposer waits for her turn and gets the floor."""
        qiu, zhou, page = self.qiu.page, self.zhou.page, self.shen.page
        zhou.locator("[data-key=hand-for]").click()
        sees_in(page, "queue", "周*")
        qiu.locator("[data-key=hand-for]").click()
        sees_in(page, "queue", "邱*")
        press(page, "请第一位 N")
        sees_in(zhou, "speaker", "您")
        sees_in(self.screen, "foot", "周*")
        sees_in(qiu, "queue", "您")
        check(qiu)
        check(zhou)
        check(page)
        picture(qiu, "room-phone")
        picture(page, "chair")
        picture(self.screen, "screen")
        press(page, "请下一位 N")
        sees_in(qiu, "speaker", "我说完了")
        sees_in(self.screen, "foot", "邱*")

    def _lose_the_network(self) -> None:
        """What happened meanwhile stands on her page when she is back, and what she did reaches the others."""
        qiu = self.qiu.page
        self.qiu.allow("ERR_INTERNET_DISCONNECTED")
        self.qiu.context.set_offline(True)
        expect(qiu.locator("[data-offline]")).to_be_visible(timeout=30_000)
        press(self.shen.page, "结束发言 E")
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
        sees_in(self.shen.page, "vote", f"已投 {CAST - LIVE + 1} / {SEATS} 席")

    def _cast(self) -> None:
        """The others in the room cast on their own devices; everybody sees how many, nobody how."""
        live = self.ballots[CAST - LIVE - 1 :]
        assert len(live) == LIVE - 1
        for number, (seat, choice) in enumerate(live, start=1):
            voter = self.world.voter(seat, vote_id=self.vote_id)
            assert voter.cast(choice, client_ballot_id=f"live-{seat.id:08d}").is_receipt
            if number == len(live) // 2:
                sees_in(self.screen, "foot", f"已投 {CAST - LIVE + 1 + number} / {SEATS} 席")
        for page in (*self.three, self.screen):
            sees(page, f"已投 {CAST} / {SEATS} 席")
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
        sees(opened.value, APPROVAL_SUM)
        opened.value.close()
        press(page, "已宣读，公布结果")
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
            for text in ("待外部批准", "公安交管部门", "沈岚 · 联络员", "4月16日", APPROVAL_SUM):
                sees(page, text)
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
        for text in (*FIGURES, APPROVAL_SUM):
            sees(page, text)
        for each in (self.qiu.page, self.zhou.page):
            self._reads_notice(each, *FIGURES, APPROVAL_SUM)

    def _reads_notice(self, page: Page, *texts: str) -> None:
        """The newest notice in the inbox leads to what it says in full."""
        self.opens(page, "/inbox")
        follow(page, f"结果告知：{TITLE}")
        check(page)
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
        gao = self._sits("handler", width=1280, height=860)
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
        page = self._sits(f"mail{number}", width=360, height=740).page
        self.opens(page, f"/mailbox?address=qiu@{DOMAIN}")
        page.locator("article", has_text="现在好了吗").first.locator("a[href*='/look-backs/']").click()
        page.wait_for_url("**/look-backs/**")
        check(page)
        press(page, "好了")
        sees(page, "您的回话记下了")

    def sees_the_end(self) -> None:
        for page in self.three:
            self.opens(page)
            for text in ("已办结", APPROVAL_SUM, "反馈"):
                sees(page, text)
        picture(self.qiu.page, "matter-phone")
        picture(self.zhou.page, "matter-desktop")


@pytest.mark.journey
def test_the_lane_becomes_one_way(live_server: LiveServer, new_person: Callable[..., Person]) -> None:
    lane = Lane(live_server, new_person)
    lane.collect()
    lane.convene()
    lane.prepare_the_vote()
    lane.vote_at_home()
    lane.lunch()
    lane.act()
    lane.look_again()
    lane.sees_the_end()
