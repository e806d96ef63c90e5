"""An adversary takes the whole installation after a secret vote, and tries to say who cast which ballot."""

from __future__ import annotations

import json
import logging
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text

from deliberation.kernel import clock, live
from deliberation.kernel.database import db, transaction
from deliberation.votes import queries, service
from deliberation.votes.rules import Terms
from deliberation.votes.sealing import digest_of
from tests.support import applications, voting
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS

VOTERS = 12
CHANGED = (2, 5, 9)  # These voters replace their ballot.
OWN = {"postgresql": ("ctid::text", "xmin::text"), "sqlite": ("rowid",)}
Row = dict[str, Any]


@dataclass
class Taken:
    """What the adversary holds, and beside it the truth, which only the test knows.

    ``tables``: rows as they lie on the disk, with the database's own columns as ``own_0`` (place) and, on PostgreSQL,
    ``own_1`` (transaction).
    """

    dialect: str
    vote_id: int
    entries: list[int]  # Roll entries, in the order in which their voters cast.
    choices: dict[int, str]  # By roll entry.
    device_ids: dict[int, str]  # By roll entry: the last ballot's id, known to the voter's device.
    replaced_ids: list[str]
    while_open: dict[str, list[Row]]
    tables: dict[str, list[Row]] = field(default_factory=dict)
    log: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def names(self) -> list[bytes]:
        """Every name a ballot ever had."""
        ids = [*self.device_ids.values(), *self.replaced_ids]
        return [form for each in ids for form in (each.encode(), digest_of(each), digest_of(each).hex().encode())]


@pytest.fixture(params=["sqlite", "postgres"])
def server(request, tmp_path, monkeypatch) -> Iterator[Flask]:
    """A server whose transactions really commit."""
    app = applications.build(tmp_path, request.getfixturevalue(f"new_{request.param}_url"))
    monkeypatch.setattr(live, "_coalescer", applications._AtOnce())
    clock.configure(frozen=OPENS, file=None)
    yield app
    applications._forget(app.extensions["settings"])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def dump() -> dict[str, list[Row]]:
    """Every row of every table in physical order."""
    dialect = db.engine.dialect.name
    db.session.rollback()
    tables = {}
    for table in inspect(db.session.connection()).get_table_names():
        own = OWN[dialect]
        if dialect == "sqlite":
            ddl = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}) or ""
            own = () if "WITHOUT ROWID" in ddl else own
        columns = "".join(f", {each} AS own_{number}" for number, each in enumerate(own))
        order = " ORDER BY ctid" if dialect == "postgresql" else " ORDER BY rowid" if own else ""
        rows = db.session.execute(text(f'SELECT *{columns} FROM "{table}"{order}')).mappings()
        tables[table] = [dict(row) for row in rows]
    db.session.rollback()
    return tables


def _hear_everything(caplog) -> None:
    """Every logger at DEBUG, those too that the migrations' own set-up has silenced."""
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="deliberation")
    logging.getLogger("deliberation.votes").debug("the log is kept")


