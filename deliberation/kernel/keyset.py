"""Pages of a long list that cost the same at the first and at the millionth row: by key, never by offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from deliberation.kernel.database import db

PAGE_SIZE = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """``cursor`` is where the next page begins (pass it as ``before`` or ``after``); ``None`` on the last page."""

    items: Sequence[T]
    cursor: int | None


def newest_first(
    statement: Select[Any], *, key: InstrumentedAttribute[int], before: int | None, size: int = PAGE_SIZE
) -> Page[Any]:
    """``size`` rows of one entity by descending ``key``, those below ``before`` when it is given."""
    if before is not None:
        statement = statement.where(key < before)
    rows = db.session.scalars(statement.order_by(key.desc()).limit(size + 1)).all()
    items = rows[:size]
    return Page(items=items, cursor=getattr(items[-1], key.key) if len(rows) > size else None)


def in_order(
    statement: Select[Any], *, key: InstrumentedAttribute[int], after: int | None, size: int = PAGE_SIZE
) -> Page[Any]:
    """``size`` rows of one entity by ascending ``key``, those above ``after`` when it is given."""
    if after is not None:
        statement = statement.where(key > after)
    rows = db.session.scalars(statement.order_by(key).limit(size + 1)).all()
    items = rows[:size]
    return Page(items=items, cursor=getattr(items[-1], key.key) if len(rows) > size else None)
