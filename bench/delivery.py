"""Mails to a sink that speaks SMTP: the delivery job against a bare loop over one smtplib connection that stays open.

Usage: python bench/delivery.py [mails]   (default 4000 for each measurement; wanted: 0.50 of the loop, and growing)
"""

from __future__ import annotations

import multiprocessing
import smtplib
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask import Flask
from sqlalchemy import func, insert, literal, select, text

from bench import ground
from deliberation.app import create_app
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs, service
from deliberation.notifications.channels import Parcel
from deliberation.notifications.channels.mail import Smtp
from deliberation.notifications.models import Channel, Delivery, DeliveryState
from deliberation.people.models import User
from tests.support import applications
from tests.support.make import NOW

WANTED, PROCESSES = 0.5, (1, 2)
FORK = multiprocessing.get_context("fork")
KIND = "registration.moved_up"
DATA = {
    "title": "路灯夜谈",
    "meeting_id": 1,
    "path": "/meetings/1",
    "starts_at": NOW.isoformat(),
    "venue": "活动室",
    "planned_minutes": 60,
}


def sink(listener: socket.socket) -> None:
    """Takes every mail, as fast as a line of answers can be written; a process for each connection."""
    while True:
        line, _address = listener.accept()
        FORK.Process(target=converse, args=(line,), daemon=False).start()
        line.close()


def converse(line: socket.socket) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(b"220 sink\r\n")
    heard = b""
    is_mail = False
    while more := line.recv(65536):
        heard += more
        while True:
            end = heard.find(b"\r\n.\r\n" if is_mail else b"\r\n")
            if end < 0:
                break
            word = heard[:4].upper()
            heard = heard[end + (5 if is_mail else 2) :]
            is_data = not is_mail and word == b"DATA"
            line.sendall(b"354 go on\r\n" if is_data else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            is_mail = is_data


def application(folder: Path, url: str, port: int) -> Flask:
    return create_app(applications.settings_for(folder, DATABASE_URL=url, SMTP_URL=f"smtp://127.0.0.1:{port}"))


def loop(port: int, mails: int) -> None:
    """The floor: what is sent is there already."""
    parcel = Parcel(
        1, "k", 1, Channel.email, "person1@example.org", "补上了：路灯夜谈", "有人来不了，轮到您了。\n" * 6, NOW
    )
    mail = Smtp("smtp://127.0.0.1:1", mail_from="notice@example.org")._mail(parcel)
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for _each in range(mails):
            connection.sendmail("notice@example.org", ["person1@example.org"], mail)


def deliver(app: Flask) -> None:
    with app.app_context():
        jobs.deliver(NOW)


def together(count: int, work: Callable[..., None], *arguments: object) -> float:
    """Seconds until so many processes have done it, their start included on both sides."""
    processes = [FORK.Process(target=work, args=arguments) for _each in range(count)]
    start = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.perf_counter() - start


def queue(app: Flask, mails: int, key: str) -> None:
    with app.app_context():
        with transaction():
            everybody = select(User.id.label("user_id"), literal("registered").label("reason")).limit(mails)
            service.tell(everybody, KIND, key=key, now=NOW, data=DATA)
        jobs.unfold(NOW)
        db.session.remove()
        db.engine.dispose()


def left(app: Flask) -> int:
    with app.app_context():
        waiting = select(func.count(Delivery.id)).where(Delivery.state != DeliveryState.sent)
        found = db.session.scalar(waiting) or 0
        db.session.remove()
        db.engine.dispose()
        return found


def people(app: Flask, mails: int) -> None:
    rows = [
        {"name": "周敏", "email": f"many{number}@example.org", "fs_uniquifier": f"many{number}", "create_datetime": NOW}
        for number in range(mails)
    ]
    with app.app_context():
        with transaction():
            db.session.execute(insert(User), rows)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.execute(text('ANALYZE "user"'))
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    rows, figures = [], dict[str, float]()
    with ground.folder() as name, ground.postgres("ours") as (url,), socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        receiver = FORK.Process(target=sink, args=(listener,))
        receiver.start()
        ground.application(Path(name), url)
        app = application(Path(name), url, port)
        people(app, mails)
        for count in PROCESSES:
            queue(app, mails, f"for {count}")
            bare = mails / together(count, loop, port, mails // count)
            ours = mails / together(count, deliver, app)
            rows.append(
                (
                    f"mails a second, {count} processes",
                    f"{ours:.0f} of {bare:.0f}   ratio {ours / bare:.2f} (wanted {WANTED:.2f})",
                )
            )
            figures |= {f"ours_{count}": ours, f"bare_{count}": bare}
        figures["left"] = left(app)
        receiver.terminate()
        receiver.join()
    growth = figures["ours_2"] / figures["ours_1"]
    rows += [("two processes to one", f"{growth:.2f}"), ("deliveries left", f"{figures['left']:.0f}")]
    ground.report(__file__, rows, {"mails": mails, **figures})


if __name__ == "__main__":
    main()