def hold(app: Flask, caplog) -> Taken:
    """A secret vote from opening to announcement, by HTTP, with every log line kept."""
    _hear_everything(caplog)
    order = random.Random(3).sample(range(VOTERS), VOTERS)
    with app.app_context(), transaction():
        hall = voting.prepare(seats=VOTERS, voters=VOTERS, terms=Terms(is_secret=True))
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        vote_id = hall.vote.id
        entry_of = {n: queries.roll_entries_of(vote_id, hall.voters[n].id)[0].id for n in order}
    taken = Taken(db_name(app), vote_id, [], {}, {}, [], {})
    sent = [(number, ("for", "against", "abstain")[number % 3], "") for number in order]
    sent += [(number, "against", f"device-{number:02d}-first-ballot") for number in CHANGED]
    for turn, (number, choice, earlier) in enumerate(sent):
        client = client_of(app, hall.voters[number])
        clock.configure(frozen=OPENS.replace(minute=turn), file=None)
        ballot_id = f"device-{number:02d}-{'second' if earlier else 'first'}-ballot"
        answer = post(
            client, f"/votes/{vote_id}/ballot", json=True, roll_entry_id=entry_of[number], choice=choice,
            client_ballot_id=ballot_id, replaces=earlier,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        if earlier:
            taken.replaced_ids.append(earlier)
        else:
            taken.entries.append(entry_of[number])
        taken.choices[entry_of[number]] = choice
        taken.device_ids[entry_of[number]] = ballot_id
    with app.app_context():
        taken.while_open = dump()
    close(app, hall)
    with app.app_context():
        taken.tables = dump()
    taken.log = caplog.text
    taken.files = {path.name: path.read_bytes() for path in folder_of(app).glob("taken.db*")}
    return taken


def db_name(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


def folder_of(app: Flask) -> Path:
    database = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    return Path(database).parent if db_name(app) == "sqlite" else Path("/nowhere")


def close(app: Flask, hall: voting.Hall) -> None:
    with app.app_context():
        with transaction():
            service.close_due(hall.vote.id, now=CLOSES)
        if folder_of(app).exists():  # Before anybody writes again: the log is emptied by the close itself.
            assert (folder_of(app) / "taken.db-wal").stat().st_size == 0
        with transaction():
            service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)


def said(row: Row) -> str:
    return json.dumps({k: v.hex() if isinstance(v, bytes | memoryview) else str(v) for k, v in row.items()})


def test_the_whole_installation_does_not_say_who_cast_which_ballot(server, caplog) -> None:
    taken = hold(server, caplog)
    _nothing_sealed_is_left(taken)
    _no_column_joins(taken)
    _no_order_joins(taken)
    _nothing_beside_names_a_ballot(taken)
    _the_log_tells_nothing(taken)


def _nothing_sealed_is_left(taken: Taken) -> None:
    assert len(taken.while_open["sealed_ballot"]) == len(taken.while_open["voter_mark"]) == VOTERS
    assert taken.tables["sealed_ballot"] == []
    remains = b"".join(taken.files.values())
    for row in taken.while_open["sealed_ballot"]:
        assert bytes(row["sealed"])[:64] not in remains
    for earlier in taken.replaced_ids:
        assert digest_of(earlier) not in remains
    if taken.dialect == "sqlite":
        assert set(taken.files) == {"taken.db", "taken.db-wal", "taken.db-shm"}


def _no_column_joins(taken: Taken) -> None:
    """Marks, ballots and receipts have no value in common but the vote's number; all ballots come from one moment."""
    marks, ballots, receipts = (taken.tables[name] for name in ("voter_mark", "secret_ballot", "secret_receipt"))
    assert len(marks) == len(ballots) == len(receipts) == VOTERS
    assert {name for name in marks[0] if not name.startswith("own_")} == {"vote_id", "roll_entry_id", "channel"}
    assert {row["roll_entry_id"] for row in marks} == set(taken.entries)
    assert len({(row["weight"], row["chamber"], row["vote_id"]) for row in ballots}) == 1
    ids = {bytes(row["id"]) for row in ballots}
    assert not ids & {value for row in receipts for value in map(_plain, row.values()) if isinstance(value, bytes)}
    assert not ids & set(taken.names)
    assert {bytes(row["digest"]) for row in receipts} == {digest_of(each) for each in taken.device_ids.values()}
    if taken.dialect == "postgresql":
        moments = {row["own_1"] for row in [*ballots, *receipts]}
        assert len(moments) == 1
        assert not moments & {row["own_1"] for row in marks}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _no_order_joins(taken: Taken) -> None:
    """Ballots lie in the order of their random ids, receipts and leaves in that of their digests, not of the voters."""
    ids = [bytes(row["id"]) for row in taken.tables["secret_ballot"]]
    digests = [bytes(row["digest"]) for row in taken.tables["secret_receipt"]]
    assert ids == sorted(ids)
    assert digests == sorted(digests)
    leaves = [bytes(row["data"]) for row in taken.tables["audit_leaf"] if row["tag"] == "ballot.secret"]
    assert [json.loads(each)["receipt"] for each in leaves] == [digest.hex() for digest in digests]
    assert len({json.loads(each)["at"] for each in leaves}) == 1


def _nothing_beside_names_a_ballot(taken: Taken) -> None:
    """Outbox, notices, sessions, versions, acts: no row outside the three tables and the leaves has a ballot's name."""
    kept = {"secret_receipt", "audit_leaf"}
    ids = [bytes(row["id"]).hex().encode() for row in taken.tables["secret_ballot"]]
    before = {name: {said(row) for row in rows} for name, rows in taken.while_open.items()}
    for table, rows in taken.tables.items():
        for row in rows:
            line = said(row).encode()
            assert table == "secret_ballot" or not [each for each in ids if each in line]
            if table not in kept:
                forms = [form.hex().encode() for form in taken.names] + [n for n in taken.names if n.isascii()]
                assert not [form for form in forms if form in line], (table, row)
            if table != "secret_ballot" and said(row) not in before[table] and "roll_entry_id" in row:
                pytest.fail(f"{table} got a row about a voter with the close: {row}")


def _the_log_tells_nothing(taken: Taken) -> None:
    assert "the log is kept" in taken.log
    for form in taken.names:
        if form.isascii():
            assert form.decode() not in taken.log
    for line in taken.log.splitlines():
        assert not [word for word in ("against", "abstain") if word in line], line


def test_the_free_pages_of_sqlite_are_blank(tmp_path) -> None:
    """The premise of the above: what is deleted is overwritten, on the pages that are freed by it too."""
    engine = create_engine(f"sqlite:///{tmp_path / 'free.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE scratch (word TEXT)"))
        connection.execute(text("INSERT INTO scratch VALUES (:word)"), [{"word": "marked-" * 300}] * 200)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM scratch"))
    engine.dispose()
    link = sqlite3.connect(tmp_path / "free.db")
    assert link.execute("PRAGMA freelist_count").fetchone()[0] > 0
    link.close()
    assert b"marked-" not in (tmp_path / "free.db").read_bytes()
