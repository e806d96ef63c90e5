"""What one more ballot costs in a vote with few and in a vote with many ballots: turn by turn, medians and ratio.

Usage: python bench/casting_cost.py [large]   (default 1000000 ballots; PostgreSQL that waits for the disk)
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask import Flask
from sqlalchemy import select, text

from bench import ground
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Actor
from deliberation.votes import service
from deliberation.votes.models import RollEntry
from deliberation.votes.rules import Channel, Choice
from tests.support import voting

SMALL, ROUNDS = 1_000, 200
ENTRIES = text(
    "INSERT INTO roll_entry (vote_id, number, label, is_developer, area, weight, chamber) "
    "SELECT :vote, n + :first, 'entry ' || n, false, 9000 + n % 500, 1, '' FROM generate_series(1, :count) AS n"
)
BALLOTS = text(
    "INSERT INTO ballot (vote_id, roll_entry_id, client_ballot_id, choice, reason, salt, channel, cast_by_id, cast_at, "
    "leaf_hash, witness) SELECT vote_id, id, gen_random_uuid(), "
    "(ARRAY['for', 'against', 'abstain'])[1 + number % 3], '', sha256(id::text::bytea), 'web', :user, :now, "
    "sha256((id + 7)::text::bytea), '' FROM roll_entry WHERE vote_id = :vote AND user_id IS NULL"
)


def vote_of(ballots: int) -> voting.Hall:
    """An open vote with so many ballots in it, and ``ROUNDS`` voters who have not cast."""
    now = clock.now()
    with transaction():
        hall = voting.prepare(seats=ROUNDS, voters=ROUNDS, closes_at=now + timedelta(days=7))
    with transaction():
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=now)
    with transaction():
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=now)
        db.session.execute(ENTRIES, {"vote": hall.vote.id, "first": ROUNDS, "count": ballots})
        db.session.execute(BALLOTS, {"vote": hall.vote.id, "user": hall.liaison.user_id, "now": now})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM ANALYZE"))
    return hall


def cast(app: Flask, hall: voting.Hall, number: int) -> float:
    """Milliseconds of one ballot with its commit."""
    voter = hall.voters[number]
    with app.app_context():
        mine = select(RollEntry.id).where(RollEntry.vote_id == hall.vote.id, RollEntry.user_id == voter.id)
        entry_id = db.session.scalars(mine).one()
        db.session.rollback()
        start = time.perf_counter()
        with transaction():
            service.cast_ballot(
                Actor(user_id=voter.id, name=voter.name), vote_id=hall.vote.id, roll_entry_id=entry_id,
                choice=Choice.in_favour, client_ballot_id=str(uuid4()), channel=Channel.web, now=clock.now(),
            )  # fmt: skip
        return (time.perf_counter() - start) * 1000


def main() -> None:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with ground.folder() as name, ground.postgres("ours") as (url,):
        app = ground.application(Path(name), url)
        with app.app_context():
            few, many = vote_of(SMALL), vote_of(large)
        pairs = [(cast(app, few, number), cast(app, many, number)) for number in range(ROUNDS)]
        time.sleep(1)  # The last push of the turnout still reads.
        with app.app_context():
            db.engine.dispose()
    small, big = (statistics.median(side) for side in zip(*pairs, strict=True))
    rows = [
        (f"ms with {SMALL}", f"{small:.2f}"),
        (f"ms with {large}", f"{big:.2f}   ratio {big / small:.2f} (wanted 1.20)"),
    ]
    figures = {"small": SMALL, "large": large, "small_ms": small, "large_ms": big, "ratio": big / small}
    ground.report(__file__, rows, figures)


if __name__ == "__main__":
    main()
