"""The pictures people send with what they say: kept private, for the offices that handle the case."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from deliberation.feedback import queries
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.web import access
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.photos import service as photos
from deliberation.photos import serving
from deliberation.settings import Settings


def store_private(sent: FileStorage | None, *, caption: str, uploaded_by_id: int) -> int | None:
    """Keep a picture that was sent, inside the caller's transaction; ``None`` when none was."""
    if not sent:
        return None
    settings: Settings = current_app.extensions["settings"]
    photo = photos.store(
        sent,
        caption=caption,
        uploaded_by_id=uploaded_by_id,
        now=clock.now(),
        folder=settings.uploads,
        is_private=True,
    )
    return photo.id


@blueprint.get("/feedback/answers/<int:answer_id>/photo")
@access("case.read")
def answer_photo(answer_id: int) -> Any:
    """For the offices of the place; who sent it is not said."""
    photo, place = queries.photo_of_answer(answer_id)
    require(current_actor(), "case.read", place.scope)
    return serving.private_picture(photo)
