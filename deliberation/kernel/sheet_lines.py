"""What every file of lines is read by, whatever stands in it: its first line, its cells, and what is said of a fault.

Pure. The columns of a file are a mapping of our name to the names that people give the column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deliberation.kernel.errors import N_, Refusal

MOST_TITLES = 10  # In how many lines from the top the columns' names are looked for.
DATE_CELL = "#DATE"  # What sheets.py writes for a cell that a spreadsheet took for a day, unless days are wanted.
LONGEST = 80
Columns = Mapping[str, tuple[str, ...]]


class FileUnreadable(Refusal):
    code = "register_unreadable"
    status = 422
    sentence = N_("这个文件读不出来。请用 xlsx 或 csv，照模板的列填。")


class FileMissing(FileUnreadable):
    sentence = N_("还没选文件。请先选一个填好的 xlsx 或 csv。")


class NoRows(FileUnreadable):
    sentence = N_("列名都对，可是下面一行也没有填。请填好再传。")


class ColumnMissing(Refusal):
    code = "register_column_missing"
    status = 422
    sentence = N_("没有找到写列名的那一行，或者缺这几列：%(column)s。请照模板的列名填，别的列可以留着。")


class TooManyRows(Refusal):
    code = "register_too_long"
    status = 422
    sentence = N_("一次最多 %(most)s 行。请分开传。")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell: the line of the file from 1, its column, and a sentence."""

    line: int
    column: str
    sentence: str
    value: str = ""


EMPTY = N_("这一格不能空着")
TOO_LONG = N_("太长了，最多 80 个字")
FORMULA = N_("这一格是公式，算不出来。请把公式换成算好的数")
A_DATE = N_("这一格被表格软件当成了日期。请把这一列设成「文本」，再填一次")
BROKEN = N_("这一格在表格里就是错的。请在表格里改好")


def lines(
    table: Sequence[Sequence[str]], columns: Columns, needed: Sequence[str], *, most: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each filled line below the one that names the columns: its number in the file from 1, and its cells by our name.

    A column that is not there is empty. Raises a refusal when no line names the needed ones, or there are too many.
    """
    if not table:
        raise FileUnreadable()
    if len(table) - 1 > most:
        raise TooManyRows(most=most)
    head, places = _head(table, columns, needed)
    for line, cells in enumerate(table[head + 1 :], head + 2):
        if any(cell.strip() for cell in cells):
            given = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
            yield line, {name: given.get(name, "") for name in columns}


def _head(table: Sequence[Sequence[str]], columns: Columns, needed: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Which line names the columns, and where each of them stands: the first line that has all the needed ones."""
    found = [_places(cells, columns) for cells in table[:MOST_TITLES]]
    complete = [at for at, places in enumerate(found) if all(name in places for name in needed)]
    if complete:
        return complete[0], found[complete[0]]
    nearest = max(found, key=len)
    missing = [columns[name][0] for name in needed if name not in nearest]
    raise ColumnMissing(column="、".join(missing))


def _places(cells: Sequence[str], columns: Columns) -> dict[str, int]:
    heads = [_heading(cell) for cell in cells]
    places = {
        name: next((heads.index(known) for known in names if known in heads), -1) for name, names in columns.items()
    }
    return {name: at for name, at in places.items() if at >= 0}


def _heading(cell: str) -> str:
    """A column's name without its unit in brackets, the star of a needed column, and spaces."""
    return re.sub(r"\(.*?\)|\s|\*|m2", "", plain(cell).lower())


def plain(text: str) -> str:
    """Full-width letters and digits as plain ones."""
    return unicodedata.normalize("NFKC", text)


def fault_of_sheet(value: str) -> str:
    """What a spreadsheet itself could not make out: an error, a formula without a result, a number taken for a day."""
    if value.startswith("="):
        return FORMULA
    if value == DATE_CELL:
        return A_DATE
    return BROKEN if re.fullmatch(r"#[A-Z/0-9]+[!?A]", value) else ""
