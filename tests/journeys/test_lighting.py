"""Case E2: light for the night shift. 46 people say the same, 1 + 9 decide, it is done, and one says: not fixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from deliberation.cases.models import Case
from deliberation.committees.models import Seat
from deliberation.committees.rules import SeatKind
from deliberation.demo.acts import cast_ballots, check_in, hold_vote, propose
from deliberation.demo.pictures import steps_at_night
from deliberation.demo.stage import YEAR, at
from deliberation.demo.stories.lighting import MOTION, SAME, TEXT, TITLE
from deliberation.feedback.models import OutcomeNotice
from deliberation.kernel.database import db
from deliberation.meetings import service as meetings
from deliberation.notifications.models import Message
from deliberation.people.models import User
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind, ProposalState
from deliberation.votes import queries as votes
from deliberation.votes.rules import Choice
from tests.journeys.support.hands import save
from tests.journeys.support.lighting import Story
from tests.support.browser import Person
from tests.support.door import client_of, post
from tests.support.server import LiveServer

NOON = at(2, 4, 12, 15)
STILL_DARK = "台阶看得清了，坡道拐弯那里还是一片黑。"


@pytest.mark.journey
def test_the_steps_behind_building_three(
    new_server: Callable[..., LiveServer], new_person: Callable[..., Person], tmp_path: Path
) -> None:
    server = new_server()
    story = Story(server, new_person)
    one_proposal_with_a_picture(story, tmp_path)
    forty_five_more_become_one(story)
    a_meeting_is_called(story)
    three_at_once_in_the_room(story)
    ten_seats_vote(story)
    everyone_reads_the_result(story)
    the_handler_promises_and_keeps(story, tmp_path)
    every_author_was_told_once(story)
    not_fixed_after_thirty_days(story)


# Collect


def one_proposal_with_a_picture(story: Story, folder: Path) -> None:
    """许宁, on her phone after work; the public page does not name her."""
    page = story.person("xu", width=360).page
    story.read("xu", "/proposals/new")
    page.fill("#title", TITLE)
    page.fill("#text", TEXT)
    page.get_by_text("三号楼后台阶", exact=True).click()
    page.select_option("#kind", "lighting")
    dark = save(steps_at_night(lit=False), folder, "台阶.jpg")
    page.set_input_files("input[name=photos]", dark)
    page.get_by_label("不写名字").check()
    story.look("xu", "propose-filled")
    page.get_by_role("button", name="交给联络站").click()
    page.wait_for_url("**/matters/TAY-2026-001**")
    expect(page.get_by_text("已交给联络站")).to_be_visible()
    expect(page.locator("main img").first).to_be_visible()
    with story.world.app.app_context():
        proposal = db.session.scalars(select(Proposal)).one()
        story.matter_id = proposal.matter_id
        assert proposal.hides_name
    visitor = client_of(story.world.app).get("/matters/TAY-2026-001").text
    assert "一位同事" in visitor
    assert "许" not in visitor.split("<main", 1)[1]


def forty_five_more_become_one(story: Story) -> None:
    """The liaison accepts the first, ticks the other 45; the second liaison agrees that it is one matter."""
    authors = [story.world.cast.named["gong"].id, *(worker.id for worker in story.world.cast.workers)]
    assert len(authors) == 45
    for count, author in enumerate(authors):
        propose(
            story.world, author, place=story.world.cast.park, title="三号楼后面太暗", text=SAME[count % len(SAME)],
            kind=ProposalKind.lighting, spot="三号楼后台阶", now=at(1, 13, 8, 0) + timedelta(minutes=7 * count),
        )  # fmt: skip
    story.world.set_clock(at(1, 14, 9, 10))
    page = story.person("shen", width=1280).page
    story.read("shen", "/desk")
    story.read("shen", "/proposals/screening", name="screening")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="受理").click()
    page.wait_for_url("**/proposals/screening")
    for tick in page.locator("input[name=ids]").all():
        tick.check()
    page.fill("#into", story.matter().plate)
    page.fill("#reason", "46 位说的是同一段台阶。")
    page.get_by_role("button", name="请另一位联络员复核").click()
    expect(page.get_by_text("已请另一位联络员复核并案")).to_be_visible()

    page = story.person("lu", width=1440).page
    story.read("lu", "/proposals/merges")
    assert page.locator("input[name=requests]").count() == 45
    page.get_by_role("button", name="是同一件，确认并案").click()
    expect(page.get_by_text("45 件已并案")).to_be_visible()
    with story.world.app.app_context():
        states = Counter(db.session.scalars(select(Proposal.state)))
    assert states == {ProposalState.merged: 45, ProposalState.accepted: 1}
    expect(story.read("xu", "/matters/TAY-2026-001").locator("main")).to_contain_text("别人的 45 件提案并到了这一件")


# Meet


def a_meeting_is_called(story: Story) -> None:
    stage, body = story.world, story.world.cast.building_committee
    shen = stage.cast.named["shen"].id
    meeting = stage.act(
        "shen", meetings.plan_meeting, committee_id=body.id, title="汀岸园楼委会 · 第 9 次", venue="一号楼三层议事厅",
        starts_at=NOON, planned_minutes=60, chair_id=shen, now=at(1, 26, 10, 0),
    )  # fmt: skip
    story.meeting_id = meeting.id
    item = stage.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=story.matter_id, motion_text=MOTION, minutes=35,
        now=at(1, 26, 10, 15),
    )  # fmt: skip
    stage.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(1, 28, 9, 0))
    vote = hold_vote(
        stage, item=item, committee=body, title="三号楼后夜间照明：丙方案", text=MOTION, opens_at=at(2, 4, 12, 30),
        closes_at=at(2, 4, 13, 15), handler="qian", unit="园区工程部", working_days=15, now=at(1, 28, 9, 30),
    )  # fmt: skip
    story.vote_id = vote.id
    firms = [seat.user_id for seat in seats_of(story, SeatKind.member)[:8]]  # One of the nine firms is missing.
    adviser = seats_of(story, SeatKind.adviser)[0].user_id
    check_in(stage, meeting.id, ["gong", adviser, *firms], now=at(2, 4, 12, 5))
    stage.set_clock(at(2, 4, 12, 10))


def seats_of(story: Story, kind: SeatKind) -> list[Seat]:
    with story.world.app.app_context():
        rows = select(Seat).where(Seat.committee_id == story.world.cast.building_committee.id, Seat.kind == kind)
        return list(db.session.scalars(rows.order_by(Seat.id)))


def three_at_once_in_the_room(story: Story) -> None:
    """许宁 listens and speaks from her phone, 唐越 holds a seat on his, 沈岚 chairs from the keyboard."""
    story.person("tang", width=390, height=844)
    chair = story.read("shen", f"/meetings/{story.meeting_id}/chair")
    for key in ("xu", "tang"):
        arrive(story, key, chair.locator("[data-qr-code]").inner_text())
    expect(chair.get_by_text("到会 9 / 10 席").first).to_be_visible()
    chair.get_by_role("button", name="开会", exact=True).click()
    expect(chair.locator("dialog")).to_contain_text("离 12:15 还有")
    chair.locator("dialog").get_by_role("button", name="现在就开").click()
    expect(chair.get_by_role("button", name="散会")).to_be_visible()
    chair.locator(".ag li", has_text=TITLE).get_by_role("button", name="开始这一项").click()
    worker, manager = story.page("xu"), story.page("tang")
    for page in (worker, manager):
        expect(page.locator("[data-region=item]")).to_contain_text(MOTION)
    worker.get_by_role("button", name="赞成发言").click()
    expect(worker.locator(".queue .is-me")).to_be_visible()
    manager.get_by_role("button", name="提问").click()
    expect(manager.locator(".queue .is-me")).to_be_visible()
    expect(chair.get_by_text("等着发言 2 位")).to_be_visible()
    chair.keyboard.press("n")
    expect(worker.locator("[data-region=speaker]")).to_contain_text("您")
    expect(manager.locator("[data-region=speaker]")).to_contain_text("许*")
    story.look("xu", "room")
    story.look("shen", "chair")
    chair.keyboard.press("n")
    expect(manager.locator("[data-region=speaker]")).to_contain_text("您")
    chair.keyboard.press("+")
    chair.keyboard.press("e")
    expect(worker.locator("[data-region=speaker]")).to_contain_text("现在没有人在发言")


def arrive(story: Story, key: str, code: str) -> None:
    """Check in with the six digits that the chair's console and the big screen show."""
    path = f"/meetings/{story.meeting_id}/check-in"
    page = story.read(key, path)
    page.fill("#code", code)
    page.get_by_role("button", name="我到了，签到").click()
    page.wait_for_url(f"**/meetings/{story.meeting_id}/room")


