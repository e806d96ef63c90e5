"""The template of a file of units."""

from __future__ import annotations

from deliberation.kernel import sheets
from deliberation.setup.rules import UNIT_TITLES

EXAMPLES = (  # The lines that show how to fill it in, in a sheet of their own.
    ("1 号楼", "云杉科技", "单位"),  # not translated: what stands in people's files
    ("", "便民超市", "店铺"),  # not translated: what stands in people's files
)
WORDS = {"kind": ("单位", "住户", "店铺")}  # not translated: what stands in people's files


def csv() -> bytes:
    return sheets.template_csv(UNIT_TITLES)


def xlsx() -> bytes:
    return sheets.template_xlsx(UNIT_TITLES, EXAMPLES, needed=("label",), words=WORDS, formats={})
