"""What is kept for one person alone: what was typed and not sent yet, and ways of looking at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
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
    _check_view(name=name, asked=asked)
    own = _own_views(user_id)
    found = next((view for view in own if view.name == name), None)
    _check_room(own, besides=found)
    if found is None:
        found = DeskView(user_id=user_id, name=name, asked=asked, kept_at=now)
        db.session.add(found)
    found.asked, found.kept_at, found.dropped_at = asked, now, None
    return found


def change_desk_view(user_id: int, view_id: int, *, name: str, asked: dict[str, Any], now: datetime) -> DeskView:
    """Give a kept view of the person's own another name, other filters, or both.

    Raises NotFound, rules.ViewUnnamed, rules.NothingChosen and rules.ViewNameTaken.
    """
    _check_view(name=name, asked=asked)
    own = _own_views(user_id)
    view = _one_of(own, view_id)
    same = next((each for each in own if each.name == name and each is not view), None)
    if same is not None and same.dropped_at is None:
        raise rules.ViewNameTaken(name=name)
    if same is not None:
        db.session.delete(same)
        db.session.flush()  # The name is free before another takes it.
    view.name, view.asked, view.kept_at = name, asked, now
    return view


def drop_desk_view(user_id: int, view_id: int, *, now: datetime) -> DeskView:
    """Throw a view of the person's own away; it can be brought back until another is, or for a day. Raises NotFound."""
    own = _own_views(user_id)
    view = _one_of(own, view_id)
    for other in own:
        if other.dropped_at is not None:
            db.session.delete(other)
    view.dropped_at = now
    return view


def bring_back_desk_view(user_id: int, view_id: int) -> DeskView:
    """The view that was thrown away is there again. Raises NotFound and rules.TooManyViews."""
    own = _own_views(user_id)
    view = next((each for each in own if each.id == view_id), None)
    if view is None:
        raise NotFound()
    _check_room(own, besides=view)
    view.dropped_at = None
    return view


def _check_view(*, name: str, asked: dict[str, Any]) -> None:
    if not name or len(name) > rules.LONGEST_VIEW_NAME:
        raise rules.ViewUnnamed()
    if not asked:
        raise rules.NothingChosen()


def _check_room(own: Sequence[DeskView], *, besides: DeskView | None) -> None:
    others = [view for view in own if view is not besides and view.dropped_at is None]
    if len(others) >= rules.MOST_DESK_VIEWS:
        raise rules.TooManyViews()


def _own_views(user_id: int) -> Sequence[DeskView]:
    return db.session.scalars(select(DeskView).where(DeskView.user_id == user_id).with_for_update()).all()


def _one_of(own: Sequence[DeskView], view_id: int) -> DeskView:
    found = next((view for view in own if view.id == view_id and view.dropped_at is None), None)
    if found is None:
        raise NotFound()
    return found


def drop_old_views(*, now: datetime) -> None:
    """What was thrown away and not brought back within a day is deleted."""
    db.session.execute(delete(DeskView).where(DeskView.dropped_at < now - rules.VIEW_COMES_BACK))
