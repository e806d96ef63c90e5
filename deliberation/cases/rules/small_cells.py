"""Counts in public: a cell under five is not shown, and cannot be worked out from what is (domain.md R-52). Pure.

A table is published with the sums of its rows and columns, so a cell that is left out alone could be subtracted back.
Others are left out with it, sums too where need be, until for every small cell there is a second table that fits all
that is published and differs in that very cell. That second table is found here, cell by cell: four cells at the
corners of a rectangle, each one up or one down, so that every sum stays right. A zero stays a zero: nobody is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

SMALLEST = 5
SUM = -1  # The index of a row or column of sums.
Place = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """A published cell: its ``count``, or ``None`` where it is kept back; ``is_small`` says that it is under five."""

    count: int | None
    is_small: bool = False

    def __str__(self) -> str:
        if self.count is not None:
            return str(self.count)
        return f"<{SMALLEST}" if self.is_small else "…"


@dataclass(frozen=True)
class PublicTable:
    """``cells`` by row and column, ``rows`` and ``columns`` the sums of each, ``total`` the sum of all.

    Where so few are so spread that any mark would give them away, the table is withheld and only the total stands.
    """

    cells: list[list[Shown]]
    rows: list[Shown]
    columns: list[Shown]
    total: Shown
    is_withheld: bool = False


def published(counts: Sequence[Sequence[int]]) -> PublicTable:
    """What may be shown of a table of counts."""
    full = _with_sums(counts)
    small = {place for place, count in full.items() if 0 < count < SMALLEST}
    kept_back = set(small)
    for place in sorted(small, key=lambda each: (full[each], each)):
        others = _cheapest(place, full, kept_back)
        if others is None:
            return _withheld(counts, full[SUM, SUM])
        kept_back |= others
    return _as_table(counts, full, small, kept_back)


def published_row(counts: Mapping[str, int]) -> tuple[dict[str, Shown], Shown]:
    """The same for one row of counts by name, with their sum."""
    table = published([list(counts.values())])
    return dict(zip(counts, table.cells[0], strict=True)), table.rows[0]


def _with_sums(counts: Sequence[Sequence[int]]) -> dict[Place, int]:
    full = {(row, column): count for row, line in enumerate(counts) for column, count in enumerate(line)}
    columns = range(len(counts[0])) if counts else range(0)
    full |= {(row, SUM): sum(line) for row, line in enumerate(counts)}
    full |= {(SUM, column): sum(line[column] for line in counts) for column in columns}
    return full | {(SUM, SUM): sum(map(sum, counts))}


def _cheapest(place: Place, full: Mapping[Place, int], kept_back: set[Place]) -> set[Place] | None:
    """The corners to keep back with ``place`` that take the least from the table; ``None`` when none will do."""
    fitting = [corners for corners, signs in _rectangles(place, full) if _may_swing(corners, signs, full)]
    if not fitting:
        return None
    return min(fitting, key=lambda corners: _cost(corners, full, kept_back))


def _cost(corners: set[Place], full: Mapping[Place, int], kept_back: set[Place]) -> tuple[int, int, list[Place]]:
    """The total matters most, then the other sums, then how much is in what is newly kept back."""
    new = corners - kept_back
    sums = sum(10 if each == (SUM, SUM) else 1 for each in new if SUM in each)
    return sums, sum(full[each] for each in new), sorted(new)


def _rectangles(place: Place, full: Mapping[Place, int]) -> Iterator[tuple[set[Place], dict[Place, int]]]:
    """The rectangles with a corner at ``place``, and which way each corner moves when ``place`` moves up by one."""
    rows, columns = sorted({row for row, _column in full}), sorted({column for _row, column in full})
    for row, column in product(rows, columns):
        if row == place[0] or column == place[1]:
            continue
        down, across = _way(place[0], row), _way(place[1], column)
        signs = {place: 1, (row, place[1]): down, (place[0], column): across, (row, column): down * across}
        yield set(signs), signs


def _way(one: int, other: int) -> int:
    """Two cells of a line move against each other; a cell and the sum of its line move together."""
    return 1 if SUM in (one, other) else -1


def _may_swing(corners: set[Place], signs: Mapping[Place, int], full: Mapping[Place, int]) -> bool:
    """Whether all four may move at once, this way or that, and still be what they are said to be."""
    return any(all(_stays(full[each], full[each] + way * signs[each]) for each in corners) for way in (1, -1))


def _stays(count: int, moved: int) -> bool:
    """A small count stays small and above zero, any other stays at five or more; a zero does not move."""
    return count > 0 and moved > 0 and (count < SMALLEST) == (moved < SMALLEST)


def _withheld(counts: Sequence[Sequence[int]], total: int) -> PublicTable:
    nothing = Shown(None)
    return PublicTable(
        cells=[[nothing for _count in line] for line in counts],
        rows=[nothing for _line in counts],
        columns=[nothing for _count in counts[0]],
        total=Shown(None, is_small=True) if total < SMALLEST else Shown(total),
        is_withheld=True,
    )


def _as_table(
    counts: Sequence[Sequence[int]], full: Mapping[Place, int], small: set[Place], kept_back: set[Place]
) -> PublicTable:
    def shown(place: Place) -> Shown:
        return Shown(None if place in kept_back else full[place], place in small)

    columns = range(len(counts[0])) if counts else range(0)
    return PublicTable(
        cells=[[shown((row, column)) for column in columns] for row in range(len(counts))],
        rows=[shown((row, SUM)) for row in range(len(counts))],
        columns=[shown((SUM, column)) for column in columns],
        total=shown((SUM, SUM)),
    )
