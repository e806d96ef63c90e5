"""One outcome for very many: what its notices cost its cause, when everybody has theirs, and what pages feel of it.

Usage: python bench/notices.py [participants]   (default 160000; wanted: 20 s, twice a bare INSERT … SELECT, pages 2.00)
"""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import func, select, text

from bench import ground
from deliberation.feedback.models import OutcomeNotice
from deliberation.feedback.service import issue_notice
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs
from deliberation.notifications.models import Delivery, Message
from tests.support import cycle
from tests.support.cycle import SETTLED

WANTED_SECONDS, WANTED_RATIO, ROUNDS, CLIENTS = 20.0, 2.0, 3, 4
IDLE_SECONDS = 8
ACCOUNTS = text(
    'INSERT INTO "user" (name, title, duty, email, active, fs_uniquifier, code_attempts, create_datetime, locale, '
    "display_mode, elder_size, theme, confirmed_at) SELECT '周敏', '', '', 'many' || n || '@example.org', true, "
    "gen_random_uuid(), 0, :now, 'zh_Hans_CN', 'standard', 22, 'auto', :now FROM generate_series(1, :people) AS n"
)
TAKES_PART = text(
    "INSERT INTO participation (matter_id, user_id, reason, since) "
    "SELECT :matter, id, 'supporter', :now FROM \"user\" WHERE email LIKE 'many%'"
)
FLOOR = text(
    "CREATE TABLE floor (occasion_id int NOT NULL, user_id int NOT NULL, reason text NOT NULL, read_at timestamptz)"
)
BARE = text("INSERT INTO floor SELECT 1, id, 'supporter', NULL FROM \"user\" WHERE email LIKE 'many%'")


def settle(people: int) -> tuple[cycle.World, int]:
    """A matter whose outcome is to be told, with so many who took part."""
    with transaction():
        world = cycle.settled()
        notice = world.notices()[0]
        taking_part = {"matter": world.hall.matter.id, "now": SETTLED}
        db.session.execute(TAKES_PART, taking_part)
    return world, notice.id


def tell(world: cycle.World, notice_id: int) -> tuple[float, float]:
    """Seconds of the outcome with its notices in the outbox, and until everybody has a message and its delivery."""
    db.session.remove()
    start = time.perf_counter()
    with transaction():
        issue_notice(world.hall.liaison, notice_id, now=SETTLED)
    told = time.perf_counter()
    jobs.unfold(SETTLED)
    return told - start, time.perf_counter() - start


def bare() -> float:
    """The floor: as many rows of the width of a message, without a key, an index or a second table."""
    with db.engine.begin() as link:
        link.execute(FLOOR)
    start = time.perf_counter()
    with db.engine.begin() as link:
        link.execute(BARE)
    seconds = time.perf_counter() - start
    with db.engine.begin() as link:
        link.execute(text("DROP TABLE floor"))
    return seconds


class Readers:
    """Clients that look at the list of matters again and again for as long as the block lasts."""

    def __init__(self, port: int) -> None:
        self._port, self._is_over, self.seconds = port, threading.Event(), list[float]()
        self._threads = [threading.Thread(target=self._read) for _ in range(CLIENTS)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._is_over.is_set():
            start = time.perf_counter()
            link.request("GET", "/matters")
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200
            self.seconds.append(time.perf_counter() - start)
            time.sleep(0.02)

    @property
    def p99(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] * 1000


def while_reading(port: int, act: Callable[[], None]) -> float:
    """The p99 in milliseconds of pages read while ``act`` goes on."""
    with Readers(port) as readers:
        act()
    return readers.p99


def number(of: type[Message] | type[Delivery]) -> int:
    return db.session.scalar(select(func.count(of.id))) or 0


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 160_000
    with ground.folder() as name, ground.postgres("ours") as (url,):
        app = ground.application(Path(name), url)
        with app.app_context():
            with transaction():
                db.session.execute(ACCOUNTS, {"people": people, "now": SETTLED})
            worlds = [settle(people) for _ in range(ROUNDS + 1)]
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
                link.execute(text("VACUUM ANALYZE"))
            before = number(Message), number(Delivery)
            floors, tellings = [], []
            for world, notice_id in worlds[:ROUNDS]:
                floors.append(bare())
                tellings.append(tell(world, notice_id))
            with ground.server("serve-ours", Path(name), url) as port:
                while_reading(port, lambda: time.sleep(2))
                idle = while_reading(port, lambda: time.sleep(IDLE_SECONDS))
                busy = while_reading(port, lambda: tell(*worlds[ROUNDS]) and None)
            recipients = db.session.scalar(select(func.sum(OutcomeNotice.recipients))) or 0
            missing = recipients - (number(Message) - before[0])
            unqueued = people * (ROUNDS + 1) - (number(Delivery) - before[1])
            db.session.remove()
            db.engine.dispose()
    floor = statistics.median(floors)
    in_outbox, everybody = (statistics.median(side) for side in zip(*tellings, strict=True))
    rows = [
        ("people told", f"{people}"),
        ("bare INSERT … SELECT s", f"{floor:.2f}"),
        ("notices in the outbox s", f"{in_outbox:.2f}   ratio {in_outbox / floor:.2f} (wanted {WANTED_RATIO:.2f})"),
        ("everybody's message and delivery s", f"{everybody:.2f} (wanted {WANTED_SECONDS:.2f})"),
        ("pages p99 ms, idle / meanwhile", f"{idle:.1f} / {busy:.1f}   ratio {busy / idle:.2f} (wanted 2.00)"),
        ("messages missing, deliveries missing", f"{missing}, {unqueued}"),
    ]
    figures = {
        "people": people, "floor_s": floor, "in_outbox_s": in_outbox, "everybody_s": everybody, "idle_p99_ms": idle,
        "busy_p99_ms": busy, "missing": missing, "unqueued": unqueued,
    }  # fmt: skip
    ground.report(__file__, rows, figures)


if __name__ == "__main__":
    main()
