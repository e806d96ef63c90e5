"""Every error page says what happened and what to do next, whoever raised the error, as a page and for a program."""

from __future__ import annotations

import re
import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import abort

from deliberation.app import create_app
from deliberation.kernel.database import db
from deliberation.setup.rules import SetupOver
from tests.support import applications

STATUSES = (400, 403, 404, 405, 409, 413, 415, 422, 429, 503)
NEXT = re.compile("请|从首页|联系|可以")  # Each tells the reader what to do.


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with a page that fails as it is told."""
    app = create_app(applications.settings_for(tmp_path_factory.mktemp("failing")))
    faults = {
        "away": OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")),
        "full": PoolTimeout(),
        "fault": OperationalError("SELECT 1", {}, sqlite3.OperationalError("no such table: secret_table")),
    }

    def fail(how: str) -> str:
        if how in faults:
            raise faults[how]
        if how == "409":
            raise SetupOver()
        abort(int(how))

    fail.action = "pages.read"  # type: ignore[attr-defined]
    app.add_url_rule("/fail/<how>", "fail", fail)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        db.create_all()
    return app


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_is_a_page_that_says_what_to_do(failing: Flask, status: int) -> None:
    client = failing.test_client()
    page = client.get(f"/fail/{status}")
    assert page.status_code == (400 if status == 415 else status)
    heading, sentence = re.search(r"<h1[^>]*>(.*?)</h1>\s*<p class=\"soft\">(.*?)</p>", page.text, re.DOTALL).groups()
    assert len(heading.strip()) >= 3
    assert NEXT.search(sentence), sentence
    assert 'href="/"' in page.text  # There is a way on.
    told = client.get(f"/fail/{status}", headers={"Accept": "application/json"})
    assert (told.json["ok"], told.json["sentence"]) == (False, sentence)


@pytest.mark.parametrize(("how", "status"), [("away", 503), ("full", 503), ("fault", 500)])
def test_a_fault_of_ours_says_nothing_of_the_inside(failing: Flask, how: str, status: int) -> None:
    page = failing.test_client().get(f"/fail/{how}")
    assert page.status_code == status
    assert "什么都没有改动，请过一会儿再试一次" in page.text
    assert re.search(r"<b class=\"strong mono\">[0-9a-f]{8}</b>", page.text)
    assert "SELECT" not in page.text
    assert "secret_table" not in page.text


def test_what_may_be_asked_instead_is_still_in_the_header(failing: Flask) -> None:
    answer = failing.test_client().delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
