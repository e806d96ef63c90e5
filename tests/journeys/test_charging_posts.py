"""Case E3, where the charging posts go: a poll of three sites, then the owners' vote by web, phone, paper and proxy."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from deliberation.demo.acts import cast_by_people, read_sheets
from deliberation.demo.cast import DOMAIN
from deliberation.demo.estate import HOMES, settle
from deliberation.demo.stage import at
from deliberation.demo.stories import charging
from deliberation.demo.stories.charging import ASKED, BARRED, LIKES, MOTION, NOTICE, TITLE
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.votes import queries
from deliberation.votes import service as votes
from deliberation.votes.models import PaperBallot, RollEntry, Vote
from tests.journeys.support.axe import accessible
from tests.journeys.support.hands import follow, press, press_and_confirm, sees, sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

VOTE_TITLE = "北侧绿地边上装充电桩"
PARTICIPATING = "3 × 301 = 903 ≥ 2 × 402 = 804"
HEADS = "4 × 233 = 932 ≥ 3 × 301 = 903"
AREA = ("76,080.00", "74,671.50")


class Journey:
    """The people of the estate at their browsers."""

    def __init__(self, server: LiveServer, new_person: Callable[..., Person]) -> None:
        self.server, self.new_person = server, new_person
        self.world = World(server, begins=at(4, 1, 9, 0))
        with self.world.scene():
            self.estate = settle(self.world.cast, now=at(4, 1, 9, 0))
        self.people: dict[str, Person] = {}
        self.matter = ""
        self.poll_id = self.vote_id = 0

    def sits(self, key: str, *, width: int = 1440, height: int = 900) -> Page:
        """Somebody signed in at a browser of their own."""
        if key not in self.people:
            self.people[key] = self.new_person(key, base_url=self.server.url, width=width, height=height)
            sign_in(self.people[key], key)
        return self.people[key].page

    def visitor(self) -> Page:
        """Somebody who has not signed in."""
        if "visitor" not in self.people:
            self.people["visitor"] = self.new_person("visitor", base_url=self.server.url, width=1440, height=900)
        return self.people["visitor"].page

    def opens(self, page: Page, path: str, *, name: str = "") -> Page:
        """Go there; the page is in order, and what has a name is so for every eye."""
        page.goto(path)
        self.looks(page, name=name)
        return page

    def looks(self, page: Page, *, name: str = "") -> None:
        check(page)
        if name:
            accessible(page)
            picture(page, f"charging-{name}")

    @property
    def vote(self) -> str:
        return f"/votes/{self.vote_id}"

    # Step 1

    def ask(self) -> None:
        """318 people say which of three sites they like; it decides nothing, and one of them cannot be built on."""
        first = charging.collect(self.world, self.estate)
        self.poll_id = charging.ask(self.world, self.estate, first).id
        with self.world.app.app_context():
            self.matter = f"/matters/{db.session.get_one(Matter, first.matter_id).number}"
        page = self.opens(self.sits("fang", width=360, height=740), f"/votes/{self.poll_id}", name="poll")
        sees(page, f"收到 {ASKED} 份意见。只供参考，不作决定。")
        for (code, count), site in zip(LIKES.items(), charging.SITES, strict=True):
            expect(page.locator(".hbar")).to_contain_text(re.compile(rf"{code} {site}\s*{count} 票"))
        sees(page, BARRED[charging.SITES[2]])
        expect(page.locator(".stampy")).to_contain_text("意见征询")

    # Step 2

    def prepare(self) -> None:
        """The owners' committee writes it, the residents' committee checks it, and it is published 15 days ahead."""
        self.world.it_is(at(5, 18, 10, 0))
        page = self.opens(self.sits("yuan", width=1280), self.matter)
        follow(page, "准备表决")
        self._write(page)
        press(page, "存成草稿")
        sees(page, "草稿存好了")
        self.looks(page)
        self.vote_id = int(page.url.rsplit("/", 1)[1])
        press_and_confirm(page, "送合法性审查")
        self._check_and_publish(page)

    def _write(self, page: Page) -> None:
        page.get_by_label("表决的题目").fill(VOTE_TITLE)
        page.get_by_label("要表决的文字").fill(MOTION)
        page.get_by_label("什么时候开始投").fill("2026-06-05T09:00")
        page.get_by_label("什么时候截止").fill("2026-06-15T20:00")
        page.get_by_label("通过后由谁办").select_option(label="高捷 · 街道城运中心")
        page.get_by_text("更多设置").click()
        page.get_by_label("业主共同决定的哪一项").select_option("8")
        page.get_by_text("也收纸质票").click()
        page.get_by_label("一个人最多代几份委托").fill("2")
        for name, text in NOTICE.items():
            page.locator(f"#{name}").fill(text)
        self.looks(page)

    def _check_and_publish(self, page: Page) -> None:
        self.world.it_is(at(5, 19, 15, 0))
        wu = self.opens(self.sits("wu"), self.vote)
        wu.get_by_label("审查意见").fill("文字、程序和名册看过，合法。")
        press(wu, "没有问题，通过")
        sees(wu, "审查通过，可以发布了")
        self.world.it_is(at(5, 20, 9, 0))
        self.opens(page, self.vote)
        press_and_confirm(page, "发布表决")
        sees(page, "已发布，文字锁定")
        assert self.world.act("yuan", votes.print_sheets, vote_id=self.vote_id, now=at(5, 20, 9, 30)) == 402

    def authorise(self) -> None:
        """孟亮 is away in June: he writes his opinion down, and his neighbour can only vote as he wrote."""
        page = self.opens(self.sits("meng", width=360, height=740), self.vote)
        page.get_by_text("不方便投？委托别人").click()
        page.get_by_label("对方的手机号或邮箱").fill(f"he@{DOMAIN}")
        page.locator("form.pane label.opt", has=page.locator("[value=for]")).click()
        press(page, "委托", within="main")
        sees(page, "委托好了，对方收到了通知")
        self.looks(page, name="authority")

    # The vote is open

    def vote_in_four_ways(self) -> None:
        self.world.it_is(at(6, 5, 9, 1))
        self._by_web()
        self._by_phone_without_a_network()
        self._by_proxy()
        self._on_paper()
        self._the_others()
        self.nobody_knows_how_it_stands()

    def _by_web(self) -> None:
        page = self.opens(self.sits("he"), "/")
        follow(page, "去投票")
        self.looks(page, name="ballot-desktop")
        page.locator("label.opt", has=page.locator("[value=for]")).first.click()
        press(page, "投出这一票")
        sees(page, "已记下：同意")

    def _by_phone_without_a_network(self) -> None:
        """The network goes between the choice and the click; the ballot arrives by itself when it is back."""
        page = self.opens(self.sits("fang"), self.vote, name="ballot-phone")
        page.locator("label.opt", has=page.locator("[value=for]")).first.click()
        self.people["fang"].allow("ERR_INTERNET_DISCONNECTED")
        self.people["fang"].context.set_offline(True)
        press(page, "投出这一票")
        sees(page, "正在送出，断网也没关系")
        assert self.cast() == 1
        self.people["fang"].context.set_offline(False)
        sees(page, "已记下：同意")
        self.looks(page, name="receipt-phone")
        self.code = page.locator(".receipt__code").first.inner_text()
        assert self.cast() == 2

    def _by_proxy(self) -> None:
        page = self.opens(self.sits("he"), self.vote)
        sees(page, f"代 孟亮（{HOMES['meng']}） 投")
        press_and_confirm(page, "照委托投")
        sees(page, "照委托投好了，本人收到了通知")
        sees(self.opens(self.sits("meng"), "/inbox"), VOTE_TITLE)

    def _on_paper(self) -> None:
        """程玉兰 puts a sheet into the box. Two tellers scan its code, each for themselves, and read the same."""
        with self.world.app.app_context():
            of_her = RollEntry.label == HOMES["cheng"]
            rows = select(PaperBallot.token).join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
            token = db.session.scalars(rows.where(of_her, RollEntry.vote_id == self.vote_id)).one()
        for number, key in enumerate(("wei", "tao")):
            page = self.opens(self.sits(key, width=360, height=740), f"/votes/paper/{token}", name=f"sheet-{key}")
            assert self.cast() == 3
            page.locator("label.opt", has=page.locator("[value=for]")).click()
            press(page, "录入")
            sees(page, f"记下了 {number} 张")
            self.looks(page)
        assert self.cast() == 4

    def _the_others(self) -> None:
        """297 more: whoever has an account by web, the others on paper."""
        choices = charging.choices_of(self.estate.owners)
        rest = {code: choice for code, choice in choices.items() if code not in HOMES.values()}
        accounts = self.estate.accounts
        by_web = [(accounts[code].id, choice) for code, choice in rest.items() if code in accounts]
        cast_by_people(self.world, self.vote_id, by_web, start=at(6, 5, 10, 0), seconds=900)
        on_paper = {code: choice for code, choice in rest.items() if code not in accounts}
        read_sheets(self.world, self.vote_id, on_paper, tellers=["wei", "tao"], start=at(6, 9, 15, 0))
        assert self.cast() == 301

    def cast(self) -> int:
        with self.world.app.app_context():
            return queries.turnout(self.vote_id).cast

    def nobody_knows_how_it_stands(self) -> None:
        page = self.opens(self.sits("fang"), self.vote)
        sees(page, "301 / 402")
        for key in ("fang", "yuan", "wu", "wei"):
            shown = self.people[key].page.request.get(self.vote, headers={"Accept": "text/html"}).text()
            assert "19,020" not in shown
            assert "k-for" not in shown

    # The count, and after it

    def count(self) -> None:
        self.world.it_is(at(6, 15, 20, 1))
        page = self.opens(self.sits("wei"), f"{self.vote}/tellers")
        press_and_confirm(page, "读完了，计票")
        sees(page, "票数已计好")
        expect(self.opens(self.sits("fang"), self.vote).locator("main")).not_to_contain_text(AREA[0])
        self.world.it_is(at(6, 16, 10, 0))
        page = self.opens(self.sits("yuan"), self.vote)
        self._shows_the_working(page)
        press_and_confirm(page, "宣读并公布结果")
        sees(page, "结果已公布")
        for key in ("fang", "meng", "wu"):
            self._shows_the_working(self.opens(self.sits(key), self.vote, name=f"result-{key}"))
        page = self.opens(self.visitor(), self.vote, name="result")
        self._shows_the_working(page)
        sees(page, "已通过，公示中")

    def _shows_the_working(self, page: Page) -> None:
        main = page.locator("main")
        for text in (PARTICIPATING, HEADS, *AREA, "通过"):
            expect(main).to_contain_text(text)

    def object_and_wait(self) -> None:
        """One owner objects, is answered, and after seven days without another word the resolution takes effect."""
        page = self.opens(self.sits("meng"), self.vote)
        page.get_by_text("结果不对？提出异议").click()
        page.get_by_label("哪里不对").fill("我委托何静投的票，有没有算进去？")
        press(page, "提出异议")
        sees(page, "异议收到了，会书面答复您")
        page = self.opens(self.sits("yuan"), self.vote)
        page.get_by_label("核对的结果").fill("算进去了：按您写的意见投了同意，查票码在您的表决页上。")
        press(page, "不成立，这样答复")
        sees(page, "已经答复")
        self.world.it_is(at(6, 22, 12, 0))
        sees(self.opens(self.sits("fang"), self.vote), "已通过，公示中")
        self.world.it_is(at(6, 24, 0, 1))
        sees(self.opens(self.sits("fang"), self.vote, name="effective"), "已通过，已生效")
        sees(self.opens(self.sits("fang"), self.matter), TITLE)

    # Anybody can recount

    def recount(self, folder: Path) -> None:
        page = self.opens(self.visitor(), self.vote)
        with page.expect_download() as download:
            page.get_by_role("link", name="下载核验包").first.click()
        record = folder / "record.zip"
        download.value.save_as(record)
        assert self.server.command("verify", str(record)).strip()
        self._names_nobody(record)
        page = self.opens(self.sits("fang"), f"{self.vote}/verify")
        page.locator("#verify-code").fill(self.code)
        press(page, "核对")
        sees(page, "这张票记在这次表决里")
        sees(page, "这个根有签名，签名对得上")
        self.looks(page, name="verify-phone")

    def _names_nobody(self, record: Path) -> None:
        with zipfile.ZipFile(record) as archive:
            said = "".join(archive.read(name).decode() for name in archive.namelist())
        for owner in self.estate.owners:
            assert not owner.phone or owner.phone not in said
            assert owner.is_developer or owner.name not in said


@pytest.mark.journey
@pytest.mark.timeout(400)
def test_the_owners_decide_on_the_charging_posts(
    live_server: LiveServer, new_person: Callable[..., Person], tmp_path: Path
) -> None:
    estate = Journey(live_server, new_person)
    estate.ask()
    estate.prepare()
    estate.authorise()
    estate.vote_in_four_ways()
    estate.count()
    estate.object_and_wait()
    estate.recount(tmp_path)
    with estate.world.app.app_context():
        assert db.session.get_one(Vote, estate.vote_id).effective_at is not None
