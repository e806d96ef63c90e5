"""The rows of a meeting built again from its numbered events, and what differs from the stored ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Tables = dict[str, dict[Any, Row]]


@dataclass(frozen=True)
class Difference:
    """One row that is not what the log says; ``column`` is empty where a whole row is missing or too many."""

    table: str
    key: Any
    column: str
    logged: Any
    stored: Any

    def __str__(self) -> str:
        if not self.column:
            what = "is in the log and not stored" if self.stored is None else "is stored and not in the log"
            return f"{self.table} {self.key} {what}"
        return f"{self.table} {self.key}: {self.column} is {self.stored!r}, the log says {self.logged!r}"


def rebuild(events: Iterable[Mapping[str, Any]]) -> Tables:
    """The tables as the events leave them, each row by its id; ``events`` are their data, in the order of numbers.

    What an event says of a row replaces what was known of it. An event that takes a row away which nobody wrote
    before is passed over: the difference names the row.
    """
    tables: Tables = {}
    for data in events:
        for name, changed in data.get("rows", {}).items():
            table = tables.setdefault(name, {})
            for row in changed:
                table.setdefault(row["id"], {}).update(row)
        for name, key in data.get("removed", []):
            tables.get(name, {}).pop(key, None)
    return tables


def differences(rebuilt: Mapping[str, Mapping[Any, Row]], stored: Mapping[str, Mapping[Any, Row]]) -> list[Difference]:
    """Every column in which the stored rows are not the rebuilt ones, by table and row."""
    found: list[Difference] = []
    for table in sorted({*rebuilt, *stored}):
        logged, kept = rebuilt.get(table, {}), stored.get(table, {})
        for key in sorted({*logged, *kept}):
            found += _of_row(table, key, logged.get(key), kept.get(key))
    return found


def _of_row(table: str, key: Any, logged: Row | None, stored: Row | None) -> Iterator[Difference]:
    if logged is None or stored is None:
        yield Difference(table, key, "", logged, stored)
        return
    for column in sorted({*logged, *stored}):
        if logged.get(column) != stored.get(column):
            yield Difference(table, key, column, logged.get(column), stored.get(column))


def missing_numbers(sequences: Iterable[int], *, last: int) -> list[int]:
    """The numbers between 1 and ``last`` that no event has: a log without gaps has none."""
    return sorted(set(range(1, last + 1)) - set(sequences))