# Decide


def ten_seats_vote(story: Story) -> None:
    """9 of 10 cast: 8 for, 1 abstains; an adviser is told why there is no ballot for them."""
    chair, manager = story.page("shen"), story.page("tang")
    story.world.set_clock(at(2, 4, 12, 45))
    chair.get_by_role("button", name="开始表决").click()
    chair.locator("dialog").get_by_role("button", name="开始表决").click()
    paper = manager.get_by_role("dialog")
    expect(paper).to_contain_text(MOTION)
    assert manager.locator("input[name=choice]:checked").count() == 0
    story.look("tang", "ballot")
    an_adviser_has_no_ballot(story)
    firms = seats_of(story, SeatKind.member)[:8]
    choices = [Choice.in_favour] * 7 + [Choice.abstain]
    cast_ballots(
        story.world, story.vote_id, list(zip(firms, choices, strict=True)), start=at(2, 4, 12, 46), seconds=5,
        is_live=True,
    )  # fmt: skip
    paper.get_by_label("同意").first.check()
    paper.get_by_role("button", name="投出这一票").click()
    expect(paper.get_by_text("已记下：同意")).to_be_visible()
    expect(chair.get_by_text("已投 9 / 10 票").first).to_be_visible()
    expect(story.page("xu").get_by_text("已投 9 / 10 票").first).to_be_visible()
    assert "16" not in story.page("xu").locator("[data-region=vote]").inner_text()
    chair.get_by_role("button", name="截止表决").click()
    chair.locator("dialog").get_by_role("button", name="截止表决").click()
    chair.get_by_role("button", name="已宣读，公布结果").click()
    chair.locator("dialog").get_by_role("button", name="已宣读，公布结果").click()
    expect(story.page("xu").get_by_text("表决时到会 9 / 10 席").first).to_be_visible()


