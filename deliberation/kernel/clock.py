"""The only place that reads the time.

In the demo and in tests the clock can be moved: ``DELIBERATION_NOW`` freezes it for one process, and a clock file
(written by ``deliberation clock``) shifts or freezes it for every process that shares the file. Production settings
refuse both. Services never call this module: the door reads ``now()`` once and passes it in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: datetime | None = None
_file: Path | None = None


def configure(*, frozen: datetime | None, file: Path | None) -> None:
    """Set the process's clock: ``frozen`` wins over ``file``; both ``None`` is the real time."""
    global _frozen, _file
    _frozen, _file = frozen, file


@contextmanager
def held(at: datetime) -> Iterator[None]:
    """For this process the clock stands at ``at`` meanwhile: what the demo tells of the past is worded as of then."""
    global _frozen
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before


def real_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _frozen is not None:
        return _frozen.astimezone(UTC)
    if _file is not None:
        return _shifted(_file)
    return real_now()


def _shifted(file: Path) -> datetime:
    try:
        setting = json.loads(file.read_text())
    except FileNotFoundError:
        return real_now()
    if "frozen" in setting:
        return datetime.fromisoformat(setting["frozen"]).astimezone(UTC)
    return real_now() + timedelta(seconds=setting["offset_seconds"])


def set_file(file: Path, *, at: datetime, frozen: bool) -> None:
    """Move the clock of every process that reads ``file`` to ``at``; ``frozen`` stops it there."""
    if frozen:
        setting: dict[str, object] = {"frozen": at.isoformat()}
    else:
        setting = {"offset_seconds": (at - real_now()).total_seconds()}
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(".new")
    staged.write_text(json.dumps(setting))
    staged.replace(file)


def shanghai(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI)


def shanghai_date(instant: datetime) -> date:
    return shanghai(instant).date()


def end_of_day(day: date) -> datetime:
    """The last minute of ``day`` in Shanghai, as UTC: deadlines given as days end there."""
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=SHANGHAI).astimezone(UTC)
