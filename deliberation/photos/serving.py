"""How a picture goes out: always our own encoding, never run as anything else, a private one never kept on the way."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, send_file

from deliberation.kernel.errors import NotFound
from deliberation.photos import files
from deliberation.photos.emblems import FOLDER as EMBLEMS
from deliberation.photos.models import Photo
from deliberation.settings import Settings

A_YEAR = 365 * 24 * 3600


def public_picture(file_name: str) -> Response:
    """A picture that everybody may see, by its name, which changes with its content."""
    return _answer(_uploads(), file_name, cache=f"public, max-age={A_YEAR}, immutable")


def emblem(file_name: str) -> Response:
    """The picture a place has for its emblem."""
    cache = f"public, max-age={A_YEAR}, immutable"
    return _answer(_uploads() / EMBLEMS, file_name, cache=cache, mimetype="image/png")


def private_picture(photo: Photo) -> Response:
    """A private picture; whoever calls has seen to it that the reader may see this one."""
    folder = files.folder_for(_uploads(), is_private=photo.is_private)
    return _answer(folder, photo.file_name, cache="private, no-store")


def _uploads() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.uploads


def _answer(folder: Path, file_name: str, *, cache: str, mimetype: str = "image/jpeg") -> Response:
    path = files.find(folder, file_name)
    if path is None:
        raise NotFound()
    response: Response = send_file(path, mimetype=mimetype)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
