"""Pictures that come with a form: kept as drafts at once, so that a form refused for its words costs no picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.photos import queries as photo_queries
from deliberation.photos import service as photos
from deliberation.photos.models import Photo
from deliberation.proposals import rules
from deliberation.proposals.forms import WordsForm
from deliberation.settings import Settings


def take(form: WordsForm, *, owner_id: int, now: datetime, attached: Sequence[Photo] = ()) -> list[Photo]:
    """The pictures this form stands for now: those ticked as kept, and those chosen, each in its own transaction.

    Pictures that cannot be taken are named under the field, after ``validate`` has run; the others are kept.
    """
    ticked = {int(value) for value in request.form.getlist("kept") if value.isdecimal() and len(value) < 10}
    kept = [photo for photo in attached if photo.id in ticked]
    kept += photo_queries.drafts_of(owner_id, ticked) if ticked else []
    chosen = [upload for upload in form.photos.data or [] if isinstance(upload, FileStorage) and upload.filename]
    errors = list(form.photos.errors)
    for upload in chosen:
        try:
            kept.append(_store(upload, owner_id=owner_id, has=len(kept), now=now))
        except Refusal as refusal:
            errors.append(say(refusal))
    form.photos.errors = list(dict.fromkeys(errors))
    return kept


def _store(upload: FileStorage, *, owner_id: int, has: int, now: datetime) -> Photo:
    settings: Settings = current_app.extensions["settings"]
    if has >= rules.MOST_PHOTOS:
        raise rules.TooManyPhotos(most=rules.MOST_PHOTOS)
    with transaction():
        return photos.store(
            upload, caption="", uploaded_by_id=owner_id, now=now, folder=settings.uploads, is_draft=True
        )
