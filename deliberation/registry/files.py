"""Reading and writing the register's file: xlsx or csv, as people keep it."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from deliberation.registry.rules import COLUMNS, MOST_ROWS, FileUnreadable, TooManyRows

LARGEST = 20 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
EXAMPLE = (  # The line that shows how to fill it in.
    "1 号楼 101", "1 号楼", "住宅", "85.50", "登记簿", "是",  # not translated: what stands in people's files
    "A001", "周敏、李强", "周敏", "13800000000",  # not translated: what stands in people's files
)  # fmt: skip


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
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        return [[_text(cell) for cell in line] for line in islice(sheet.values, MOST_ROWS + 2)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, EOFError):
        raise FileUnreadable() from None


def _text(cell: Any) -> str:
    """What stands in a cell. A number is the shortest decimal that a spreadsheet shows for it: 85.5, not 85.4999…"""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return str(cell)


def template_csv() -> bytes:
    lines = io.StringIO()
    csv.writer(lines).writerows([[names[0] for names in COLUMNS.values()], EXAMPLE])
    return lines.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.append([names[0] for names in COLUMNS.values()])
    sheet.append(list(EXAMPLE))
    for column in "ABCDEFGHIJ":
        sheet.column_dimensions[column].width = 16
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
