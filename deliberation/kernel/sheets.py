"""Reading and writing tables as people keep them: xlsx or csv."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from deliberation.kernel.sheet_lines import DATE_CELL, Columns, FileUnreadable, TooManyRows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 20 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
HOW_TO_FILL = "怎么填"  # not translated: what stands in people's files
ONLY_EXAMPLES = "这一张只是例子，传上来不会读。请填在第一张表里。"  # not translated: what stands in people's files


def read_table(data: bytes, *, most: int, keeps_days: bool = False) -> list[list[str]]:
    """The cells of a file as text, line by line, two lines more than ``most`` at the most.

    A cell that is a day is "2026-03-05" with ``keeps_days``, else ``DATE_CELL``: a spreadsheet makes days of numbers.
    Raises a refusal for what is no table.
    """
    if len(data) > LARGEST or b"\0" in data[:1] or not data.strip():
        raise FileUnreadable()
    table = _from_xlsx(data, most) if data.startswith(b"PK") else _from_csv(data, most)
    return [[_day(cell, keeps_days) for cell in line] for line in table]


def _day(cell: str, keeps_days: bool) -> str:
    if not cell.startswith(DATE_CELL):
        return cell
    return cell.removeprefix(DATE_CELL) if keeps_days else DATE_CELL


def _from_csv(data: bytes, most: int) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(islice(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), most + 2))
        except csv.Error:
            raise FileUnreadable() from None
    raise FileUnreadable()


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",\t;", key=first.count)


def _from_xlsx(data: bytes, most: int) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 20 * LARGEST:
                raise TooManyRows(most=most)
        cells = _cells(data, most, data_only=True)
        return _with_formulas(cells, data, most) if _has_formulas(data) else cells
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, EOFError):
        raise FileUnreadable() from None


def _cells(data: bytes, most: int, *, data_only: bool) -> list[list[str]]:
    """The first sheet's cells; of a formula its last result with ``data_only``, else its text."""
    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only).worksheets[0]
    return [[_text(cell) for cell in line] for line in islice(sheet.values, most + 2)]


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in part or b"<f " in part for part in map(archive.read, sheets))


def _with_formulas(cells: list[list[str]], data: bytes, most: int) -> list[list[str]]:
    """A formula that was never worked out stands as its text, so that it is not taken for an empty cell."""
    formulas = _cells(data, most, data_only=False)
    return [
        [value or (formula if formula.startswith("=") else "") for value, formula in zip(line, written, strict=False)]
        for line, written in zip(cells, formulas, strict=False)
    ]


def _text(cell: Any) -> str:
    """What stands in a cell. A number is what a spreadsheet shows, with its fifteen digits: 85.5, not 85.4999…"""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(Decimal(format(cell, ".15g")).normalize(), "f")
    if isinstance(cell, date | time):
        return f"{DATE_CELL}{cell.isoformat()[:10]}"
    return str(cell)


def template_csv(columns: Columns) -> bytes:
    """The columns' names alone: a line that shows how to fill them in would be read as one that was meant."""
    written = io.StringIO()
    csv.writer(written).writerow([names[0] for names in columns.values()])
    return written.getvalue().encode("utf-8-sig")


def template_xlsx(
    columns: Columns,
    examples: Sequence[Sequence[str]],
    *,
    needed: Sequence[str],
    words: Mapping[str, Sequence[str]],
    formats: Mapping[str, str],
) -> bytes:
    """The same as a sheet: text where a spreadsheet would make days of numbers, lists where ``words`` are fixed.

    ``formats`` are the columns that are no text, with their number format. The examples stand in a second sheet,
    which ``read_table`` passes over, so that a template that comes back as it went makes nothing.
    """
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    titles = [f"{names[0]}*" if name in needed else names[0] for name, names in columns.items()]
    sheet.append(titles)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(columns, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 16
        sheet.column_dimensions[letter].number_format = formats.get(name, "@")
        if name in words:
            listed = DataValidation(type="list", formula1=f'"{",".join(words[name])}"', allow_blank=True)
            listed.add(f"{letter}2:{letter}5000")
            sheet.add_data_validation(listed)
    shown = book.create_sheet(HOW_TO_FILL)
    for line in ([ONLY_EXAMPLES], titles, *examples):
        shown.append(list(line))
    for number in range(1, len(columns) + 1):
        shown.column_dimensions[get_column_letter(number)].width = 16
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
