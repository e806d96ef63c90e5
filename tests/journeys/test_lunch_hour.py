"""Case E10: one machine, two places. A whole lunch hour at three screens, decided at the table, and its minutes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import docx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from deliberation.committees import service as committees
from deliberation.committees.rules import CommitteeKind
from deliberation.demo.acts import check_in, propose
from deliberation.demo.stage import at
from deliberation.kernel.database import db
from deliberation.meetings import service as meetings
from deliberation.people import service as people
from deliberation.people.models import User
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.models import RollEntry, Vote
from deliberation.votes.rules import Channel
from tests.journeys.support.axe import accessible
from tests.journeys.support.hands import follow, press, press_and_confirm, sees, sees_in, sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer

NOON = at(5, 13, 12, 15)
TITLE = "夜里也能打印社保单"
TEXT = "夜里下班还想打印社保单，希望放在不锁门的大堂。"
LOBBY, CANTEEN = "一号楼大堂", "食堂门口"
PRESENT, FOR_LOBBY, FOR_CANTEEN, ABSTAINING = 64, 35, 24, 5
SUM = "2 × 35 = 70 > 59"
DECISION = "自助终端放在一号楼大堂，轮椅够得着，夜里不锁门。"
FOR_IT = "大堂夜里不锁门，加班的人下来就能用；台面要让轮椅够得着。"


class Lunch:
    """The chair at the console, a speaker on a phone, the big screen, and sixty more who act without a browser."""

    def __init__(self, server: LiveServer, new_person: Callable[..., Person]) -> None:
        self.world = World(server, begins=at(5, 6, 9, 0))
        self.new_person, self.url = new_person, server.url
        self.meeting_id = self.item_id = self.vote_id = 0
        self.chair = self.sits("shen", width=1280)
        self.speaker = self.sits("xu", width=360)
        self.screen: Page

    def sits(self, key: str, *, width: int) -> Page:
        person = self.new_person(key, base_url=self.url, width=width, height=860)
        sign_in(person, key)
        return person.page

    @property
    def crowd(self) -> list[int]:
        """Everybody who works in the park and comes to lunch, without 沈岚 and 许宁."""
        with self.world.app.app_context():
            rows = select(User.id).where(User.home_place_id == self.world.cast.park.id).order_by(User.id)
            named = {self.world.cast.named[key].id for key in ("shen", "xu")}
            return [each for each in db.session.scalars(rows) if each not in named][: PRESENT - 2]

    def choices(self) -> list[str]:
        """Of the 62, since 许宁 is for the lobby and 沈岚 abstains."""
        return ["甲"] * (FOR_LOBBY - 1) + ["乙"] * FOR_CANTEEN + ["abstain"] * (ABSTAINING - 1)


@pytest.mark.journey
def test_a_lunch_hour_ends_in_something_decided(live_server: LiveServer, new_person: Callable[..., Person]) -> None:
    lunch = Lunch(live_server, new_person)
    a_lunch_is_called(lunch)
    they_come(lunch)
    they_talk(lunch)
    they_choose(lunch)
    they_agree_who_does_it(lunch)
    the_minutes_say_what_happened(lunch)
    the_log_tells_the_same(lunch)


def a_lunch_is_called(lunch: Lunch) -> None:
    """A body that anybody may come to, its charter asking for nothing but more for than against."""
    stage = lunch.world
    park = stage.cast.park
    with stage.scene():
        body = committees.create_committee(
            place=park, kind=CommitteeKind.lunch_session, name="汀岸园午间议事会", venue="一号楼三层议事厅",
            rule_kind="present_majority", charter_clause="汀岸园午间议事会约定第 4 条",
        )  # fmt: skip
        for number in range(PRESENT):
            people.create_user(name=f"来宾{number:02d}", duty="汀岸园上班", home_place_id=park.id, now=at(5, 6, 9, 0))
    found = propose(
        stage, "xu", place=park, title=TITLE, text=TEXT, kind=ProposalKind.other, spot="一号楼大堂", now=at(5, 6, 9, 10)
    )
    stage.act("shen", proposals.accept, proposal_id=found.id, now=at(5, 6, 10, 0))
    meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=body.id, title="汀岸园午间议事 · 第 3 次", venue="一号楼三层议事厅",
        starts_at=NOON, planned_minutes=60, chair_id=stage.cast.named["shen"].id, now=at(5, 6, 10, 10),
    )  # fmt: skip
    item = stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=found.matter_id, minutes=40,
        motion_text="", now=at(5, 6, 10, 15),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(5, 7, 9, 0))
    lunch.meeting_id, lunch.item_id = meeting.id, item.id


def they_come(lunch: Lunch) -> None:
    """The crowd has come; 许宁 checks in with the code that stands on the screen; the chair opens."""
    check_in(lunch.world, lunch.meeting_id, ["shen", *lunch.crowd], now=NOON - timedelta(minutes=8))
    lunch.world.set_clock(NOON)
    chair, speaker = lunch.chair, lunch.speaker
    chair.goto(f"/meetings/{lunch.meeting_id}/chair")
    with chair.context.expect_page() as opened:
        chair.get_by_role("link", name="大屏").click()
    lunch.screen = opened.value
    lunch.screen.set_viewport_size({"width": 1920, "height": 1080})
    speaker.goto(f"/meetings/{lunch.meeting_id}/check-in")
    code = lunch.screen.locator("[data-qr-code]").first
    expect(code).to_have_text(re.compile(r"\d{3} ?\d{3}"))
    speaker.fill("#code", code.inner_text())
    press(speaker, "我到了，签到")
    speaker.wait_for_url(f"**/meetings/{lunch.meeting_id}/room")
    sees(chair, f"到会 {PRESENT} 人")
    press(chair, "开会")
    for page in (chair, speaker):
        sees(page, "进行中")
    look(lunch, "come")


def they_talk(lunch: Lunch) -> None:
    """For, a question, and the same hour on three screens."""
    chair, speaker = lunch.chair, lunch.speaker
    press(chair, "开始这一项")
    decide(chair, "上次没有留下要办的事。")
    press(chair, "开始这一项")
    sees_in(speaker, "item", TITLE)
    heard = speaker.locator("[role=status][data-heard]")
    expect(heard).to_contain_text(TITLE)  # For who listens instead of looking.
    expect(lunch.screen.locator("[data-region=main]")).to_contain_text(TITLE)
    speaker.locator("[data-key=hand-for]").click()
    sees_in(chair, "queue", "许宁")
    chair.keyboard.press("n")
    sees_in(speaker, "speaker", "您")
    sees_in(lunch.screen, "foot", "许*")
    look(lunch, "talk")
    press(speaker, "我说完了")
    sees_in(speaker, "speaker", "现在没有人在发言")


def they_choose(lunch: Lunch) -> None:
    """Which of two places: everybody who has checked in has one ballot, and at least forty have to cast it."""
    chair, speaker = lunch.chair, lunch.speaker
    chair.keyboard.press("o")
    dialog = chair.locator("dialog[open]")
    dialog.locator("[name=text]").fill("自助终端放在哪里？")
    dialog.locator("[name=method]").select_option("single")
    dialog.locator("[name=options]").fill(f"{LOBBY}\n{CANTEEN}")
    dialog.locator("[name=quorum_count]").fill("40")
    look(lunch, "call")
    dialog.get_by_role("button", name="开始表决").click()
    expect(dialog).to_be_hidden()
    sees(speaker, "正在表决")
    expect(speaker.locator("[role=status][data-heard]")).to_contain_text("正在表决")
    the_crowd_casts(lunch)
    follow(speaker, "去表决页投票", within="section.sheet")
    speaker.get_by_label(LOBBY).check()
    press(speaker, "投出这一票")
    sees(speaker, "已记下")
    follow(speaker, "回会场")
    for page in (chair, speaker, lunch.screen):
        expect(page.get_by_text(re.compile(f"已投 {PRESENT} / {PRESENT}")).first).to_be_visible()
    for region in ("main", "foot"):
        assert str(FOR_LOBBY) not in lunch.screen.locator(f"[data-region={region}]").inner_text()
    look(lunch, "voting")
    press_and_confirm(chair, "截止表决")
    press_and_confirm(chair, "已宣读，公布结果")
    for page, region in ((chair, "vote"), (speaker, "vote"), (lunch.screen, "main")):
        for words in (SUM, LOBBY, CANTEEN):
            sees_in(page, region, words)
        got = page.locator(f"[data-region={region}] .pulse li > b")
        expect(got).to_have_text([str(FOR_LOBBY), str(FOR_CANTEEN), str(ABSTAINING)])
    look(lunch, "result")


def the_crowd_casts(lunch: Lunch) -> None:
    stage = lunch.world
    with stage.app.app_context():
        vote = db.session.scalars(select(Vote)).one()
        lunch.vote_id = vote.id
        entries = dict(
            db.session.execute(select(RollEntry.user_id, RollEntry.id).where(RollEntry.vote_id == vote.id)).all()
        )
    voters = [stage.cast.named["shen"].id, *lunch.crowd]
    choices = ["abstain", *lunch.choices()]
    for user_id, choice in zip(voters, choices, strict=True):
        stage.act(
            user_id, votes.cast_ballot, vote_id=lunch.vote_id, roll_entry_id=entries[user_id], choice=choice,
            client_ballot_id=f"lunch-{user_id:08d}", channel=Channel.live, now=NOON + timedelta(minutes=3),
        )  # fmt: skip


def they_agree_who_does_it(lunch: Lunch) -> None:
    """The decision with who does it and by when, read aloud before it is published; then the hour is over."""
    chair = lunch.chair
    decide(chair, DECISION, owner="园区工程部", due_on="2026-06-30")
    sees(lunch.speaker, DECISION)
    press_and_confirm(chair, "散会")
    sees(lunch.speaker, "已散会")
    sees(lunch.screen, DECISION)  # What was agreed stands on the screen while people get up.
    look(lunch, "agreed")


def the_minutes_say_what_happened(lunch: Lunch) -> None:
    """The recorder adds why; the figures are there already; the chair confirms; everybody reads the same."""
    chair = lunch.chair
    chair.goto(f"/meetings/{lunch.meeting_id}/minutes/edit")
    chair.locator(f"[name=item-{lunch.item_id}-for]").fill(FOR_IT)
    look(lunch, "minutes-edit")
    press(chair, "存下来")
    sees(chair, "存好了")
    follow(chair, "看全文")
    press_and_confirm(chair, "我确认，就是这样")
    sees(chair, "已确认，等公布")
    press_and_confirm(chair, "公布纪要")
    sees(chair, "已公布")
    reader = lunch.speaker
    reader.goto(f"/meetings/{lunch.meeting_id}/minutes")
    words = (str(PRESENT), LOBBY, CANTEEN, SUM, DECISION, FOR_IT, "园区工程部", "6月30日")
    for word in words:
        expect(reader.locator("article.minutes")).to_contain_text(word)
    look(lunch, "minutes")
    answer = reader.request.get(reader.get_by_role("link", name="Word 文件").get_attribute("href") or "")
    written = docx.Document(io.BytesIO(answer.body()))
    cells = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(each.text for each in written.paragraphs), *cells])
    for word in words:
        assert word in text


def the_log_tells_the_same(lunch: Lunch) -> None:
    assert lunch.world.server.command("meeting", "replay", str(lunch.meeting_id)).strip()


def decide(chair: Page, text: str, *, owner: str = "", due_on: str = "") -> None:
    """By the key D: written, read back to the room, published."""
    expect(chair.get_by_role("button", name="记下决定")).to_be_enabled()
    chair.keyboard.press("d")
    dialog = chair.locator("dialog[open]")
    dialog.locator("textarea").fill(text)
    if owner:
        dialog.locator("[name=owner_name]").fill(owner)
        dialog.locator("[name=due_on]").fill(due_on)
    press(chair, "往下：念给大家听", within="dialog[open]")
    check(chair)
    picture(chair, "lunch-read-back-chair")
    press(chair, "念过了，公布", within="dialog[open]")
    expect(chair.locator("dialog[open]")).to_have_count(0)


def look(lunch: Lunch, name: str) -> None:
    for who, page in (("chair", lunch.chair), ("speaker", lunch.speaker)):
        check(page)
        picture(page, f"lunch-{name}-{who}")
    check(lunch.screen)
    picture(lunch.screen, f"lunch-{name}-screen")
    if name in ("voting", "result"):  # The states of the room that no page of the walk of every page shows.
        accessible(lunch.speaker)
