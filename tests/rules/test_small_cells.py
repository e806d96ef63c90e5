"""R-52: what is published of a table of counts, and what somebody with pencil and paper can make of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliberation.cases.rules.small_cells import SMALLEST, PublicTable, Shown, published, published_row

MOST = 16  # What the solver below tries for a number that is kept back; the tables are drawn well below it.


def tables(rows: int, columns: int) -> st.SearchStrategy[list[list[int]]]:
    line = st.lists(st.integers(0, 9), min_size=columns, max_size=columns)
    return st.lists(line, min_size=rows, max_size=rows)


def agrees(shown: Shown, count: int) -> bool:
    """Whether ``count`` can stand where this is shown."""
    if shown.count is not None:
        return count == shown.count
    return 0 < count < SMALLEST if shown.is_small else count >= SMALLEST


def possible(shown: Shown) -> range | list[int]:
    if shown.count is not None:
        return [shown.count]
    return range(1, SMALLEST) if shown.is_small else range(SMALLEST, MOST + 1)


def fitting(table: PublicTable) -> Iterator[list[list[int]]]:
    """Every table that fits all that is published: found by trying, without the rule under test."""
    lines = [
        [line for line in product(*map(possible, row)) if agrees(whole, sum(line))]
        for row, whole in zip(table.cells, table.rows, strict=True)
    ]
    for tried in product(*lines):
        columns = [sum(column) for column in zip(*tried, strict=True)]
        is_total = agrees(table.total, sum(columns))
        if is_total and all(map(agrees, table.columns, columns)):
            yield [list(line) for line in tried]


def with_sums(table: list[list[int]]) -> dict[tuple[int, int], int]:
    full = {(r, c): n for r, line in enumerate(table) for c, n in enumerate(line)}
    full |= {(r, -1): sum(line) for r, line in enumerate(table)}
    full |= {(-1, c): sum(column) for c, column in enumerate(zip(*table, strict=True))}
    return full | {(-1, -1): sum(map(sum, table))}


def betrayed(counts: list[list[int]]) -> list[tuple[int, int]]:
    """The small cells, sums among them, that only one number fits; of a withheld table only the total is said."""
    shown = published(counts)
    if shown.is_withheld:
        assert {cell.count for line in [*shown.cells, shown.rows, shown.columns] for cell in line} == {None}
        return []
    seen: dict[tuple[int, int], set[int]] = {}
    for table in fitting(shown):
        for place, count in with_sums(table).items():
            seen.setdefault(place, set()).add(count)
    small = [place for place, count in with_sums(counts).items() if 0 < count < SMALLEST]
    return [place for place in small if len(seen[place]) < 2]


@given(tables(1, 2))
@example([[6, 3]])  # E5: nine applied, six were granted; three is what must not come out.
@example([[1, 5]])
@example([[4, 5]])
@example([[4, 1]])
def test_no_small_cell_of_a_row_of_two_can_be_computed(counts: list[list[int]]) -> None:
    assert betrayed(counts) == []


@given(tables(1, 3))
@example([[1, 1, 5]])
@example([[4, 0, 5]])
def test_no_small_cell_of_a_row_of_three_can_be_computed(counts: list[list[int]]) -> None:
    assert betrayed(counts) == []


@settings(max_examples=60)
@given(tables(2, 2))
@example([[3, 0], [0, 9]])
@example([[4, 1], [1, 4]])
@example([[4, 5], [5, 9]])
@example([[1, 9], [9, 1]])
def test_no_small_cell_of_a_table_can_be_computed(counts: list[list[int]]) -> None:
    assert betrayed(counts) == []


@given(tables(3, 3))
def test_what_is_shown_is_true_and_no_small_count_is_shown(counts: list[list[int]]) -> None:
    table, full = published(counts), with_sums(counts)
    if table.is_withheld:
        return
    shown = {(r, c): cell for r, line in enumerate(table.cells) for c, cell in enumerate(line)}
    shown |= {(r, -1): cell for r, cell in enumerate(table.rows)} | {
        (-1, c): cell for c, cell in enumerate(table.columns)
    }
    shown[-1, -1] = table.total
    for place, cell in shown.items():
        assert agrees(cell, full[place])
        assert cell.count is None or cell.count == 0 or cell.count >= SMALLEST
        assert cell.is_small == (0 < full[place] < SMALLEST)
    if not any(0 < count < SMALLEST for count in full.values()):
        assert all(cell.count is not None for cell in shown.values()), "nothing is kept back without need"


def test_small_loans_show_who_applied_and_not_who_was_refused() -> None:
    """E5: nine firms applied and six were granted, so three were not."""
    cells, total = published_row({"granted": 6, "refused": 3})
    assert (str(cells["granted"]), str(cells["refused"]), total.count) == ("…", "<5", 9)


def test_a_few_spread_thin_are_told_as_one_total() -> None:
    """Four cells marked "<5" under a sum marked "<5" could only be one each."""
    table = published([[1, 1], [1, 1]])
    assert (table.is_withheld, str(table.total)) == (True, "<5")
    assert published([[1, 1], [1, 6]]).is_withheld is False


@pytest.mark.parametrize("counts", [[], [[]], [[0, 0], [0, 0]]])
def test_nobody_at_all_keeps_nothing_back(counts: list[list[int]]) -> None:
    table = published(counts)
    assert table.total == Shown(0)
    assert all(cell == Shown(0) for line in table.cells for cell in line)
