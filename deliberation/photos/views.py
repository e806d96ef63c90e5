"""Serving pictures. Their names cannot be guessed; who has the name has seen the page."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint

from deliberation.kernel.errors import NotFound
from deliberation.kernel.web import access
from deliberation.photos import serving

blueprint = Blueprint("photos", __name__, url_prefix="/photos")

NAME = re.compile(r"[0-9a-f]{32}(\.small)?\.jpg")


@blueprint.get("/<file_name>")
@access("pages.read")
def show(file_name: str) -> Any:
    """One picture or thumbnail that everybody may see."""
    if not NAME.fullmatch(file_name):
        raise NotFound()
    return serving.public_picture(file_name)
