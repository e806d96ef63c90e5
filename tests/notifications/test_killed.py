"""Two schedulers and four delivery processes are killed fifty times during 10,000 messages, and each arrives once."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, insert, select

from deliberation.app import create_app
from deliberation.kernel.database import db
from deliberation.notifications.models import Delivery, DeliveryState, Message
from deliberation.people.models import User
from tests.notifications.delivering import OCCASIONS, SCHEDULERS, SENDERS
from tests.support import applications, services
from tests.support.make import NOW
from tests.support.smtp import Sink, mail_server

KILLS, MESSAGES, SEED = 50, 10_000, 20260302
MOST_SECONDS = 120  # When it has stuck; on two idle cores it takes about twenty.
HEADERS = re.compile(rb"^(To|Message-ID): (.+?)\r?$", re.MULTILINE)


def users() -> list[dict[str, object]]:
    return [
        {
            "name": "周敏", "email": f"person{number}@example.org", "fs_uniquifier": f"person{number}", "active": True,
            "create_datetime": NOW, "confirmed_at": NOW,
        }
        for number in range(MESSAGES // OCCASIONS)
    ]  # fmt: skip


def kill_on_the_way(sink: Sink, database_url: str, folder: Path) -> int:
    """Run them all, kill one after every so many mails, and wait until nothing is left; how many were killed."""
    draw, killed = random.Random(SEED), 0
    program = [sys.executable, "-m", "tests.notifications.delivering"]
    command = [*program, database_url, sink.url, str(folder), str(time.time())]
    lines = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=services.ROOT, **lines) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        until = time.monotonic() + MOST_SECONDS
        while len(sink.received) < MESSAGES or not is_done():
            assert time.monotonic() < until, f"{len(sink.received)} mails after {killed} kills"
            if killed < KILLS and len(sink.received) >= killed * MESSAGES // (KILLS + 5):
                print("kill", draw.randrange(SCHEDULERS + SENDERS), file=nursery.stdin, flush=True)
                assert nursery.stdout.readline() == "killed\n"
                killed += 1
            else:
                time.sleep(0.02)
    return killed


def is_done() -> bool:
    db.session.rollback()
    sent = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.sent)
    return db.session.scalar(sent) == MESSAGES


def test_each_message_arrives_once_by_its_key_whoever_is_killed(new_postgres_url: str, tmp_path: Path) -> None:
    app = create_app(applications.settings_for(tmp_path, DATABASE_URL=new_postgres_url))
    with app.app_context(), mail_server() as sink:
        db.session.execute(insert(User), users())
        db.session.commit()
        assert kill_on_the_way(sink, new_postgres_url, tmp_path) == KILLS
        told = db.session.execute(select(Message.user_id, func.count()).group_by(Message.user_id)).all()
        assert {row[1] for row in told} == {OCCASIONS}, "each person has each message once"
        db.session.remove()
        db.engine.dispose()
    arrived = [dict(HEADERS.findall(mail)) for mail in sink.received]
    keys = Counter(mail[b"Message-ID"] for mail in arrived)
    assert len(keys) == MESSAGES, "none is missing, and no message has two keys"
    people = Counter(to for _key, to in {(mail[b"Message-ID"], mail[b"To"]) for mail in arrived})
    assert set(people.values()) == {OCCASIONS}
    assert len(people) == MESSAGES // OCCASIONS
    again = len(arrived) - MESSAGES
    assert again <= KILLS * 100, "only what a killed process had sent and not yet marked comes a second time"
