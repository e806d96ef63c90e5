"""The server falls to SIGKILL in the middle of a live vote: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from deliberation.demo.acts import check_in, hold_vote, propose
from deliberation.demo.stage import at
from deliberation.demo.stories.lane import MOTION, TEXT, TITLE
from deliberation.kernel.database import db
from deliberation.meetings import service as meetings
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.models import Ballot, RollEntry
from deliberation.votes.rules import Choice, VoteState
from tests.journeys.support.hands import press, sees, sees_in
from tests.journeys.support.looks import check
from tests.journeys.support.world import Answer, Voter, World, post, sign_in
from tests.support.browser import Person
from tests.support.server import LiveServer

SEED = 20260318
DEVICES, EACH = 8, 6  # Devices that cast at the same time, and how many ballots each sends.
NOON = at(3, 18, 12, 15)


def in_session(world: World) -> tuple[int, int]:
    """The lane's meeting is open, its motion is put to the vote: the ids of meeting and vote."""
    first = propose(
        world, "qiu", place=world.cast.lane, title=TITLE, text=TEXT, kind=ProposalKind.traffic, spot="弄堂中段",
        now=at(3, 2, 8, 10),
    )  # fmt: skip
    world.act("shen", proposals.accept, proposal_id=first.id, now=at(3, 4, 9, 20))
    meeting = world.act(
        "shen", meetings.plan_meeting, committee_id=world.cast.lane_association.id, title="梧桐里弄管会议事",
        venue="弄管会活动室", starts_at=NOON, planned_minutes=60, chair_id=world.cast.named["shen"].id,
        now=at(3, 9, 10, 0),
    )  # fmt: skip
    item = world.act(
        "shen", meetings.add_item, meeting_id=meeting.id, matter_id=first.matter_id, motion_text=MOTION, minutes=40,
        now=at(3, 9, 10, 20),
    )  # fmt: skip
    world.act("shen", meetings.post_notice, meeting_id=meeting.id, now=at(3, 11, 9, 0))
    vote = hold_vote(
        world, item=item, committee=world.cast.lane_association, title="梧桐里机动车单行", text=MOTION,
        opens_at=at(3, 18, 12, 30), closes_at=at(3, 18, 20, 0), handler="gao", unit="街道城运中心", working_days=20,
        now=at(3, 11, 9, 30),
    )  # fmt: skip
    world.it_is(NOON)
    check_in(world, meeting.id, ["qiu", "zhou"], now=NOON)
    world.act("shen", meetings.open_meeting, meeting_id=meeting.id, now=NOON)
    world.act("shen", meetings.start_item, item_id=item.id, now=NOON)
    world.act("shen", votes.open_vote, vote_id=vote.id, now=NOON)
    return meeting.id, vote.id


class Crowd:
    """Devices that cast at once; ``kill`` ends the server after so many receipts, whatever is under way."""

    def __init__(self, voters: list[Voter], *, chooser: random.Random, falls_after: int, kill: Callable[[], None]):
        self.voters = voters
        self.choices = [chooser.choice(list(Choice)) for _voter in voters]
        self.answers: dict[int, Answer] = {}
        self._falls_after, self._kill = falls_after, kill
        self._lock = threading.Lock()

    def cast(self) -> None:
        numbers = range(len(self.voters))
        with ThreadPoolExecutor(DEVICES) as pool:
            list(pool.map(self._cast, [numbers[device::DEVICES] for device in range(DEVICES)]))

    def _cast(self, numbers: range) -> None:
        for number in numbers:
            answer = self.send(number)
            with self._lock:
                self.answers[number] = answer
                if sum(each.is_receipt for each in self.answers.values()) == self._falls_after:
                    self._kill()

    def send(self, number: int) -> Answer:
        return self.voters[number].cast(self.choices[number], client_ballot_id=f"fall-{number:08d}")

    @property
    def acknowledged(self) -> list[int]:
        return [number for number, answer in self.answers.items() if answer.is_receipt]


