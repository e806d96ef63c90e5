"""Ballots accepted over HTTP, each on the disk before it is acknowledged, against one bare INSERT on the same server.

Usage: python bench/cast_ballots.py [ballots]   (default 2000 voters; 32 clients, turn by turn, three rounds)
Both sides are served as production serves on PostgreSQL, by greenlets; with SERVER=threads both by threads.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

from flask import Flask
from sqlalchemy import func, select

from bench import ground
from bench.ground import Post
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.votes import service
from deliberation.votes.models import Ballot, RollEntry
from tests.support import voting

CLIENTS, ROUNDS = 32, 3


def open_vote(app: Flask, voters: int) -> tuple[int, list[Post]]:
    """An open vote, and a ballot of each of its voters."""
    with app.app_context():
        now = clock.now()
        with transaction():
            hall = voting.prepare(seats=voters, voters=voters, closes_at=now + (voting.CLOSES - voting.NOW))
        with transaction():
            service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=now)
        with transaction():
            service.open_vote(hall.liaison, vote_id=hall.vote.id, now=now)
        rows = db.session.execute(select(RollEntry.id, RollEntry.user_id).where(RollEntry.vote_id == hall.vote.id))
        entries = {user_id: entry_id for entry_id, user_id in rows}
        posts = [_ballot(app, hall.vote.id, entries[user.id], user) for user in hall.voters]
        return hall.vote.id, posts


def _ballot(app: Flask, vote_id: int, entry_id: int, user) -> Post:
    headers, token = ground.sign_in(app, user)
    fields = {"roll_entry_id": str(entry_id), "choice": "for", "client_ballot_id": str(uuid4()), "csrf_token": token}
    return Post(f"/votes/{vote_id}/ballot", fields, headers)


def standing(app: Flask, vote_id: int) -> tuple[int, int]:
    """How many ballots there are, and of how many voters."""
    with app.app_context():
        counted = select(func.count(), func.count(func.distinct(Ballot.roll_entry_id))).where(Ballot.vote_id == vote_id)
        ballots, voters = db.session.execute(counted).one()
        return ballots, voters


def main() -> None:
    voters = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with ground.folder() as name, ground.postgres("ours", "bare") as (ours_url, bare_url):
        folder = Path(name)
        app = ground.application(folder, ours_url)
        votes = [open_vote(app, voters) for _ in range(ROUNDS + 1)]
        ours, floor = [], []
        with (
            ground.server("serve-ours", folder, ours_url) as port,
            ground.server("serve-bare", folder, bare_url) as bare_port,
        ):
            for _vote, posts in votes[:ROUNDS]:
                floor.append(ground.send(bare_port, [Post("/", {}, {})] * voters, clients=CLIENTS))
                ours.append(ground.send(port, posts, clients=CLIENTS))
            crowd = ground.send(port, votes[ROUNDS][1], clients=200, start_within=30)
        kept = [standing(app, vote_id) for vote_id, _posts in votes]
        with app.app_context():
            db.engine.dispose()
    _report(voters, ours, floor, crowd, kept)


def _report(voters: int, ours: list, floor: list, crowd, kept: list[tuple[int, int]]) -> None:
    rate, bare = (statistics.median(each.per_second for each in side) for side in (ours, floor))
    ratio = statistics.median(one.per_second / other.per_second for one, other in zip(ours, floor, strict=True))
    p99, p50 = statistics.median(e.quantile(0.99) for e in ours), statistics.median(e.quantile(0.5) for e in floor)
    refused = [each for side in (*ours, crowd) for each in side.refused]
    lost = sum(voters - seats for _ballots, seats in kept)
    doubled = sum(ballots - seats for ballots, seats in kept)
    rows = [
        ("ballots a second", f"{rate:8.0f}"),
        ("bare INSERT and COMMIT", f"{bare:8.0f}   ratio of the rounds {ratio:.2f} (wanted 0.60)"),
        ("ballot p99 ms", f"{p99:8.1f}"),
        ("bare p50 ms", f"{p50:8.1f}   ratio {p99 / p50:.1f} (wanted under 10)"),
        (f"{voters} voters in 30 s", f"{crowd.together:8.1f} s, p99 {crowd.quantile(0.99):.0f} ms"),
        ("lost, doubled, refused", f"{lost}, {doubled}, {len(refused)}"),
        *[("first refusal", each) for each in refused[:1]],
    ]
    figures = {
        "voters": voters, "clients": CLIENTS, "ballots_per_second": rate, "bare_per_second": bare, "ratio": ratio,
        "p99_ms": p99, "bare_p50_ms": p50, "p99_to_p50": p99 / p50, "crowd_seconds": crowd.together,
        "crowd_p99_ms": crowd.quantile(0.99), "lost": lost, "doubled": doubled, "refused": len(refused),
    }  # fmt: skip
    ground.report(__file__, rows, figures)


if __name__ == "__main__":
    main()
