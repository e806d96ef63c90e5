"""Serving pictures. Their names cannot be guessed; who has the name has seen the page. And the emblems of places."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.photos import emblems, serving
from deliberation.settings import Settings

blueprint = Blueprint("photos", __name__, url_prefix="/photos")

NAME = re.compile(r"[0-9a-f]{32}(\.small)?\.jpg")
EMBLEM_NAME = re.compile(r"[0-9a-f]{32}(\.small)?\.png")


def _uploads() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.uploads


@blueprint.get("/<file_name>")
@access("pages.read")
def show(file_name: str) -> Any:
    """One picture or thumbnail that everybody may see."""
    if not NAME.fullmatch(file_name):
        raise NotFound()
    return serving.public_picture(file_name)


@blueprint.get("/emblems/<file_name>")
@access("pages.read")
def emblem(file_name: str) -> Any:
    """The picture a place has for its emblem, large or small."""
    if not EMBLEM_NAME.fullmatch(file_name):
        raise NotFound()
    return serving.emblem(file_name)


@blueprint.post("/emblems/of/<code>")
@access("places.administer")
def set_emblem(code: str) -> Any:
    picture = request.files.get("picture") or FileStorage()
    with transaction():
        emblems.set_emblem(current_actor(), code=code, picture=picture, folder=_uploads())
    return _done(code, _("标志换好了。不合适的话，可以换回上一张。"))


@blueprint.post("/emblems/of/<code>/take-off")
@access("places.administer")
def take_emblem_off(code: str) -> Any:
    with transaction():
        emblems.take_emblem_off(current_actor(), code=code, folder=_uploads())
    return _done(code, _("图拿掉了，又用选的那个标志。想放回来，点「换回上一张」。"))


@blueprint.post("/emblems/of/<code>/put-back")
@access("places.administer")
def put_emblem_back(code: str) -> Any:
    with transaction():
        emblems.put_emblem_back(current_actor(), code=code)
    return _done(code, _("换回来了。"))


def _done(code: str, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("places.edit", code=code, _anchor="own-emblem"))
