"""Taking pictures in, and letting go of those that nobody used."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from werkzeug.datastructures import FileStorage

from deliberation.kernel.database import after_commit, db
from deliberation.kernel.errors import Refusal
from deliberation.photos import files, queries, rules
from deliberation.photos.encoding import encode
from deliberation.photos.models import Photo, small_name_of

SWEPT_AT_ONCE = 200


def store(
    file_storage: FileStorage,
    *,
    caption: str,
    uploaded_by_id: int,
    now: datetime,
    folder: Path,
    is_draft: bool = False,
    is_private: bool = False,
) -> Photo:
    """Check, re-encode and keep one picture; its files stay exactly when the present transaction commits.

    ``folder`` is ``settings.uploads``. A draft waits a day for ``keep``. A private picture is shown by its own room
    alone, to whom it may (``photos.serving``). Raises ``NotAPicture`` (whatever cannot be
    decoded as JPEG, PNG or WebP) or ``PictureTooLarge`` (8 MB, 50 megapixels).
    """
    content, name = read_upload(file_storage)
    encoded = encode(content, name=name)
    photo = Photo(
        file_name=f"{secrets.token_hex(16)}.jpg",
        width=encoded.width,
        height=encoded.height,
        caption=caption,
        uploaded_by_id=uploaded_by_id,
        uploaded_at=now,
        is_draft=is_draft,
        is_private=is_private,
    )
    own_folder = files.folder_for(folder, is_private=is_private)
    files.stage(own_folder, {photo.file_name: encoded.large, photo.small_name: encoded.small})
    db.session.add(photo)
    db.session.flush()  # Callers need the id for their own rows.
    return photo


def read_upload(file_storage: FileStorage) -> tuple[bytes, str]:
    """The bytes of what was sent, no more than may be, and its name for a sentence."""
    name = _shown_name(file_storage.filename)
    content = file_storage.stream.read(rules.MOST_BYTES + 1)
    _raise(rules.refusal_of_bytes(name=name, length=len(content)))
    return content, name


def _shown_name(file_name: str | None) -> str:
    """The name as the person knows it, short enough for a sentence."""
    return (file_name or "?").replace("\\", "/").rsplit("/", 1)[-1][-40:]


def _raise(refusal: Refusal | None) -> None:
    if refusal:
        raise refusal


def keep(photos: Iterable[Photo]) -> None:
    """Drafts that have found their place."""
    for photo in photos:
        photo.is_draft = False


def drop_old_drafts(*, now: datetime, folder: Path) -> int:
    """Remove drafts older than a day, rows and files; return how many."""
    old = queries.drafts_before(now - rules.DRAFT_LIFETIME, limit=SWEPT_AT_ONCE)
    names = [(photo.is_private, [photo.file_name, photo.small_name]) for photo in old]
    for photo in old:
        db.session.delete(photo)
    after_commit(lambda: _remove(folder, names))
    return len(old)


def _remove(folder: Path, names: Iterable[tuple[bool, list[str]]]) -> None:
    for is_private, of_one in names:
        files.remove(files.folder_for(folder, is_private=is_private), of_one)


def settle_staged(*, now: datetime, folder: Path) -> int:
    """Finish what a process that died left staged: with a row the file is moved up, without one it goes."""
    return sum(_settle(files.folder_for(folder, is_private=each), now=now) for each in (False, True))


def _settle(folder: Path, *, now: datetime) -> int:
    names = files.staged_before(folder, (now - rules.STAGED_LIFETIME).timestamp())[:SWEPT_AT_ONCE]
    known = queries.known_names(name.replace(".small.jpg", ".jpg") for name in names)
    wanted = {name for file_name in known for name in (file_name, small_name_of(file_name))}
    for name in names:
        if name in wanted:
            files.move_up(folder, name)
        else:
            files.remove(folder, [name])
    return len(names)
