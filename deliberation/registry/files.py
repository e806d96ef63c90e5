"""The register's file: what its columns hold, and the template to fill in."""

from __future__ import annotations

from deliberation.kernel import sheets
from deliberation.registry.rules import COLUMNS, MOST_ROWS, NEEDED

EXAMPLE = (  # The line that shows how to fill it in, in a sheet of its own.
    "1 号楼 101", "1 号楼", "住宅", "85.50", "登记簿", "是",  # not translated: what stands in people's files
    "A001", "周敏、李强", "周敏", "13800000000",  # not translated: what stands in people's files
)  # fmt: skip
WORDS = {
    "kind": ("住宅", "商铺", "办公", "车位", "其他"),  # not translated: what stands in people's files
    "area_source": ("登记簿", "实测", "合同"),  # not translated: what stands in people's files
    "is_delivered": ("是", "否"),  # not translated: what stands in people's files
}


def read_table(data: bytes) -> list[list[str]]:
    """The cells of a register's file as text, line by line. Raises a refusal for what is no table."""
    return sheets.read_table(data, most=MOST_ROWS)


def template_csv() -> bytes:
    return sheets.template_csv(COLUMNS)


def template_xlsx() -> bytes:
    return sheets.template_xlsx(COLUMNS, [EXAMPLE], needed=NEEDED, words=WORDS, formats={"area": "0.00"})
