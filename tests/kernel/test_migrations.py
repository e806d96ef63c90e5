"""The migrations carry what people have entered, not only empty tables."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

from deliberation.app import create_app
from deliberation.kernel.database import db
from tests.support.applications import MIGRATIONS, settings_for

FIRST = "13afbaf27a0f"
AT = "2026-06-08 04:00:00"
ROWS = f"""
INSERT INTO place (id, code, name, plate, kind, path, address, description, contact_name, contact_phone, contact_hours,
  spots) VALUES (1, 'WTL', '梧桐里', '梧', 'lane', '/1/', '', '', '', '', '', '');
INSERT INTO "user" (id, name, title, duty, active, fs_uniquifier, code_attempts, create_datetime, locale, display_mode,
  elder_size, theme) VALUES (1, '沈岚', '', '', true, 'u1', 0, '{AT}', 'zh_Hans_CN', 'standard', 22, 'auto');
INSERT INTO committee (id, place_id, kind, name, venue, rule_kind, threshold_basis, threshold_strict, charter_clause,
  notice_working_days, turn_seconds, turns_per_motion) VALUES
  (1, 1, 'lane_association', '弄管会', '', 'charter', 'cast', false, '', 3, 120, 2);
INSERT INTO matter (id, number, plate, place_id, title, step, state, holder_name, holder_task, opened_at, changed_at)
  VALUES (1, 'WTL-2026-001', '梧 1', 1, '单行', 3, 'voting', '', '', '{AT}', '{AT}');
INSERT INTO seat (id, committee_id, kind, label, is_voting, user_id) VALUES
  (1, 1, 'unit', '3 号 101', true, 1), (2, 1, 'unit', '3 号 102', true, NULL);
INSERT INTO vote (id, matter_id, committee_id, place_id, title, text, text_hash, rule_kind, threshold_basis,
  threshold_strict, charter_clause, seats_total, roll_hash, state, opens_at, closes_at, prepared_by_id, published_at,
  needs_external_approval, approval_body, handler_working_days) VALUES
  (1, 1, 1, 1, '单行', '北口进、南口出。', 'h', 'charter', 'cast', false, '', 2, 'r', 'voting', '{AT}', '{AT}', 1,
   '{AT}', false, '', 15);
INSERT INTO roll_entry (id, vote_id, seat_id, user_id, label) VALUES
  (7, 1, 1, 1, '3 号 101'), (9, 1, 2, NULL, '3 号 102');
INSERT INTO message (id, key, user_id, matter_id, kind, reason, data, created_at) VALUES
  (5, 'vote.published:1:1', 1, 1, 'vote.published', 'eligible_voter', '{{"title": "单行"}}', '{AT}');
"""
BALLOT = text(
    "INSERT INTO ballot (id, vote_id, roll_entry_id, client_ballot_id, choice, salt, channel, cast_by_id, cast_at, "
    "leaf_hash) VALUES (1, 1, 7, 'ballot-0001', 'for', :salt, 'web', 1, :at, :leaf)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


def test_a_vote_under_way_survives_the_change_of_its_tables(url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, DATABASE_URL=url))
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS), revision=FIRST)
        with db.engine.begin() as connection:
            for statement in filter(None, map(str.strip, ROWS.split(";\n"))):
                connection.execute(text(statement))
            connection.execute(BALLOT, {"salt": b"s" * 32, "leaf": b"l" * 32, "at": AT})
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        with db.engine.connect() as connection:
            roll = connection.execute(text("SELECT number, id, area, weight FROM roll_entry ORDER BY number")).all()
            ballot = connection.execute(text("SELECT roll_entry_id, choice, reason FROM ballot")).all()
            vote = connection.execute(text("SELECT method, is_secret, objection_days, roll_source FROM vote")).one()
            told = connection.execute(
                text("SELECT m.id, kind, matter_id, o.data FROM message m JOIN occasion o ON o.id = occasion_id")
            ).one()
            if connection.dialect.name == "sqlite":
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        db.engine.dispose()
    assert [tuple(row) for row in roll] == [(1, 7, 0, 1), (2, 9, 0, 1)]
    assert [tuple(row) for row in ballot] == [(7, "for", "")]
    assert (vote.method, bool(vote.is_secret), vote.objection_days, vote.roll_source) == ("yes_no", False, 0, "seats")
    assert tuple(told)[:3] == (5, "vote.published", 1)
    assert "单行" in str(told.data)
