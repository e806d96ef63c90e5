"""Whole months of a calendar, as the figures are asked for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

MOST_MONTHS = 36
USUAL_MONTHS = 3
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class PeriodBackwards(Refusal):
    status = 422
    sentence = N_("「到」比「从」早。请把两个月份调过来，或者改一个。")


class Dimension(StrEnum):
    """What the figures are told apart by."""

    place = "place"
    level = "level"
    unit = "unit"
    topic = "topic"
    month = "month"


@dataclass(frozen=True)
class Period:
    """From the first of ``since`` to the end of ``until``; both are first days of months."""

    since: date
    until: date

    @property
    def first_day(self) -> date:
        return self.since

    @property
    def last_day(self) -> date:
        return month_after(self.until) - timedelta(days=1)


def month_after(first: date, count: int = 1) -> date:
    """The first day of the month ``count`` months later (earlier when negative)."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def read_period(since: str, until: str, *, today: date) -> Period:
    """Two months as browsers send them ("2026-03"); what is missing or no month becomes the usual three."""
    this_month = today.replace(day=1)
    last = _month(until) or this_month
    first = _month(since) or month_after(last, 1 - USUAL_MONTHS)
    first, last = min(first, last), max(first, last)
    return Period(max(first, month_after(last, 1 - MOST_MONTHS)), last)


def is_backwards(since: str, until: str) -> bool:
    """Whether both are months, and the end lies before the beginning: no period, so none is shown in its place."""
    first, last = _month(since), _month(until)
    return first is not None and last is not None and last < first


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def read_dimension(text: str) -> Dimension:
    return Dimension(text) if text in list(Dimension) else Dimension.month
