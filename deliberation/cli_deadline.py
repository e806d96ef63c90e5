"""``deliberation deadline``: what day a limit ends on. It needs no Flask, no database and no environment.

It knows the statutory calendar of the installed chinesecalendar only; days that an administrator entered are in the
database, which this command does not open. Whatever is wrong with the input is one line on stderr and exit 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from deliberation.cli_errors import OneLineCommand, OneLineError
from deliberation.kernel.working_days import (
    CalendarYearMissing,
    DateOutOfRange,
    WorkingCalendar,
    add_working_days,
    deadline_after_days,
    deadline_after_months,
    latest_notice_date,
)

STATUTORY = WorkingCalendar()
LONGEST_NUMBER = 7  # Digits. More days than that lie beyond the last date there is.
LONGEST_ECHO = 40

COUNTINGS: dict[str, Callable[[date, int], date]] = {
    "--working-days": lambda start, count: add_working_days(start, count, calendar=STATUTORY),
    "--days": lambda start, count: deadline_after_days(start, count, calendar=STATUTORY),
    "--months": lambda start, count: deadline_after_months(start, count, calendar=STATUTORY),
    "--days-before": latest_notice_date,
}


def _quoted(text: str) -> str:
    shown = text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
    return repr(shown)


def _read_day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise OneLineError(f"{_quoted(text)} is not a date; write it as YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OneLineError(f"there is no such day as {_quoted(text)}.") from None


def _read_count(option: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise OneLineError(f"{option} needs a whole number, 0 or more, not {_quoted(text)}.")
    if len(text.lstrip("0")) > LONGEST_NUMBER:
        raise OneLineError(f"{option} {_quoted(text)} is too large.")
    return int(text)


@click.command(cls=OneLineCommand)
@click.option("--from", "days", metavar="YYYY-MM-DD", multiple=True, help="The day to count from; it does not count.")
@click.option("--working-days", metavar="N", multiple=True, help="The Nth working day after it.")
@click.option("--days", "calendar_days", metavar="N", multiple=True, help="N days after it, rolled to a working day.")
@click.option("--months", metavar="N", multiple=True, help="N months after it, rolled to a working day.")
@click.option("--days-before", metavar="N", multiple=True, help="Last day to post a notice N days before a meeting.")
def deadline(
    days: tuple[str, ...],
    working_days: tuple[str, ...],
    calendar_days: tuple[str, ...],
    months: tuple[str, ...],
    days_before: tuple[str, ...],
) -> None:
    """Print the day a limit ends on, by the statutory calendar of China.

    Give --from and exactly one of the others: deadline --from 2025-09-26 --working-days 15 prints 2025-10-23.
    """
    given = {"--working-days": working_days, "--days": calendar_days, "--months": months, "--days-before": days_before}
    start = _read_day(_only(days, "give one day with --from YYYY-MM-DD."))
    limits = [(option, text) for option, texts in given.items() for text in texts]
    option, text = _only(limits, f"give exactly one of {', '.join(COUNTINGS)}.")
    click.echo(_end_of(start, option, _read_count(option, text)).isoformat())


def _only(given: Any, otherwise: str) -> Any:
    if len(given) != 1:
        raise OneLineError(otherwise)
    return given[0]


def _end_of(start: date, option: str, count: int) -> date:
    try:
        return COUNTINGS[option](start, count)
    except CalendarYearMissing as missing:
        raise OneLineError(
            f"no holidays are known for {missing.year}: install a newer chinesecalendar,"
            " or have the administrator enter that year's holidays (the site counts with them, this command does not)."
        ) from None
    except DateOutOfRange:
        raise OneLineError(f"{option} {count} from {start} leads beyond the calendar.") from None
