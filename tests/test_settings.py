"""Unsafe settings refuse to start, and what a safe installation answers with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deliberation.app import create_app
from deliberation.kernel import web
from deliberation.kernel.database import db, transaction
from deliberation.people import service as people
from deliberation.settings import Settings, UnsafeSettings, from_environment
from tests.support import make
from tests.support.door import client_of, post, token_of

ROOT = Path(__file__).parent.parent
SAFE = {
    "DELIBERATION_ENV": "production",
    "SECRET_KEY": "k" * 40,
    "SECURITY_PASSWORD_SALT": "s" * 20,
    "SMTP_URL": "smtp://mail.example:587",
    "PUBLIC_URL": "https://wutong.example",
}


def read(tmp_path: Path, **changed: str | None) -> Settings:
    environ = {**SAFE, "DELIBERATION_DATA": str(tmp_path), **changed}
    return from_environment({name: value for name, value in environ.items() if value is not None})


def test_a_safe_production_starts(tmp_path):
    settings = read(tmp_path)
    assert settings.is_production
    assert settings.clock_file is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECURITY_PASSWORD_SALT": None}, "SECURITY_PASSWORD_SALT"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
        ({"WEB_CONCURRENCY": "2"}, "SQLite"),
        ({"WEB_CONCURRENCY": "2", "DATABASE_URL": "postgresql+psycopg://db/x"}, "REDIS_URL"),
        ({"WEB_CONCURRENCY": "many"}, "WEB_CONCURRENCY"),
        ({"SERVER": "gevent"}, "SQLite"),
        ({"SERVER": "twisted"}, "SERVER"),
        ({"DATABASE_CONNECTIONS": "0"}, "DATABASE_CONNECTIONS"),
        ({"SMTP_URL": None}, "SMTP_URL"),
        ({"DELIBERATION_NOW": "2026-03-02T12:15+08:00"}, "DELIBERATION_NOW"),
        ({"DELIBERATION_NOW": "today"}, "DELIBERATION_NOW"),
        ({"DELIBERATION_ENV": "prod"}, "DELIBERATION_ENV"),
    ],
)
def test_an_unsafe_production_refuses_and_says_what_to_set(tmp_path, changed, named):
    with pytest.raises(UnsafeSettings, match=named):
        read(tmp_path, **changed)


def test_greenlets_serve_postgresql_and_threads_sqlite_unless_told_otherwise(tmp_path):
    postgresql = "postgresql+psycopg://db/x"
    assert read(tmp_path).server == "threads"
    assert read(tmp_path, DATABASE_URL=postgresql).server == "gevent"
    assert read(tmp_path, DATABASE_URL=postgresql, SERVER="threads").server == "threads"


def test_without_any_setting_it_is_production_and_refuses(tmp_path):
    with pytest.raises(UnsafeSettings) as refused:
        from_environment({"DELIBERATION_DATA": str(tmp_path)})
    assert {"SECRET_KEY", "SECURITY_PASSWORD_SALT", "SMTP_URL"} <= set(re.findall(r"[A-Z_]{6,}", str(refused.value)))
    assert not list(tmp_path.iterdir())


def test_the_demo_makes_its_own_secret_and_keeps_it(tmp_path):
    demo = {"DELIBERATION_ENV": "demo", "DELIBERATION_DATA": str(tmp_path)}
    first, second = from_environment(demo), from_environment(demo)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret_key.txt").stat().st_mode & 0o077 == 0


def test_the_command_says_it_in_one_line_each_and_ends_with_2(tmp_path):
    environ = {"PATH": os.environ["PATH"], "DELIBERATION_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "deliberation.cli", "serve", "--port", "1"]
    ended = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "SECRET_KEY must be set" in ended.stderr
    assert "Traceback" not in ended.stderr


# What the answers carry


@pytest.fixture
def production(tmp_path):
    app = create_app(read(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'p.db'}"))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_cookies_behind_tls(production):
    with transaction():
        people.create_user(name="周敏", email="zhou@example.org", password="wutong-lane-oneway", now=make.NOW)
    client = production.test_client()
    base = {"base_url": "https://wutong.example", "headers": {"Referer": "https://wutong.example/login"}}
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/login", **base).text)
    assert token
    fields = {"identity": "zhou@example.org", "passcode": "wutong-lane-oneway", "remember": "y"}
    answer = client.post("/login", data={"csrf_token": token.group(1), **fields}, **base)
    assert answer.status_code == 302
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert cookies.keys() >= {"five_steps", "remember_token"}
    for name in ("five_steps", "remember_token"):
        for part in ("Secure", "HttpOnly", "SameSite=Lax"):
            assert part in cookies[name], (name, part)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_in_production_the_demo_is_not_there(production):
    client = production.test_client()
    base = "https://wutong.example"
    for path in ("/mailbox", "/demo/clock"):
        assert client.get(path, base_url=base).status_code == 404
    assert "演示" not in client.get("/login", base_url=base).text


def test_the_content_security_policy_lets_no_script_of_a_page_run(sqlite_app, client):
    policy = dict(part.split(" ", 1) for part in web.CONTENT_SECURITY_POLICY.split("; "))
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe-eval" not in web.CONTENT_SECURITY_POLICY
    for path in ("/", "/login", "/audit", "/nowhere", "/static/nothing.js", "/audit/leaves/x"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == web.CONTENT_SECURITY_POLICY, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", answer.text), path
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text), path


def test_a_page_that_knows_a_person_is_not_kept_by_caches(sqlite_app):
    with transaction():
        user = make.person()
    assert client_of(sqlite_app, user).get("/me").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_changes_nothing(sqlite_app, client):
    page = client.post("/me/display", data={"theme": "dark"})
    assert page.status_code == 400
    assert "开得太久的页不能直接交" in page.text
    answer = client.post("/me/display", data={"theme": "dark"}, headers={"Accept": "application/json"})
    assert answer.get_json()["code"] == "form_expired"
    wrong = client.post("/me/display", data={"theme": "dark", "csrf_token": "made-up"})
    assert wrong.status_code == 400
    assert "theme" not in {cookie.key for cookie in client._cookies.values()}
    somebody_elses = token_of(client_of(sqlite_app))
    assert client.post("/me/display", data={"theme": "dark", "csrf_token": somebody_elses}).status_code == 400


# Rate limits


def test_signing_in_is_limited_for_each_account_however_it_is_written(sqlite_app):
    client = client_of(sqlite_app)
    token = token_of(client)
    spellings = ["13800000001", "+86 138 0000 0001", "138-0000-0001", "008613800000001"]
    answers = [
        client.post("/login", data={"csrf_token": token, "identity": spellings[turn % 4], "passcode": "guess"})
        for turn in range(21)
    ]
    assert {answer.status_code for answer in answers[:20]} == {200}
    assert answers[20].status_code == 429
    assert "操作太频繁了" in answers[20].text
    other = client.post("/login", data={"csrf_token": token, "identity": "13900000002", "passcode": "guess"})
    assert other.status_code == 200


def test_one_address_can_serve_a_meeting_but_not_a_dictionary(sqlite_app):
    client = client_of(sqlite_app)
    token = token_of(client)
    codes = [
        client.post("/login", data={"csrf_token": token, "identity": f"p{turn}@example.org"}).status_code
        for turn in range(61)
    ]
    assert set(codes[:60]) == {200}
    assert codes[60] == 429
    assert client.get("/login").status_code == 200  # Reading is never limited.


def test_codes_are_sent_five_times_and_no_more(sqlite_app):
    client = client_of(sqlite_app)
    codes = [post(client, "/login/code", identity="13800000001").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_writing_is_limited_for_each_person(sqlite_app):
    with transaction():
        busy, calm = make.person(), make.person()
    client = client_of(sqlite_app, busy)
    token = token_of(client, "/me")
    data = {"csrf_token": token, "theme": "dark"}
    codes = [client.post("/me/display", data=data).status_code for _ in range(121)]
    assert set(codes[:120]) == {302}
    assert codes[120] == 429
    answer = client.post("/me/display", data=data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")
    assert client.get("/me").status_code == 200
    assert post(client_of(sqlite_app, calm), "/me/display", theme="dark").status_code == 302


# The socket's origin, on a real server


def test_a_socket_from_another_site_is_refused(live_server):
    import websocket

    address = live_server.url.replace("http://", "ws://") + "/socket.io/?EIO=4&transport=websocket"
    own: dict[str, Any] = {"origin": live_server.url}
    for let_in in (own, {"suppress_origin": True}):
        link = websocket.create_connection(address, timeout=10, **let_in)
        assert str(link.recv()).startswith("0{")
        link.close()
    for foreign in ("https://evil.example", "null", live_server.url + ".evil.example"):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            websocket.create_connection(address, timeout=10, origin=foreign)
        assert refused.value.status_code == 400
