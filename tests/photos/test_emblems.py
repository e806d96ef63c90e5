"""A place's own picture as its emblem: shown, put back, in the app of a telephone, and its administrator's alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.photos import emblems
from deliberation.places.models import Place
from tests.support import make
from tests.support.door import client_of, token_of

RED, BLUE = (200, 30, 30), (30, 30, 200)


def sign(colour: tuple[int, int, int], edge: int = 256) -> tuple[io.BytesIO, str]:
    written = io.BytesIO()
    Image.new("RGB", (edge, edge), colour).save(written, "PNG")
    return io.BytesIO(written.getvalue()), "sign.png"


@pytest.fixture
def place(sqlite_app: Flask) -> Place:
    with transaction():
        return make.place()


def test_an_emblem_of_ones_own_is_shown_put_back_and_taken_off(sqlite_app: Flask, place: Place) -> None:
    code, uploads = place.code, Path(sqlite_app.extensions["settings"].uploads)
    with transaction():
        chief, other = make.person(roles=[Role.administrator], place=place), make.person(roles=[Role.liaison])
    client = client_of(sqlite_app, chief)
    token = token_of(client)

    def send(path: str = "", **files: object) -> int:
        return client.post(f"/photos/emblems/of/{code}{path}", data={"csrf_token": token, **files}).status_code

    def now() -> tuple[str, str]:
        db.session.rollback()
        here = db.session.get_one(Place, place.id, populate_existing=True)
        return here.emblem_picture, here.emblem_picture_before

    assert send(picture=sign(RED)) == 302
    first, _none = now()
    page = client.get(f"/places/{code}").text
    assert f"/photos/emblems/{first}" in page
    shown = client.get(f"/photos/emblems/{first}")
    assert (shown.mimetype, Image.open(io.BytesIO(shown.data)).size) == ("image/png", (512, 512))
    assert f"/manifest.webmanifest?place={code}" in page
    manifest = client.get(f"/manifest.webmanifest?place={code}").json
    assert (manifest["start_url"], manifest["short_name"]) == (f"/places/{code}", place.name)
    assert [icon["sizes"] for icon in manifest["icons"]] == ["512x512", "192x192"]
    assert all(client.get(icon["src"]).status_code == 200 for icon in manifest["icons"])

    assert send(picture=sign(BLUE)) == 302
    second, before = now()
    assert before == first
    assert send("/put-back") == 302
    assert now() == (first, second)
    assert send("/take-off") == 302
    assert now() == ("", first)
    assert client.get(f"/photos/emblems/{second}").status_code == 404, "nobody can put it back any more"
    assert f"/photos/emblems/{first}" not in client.get(f"/places/{code}").text
    assert client.get(f"/manifest.webmanifest?place={code}").json["start_url"] == "/"
    assert send("/put-back") == 302
    assert now() == (first, "")

    assert send(picture=sign(RED, edge=100)) == 422
    assert send() == 422
    assert now() == (first, ""), "a picture that is refused changes nothing"
    assert sorted(path.name for path in (uploads / emblems.FOLDER).glob("*.png")) == sorted(
        [first, first.replace(".png", ".small.png")]
    )
    stranger = client_of(sqlite_app, other)
    sent = {"csrf_token": token_of(stranger), "picture": sign(BLUE)}
    assert stranger.post(f"/photos/emblems/of/{code}", data=sent).status_code == 403
    assert client.get("/photos/emblems/..%2Fsecret.png").status_code == 404


def test_what_a_dead_process_left_staged_is_moved_up_or_goes(sqlite_app: Flask, place: Place, tmp_path: Path) -> None:
    staged = tmp_path / emblems.FOLDER / "staged"
    staged.mkdir(parents=True)
    for name in ("a" * 32, "b" * 32):
        (staged / f"{name}.png").write_bytes(b"x")
    with transaction():
        db.session.get_one(Place, place.id).emblem_picture = "a" * 32 + ".png"
    emblems.settle_staged(before=2**40, folder=tmp_path)
    assert [path.name for path in (tmp_path / emblems.FOLDER).rglob("*.png")] == ["a" * 32 + ".png"]


def test_the_colour_is_shown_before_it_is_kept_with_and_without_a_script(sqlite_app: Flask, place: Place) -> None:
    with transaction():
        chief = make.person(roles=[Role.administrator], place=place)
    client = client_of(sqlite_app, chief)
    token = token_of(client)

    def send(path: str, **given: str) -> str:
        return client.post(path, data={"csrf_token": token, "name": "改了的名字", **given}).text

    pale = send(f"/admin/places/{place.code}", colour="#F3966A", preview="1")
    assert "同一个颜色深一些就行" in pale
    assert 'value="改了的名字"' in pale
    assert 'data-bs-theme="dark" data-own' in pale
    better = pale.split('name="preview" value="#')[1][:6]
    mended = send(f"/admin/places/{place.code}", colour="#F3966A", preview=f"#{better}")
    assert f'value="#{better}"' in mended
    assert "同一个颜色深一些就行" not in mended
    db.session.rollback()
    assert db.session.get_one(Place, place.id).colour == "", "nothing has been kept"
    answer = client.post("/admin/places/colour", data={"csrf_token": token, "name": "里弄", "colour": "7A3E00"}).json
    assert "很清楚" in answer["html"]
