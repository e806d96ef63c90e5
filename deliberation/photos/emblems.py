"""The picture a place has for its emblem: taken in like every other, square, with the one before it to go back to."""

from __future__ import annotations

import secrets
from pathlib import Path

from werkzeug.datastructures import FileStorage

from deliberation.kernel.database import after_commit
from deliberation.people.access import Actor, require
from deliberation.photos import files
from deliberation.photos.encoding import encode_sign
from deliberation.photos.service import read_upload
from deliberation.places import queries as places
from deliberation.places import service as place_service
from deliberation.places.models import Place
from deliberation.places.rules import small_picture_of

FOLDER = "emblems"  # Beneath the uploads, apart from what people add: no row of theirs belongs to it.


def set_emblem(actor: Actor, *, code: str, picture: FileStorage, folder: Path) -> Place:
    """Check, re-encode and keep a picture as the emblem of a place; the one before stays, to be put back.

    ``folder`` is ``settings.uploads``. Raises ``NotAPicture``, ``PictureTooLarge`` or ``PictureTooSmall``.
    """
    place = _own_place(actor, code)
    content, name = read_upload(picture)
    encoded = encode_sign(content, name=name)
    file_name = f"{secrets.token_hex(16)}.png"
    files.stage(folder / FOLDER, {file_name: encoded.large, small_picture_of(file_name): encoded.small})
    _forget(place_service.set_emblem_picture(place.id, file_name), folder)
    return place


def take_emblem_off(actor: Actor, *, code: str, folder: Path) -> Place:
    """The sign stands in its place again; the picture can be put back."""
    place = _own_place(actor, code)
    if place.emblem_picture:
        _forget(place_service.set_emblem_picture(place.id, ""), folder)
    return place


def put_emblem_back(actor: Actor, *, code: str) -> Place:
    return place_service.put_emblem_picture_back(_own_place(actor, code).id)


def settle_staged(*, before: float, folder: Path) -> None:
    """Finish what a process that died left staged: what a place has is moved up, anything else goes."""
    staged = files.staged_before(folder / FOLDER, before)
    known = places.emblem_pictures(name.replace(".small.png", ".png") for name in staged)
    for name in staged:
        if name.replace(".small.png", ".png") in known:
            files.move_up(folder / FOLDER, name)
        else:
            files.remove(folder / FOLDER, [name])


def _own_place(actor: Actor, code: str) -> Place:
    place = places.place_by_code(code)
    require(actor, "places.administer", place.scope)
    return place


def _forget(file_name: str, folder: Path) -> None:
    if file_name:
        after_commit(lambda: files.remove(folder / FOLDER, [file_name, small_picture_of(file_name)]))
