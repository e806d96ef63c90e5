"""Serving pictures. Their names cannot be guessed; who has the name has seen the page."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, current_app, send_file

from deliberation.kernel.errors import NotFound
from deliberation.kernel.web import access
from deliberation.photos import files

blueprint = Blueprint("photos", __name__, url_prefix="/photos")

NAME = re.compile(r"[0-9a-f]{32}(\.small)?\.jpg")
A_YEAR = 365 * 24 * 3600


@blueprint.get("/<file_name>")
@access("pages.read")
def show(file_name: str) -> Any:
    """One picture or thumbnail: always our own JPEG, never run as anything else."""
    path = files.find(current_app.extensions["settings"].uploads, file_name) if NAME.fullmatch(file_name) else None
    if path is None:
        raise NotFound()
    response: Response = send_file(path, mimetype="image/jpeg", max_age=A_YEAR)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
