"""Desk and list pages with many cases against the same pages with a hundred: both sides in one run, turn by turn.

Usage: python -m bench.case_lists [cases] [rounds]   (default 100000 and 60; PostgreSQL)

On both sides the liaison, the supervisor and the handler of one place have the same hundred cases there; on the large
side the rest lies in forty-nine other places, which the chief liaison, who watches over all of them, sees as well.
Prints the 95th percentile of each page on each side, and their ratio; wanted: at most 1.5.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench import ground
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.places.models import PlaceKind
from tests.support import make
from tests.support.door import client_of

HERE, OTHERS, SMALL = 100, 49, 100
PAGES = {
    "handler's desk": ("handler", "/desk"),
    "handler's list": ("handler", "/cases"),
    "liaison's desk": ("liaison", "/desk"),
    "liaison's list": ("liaison", "/cases"),
    "liaison's closed": ("liaison", "/cases?state=closed"),
    "supervisor's desk": ("supervisor", "/desk"),
    "supervisor's late": ("supervisor", "/cases?state=late"),
    "chief's list": ("chief", "/cases"),
    "chief's late": ("chief", "/cases?state=late"),
    "chief's closed": ("chief", "/cases?state=closed"),
}
# Of ten cases six are closed, one is answered, three are in hand; of those in hand every sixth is overdue.
STATES = (
    "(ARRAY['closed','closed','closed','closed','closed','closed','look_back','assigned','contacted','in_progress'])"
)
MATTERS = f"""
INSERT INTO matter (number, plate, place_id, title, step, state, holder_name, holder_task, opened_at, changed_at,
                    closed_at, is_private)
SELECT 'B-' || :prefix || '-' || n, '测 ' || n, (:places)[1 + n % cardinality(:places)], '第 ' || n || ' 件事', 4,
       {STATES}[1 + n % 10], '', '', :now, :now, CASE WHEN n % 10 < 6 THEN CAST(:now AS timestamptz) END, false
FROM generate_series(1, :count) AS n
"""
CASES = """
INSERT INTO "case" (matter_id, place_id, title, task, level, state, handler_id, opened_at, working_days, assigned_at,
                    contact_due_at, first_due_at, due_at, closed_at, {columns})
SELECT id, place_id, title, title, 1, state, :handler, opened_at, 5, opened_at, opened_at,
       due_at, due_at, closed_at, {values}
FROM (SELECT *, opened_at + CASE WHEN id % 6 = 0 THEN -1 ELSE 1 END * (1 + id % 90) * interval '1 hour' AS due_at
      FROM matter WHERE number LIKE 'B-' || :prefix || '-%') AS made
"""


def filled(folder: Path, address: str, cases: int) -> tuple[Flask, dict[str, User]]:
    """An application with ``cases`` cases, a hundred of them in one place, and the people who look at them."""
    folder.mkdir()
    app = ground.application(folder, address)
    with app.app_context(), transaction():
        top = make.place(kind=PlaceKind.subdistrict)
        here = make.place(parent=top)
        others = [make.place(parent=top) for _each in range(OTHERS)]
        people = {
            "handler": make.person(roles=[Role.handler], place=here),
            "liaison": make.person(roles=[Role.liaison], place=here),
            "supervisor": make.person(roles=[Role.supervisor], place=here),
            "chief": make.person(roles=[Role.liaison], place=top),
        }
        strange = make.person(roles=[Role.handler], place=top)
        _insert("here", [here.id], HERE, people["handler"].id)
        _insert("away", [each.id for each in others], cases - HERE, strange.id)
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM ANALYZE"))
    return app, people


def _insert(prefix: str, place_ids: list[int], count: int, handler_id: int) -> None:
    given = {"prefix": prefix, "places": place_ids, "count": count, "handler": handler_id, "now": make.NOW}
    db.session.execute(text(MATTERS), given)
    rest = _defaults()
    statement = CASES.format(columns=", ".join(rest), values=", ".join(rest.values()))
    db.session.execute(text(statement), given)


def _defaults() -> dict[str, str]:
    """What the model fills in by itself where nothing is given, for an INSERT that goes past it."""
    table, given = db.metadata.tables["case"], CASES.partition("SELECT")[0]
    needed = [column for column in table.columns if not column.nullable and f"{column.name}," not in given]
    found = {column.name: getattr(column.default, "arg", None) for column in needed}
    return {name: _literal(value) for name, value in found.items() if value is not None}


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f"'{value}'"


def ask(client: FlaskClient, path: str) -> float:
    """Milliseconds until the page is there."""
    start = time.perf_counter()
    answer = client.get(path)
    taken = (time.perf_counter() - start) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return taken


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(0.95 * len(taken))]


def compare(sides: list[Callable[[str, str], float]], rounds: int) -> bool:
    """Print a line for each page; whether all of them stay within the wanted ratio."""
    is_kept = True
    print(f"{'page':20}{'p95 small':>12}{'p95 large':>12}{'ratio':>8}")
    for page, (person, path) in PAGES.items():
        for side in sides:  # Plans and compiled statements are made before anything is timed.
            for _each in range(8):
                side(person, path)
        pairs = [[side(person, path) for side in sides] for _each in range(rounds)]
        small, large = (p95([pair[at] for pair in pairs]) for at in (0, 1))
        is_kept = is_kept and large <= 1.5 * small
        print(f"{page:20}{small:9.1f} ms{large:9.1f} ms{large / small:8.2f}", flush=True)
    return is_kept


def side_of(app: Flask, people: dict[str, User]) -> Callable[[str, str], float]:
    clients = {name: client_of(app, user) for name, user in people.items()}
    return lambda person, path: ask(clients[person], path)


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    clock.configure(frozen=make.NOW, file=None)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        addresses = stack.enter_context(ground.postgres("small", "large"))
        sides = [
            side_of(*filled(Path(folder, name), address, count))
            for name, address, count in zip(("small", "large"), addresses, (SMALL, cases), strict=True)
        ]
        clock.configure(frozen=make.NOW, file=None)
        print(f"{SMALL} cases against {cases}, {rounds} rounds")
        is_kept = compare(sides, rounds)
    print("wanted: at most 1.50 on each page:", "kept" if is_kept else "NOT kept")


if __name__ == "__main__":
    main()
