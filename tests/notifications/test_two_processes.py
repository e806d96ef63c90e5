"""Two delivery processes and two schedulers at once, on a PostgreSQL that really commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from deliberation.app import create_app
from deliberation.feedback import jobs as feedback
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs
from deliberation.notifications.models import Message
from tests.support import applications, cycle
from tests.support.cycle import SETTLED
from tests.support.smtp import mail_server


def at_once(app: Flask, act: Callable[[], None], count: int = 3) -> None:
    """Run ``act`` in several threads, each with a context and so a session of its own."""
    barrier, faults = threading.Barrier(count), []

    def run() -> None:
        try:
            with app.app_context():
                barrier.wait(10)
                act()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []


def test_nothing_is_sent_or_asked_twice(new_postgres_url: str, tmp_path: Path) -> None:
    with mail_server() as sink:
        settings = applications.settings_for(tmp_path, DATABASE_URL=new_postgres_url, SMTP_URL=sink.url)
        app = create_app(settings)
        with app.app_context():
            with transaction():
                world = cycle.settled()
                world.reply(now=SETTLED)
            people = {person.email for person in [world.proposer, world.follower, *world.hall.voters] if person.email}
            thirty = world.look_backs()[0].due_at
            notices = [notice.id for notice in world.notices()]
        at_once(app, lambda: feedback.issue_due(thirty))
        at_once(app, lambda: feedback.send_due(thirty))
        at_once(app, lambda: jobs.deliver(thirty))
        with app.app_context():
            rows = db.session.execute(
                select(Message.user_id, Message.kind, func.count()).group_by(Message.user_id, Message.kind)
            ).all()
            asked = [row for row in rows if row.kind == "look_back.asked"]
            told = [row for row in rows if row.kind == "outcome.notice"]
            assert all(row[2] == 1 for row in asked)
            assert all(row[2] == len(notices) for row in told)
            db.session.remove()
            db.drop_all()
            db.engine.dispose()
        ids = [mail["Message-ID"] for mail in sink.mails]
        assert len(ids) == len(set(ids))
        assert people <= {str(mail["To"]) for mail in sink.mails}
