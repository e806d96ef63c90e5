"""Pictures: what is taken in, what is left of it, and that files follow their transaction."""

from __future__ import annotations

import io
import os
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from deliberation.kernel.clock import real_now
from deliberation.kernel.database import db, transaction
from deliberation.photos import files, service
from deliberation.photos.encoding import encode, encode_sign
from deliberation.photos.models import Photo
from deliberation.photos.rules import MOST_BYTES, NotAPicture, PictureTooLarge, PictureTooSmall
from tests.support import make

NOW = make.NOW
RED, BLUE = (200, 30, 30), (30, 30, 200)
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def picture(*, size=(64, 40), kind="JPEG", mode="RGB", colour=RED, **options) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **options)
    return written.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""

    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_become_jpeg(kind):
    encoded = encode(picture(kind=kind), name="photo")
    assert Image.open(io.BytesIO(encoded.large)).format == "JPEG"
    assert (encoded.width, encoded.height) == (64, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0 only claims to be a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<script>alert(1)</script>",
        picture(kind="GIF", mode="P", colour=1),
        picture(kind="BMP"),
        picture(size=(300, 300))[:-200],
        png_claiming(10, 10),
    ],
    ids=["empty", "header", "svg", "script", "gif", "bmp", "cut off", "no pixels"],
)
def test_what_only_claims_to_be_a_picture_is_refused(content):
    with pytest.raises(NotAPicture):
        encode(content, name="photo")


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000)])
def test_a_few_bytes_that_claim_too_many_pixels_are_refused_undecoded(size):
    with pytest.raises(PictureTooLarge):
        encode(png_claiming(*size), name="photo")


def test_nothing_but_pixels_survives():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Secret Camera"
    exif.get_ifd(GPS)[2] = (31.0, 13.0, 12.0)
    original = Image.new("RGB", (80, 40), BLUE)
    original.paste(RED, (0, 0, 40, 40))
    written = io.BytesIO()
    original.save(written, "JPEG", quality=95, exif=exif, comment=b"Secret comment")
    encoded = encode(written.getvalue(), name="photo")
    for content in (encoded.large, encoded.small):
        left = Image.open(io.BytesIO(content))
        assert not left.getexif()
        assert b"Secret" not in content
        assert b"Exif" not in content
        assert left.size == (40, 80)
        assert left.getpixel((20, 10))[0] > 150  # What lay on the left now stands on top.
        assert left.getpixel((20, 70))[2] > 150


def test_long_edges_and_transparency():
    encoded = encode(picture(size=(4000, 1000), kind="PNG", mode="RGBA", colour=(0, 0, 0, 0)), name="photo")
    assert (encoded.width, encoded.height) == (1600, 400)
    assert Image.open(io.BytesIO(encoded.small)).size == (400, 100)
    assert Image.open(io.BytesIO(encoded.large)).getpixel((5, 5)) == (255, 255, 255)


@pytest.fixture
def person(app):
    with transaction():
        return make.person().id


def test_a_picture_is_stored_and_served(app, client, person, tmp_path):
    folder = app.extensions["settings"].uploads
    with transaction():
        photo = service.store(upload(picture()), caption="坡道", uploaded_by_id=person, now=NOW, folder=folder)
        assert files.find(folder, photo.file_name)
    assert (folder / photo.file_name).is_file()
    assert (folder / photo.small_name).is_file()
    for name in (photo.file_name, photo.small_name):
        answer = client.get(f"/photos/{name}")
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../secret_key.txt", "staged", "x.jpg", "0" * 32 + ".jpg", "0" * 32 + ".png"])
def test_other_names_are_not_found(client, name):
    assert client.get(f"/photos/{name}").status_code == 404


def test_files_go_with_a_rolled_back_transaction(app, person, tmp_path):
    with pytest.raises(ZeroDivisionError), transaction():
        service.store(upload(picture()), caption="", uploaded_by_id=person, now=NOW, folder=tmp_path)
        raise ZeroDivisionError
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0


def test_too_many_bytes_are_not_read(app, person, tmp_path):
    content = picture() + b"\0" * MOST_BYTES
    with pytest.raises(PictureTooLarge), transaction():
        service.store(upload(content), caption="", uploaded_by_id=person, now=NOW, folder=tmp_path)


def test_a_process_that_died_loses_and_leaks_nothing(app, person, tmp_path):
    with transaction():
        photo = service.store(upload(picture()), caption="", uploaded_by_id=person, now=NOW, folder=tmp_path)
    staged = tmp_path / files.STAGED
    (tmp_path / photo.file_name).rename(staged / photo.file_name)  # As if it had died before moving it up.
    (staged / f"{'0' * 32}.jpg").write_bytes(b"never committed")
    for path in staged.iterdir():
        os.utime(path, (0, 0))
    assert files.find(tmp_path, photo.file_name)
    with transaction():
        assert service.settle_staged(now=real_now(), folder=tmp_path) == 2
    assert (tmp_path / photo.file_name).is_file()
    assert list(staged.iterdir()) == []


def test_unused_drafts_go_after_a_day(app, person, tmp_path):
    with transaction():
        used, unused = (
            service.store(upload(picture()), caption="", uploaded_by_id=person, now=NOW, folder=tmp_path, is_draft=True)
            for _each in range(2)
        )
        service.keep([used])
    with transaction():
        assert service.drop_old_drafts(now=NOW + timedelta(hours=23), folder=tmp_path) == 0
    with transaction():
        assert service.drop_old_drafts(now=NOW + timedelta(hours=25), folder=tmp_path) == 1
    assert not (tmp_path / unused.file_name).exists()
    assert not (tmp_path / unused.small_name).exists()
    assert (tmp_path / used.file_name).is_file()


@pytest.mark.parametrize(("size", "corner"), [((600, 300), (255, 255, 255)), ((256, 256), RED)])
def test_a_sign_is_square_and_nothing_of_it_is_cut_off(size, corner):
    sign = encode_sign(picture(size=size, kind="PNG"), name="sign.png")
    for content, edge in ((sign.large, 512), (sign.small, 192)):
        shown = Image.open(io.BytesIO(content))
        assert (shown.format, shown.size) == ("PNG", (edge, edge))
        shown = shown.convert("RGB")
        assert shown.getpixel((edge // 2, edge // 2)) == RED
        assert shown.getpixel((0, 0)) == corner


def test_a_sign_carries_nothing_besides_its_pixels_and_a_small_one_is_refused():
    exif = Image.Exif()
    exif[MAKER] = "Maker"
    sign = encode_sign(picture(size=(300, 300), exif=exif.tobytes()), name="sign.jpg")
    assert b"Maker" not in sign.large + sign.small
    assert dict(Image.open(io.BytesIO(sign.large)).info) == {}
    with pytest.raises(PictureTooSmall):
        encode_sign(picture(size=(191, 20)), name="dot.jpg")
    with pytest.raises(NotAPicture):
        encode_sign(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="sign.svg")
