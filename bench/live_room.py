"""A full room on one process: a chair's act on its way to everybody, everybody voting, everybody coming back at once.

Usage: python bench/live_room.py [pages]   (default 2000; half of them are measured first)
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask import Flask

from bench import ground
from deliberation.kernel.database import db, transaction
from deliberation.meetings.models import Attendance
from deliberation.meetings.rules import Mode
from tests.support import make, services
from tests.support.gathering import Gathering
from tests.support.phones import Count, Phone, at_once
from tests.support.server import LiveServer
from tests.support.sockets import cookie_of, in_database_of

ROUNDS = 10  # Even: the chair stops the speaker's clock and lets it run again.
VOTE_SECONDS = 30
SPREAD = 3.0  # frontend/room/link.ts: who asks for a ballot paper waits up to so many seconds in a full room.
BACK_WITHIN = 20
WANTED = 1.5


@dataclass(frozen=True)
class Room:
    """A debate: its ids, the chair's cookie and one of each person present."""

    meeting_id: int
    item_id: int
    chair: str
    people: list[str]


def gather(server: LiveServer, people: int) -> Room:
    """A meeting in debate in the server's database, with so many people checked in."""
    return in_database_of(server, lambda app: _debate(app, people))


def _debate(app: Flask, people: int) -> Room:
    there = Gathering().debate()
    with transaction():
        users = [make.actor(make.person(name=f"在场{number}")) for number in range(people)]
        db.session.add_all(
            Attendance(
                meeting_id=there.meeting.id, user_id=user.user_id, mode=Mode.in_room, method="code",
                checked_in_at=make.NOW,
            )
            for user in users
        )  # fmt: skip
    cookies = [cookie_of(app, user) for user in users]
    return Room(there.meeting.id, there.item.id, cookie_of(app, there.shen), cookies)


# --------------------------------------------------------------------------------------- a page, as frontend/room does


class Hall:
    """Everybody's pages of our room, and what is being waited for."""

    def __init__(self, port: int, room: Room) -> None:
        self.room, self.waited_for, self.count = room, 0, Count(0)
        self.last_event, self.turnouts = b"", []  # type: ignore[var-annotated]
        self.chair = Phone(port, room.chair)
        self.pages = [Phone(port, cookie, self._heard) for cookie in room.people]
        self.errors: Counter[str] = Counter()

    def _heard(self, page: Phone, name: str, message: bytes) -> None:
        if name == "room.event":
            self.last_event = message
            self.count.one_more()
        elif name == "vote.turnout" and page is self.pages[0]:
            self.turnouts.append(time.perf_counter())

    async def enter(self, page: Phone) -> None:
        await page.connect()
        await self.join(page)

    async def join(self, page: Phone) -> None:
        answer = await page.ask("room.join", {"meeting_id": self.room.meeting_id})
        if not answer["ok"]:
            raise RuntimeError(str(answer))
        page.state = answer["state"]

    async def act(self, name: str, **payload: Any) -> Any:
        """What the chair does, which has to be done."""
        answer = await self.chair.ask(name, payload)
        if not answer["ok"]:
            raise RuntimeError(f"{name}: {answer}")
        return answer

    async def give_the_floor(self) -> None:
        asked = await self.pages[0].ask("hand.raise", {"item_id": self.room.item_id, "side": "for"})
        await self.act("floor.give", speaker_id=asked["speaker_id"])

    async def come_back(self, page: Phone) -> float:
        """As socket.io-client and link.ts do it: after a moment by chance, and again when it takes too long."""
        began, delay = time.perf_counter(), 1.0
        while True:
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))
            try:
                await page.connect(patience=20)
                await self.join(page)
                return time.perf_counter() - began
            except (OSError, TimeoutError) as error:
                self.errors[type(error).__name__] += 1
                page.drop()
                delay = min(5.0, 2 * delay)


# ------------------------------------------------------------------------------------------------------- measurements


