"""What it takes to count very many ballots from the database: an owners' motion with areas, and an instant run-off.

Usage: python bench/count_ballots.py [motion] [run-off]   (default 1000000 and 100000 ballots; wanted 2 s each)
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from bench import ground
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.votes import service
from deliberation.votes.counting import Method, judge_returns
from deliberation.votes.models import Vote
from deliberation.votes.queries import tallies
from deliberation.votes.rules import Terms
from deliberation.votes.service.counting import count_vote
from tests.support import owners, voting

WANTED = 2.0
OPTIONS = 10
ROUNDS = 5
# Every tenth owner has a parking space beside the home, so that the count the other way is made as well.
ENTRIES = text(
    "INSERT INTO roll_entry (vote_id, number, label, is_developer, area, weight, chamber) "
    "SELECT :vote, n + 100, 'owner ' || n, false, 9000 + n % 500, 1, '' FROM generate_series(1, :count) AS n"
)
PARTS = text(
    "INSERT INTO roll_part (vote_id, roll_entry_id, label, area, area_source, is_parking, is_delivered, chamber) "
    "SELECT vote_id, id, 'part ' || number, CASE WHEN is_parking THEN 1250 ELSE area END, 'register', is_parking, "
    "true, '' FROM roll_entry, (VALUES (false), (true)) AS of (is_parking) "
    "WHERE vote_id = :vote AND number > 100 AND (NOT is_parking OR number % 10 = 0)"
)
BALLOTS = (
    "INSERT INTO ballot (vote_id, roll_entry_id, client_ballot_id, choice, reason, salt, channel, cast_by_id, cast_at, "
    "leaf_hash, witness) SELECT vote_id, id, gen_random_uuid(), {choice}, '', sha256(id::text::bytea), 'web', :user, "
    ":now, sha256((id + 7)::text::bytea), '' FROM roll_entry WHERE vote_id = :vote AND number > 100"
)
WORDS = "(ARRAY['for', 'for', 'against', 'abstain'])[1 + number % 4]"
RANKING = (  # Each ballot its own order of all options, by chance.
    "(SELECT '[' || string_agg('\"' || code || '\"', ',' ORDER BY md5(code || roll_entry.id)) || ']' "
    "FROM unnest(CAST(:codes AS text[])) AS code)"
)
TOTALS = text(
    "UPDATE vote SET (seats_total, area_total, weight_total) = "
    "(SELECT count(*), sum(area), sum(weight) FROM roll_entry WHERE vote_id = :vote) WHERE id = :vote"
)


def motion(ballots: int) -> int:
    """An open vote of owners with so many ballots in it."""
    home = owners.Owned("owner 0", 9_000)
    with transaction():
        hall = owners.opened([home], voters=1)
        fill(hall, ballots, WORDS)
    return hall.vote.id


def run_off(ballots: int) -> int:
    """An open vote whose voters have put ten options in their order, nearly every one in another."""
    now = clock.now()
    options = tuple(f"方案 {number}" for number in range(OPTIONS))
    with transaction():
        terms = Terms(method=Method.irv, options=options)
        hall = voting.prepare(seats=3, voters=3, closes_at=now + timedelta(days=7), terms=terms)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=now)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=now)
        fill(hall, ballots, RANKING, codes=hall.vote.option_codes)
    return hall.vote.id


def fill(hall: voting.Hall, ballots: int, choice: str, **given: object) -> None:
    vote = {"vote": hall.vote.id}
    db.session.execute(ENTRIES, {**vote, "count": ballots})
    if hall.vote.owners_class:
        db.session.execute(PARTS, vote)
    cast = {**vote, **given, "user": hall.liaison.user_id, "now": clock.now()}
    db.session.execute(text(BALLOTS.format(choice=choice)), cast)
    db.session.execute(TOTALS, vote)


def verdict(vote_id: int) -> float:
    """Seconds from the database to the verdict with its working."""

    def count() -> None:
        judge_returns(tallies.returns_of(db.session.get_one(Vote, vote_id)))
        db.session.rollback()

    return ground.timed(count, rounds=ROUNDS)


def count(vote_id: int) -> float:
    """Seconds of all that a close does to count: the verdict, and the leaf that seals every ballot counted."""

    class Undone(Exception):
        pass

    def close() -> None:
        try:
            with transaction():
                count_vote(db.session.get_one(Vote, vote_id), now=clock.now())
                db.session.flush()
                raise Undone
        except Undone:
            db.session.expunge_all()

    return ground.timed(close, rounds=ROUNDS)


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] + [1_000_000, 100_000][len(sys.argv) - 1 :]
    with ground.folder() as name, ground.postgres("ours") as (url,):
        app = ground.application(Path(name), url)
        with app.app_context():
            votes = [motion(sizes[0]), run_off(sizes[1])]
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
                link.execute(text("VACUUM ANALYZE"))
            seconds = [(verdict(vote_id), count(vote_id)) for vote_id in votes]
            db.session.remove()
            db.engine.dispose()
    rows = []
    figures: dict[str, float] = {}
    for kind, size, (judged, whole) in zip(("motion", "run_off"), sizes, seconds, strict=True):
        rows.append((f"{kind} of {size}: verdict s", f"{judged:.2f}   ratio {judged / WANTED:.2f} (wanted 1.00)"))
        rows.append((f"{kind} of {size}: with its seal s", f"{whole:.2f}   ratio {whole / WANTED:.2f}"))
        figures |= {f"{kind}_ballots": size, f"{kind}_verdict_s": judged, f"{kind}_count_s": whole}
    ground.report(__file__, rows, {**figures, "wanted_s": WANTED})


if __name__ == "__main__":
    main()
