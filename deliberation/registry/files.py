"""Reading and writing the register's file: xlsx or csv, as people keep it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from deliberation.registry.rules import COLUMNS, DATE_CELL, MOST_ROWS, NEEDED, FileUnreadable, TooManyRows

LARGEST = 20 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
EXAMPLE = (  # The line that shows how to fill it in.
    "1 号楼 101", "1 号楼", "住宅", "85.50", "登记簿", "是",  # not translated: what stands in people's files
    "A001", "周敏、李强", "周敏", "13800000000",  # not translated: what stands in people's files
)  # fmt: skip
WORDS = {
    "kind": ("住宅", "商铺", "办公", "车位", "其他"),  # not translated: what stands in people's files
    "area_source": ("登记簿", "实测", "合同"),  # not translated: what stands in people's files
    "is_delivered": ("是", "否"),  # not translated: what stands in people's files
}


def read_table(name: str, data: bytes) -> list[list[str]]:
    """The cells of a file as text, line by line. Raises a refusal for what is no table."""
    if len(data) > LARGEST or b"\0" in data[:1] or not data.strip():
        raise FileUnreadable()
    return _from_xlsx(data) if data.startswith(b"PK") else _from_csv(data)


def _from_csv(data: bytes) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(islice(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), MOST_ROWS + 2))
        except csv.Error:
            raise FileUnreadable() from None
    raise FileUnreadable()


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",\t;", key=first.count)


def _from_xlsx(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 20 * LARGEST:
                raise TooManyRows(most=MOST_ROWS)
        cells = _cells(data, data_only=True)
        return _with_formulas(cells, data) if _has_formulas(data) else cells
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, EOFError):
        raise FileUnreadable() from None


def _cells(data: bytes, *, data_only: bool) -> list[list[str]]:
    """The first sheet's cells; of a formula its last result with ``data_only``, else its text."""
    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only).worksheets[0]
    return [[_text(cell) for cell in line] for line in islice(sheet.values, MOST_ROWS + 2)]


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in part or b"<f " in part for part in map(archive.read, sheets))


def _with_formulas(cells: list[list[str]], data: bytes) -> list[list[str]]:
    """A formula that was never worked out stands as its text, so that it is not taken for an empty cell."""
    formulas = _cells(data, data_only=False)
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
        return DATE_CELL
    return str(cell)


def template_csv() -> bytes:
    lines = io.StringIO()
    csv.writer(lines).writerows([[names[0] for names in COLUMNS.values()], EXAMPLE])
    return lines.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    """The columns with an example, text where a spreadsheet would make days of numbers, lists where words are fixed."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.append([f"{names[0]}*" if name in NEEDED else names[0] for name, names in COLUMNS.items()])
    sheet.append(list(EXAMPLE))
    sheet.freeze_panes = "A2"
    for letter, name in zip("ABCDEFGHIJ", COLUMNS, strict=True):
        sheet.column_dimensions[letter].width = 16
        sheet.column_dimensions[letter].number_format = "0.00" if name == "area" else "@"
        for cell in sheet[letter][1:]:
            cell.number_format = "0.00" if name == "area" else "@"
        if name in WORDS:
            words = DataValidation(type="list", formula1=f'"{",".join(WORDS[name])}"', allow_blank=True)
            words.add(f"{letter}2:{letter}5000")
            sheet.add_data_validation(words)
    sheet["D2"].value = float(EXAMPLE[3])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