def an_adviser_has_no_ballot(story: Story) -> None:
    adviser, voter = seats_of(story, SeatKind.adviser)[0], seats_of(story, SeatKind.core)[0]
    with story.world.app.app_context():
        entry = votes.roll_entries_of(story.vote_id, voter.user_id or 0)[0].id
        user = db.session.get_one(User, adviser.user_id)
    client = client_of(story.world.app, user)
    assert "您是顾问，可以发言，没有表决票" in client.get(f"/votes/{story.vote_id}").text
    ballot = {"roll_entry_id": entry, "choice": "for", "client_ballot_id": "adviser-ballot-1"}
    refused = post(client, f"/votes/{story.vote_id}/ballot", json=True, **ballot)
    assert (refused.status_code, refused.json["code"]) == (403, "not_on_roll")
    assert "顾问" in refused.json["sentence"]
    with story.world.app.app_context():
        assert votes.turnout(story.vote_id).cast == 0


def everyone_reads_the_result(story: Story) -> None:
    """8 for where 6 are needed, with the sum that shows it, on each one's own screen; then the notice goes out."""
    for key in ("xu", "tang", "shen"):
        expect(story.page(key).locator("[data-region=vote]")).to_contain_text("2 × 8 = 16 > 10")
    chair = story.page("shen")
    chair.get_by_role("button", name="散会").click()
    chair.locator("dialog").get_by_role("button", name="散会").click()
    expect(story.page("xu").get_by_text("已散会").first).to_be_visible()
    for key in ("xu", "tang"):
        page = story.read(key, f"/votes/{story.vote_id}", name="vote" if key == "tang" else "")
        expect(page.locator("main")).to_contain_text("2 × 8 = 16 > 10")
        expect(page.locator("main")).to_contain_text("要 6 票")
        expect(page.locator("main")).to_contain_text("10 票里投了 9 票，同意 8 票，通过")
    page = story.read("xu", "/matters/TAY-2026-001")
    expect(page.locator(".holder")).to_contain_text("钱伟")
    with story.world.app.app_context():
        case = db.session.scalars(select(Case)).one()
        story.case_id = case.id
        assert case.level == 1
    page = story.read("shen", "/matters/TAY-2026-001")
    page.get_by_role("link", name="核对，发出").click()
    story.look("shen")
    page.get_by_role("button", name=re.compile("^发出，告知")).click()
    page.locator("dialog").get_by_role("button", name=re.compile("^发出，告知")).click()
    expect(page.get_by_text(re.compile("已发出，告知了"))).to_be_visible()


# Act


def the_handler_promises_and_keeps(story: Story, folder: Path) -> None:
    """钱伟 looks, promises a day (kind B), mends it, shows before and after, and says done (kind A)."""
    story.world.set_clock(at(2, 5, 9, 30))
    page = story.person("qian", width=1440).page
    story.read("qian", "/desk")
    story.read("qian", f"/cases/{story.case_id}")
    page.fill("#contact-note", "已给提出人回电，约了夜里一起看。")
    page.get_by_role("button", name="联系过了").click()
    report(story, folder, lit=False, text="夜里量了 12 个点，台阶最暗处 1.8 勒克斯。", measure="1.8 勒克斯")
    story.world.set_clock(at(2, 6, 16, 0))
    promise = "灯具和线路已核，一期补亮台阶与坡道，二期加装调光。"
    reply(story, kind="正在办，今年内办成", text=promise, promised_on=date(YEAR, 3, 20))
    expect(story.read("xu", "/matters/TAY-2026-001").locator("main")).to_contain_text("答应 3月20日")
    story.world.let_time_pass(at(2, 9, 9, 30))  # Nobody pressed the button, so the job tells everyone in time.
    story.world.set_clock(at(3, 17, 20, 40))
    report(story, folder, lit=True, text="7 盏壁灯和踏步灯带装好，同一个点 22 勒克斯。", measure="22 勒克斯")
    story.world.set_clock(at(3, 18, 15, 0))
    reply(story, kind="已经解决或采纳", text="台阶与坡道已补亮，比答应的早两天。")
    story.world.let_time_pass(at(3, 21, 9, 30))
    page = story.read("xu", "/matters/TAY-2026-001", name="matter-done")
    expect(page.locator("main")).to_contain_text("1.8 勒克斯")
    expect(page.locator("main")).to_contain_text("22 勒克斯")
    expect(page.locator(".ba img")).to_have_count(2)
    for photo in page.locator(".ba img").all():
        photo.scroll_into_view_if_needed()
        expect(photo).not_to_have_js_property("naturalWidth", 0)


