"""What pages and other rooms read about pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.photos.models import Photo


def photos_by_id(ids: Iterable[int]) -> dict[int, Photo]:
    return {row.id: row for row in db.session.scalars(select(Photo).where(Photo.id.in_(set(ids))))}


def drafts_of(user_id: int, ids: Iterable[int]) -> Sequence[Photo]:
    """The person's own drafts among ``ids``, in the order they were sent; anything else is left out."""
    rows = select(Photo).where(Photo.uploaded_by_id == user_id, Photo.is_draft, Photo.id.in_(set(ids)))
    return db.session.scalars(rows.order_by(Photo.id)).all()


def drafts_before(oldest: datetime, *, limit: int) -> Sequence[Photo]:
    """Drafts that nobody came back for."""
    rows = select(Photo).where(Photo.is_draft, Photo.uploaded_at < oldest)
    return db.session.scalars(rows.order_by(Photo.uploaded_at).limit(limit)).all()


def known_names(file_names: Iterable[str]) -> frozenset[str]:
    """Those of ``file_names`` that have a row."""
    return frozenset(db.session.scalars(select(Photo.file_name).where(Photo.file_name.in_(set(file_names)))))
