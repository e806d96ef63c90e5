"""What is kept for one person alone: what was typed and not sent yet, and ways of looking at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.people import rules
from deliberation.people.models import DeskView, Draft


def keep_draft(user_id: int, *, key: str, content: str, now: datetime) -> Draft:
    """Put what a form holds in the place of what it held before; the person's oldest drafts make room."""
    found = _draft(user_id, key)
    if found is None:
        found = Draft(user_id=user_id, key=key, content=content, version=1, saved_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(found)
        except IntegrityError:  # Two pages of the same person at the same moment.
            found = _draft(user_id, key)
            if found is None:
                raise
        else:
            _make_room(user_id)
            return found
    found.content, found.version, found.saved_at = content, found.version + 1, now
    return found


def _draft(user_id: int, key: str) -> Draft | None:
    rows = select(Draft).where(Draft.user_id == user_id, Draft.key == key)
    return db.session.scalar(rows.with_for_update())


def _make_room(user_id: int) -> None:
    newest = select(Draft.id).where(Draft.user_id == user_id).order_by(Draft.saved_at.desc(), Draft.id.desc())
    too_old = db.session.scalars(newest.offset(rules.MOST_DRAFTS)).all()
    if too_old:
        db.session.execute(delete(Draft).where(Draft.id.in_(too_old)))


def drop_draft(user_id: int, *, key: str) -> None:
    """Sent, or thrown away; nothing happens when there is none."""
    db.session.execute(delete(Draft).where(Draft.user_id == user_id, Draft.key == key))


def drop_old_drafts(*, now: datetime) -> int:
    """What nobody came back to is deleted; of how many, the log keeps the number (R-54)."""
    old = Draft.saved_at < now - timedelta(days=rules.DRAFT_DAYS)
    number = db.session.scalar(select(func.count()).select_from(Draft).where(old)) or 0
    if number:
        db.session.execute(delete(Draft).where(old))
        audit.record("draft.expired", {"drafts": number}, now=now)
    return number


def keep_desk_view(user_id: int, *, name: str, asked: dict[str, Any], now: datetime) -> DeskView:
    """Keep the filters of the desk under ``name``; under a name that is there already, in the place of the old ones.

    Raises rules.ViewUnnamed, rules.NothingChosen and rules.TooManyViews.
    """
    if not name or len(name) > rules.LONGEST_VIEW_NAME:
        raise rules.ViewUnnamed()
    if not asked:
        raise rules.NothingChosen()
    own = db.session.scalars(select(DeskView).where(DeskView.user_id == user_id).with_for_update()).all()
    found = next((view for view in own if view.name == name), None)
    if found is None:
        if len(own) >= rules.MOST_DESK_VIEWS:
            raise rules.TooManyViews()
        found = DeskView(user_id=user_id, name=name, asked=asked, kept_at=now)
        db.session.add(found)
    found.asked, found.kept_at = asked, now
    return found


def drop_desk_view(user_id: int, view_id: int) -> None:
    """Throw a view of the person's own away; nothing happens to anybody else's."""
    db.session.execute(delete(DeskView).where(DeskView.id == view_id, DeskView.user_id == user_id))