def report(story: Story, folder: Path, *, lit: bool, text: str, measure: str) -> None:
    page = story.read("qian", f"/cases/{story.case_id}")
    page.fill("#progress-text", text)
    page.get_by_label("办好之后" if lit else "动手之前").check()
    page.fill("#progress-measure", measure)
    name = "改造后.jpg" if lit else "改造前.jpg"
    page.set_input_files("#progress-photo", save(steps_at_night(lit=lit), folder, name))
    page.get_by_role("button", name="记下进展").click()
    expect(page.get_by_text("已记下，写进了这件事的进展")).to_be_visible()


def reply(story: Story, *, kind: str, text: str, promised_on: date | None = None) -> None:
    page = story.read("qian", f"/cases/{story.case_id}")
    page.get_by_label(kind).check()
    page.fill("#reply-text", text)
    if promised_on:
        page.fill("#reply-promised_on", promised_on.isoformat())
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_text("已答复。联络站 3 天内告知每一位参与的人")).to_be_visible()


def every_author_was_told_once(story: Story) -> None:
    """Three notices (result, promise, done): each of the 46 has each of them once, for their own reason."""
    with story.world.app.app_context():
        rows = select(Message).where(Message.kind == "outcome.notice", Message.matter_id == story.matter_id)
        told = [(each.data["notice"], each.user_id, each.reason) for each in db.session.scalars(rows)]
        issued = db.session.scalars(select(OutcomeNotice)).all()
        authors = set(db.session.scalars(select(Proposal.author_id)))
    assert len(authors) == 46
    assert len(issued) == 3
    assert all(each.issued_at and each.issued_at <= each.due_at for each in issued)
    assert set(Counter((notice, user_id) for notice, user_id, _reason in told).values()) == {1}
    proposer = story.world.cast.named["xu"].id
    assert Counter(reason for _notice, user_id, reason in told if user_id == proposer) == {"proposer": 3}
    merged = Counter(reason for _notice, user_id, reason in told if user_id in authors - {proposer})
    assert merged == {"merged_author": 45 * 3}
    silent = seats_of(story, SeatKind.member)[8].user_id  # Who did not vote is told the same.
    assert Counter(reason for _notice, user_id, reason in told if user_id == silent) == {"eligible_voter": 3}


# Report back, and look again


def not_fixed_after_thirty_days(story: Story) -> None:
    """龚芳, whose proposal was merged, says no with a reason: the case is open again at once."""
    story.server.command("clock", "set", f"{YEAR}-04-17T09:05")
    story.server.command("jobs", "run")
    page = story.person("gong", width=360).page
    story.read("gong", "/inbox")
    expect(page.locator("main")).to_contain_text("补亮三号楼后的台阶和坡道")
    story.read("gong", "/")
    page.locator(".need", has_text="现在好了吗").get_by_role("link", name="没好").click()
    story.look("gong", "look-back")
    page.get_by_role("button", name="没好", exact=True).click()
    expect(page.locator(".field__err")).to_be_visible()  # Without a reason it is not taken.
    page.fill("#reason", STILL_DARK)
    page.get_by_role("button", name="我看到的是：没好", exact=True).click()
    expect(page.get_by_text("马上重新办理")).to_be_visible()
    with story.world.app.app_context():
        case = db.session.get_one(Case, story.case_id)
        assert (str(case.state), case.times_reopened, case.level) == ("assigned", 1, 1)
    for key in ("gong", "xu", "shen"):
        page = story.read(key, "/matters/TAY-2026-001", name="matter-reopened" if key == "xu" else "")
        expect(page.locator("main")).to_contain_text("重新办理")
        expect(page.locator("main")).to_contain_text(STILL_DARK)
        expect(page.locator(".holder")).to_contain_text("钱伟")
        expect(page.locator(".holder")).to_contain_text("4月22日")
    expect(story.read("qian", "/desk").locator("main")).to_contain_text(TITLE)
