"""What publishing a vote and opening it takes when very many have a voice: roll, hash, notices, outbox, all of it.

Usage: python bench/publish_vote.py [voters]   (default 100000 owners with accounts, each with a home; wanted 5 s)
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import func, select, text

from bench import ground
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Participation
from deliberation.notifications.jobs import unfold
from deliberation.notifications.models import Delivery, Message, Occasion
from deliberation.votes import service
from deliberation.votes.models import RollEntry, RollPart, Vote
from tests.support import owners, voting

WANTED, ROUNDS = 5.0, 3
ACCOUNTS = text(
    'INSERT INTO "user" (name, title, duty, email, active, fs_uniquifier, code_attempts, create_datetime, locale, '
    "display_mode, elder_size, theme, confirmed_at) SELECT '周敏', '', '', 'owner' || n || '@example.org', true, "
    "gen_random_uuid(), 0, :now, 'zh_Hans_CN', 'standard', 22, 'auto', :now FROM generate_series(1, :voters) AS n"
)
SETS = text(
    "INSERT INTO owner_set (place_id, code, names, voter_name, phone, user_id, is_developer) "
    "SELECT :place, 'set ' || id, '周敏、李强', '周敏', '', id, false FROM \"user\" WHERE email LIKE 'owner%'"
)
PARTS = text(
    "INSERT INTO part (place_id, owner_set_id, label, zone, kind, area, area_source, is_delivered) "
    "SELECT place_id, id, id / 100 || ' 号 ' || id % 100 || ' 室', '', 'home', 9000 + id % 500, 'register', true "
    "FROM owner_set WHERE place_id = :place AND code LIKE 'set %'"
)


def draft() -> voting.Hall:
    """A checked draft put to all the owners."""
    with transaction():
        hall = owners.prepare([], voters=1, terms=owners.terms())
        owners.check(hall)
        db.session.execute(SETS, {"place": hall.place.id})
        db.session.execute(PARTS, {"place": hall.place.id})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM ANALYZE"))
    return hall


def publish_and_open(hall: voting.Hall) -> tuple[float, float]:
    """Seconds of each, with its commit and what follows the commit."""
    db.session.remove()
    start = time.perf_counter()
    with transaction():
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=voting.NOW)
    published = time.perf_counter()
    with transaction():
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=owners.OPENS)
    return published - start, time.perf_counter() - published


def standing(hall: voting.Hall) -> dict[str, int]:
    """How many rows it left of each kind: every voter has one."""
    vote = db.session.get_one(Vote, hall.vote.id)
    of = {
        "voters": (RollEntry, RollEntry.vote_id == vote.id),
        "parts": (RollPart, RollPart.vote_id == vote.id),
        "taking_part": (Participation, Participation.matter_id == vote.matter_id),
    }
    found = {name: _number(select(func.count()).select_from(of_).where(is_its)) for name, (of_, is_its) in of.items()}
    told = select(func.count(Message.id)).join(Occasion, Occasion.id == Message.occasion_id)
    told = told.where(Occasion.matter_id == vote.matter_id)
    queued = told.join(Delivery, Delivery.message_id == Message.id)
    return {**found, "messages": _number(told), "deliveries": _number(queued)}


def _number(statement: Any) -> int:
    return int(db.session.scalar(statement) or 0)


def main() -> None:
    voters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ground.folder() as name, ground.postgres("ours") as (url,):
        app = ground.application(Path(name), url)
        with app.app_context():
            with transaction():
                db.session.execute(ACCOUNTS, {"voters": voters, "now": voting.NOW})
            halls = [draft() for _ in range(ROUNDS)]
            seconds = [publish_and_open(hall) for hall in halls]
            unfold(voting.NOW)
            left = [standing(hall) for hall in halls]
            db.session.remove()
            db.engine.dispose()
    publishing, opening = (statistics.median(side) for side in zip(*seconds, strict=True))
    together = statistics.median(sum(each) for each in seconds)
    missing = sum(voters - number for each in left for number in each.values())
    rows = [
        ("publishing s", f"{publishing:.2f}"),
        ("opening s", f"{opening:.2f}"),
        (f"together, {voters} voters", f"{together:.2f}   ratio {together / WANTED:.2f} (wanted 1.00)"),
        ("rows missing", f"{missing}"),
    ]
    figures = {
        "voters": voters, "publish_s": publishing, "open_s": opening, "together_s": together, "wanted_s": WANTED,
        "missing": missing,
    }  # fmt: skip
    ground.report(__file__, rows, figures)


if __name__ == "__main__":
    main()
