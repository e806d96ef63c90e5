"""The template of a file of demands, and the words of its fixed columns."""

from __future__ import annotations

from deliberation.cases.rules.demand_lines import COLUMNS, KINDS, NEEDED
from deliberation.kernel import sheets
from deliberation.proposals.wording import KINDS as KIND_WORDS

EXAMPLE = (  # The line that shows how to fill it in, in a sheet of its own.
    "三号楼后面台阶看不清", "加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。",  # not translated: files
    "照明", "来电", "2026-03-02", "三号楼北侧",  # not translated: what stands in people's files
    "王女士", "13800000000", "木棉精密", "", "5",  # not translated: what stands in people's files
)  # fmt: skip
WORDS = {
    "kind": [word for word in KINDS if word],
    "source": ["走访", "代表接待", "来电", "表格"],  # not translated: what stands in people's files
}
WORDED = {str(kind): words for kind, words in KIND_WORDS.items()}


def csv() -> bytes:
    return sheets.template_csv(COLUMNS)


def xlsx() -> bytes:
    return sheets.template_xlsx(COLUMNS, [EXAMPLE], needed=NEEDED, words=WORDS, formats={})
