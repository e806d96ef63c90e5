"""What a page weighs when somebody opens it for the first time, compressed: it must be light on a telephone's line."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from deliberation.kernel.database import db, transaction
from deliberation.people.models import User
from tests.support import make
from tests.support.door import client_of
from tests.support.gathering import Gathering

# Every address that the page itself asks for: style sheets, scripts, the sprite of icons, pictures.
ASKED = re.compile(r'(?:<link rel="stylesheet" href|<script src|<use href|<img src)="([^"#]+)')
PACKED = {"Accept-Encoding": "gzip"}


def weight(client: FlaskClient, path: str) -> int:
    """Bytes over the line for the page and all its parts."""
    page = client.get(path)
    assert page.status_code == 200
    parts = {each.replace("&amp;", "&") for each in ASKED.findall(page.text)}
    assert len(parts) >= 3
    answers = [client.get(each, headers=PACKED) for each in sorted(parts)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers.get("Content-Encoding") for answer in answers} == {"gzip"}
    return len(gzip.compress(page.data)) + sum(len(answer.data) for answer in answers)


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "person"])
def test_home_is_under_120_kilobytes(sqlite_app, signed_in):
    with transaction():
        user = make.person(place=make.place()) if signed_in else None
    assert weight(client_of(sqlite_app, user), "/") < 120_000


def test_the_meeting_room_is_under_200_kilobytes(sqlite_app):
    there = Gathering().debate()
    user = db.session.get_one(User, there.shen.user_id)
    assert weight(client_of(sqlite_app, user), f"/meetings/{there.meeting.id}/room") < 200_000


def test_built_files_are_packed_and_may_be_kept_for_a_year(client):
    address = re.search(r'href="([^"]+main\.css[^"]*)"', client.get("/").text).group(1)
    plain, packed = client.get(address), client.get(address, headers=PACKED)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.mimetype == plain.mimetype == "text/css"
    assert (packed.cache_control.max_age or 0) > 300 * 24 * 3600
    assert "v=" in address


def test_a_page_is_packed_for_whoever_takes_it_so_and_a_short_answer_is_not(client):
    plain, page = client.get("/"), client.get("/", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.vary
    assert "Accept-Encoding" in plain.vary
    assert int(page.headers["Content-Length"]) == len(page.data) < len(plain.data) / 2
    assert gzip.decompress(page.data).startswith(plain.data[:200])
    short = client.get("/healthz", headers=PACKED)
    assert (short.json, short.headers.get("Content-Encoding")) == ({"ok": True}, None)
    refused = client.get("/", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_a_telephone_may_keep_it_as_an_app(client):
    manifest = client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json["display"] == "standalone"
    assert all(client.get(icon["src"]).mimetype == "image/png" for icon in manifest.json["icons"])
    worker = client.get("/worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.cache_control.no_cache
    assert client.get("/offline").status_code == 200
