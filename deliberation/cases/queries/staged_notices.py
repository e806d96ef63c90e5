"""What stands in the way in a case, and the notices posted on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from deliberation.cases.models import Case, NoticeObject, StagedNotice
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.photos.models import Photo
from deliberation.photos.queries import photos_by_id


@dataclass(frozen=True)
class Standing:
    """One object with its notices, the first first, and the photos of them by id."""

    object: NoticeObject
    notices: Sequence[StagedNotice]
    photos: Mapping[int, Photo]


def staged_notices(object_ids: Iterable[int]) -> Sequence[StagedNotice]:
    rows = select(StagedNotice).where(StagedNotice.object_id.in_(list(object_ids)))
    return db.session.scalars(rows.order_by(StagedNotice.object_id, StagedNotice.stage)).all()


def standing_objects(case_id: int) -> list[Standing]:
    """Three statements at most, however many there are."""
    rows = select(NoticeObject).where(NoticeObject.case_id == case_id).order_by(NoticeObject.id)
    objects = db.session.scalars(rows).all()
    notices = staged_notices(each.id for each in objects) if objects else []
    photos = photos_by_id(each.photo_id for each in notices) if notices else {}
    return [Standing(each, [one for one in notices if one.object_id == each.id], photos) for each in objects]


def notice_object(object_id: int) -> NoticeObject:
    found = db.session.get(NoticeObject, object_id)
    if found is None:
        raise NotFound()
    return found


def staged_notice(notice_id: int) -> tuple[StagedNotice, NoticeObject, Case]:
    """A notice with what it was posted on, and its case, to whoever may read that."""
    rows = (
        select(StagedNotice, NoticeObject, Case)
        .join(NoticeObject, NoticeObject.id == StagedNotice.object_id)
        .join(Case, Case.id == NoticeObject.case_id)
        .where(StagedNotice.id == notice_id)
    )
    found = db.session.execute(rows).first()
    if found is None:
        raise NotFound()
    return found.StagedNotice, found.NoticeObject, found.Case
