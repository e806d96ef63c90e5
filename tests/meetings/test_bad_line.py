"""Twenty pages on a line that loses, delays, repeats and breaks: each ends in the state that the database has."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries
from deliberation.meetings.models import DoneAct
from deliberation.people.queries import actor
from tests.support.bad_line import FATES, BadLine
from tests.support.gathering import MAJORITY, Gathering
from tests.support.phones import Phone
from tests.support.sockets import cookie_of, in_database_of

NOON = "2026-03-06T12:15+08:00"
PAGES, ACTS = 20, 300
PATIENCE, SILENCE = 4.0, 4.0  # Seconds; a person's page waits longer for both (frontend/room/link.ts).
CALM, LONGEST = 20, 130


class Page:
    """What frontend/room does: acts are sent until they are answered, patches are folded, gaps asked about."""

    def __init__(self, port, cookie, meeting_id):
        self.phone = Phone(port, cookie, self._heard)
        self.meeting_id, self.state, self.answers = meeting_id, None, {}
        self._heard_at, self._is_ended = time.monotonic(), False
        self._is_joining = self._join_again = False
        self._dialling = asyncio.Lock()  # Two lines of one page would mix their bytes.
        self._tasks = set()

    def _heard(self, _phone, name, message):
        self._heard_at = time.monotonic()
        body = json.loads(message[2:])[1]
        if name == "room.me":
            self._soon(self.join())
        if name != "room.event" or self.state is None or body["sequence"] <= self.state["sequence"]:
            return
        if body["sequence"] == self.state["sequence"] + 1:
            self.state = {**self.state, **body["patch"], "sequence": body["sequence"]}
        else:
            self._soon(self.join())

    def _soon(self, act):
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, name, payload):
        """The answer, or None when nothing came back."""
        try:
            async with self._dialling:
                if not self.phone.is_open:
                    await self.phone.connect(patience=10)
            return await self.phone.ask(name, payload, patience=PATIENCE)
        except (OSError, TimeoutError):
            return None

    async def join(self):
        """Ask for the whole state; calls that come meanwhile are answered by one more."""
        self._join_again = self._is_joining
        if self._is_joining:
            return
        self._is_joining = True
        answer = await self._ask("room.join", {"meeting_id": self.meeting_id})
        self._is_joining = False
        state = answer["state"] if answer and answer["ok"] else None
        if state and (self.state is None or state["sequence"] >= self.state["sequence"]):
            self.state = state
        self._heard_at = time.monotonic()
        if self._join_again:
            await self.join()

    async def keep_up(self):
        """Come back when the line was cut, and ask after a silence whether something was missed."""
        while not self._is_ended:
            await asyncio.sleep(0.1)
            if self.state is None or not self.phone.is_open or time.monotonic() - self._heard_at > SILENCE:
                await self.join()

    async def act(self, name, **payload):
        payload["client_key"] = os.urandom(8).hex()
        while (answer := await self._ask(name, payload)) is None:
            await asyncio.sleep(0.05)
        self.answers[payload["client_key"]] = answer

    def end(self):
        self._is_ended = True
        self.phone.drop()


def room(app):
    """A debate: the chair, seven at the table, the rest listen."""
    there = Gathering(**MAJORITY, needs_second=True).debate(present=7)
    with transaction():
        others = [there.person(f"旁听{number}") for number in range(PAGES - 8)]
    for each in others:
        there.arrive(each)
    people = [there.shen, *there.members[:7], *others]
    cookies = [cookie_of(app, each) for each in people]
    return there.meeting.id, there.item.id, cookies, [each.user_id for each in people]


def act_of(page, item_id, *, is_chair, chance):
    """What a person might do now, by what their page shows."""
    item = {"item_id": item_id}
    if is_chair:
        queue = (page.state or {}).get("queue") or []
        first = {"place": 1, "reason": "先听没发过言的"}
        moves = [("hand.move", {"speaker_id": each["id"], **first}) for each in queue[1:]]
        turns = ("floor.next", "floor.end", "floor.extend", "floor.pause", "floor.resume")
        return chance.choice([*((name, item) for name in turns), *moves])
    side = chance.choice(["for", "against", "question", "order"])
    return chance.choice([("hand.raise", {**item, "side": side})] * 2 + [("hand.withdraw", item)])


async def lunch_hour(port, facts, *, seed):
    """Everybody acts at once; then the line is calm. Returns the pages, what keeps them up, and the line."""
    meeting_id, item_id, cookies, _user_ids = facts
    line = BadLine(port, chance=random.Random(f"{seed} line"))
    await line.start()
    pages = [Page(line.port, cookie, meeting_id) for cookie in cookies]
    keeping = [asyncio.create_task(page.keep_up()) for page in pages]

    async def person(number):
        chance = random.Random(f"{seed} {number}")
        for _ in range(ACTS // PAGES):
            name, payload = act_of(pages[number], item_id, is_chair=number == 0, chance=chance)
            await pages[number].act(name, **payload)

    await asyncio.gather(*(person(number) for number in range(PAGES)))
    line.is_calm = True
    return pages, keeping, line


def shown(state):
    return {name: part for name, part in (state or {}).items() if name != "server_time"}


def stored(app, facts):
    """What each page should show, and how many acts were done."""
    meeting = queries.meeting(facts[0])
    states = queries.whole_states(meeting, [actor(user_id) for user_id in facts[3]], now=clock.now())
    done = set(db.session.scalars(select(DoneAct.client_key).where(DoneAct.refusal.is_(None))))
    return [shown(json.loads(json.dumps(each))) for each in states], done


def test_every_page_ends_in_the_state_the_database_has(new_server):
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(2**32))
    print(f"SEED={seed}")
    server = new_server(DELIBERATION_NOW=NOON, RUN_SCHEDULER="0")
    facts = in_database_of(server, room)

    async def run():
        async with asyncio.timeout(LONGEST):  # Sooner than the runner, which would not say which seed it was.
            pages, keeping, line = await lunch_hour(server.port, facts, seed=seed)
        wanted, done = await asyncio.to_thread(in_database_of, server, lambda app: stored(app, facts))
        deadline = time.monotonic() + CALM
        while time.monotonic() < deadline and [shown(page.state) for page in pages] != wanted:
            await asyncio.sleep(0.2)
        for page in pages:
            page.end()
        await asyncio.gather(*keeping)
        return pages, line, wanted, done

    with ThreadPoolExecutor(
        1
    ) as apart:  # A browser that an earlier test opened keeps a loop of its own in this thread.
        pages, line, wanted, done = apart.submit(asyncio.run, run()).result()
    assert min(line.did[what] for what in FATES) > 0, line.did
    answers = {key: answer for page in pages for key, answer in page.answers.items()}
    acknowledged = {key for key, answer in answers.items() if answer["ok"]}
    assert len(answers) == ACTS
    assert len(acknowledged) > ACTS / 3
    assert acknowledged == done  # Each once, however often it was sent, and none that its person was told is refused.
    assert wanted[0]["sequence"] > 60
    for page, state in zip(pages, wanted, strict=True):
        assert shown(page.state) == state
