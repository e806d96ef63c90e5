"""Walking the demo's clock on: day after day, with what each day brought, for whoever pressed the button to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from deliberation.feedback.models import LookBack
from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.kernel.scheduling import run_all
from deliberation.matters.models import Matter
from deliberation.notifications.models import Message
from deliberation.votes.models import Vote

MOST_NAMED = 3  # Of each kind and day; more are only counted.


@dataclass(frozen=True)
class Named:
    """A matter by which something happened: what the page writes and links to."""

    number: str
    title: str
    holder: str = ""


@dataclass(frozen=True)
class Brought:
    """Some of one kind by name, and how many there were."""

    named: Sequence[Named] = ()
    count: int = 0


@dataclass(frozen=True)
class Day:
    """One day that has been walked; ``number`` of ``total``. ``failed`` are jobs that could not be run."""

    number: int
    total: int
    at: datetime
    messages: int
    overdue: Brought
    ended: Brought
    asked: Brought
    failed: Sequence[str] = ()

    @property
    def is_quiet(self) -> bool:
        return not (self.messages or self.overdue.count or self.ended.count or self.asked.count or self.failed)


@dataclass
class Walk:
    """The days to walk. Going through it moves the clock; afterwards it knows what they came to."""

    file: Path
    total: int
    days: list[Day] = field(default_factory=list)

    def __iter__(self) -> Iterator[Day]:
        for number in range(1, self.total + 1):
            since, last = clock.now(), _last_message()
            clock.set_file(self.file, at=since + timedelta(days=1), frozen=False)
            until = clock.now()
            failed = run_all(now=until)
            day = Day(
                number, self.total, until, _messages_after(last), _overdue(since, until), _ended(since, until),
                _asked(since, until), failed,
            )  # fmt: skip
            db.session.remove()
            self.days.append(day)
            yield day

    @property
    def messages(self) -> int:
        return sum(day.messages for day in self.days)

    @property
    def overdue(self) -> int:
        return sum(day.overdue.count for day in self.days)

    @property
    def ended(self) -> int:
        return sum(day.ended.count for day in self.days)

    @property
    def asked(self) -> int:
        return sum(day.asked.count for day in self.days)

    @property
    def failed(self) -> list[str]:
        return sorted({name for day in self.days for name in day.failed})


def _last_message() -> int:
    return db.session.scalar(select(func.max(Message.id))) or 0


def _messages_after(last: int) -> int:
    return db.session.scalar(select(func.count()).where(Message.id > last)) or 0


def _overdue(since: datetime, until: datetime) -> Brought:
    """What its holder should have done by then and has not."""
    passed = Matter.holder_due_at.between(since, until)
    rows = select(Matter).where(passed, Matter.closed_at.is_(None), Matter.is_private.is_(False))
    found = db.session.scalars(rows.order_by(Matter.holder_due_at, Matter.id)).all()
    return Brought([Named(m.number, m.title, m.holder_name) for m in found[:MOST_NAMED]], len(found))


def _ended(since: datetime, until: datetime) -> Brought:
    rows = select(Vote.title, Matter.number).join(Matter, Matter.id == Vote.matter_id)
    rows = rows.where(Vote.closed_at.between(since, until), Matter.is_private.is_(False))
    return _brought(rows.order_by(Vote.closed_at, Vote.id))


def _asked(since: datetime, until: datetime) -> Brought:
    rows = select(Matter.title, Matter.number).join(LookBack, LookBack.matter_id == Matter.id)
    rows = rows.where(LookBack.asked_at.between(since, until), Matter.is_private.is_(False))
    return _brought(rows.order_by(LookBack.asked_at, LookBack.id))


def _brought(rows: object) -> Brought:
    found = db.session.execute(rows).all()  # type: ignore[call-overload]
    return Brought([Named(number, title) for title, number in found[:MOST_NAMED]], len(found))