def enters(world: World, person: Person, key: str, meeting_id: int) -> Page:
    """Somebody who has checked in sits in the room; the ballot paper lies before them."""
    cookie, _token = sign_in(world.app, world.cast.named[key].id)
    name, _equals, value = cookie.partition("=")
    person.context.add_cookies([{"name": name, "value": value, "url": world.server.url}])
    person.allow(r"net::ERR_|WebSocket")
    person.page.goto(f"/meetings/{meeting_id}/room")
    expect(person.page.locator(".sheet")).to_be_visible()
    check(person.page)
    return person.page


def chooses(page: Page, choice: Choice) -> None:
    page.locator("label.opt", has=page.locator(f"[value={choice}]")).click()


def lose_the_answer(route: Route) -> None:
    """The server takes the ballot; its answer never arrives."""
    route.fetch()
    route.abort()


def current_ballots(world: World, vote_id: int) -> dict[int, tuple[Choice, str]]:
    """By roll entry: the choice and the device's number; fails if any seat has more than one row of any kind."""
    with world.app.app_context():
        rows = db.session.scalars(select(Ballot).where(Ballot.vote_id == vote_id)).all()
        assert len(rows) == len({row.roll_entry_id for row in rows})
        assert all(row.superseded_at is None for row in rows)
        return {row.roll_entry_id: (row.choice, row.client_ballot_id) for row in rows}


@pytest.mark.journey
def test_a_vote_survives_the_fall_of_its_server(live_server: LiveServer, new_person: Callable[..., Person]) -> None:
    chooser = random.Random(SEED)
    world = World(live_server)
    meeting_id, vote_id = in_session(world)
    people = [new_person(name, base_url=live_server.url, width=360, height=740) for name in ("qiu", "zhou")]
    qiu, zhou = (enters(world, person, person.name, meeting_id) for person in people)
    voters = [world.voter(seat, vote_id=vote_id) for seat in world.crowd()[: DEVICES * EACH]]

    qiu.route(f"**/votes/{vote_id}/ballot", lose_the_answer, times=1)
    chooses(qiu, Choice.in_favour)
    press(qiu, "投出这一票")
    sees(qiu, "正在送出，断网也没关系")
    chooses(zhou, Choice.against)
    crowd = Crowd(voters, chooser=chooser, falls_after=chooser.randint(8, 32), kill=live_server.kill)
    crowd.cast()
    assert 8 <= len(crowd.acknowledged) < len(voters)
    for page in (qiu, zhou):
        expect(page.locator("[data-offline]")).to_be_attached()
    press(zhou, "投出这一票")
    sees(zhou, "正在送出，断网也没关系")

    live_server.start()
    kept = current_ballots(world, vote_id)
    for number in crowd.acknowledged:
        choice = crowd.choices[number]
        assert kept[voters[number].roll_entry_id] == (choice, f"fall-{number:08d}")
    sees(qiu, "已记下：同意")
    sees(zhou, "已记下：反对")
    for number in range(len(voters)):  # Whoever got no answer sends again, and so may whoever got one.
        assert crowd.send(number).is_receipt
    total = len(voters) + len(people)
    for page in (qiu, zhou):
        sees_in(page, "vote", f"已投 {total} / 193 票")
        expect(page.locator("[data-offline]")).to_be_hidden()
    assert len(current_ballots(world, vote_id)) == total
    _close_and_count(world, vote_id, crowd, [qiu, zhou])


def _close_and_count(world: World, vote_id: int, crowd: Crowd, pages: list[Page]) -> None:
    """The chair closes on the server that came back: the count is what was cast, and the room hears of it."""
    closed = post(world, "shen", f"/votes/{vote_id}/close")
    assert closed.body["vote"]["state"] == VoteState.counted
    for page in pages:
        sees_in(page, "vote", "正在核对，宣读后公布结果")
    announced = post(world, "shen", f"/votes/{vote_id}/announce").body["vote"]["result"]
    cast = [*crowd.choices, Choice.in_favour, Choice.against]
    assert {str(choice): announced[choice] for choice in Choice} == {
        str(choice): cast.count(choice) for choice in Choice
    }
    with world.app.app_context():
        entries = select(RollEntry.id).where(RollEntry.vote_id == vote_id)
        assert len(db.session.scalars(entries).all()) == announced["members"] == 193