def memory_of(master: int) -> int:
    """Bytes held by the only worker of a gunicorn."""
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    line = next(line for line in Path(f"/proc/{worker}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def processor_of(master: int) -> float:
    """Seconds of processor time its worker has had."""
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    fields = Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


class Bare:
    """The other side: as many pages in the one room of a bare server."""

    def __init__(self, port: int, pages: int) -> None:
        self.count = Count(0)
        self.chair = Phone(port)
        self.pages = [Phone(port, "", lambda *_heard: self.count.one_more()) for _ in range(pages)]

    async def enter(self, page: Phone) -> None:
        await page.connect()
        await page.ask("join", {})


async def broadcasts(hall: Hall, bare: Bare, pages: int) -> dict[str, Any]:
    """The chair's act until the last page has it, by turns with a bare message of the same size."""
    ours, floor = [], []
    for number in range(ROUNDS):
        name = "floor.resume" if number % 2 else "floor.pause"
        hall.count, began = Count(pages), time.perf_counter()
        await hall.act(name, item_id=hall.room.item_id)
        ours.append(await hall.count.wait() - began)
        payload = json.loads(hall.last_event[2:])[1]
        await asyncio.sleep(0.2)
        bare.count, began = Count(pages), time.perf_counter()
        await bare.chair.ask("say", payload)
        floor.append(await bare.count.wait() - began)
        await asyncio.sleep(0.2)
    mine, theirs = statistics.median(ours) * 1000, statistics.median(floor) * 1000
    return {"ms": mine, "bare_ms": theirs, "ratio": mine / theirs, "bytes": len(hall.last_event)}


async def voting(hall: Hall) -> dict[str, Any]:
    """The chair calls a vote, everybody casts within half a minute, the chair closes it."""
    hall.count, began = Count(len(hall.pages)), time.perf_counter()
    terms = {"aim": "advisory", "method": "yes_no", "is_for_everybody": True, "minutes": 10}
    called = await hall.act("vote.call", item_id=hall.room.item_id, **terms)
    vote_id = called["vote"]["id"]
    opened = await hall.count.wait() - began
    seconds: list[float] = []
    refused: list[Any] = []

    async def vote(page: Phone) -> None:
        await asyncio.sleep(random.uniform(0, SPREAD * min(1, len(hall.pages) / 2_000)))
        await hall.join(page)
        asked = time.perf_counter()
        papers.append(asked - began)
        await asyncio.sleep(random.uniform(0, VOTE_SECONDS))
        entry = page.state["me"]["ballot"]["seats"][0]["roll_entry_id"]
        ballot = {"vote_id": vote_id, "roll_entry_id": entry, "choice": "for", "client_ballot_id": str(uuid4())}
        asked = time.perf_counter()
        answer = await page.ask("ballot.cast", ballot)
        seconds.append(time.perf_counter() - asked)
        if not answer["ok"]:
            refused.append(answer)

    papers: list[float] = []
    hall.turnouts.clear()
    await at_once(map(vote, hall.pages), most=len(hall.pages))
    took = time.perf_counter() - began
    pushes = hall.turnouts
    most = max((sum(at <= other < at + 1 for other in pushes) for at in pushes), default=0)
    hall.count, asked = Count(len(hall.pages)), time.perf_counter()
    closed = await hall.act("vote.close", vote_id=vote_id)
    ended = await hall.count.wait() - asked
    seconds.sort()
    return {
        "opened_ms": opened * 1000, "papers_seconds": max(papers), "ballots": len(seconds), "refused": len(refused),
        "p50_ms": seconds[len(seconds) // 2] * 1000, "p99_ms": seconds[int(len(seconds) * 0.99)] * 1000,
        "worst_ms": seconds[-1] * 1000, "took_seconds": took, "turnouts": len(pushes), "turnouts_a_second": most,
        "closed_ms": ended * 1000, "cast_at_close": closed["vote"]["cast"], "first_refusal": str(refused[:1]),
    }  # fmt: skip


async def coming_back(hall: Hall) -> dict[str, Any]:
    """Every line is cut at once; meanwhile the chair goes on. Who is back in the state as it is?"""
    for page in hall.pages:
        page.drop()
    acting = asyncio.create_task(hall.act("meeting.recess", meeting_id=hall.room.meeting_id))
    back = await at_once(map(hall.come_back, hall.pages), most=len(hall.pages))
    await acting
    await hall.join(hall.chair)
    now = hall.chair.state
    right = sum(_is_right(page.state, now) for page in hall.pages)
    return {"seconds": max(back), "p50_seconds": statistics.median(back), "right": right, "again": dict(hall.errors)}


def _is_right(state: dict[str, Any], now: dict[str, Any]) -> bool:
    own = state["me"]["is_present"] and state["me"]["ballot"]["has_cast"]
    return bool(own) and all(state[part] == now[part] for part in ("sequence", "item", "vote", "attendance"))


async def measure(ours: LiveServer, bare: subprocess.Popen[bytes], bare_port: int, room: Room) -> dict[str, Any]:
    figures: dict[str, Any] = {"pages": len(room.people), "held": {}}
    hall, floor = Hall(ours.port, room), Bare(bare_port, len(room.people))
    masters = (ours.process.pid if ours.process else 0, bare.pid)
    await hall.enter(hall.chair)
    await floor.chair.connect()
    first, half = 50, len(room.people) // 2
    began = 0
    held: list[list[int]] = []
    for until in (first, half, len(room.people)):
        for side, pages in ((hall, hall.pages), (floor, floor.pages)):
            await at_once(map(side.enter, pages[began:until]), most=40)
            print(f"{until} pages of {type(side).__name__} are there", file=sys.stderr)
        if until == first:
            await hall.give_the_floor()
        began = until
        held.append([memory_of(master) for master in masters])
        if until > first:
            figures[f"act_{until}"] = await broadcasts(hall, floor, until)
    mine, theirs = ((held[2][side] - held[0][side]) / (len(room.people) - first) / 1024 for side in (0, 1))
    figures["memory"] = {"kib": mine, "bare_kib": theirs, "ratio": mine / theirs}
    for page in floor.pages:
        page.drop()
    figures["voting"] = await voting(hall)
    before = processor_of(masters[0])
    figures["back"] = await coming_back(hall)
    figures["back"]["processor_seconds"] = processor_of(masters[0]) - before
    return figures


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with ground.folder() as name, ground.postgres("ours") as (url,):
        ours = LiveServer(Path(name) / "ours", is_loaded=False, DATABASE_URL=url)
        ours.command("migrate")
        room = gather(ours, people)
        port = services.free_port()
        program = Path(__file__).parent / "support" / "bare_room.py"
        with (Path(name) / "bare.log").open("wb") as log:
            bare = subprocess.Popen([sys.executable, str(program), str(port)], stdout=log, stderr=log)
        try:
            ours.start()
            ground.wait(bare, port)
            figures = asyncio.run(measure(ours, bare, port, room))
        finally:
            ours.stop()
            bare.kill()
            bare.wait()
            print(ours.log.read_text()[-3000:], file=sys.stderr)
    _report(figures)


def _report(figures: dict[str, Any]) -> None:
    rows = []
    for name, part in figures.items():
        if name.startswith("act_"):
            text = f"{part['ms']:7.0f} ms, bare {part['bare_ms']:.0f}   ratio {part['ratio']:.2f} (wanted {WANTED})"
            rows.append((f"an act to {name[4:]} pages", text))
    held, votes, back = figures["memory"], figures["voting"], figures["back"]
    rows += [
        ("memory a page", f"{held['kib']:7.0f} KiB, bare {held['bare_kib']:.0f}   ratio {held['ratio']:.2f}"),
        ("vote opened, papers out", f"{votes['opened_ms']:7.0f} ms, {votes['papers_seconds']:.1f} s"),
        ("ballots acknowledged", f"{votes['ballots'] - votes['refused']:7d} of {figures['pages']}"),
        ("ballot p50, p99, worst", f"{votes['p50_ms']:7.0f}, {votes['p99_ms']:.0f}, {votes['worst_ms']:.0f} ms"),
        ("turnout messages a second", f"{votes['turnouts_a_second']:7d} at most (wanted 4)"),
        ("vote closed at the last", f"{votes['closed_ms']:7.0f} ms"),
        ("all back in the right state", f"{back['seconds']:7.1f} s (wanted {BACK_WITHIN}), {back['right']} right"),
    ]
    ground.report(__file__, rows, figures)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
