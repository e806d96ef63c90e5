"""Case E1 up to the lunch hour: collected, screened, supported, put on the agenda, prepared, voted on at home."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from deliberation.demo.acts import cast_ballots, join, propose, support
from deliberation.demo.pictures import van_in_lane
from deliberation.demo.stage import at
from deliberation.demo.stories.lane import MOTION, TEXT, TITLE
from deliberation.kernel.database import db
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from deliberation.votes.rules import Choice
from tests.journeys.support.hands import follow, press, press_and_confirm, sees, sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

CAST, IN_FAVOUR, AGAINST, ABSTAINING = 151, 118, 27, 6
LIVE = 30  # Ballots cast in the room, the proposer's among them.


class Lane:
    """The people at their browsers, and where they have got to."""

    def __init__(self, server: LiveServer, new_person: Callable[..., Person]) -> None:
        self.world = World(server)
        self.new_person, self.url = new_person, server.url
        self.qiu = self.sits("proposer", width=360, height=740)
        self.shen = self.sits("chair", width=1280, height=860)
        self.zhou = self.sits("resident", width=360, height=740)
        self.screen: Page
        self.matter = ""
        self.meeting_id = self.vote_id = 0

    def sits(self, name: str, *, width: int, height: int) -> Person:
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
        photo: FilePayload = {"name": "弄堂.jpg", "mimeType": "image/jpeg", "buffer": van_in_lane().getvalue()}
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

    def _others_propose(self) -> None:
        """What else lies on the liaison's desk that week, from the park."""
        texts = (
            ("一号楼大堂放一个伞架", "下雨天伞都立在墙边，地上一摊水，进门的人容易滑倒。", at(3, 4, 9, 5)),
            ("连廊的灯有两盏不亮", "从二号楼走到三号楼，中间那一段晚上是黑的。", at(3, 5, 13, 20)),
            ("地下车库出口加一面镜子", "出口右边有墙挡着，看不到人行道上的人。", at(3, 6, 8, 50)),
        )
        for worker, (title, text, now) in zip(self.world.cast.workers, texts, strict=False):
            propose(
                self.world, worker.id, place=self.world.cast.park, title=title, text=text,
                kind=ProposalKind.other, spot="", now=now,
            )  # fmt: skip

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
        self._others_propose()
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
                "ok", "server_time", "vote_id", "state", "cast", "total", "needed", "missing", "area", "closes_at",
            }  # fmt: skip
