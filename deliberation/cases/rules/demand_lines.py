"""A file of demands: what each line must say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deliberation.cases.rules.demands import MOST_LINES, MOST_NAME, MOST_TEXT, MOST_TITLE, DemandSource
from deliberation.kernel.errors import N_
from deliberation.kernel.sheet_lines import EMPTY, RowError, fault_of_sheet, lines, plain
from deliberation.proposals.rules import ProposalKind

MOST_ERRORS = 200

# The columns of the file: the name we use, then what may stand in its first line.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("什么事", "标题", "事项", "title"),  # not translated: what stands in people's files
    "text": ("情况", "内容", "诉求内容", "text"),  # not translated: what stands in people's files
    "kind": ("哪一类", "类别", "kind"),  # not translated: what stands in people's files
    "source": ("来源", "source"),  # not translated: what stands in people's files
    "heard_on": ("日期", "时间", "date"),  # not translated: what stands in people's files
    "spot": ("具体在哪里", "地点", "spot"),  # not translated: what stands in people's files
    "name": ("姓名", "称呼", "name"),  # not translated: what stands in people's files
    "phone": ("手机", "电话", "phone"),  # not translated: what stands in people's files
    "firm": ("单位", "企业", "firm"),  # not translated: what stands in people's files
    "handler": ("派给谁", "办理人", "handler"),  # not translated: what stands in people's files
    "working_days": ("几个工作日", "工作日", "working_days"),  # not translated: what stands in people's files
}
NEEDED = ("title", "text")
SOURCES = {
    "": DemandSource.file,
    "走访": DemandSource.visit,  # not translated: what stands in people's files
    "接待": DemandSource.reception,  # not translated: what stands in people's files
    "代表接待": DemandSource.reception,  # not translated: what stands in people's files
    "来电": DemandSource.phone,  # not translated: what stands in people's files
    "电话": DemandSource.phone,  # not translated: what stands in people's files
    "表格": DemandSource.file,  # not translated: what stands in people's files
}
KINDS = {
    "": ProposalKind.other,
    "交通停车": ProposalKind.traffic,  # not translated: what stands in people's files
    "照明": ProposalKind.lighting,  # not translated: what stands in people's files
    "公共设施": ProposalKind.facilities,  # not translated: what stands in people's files
    "安全": ProposalKind.safety,  # not translated: what stands in people's files
    "环境卫生": ProposalKind.environment,  # not translated: what stands in people's files
    "生活服务": ProposalKind.services,  # not translated: what stands in people's files
    "企业服务": ProposalKind.enterprise,  # not translated: what stands in people's files
    "别的": ProposalKind.other,  # not translated: what stands in people's files
}
LONGEST = {"title": MOST_TITLE, "text": MOST_TEXT, "spot": 40, "name": MOST_NAME, "firm": 80}

TOO_SHORT = N_("太短了，至少 4 个字")
TOO_LONG_TITLE = N_("太长了，最多 60 个字")
TOO_LONG_TEXT = N_("太长了，最多 2000 个字")
TOO_LONG_WORDS = N_("太长了，最多 40 个字")
TOO_LONG_FIRM = N_("太长了，最多 80 个字")
TOO_LONG = {"title": TOO_LONG_TITLE, "text": TOO_LONG_TEXT, "firm": TOO_LONG_FIRM}
UNKNOWN_KIND = N_("类别只能是交通停车、照明、公共设施、安全、环境卫生、生活服务、企业服务、别的")
UNKNOWN_SOURCE = N_("来源只能是走访、接待、来电，或者空着")
NO_DAY = N_("日期要写成 2026-03-05 这样，不能晚于今天")
NO_PHONE = N_("电话写 7 到 12 位数字，可以用短横隔开")
NO_DAYS = N_("工作日写 1 到 60 的整数")
NOBODY = N_("这里没有这位办理人。请写登录用的邮箱或手机，或者空着由联络站派")
SEVERAL = N_("叫这个名字的办理人不止一位。请写登录用的邮箱或手机")
TWICE = N_("前面有一行写的是同一件事")


@dataclass(frozen=True)
class DemandReading:
    """A file read: its rows as plain JSON, and what is wrong. Nothing of it counts unless all is right."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_demands(
    table: Sequence[Sequence[str]], *, handlers: Mapping[str, Sequence[int]], today: date
) -> DemandReading:
    """Read the lines of a file; ``handlers`` is who may be given a case here, by name, e-mail and phone.

    Raises a refusal when no line names the columns.
    """
    reading = DemandReading()
    seen: set[tuple[str, str]] = set()
    for line, given in lines(table, COLUMNS, NEEDED, most=MOST_LINES):
        faults = [*_faults(given, handlers, today)]
        words = (given["title"], given["text"])
        if all(words) and words in seen:
            faults.append(("title", TWICE))
        seen.add(words)
        room = MOST_ERRORS - len(reading.errors)
        reading.errors.extend(RowError(line, COLUMNS[name][0], said, given[name]) for name, said in faults[:room])
        if not faults:
            reading.rows.append(_row(line, given, handlers, today))
    return reading


def _row(line: int, given: Mapping[str, str], handlers: Mapping[str, Sequence[int]], today: date) -> dict[str, Any]:
    found = handlers.get(given["handler"], ())
    return {
        **{name: given[name] for name in ("title", "text", "spot", "name", "phone", "firm")},
        "line": line,
        "kind": str(KINDS[given["kind"]]),
        "source": str(SOURCES[given["source"]]),
        "heard_on": given["heard_on"] or today.isoformat(),
        "handler_id": found[0] if found else None,
        "handler": given["handler"],
        "working_days": int(given["working_days"] or 5),
    }


def _faults(given: Mapping[str, str], handlers: Mapping[str, Sequence[int]], today: date) -> Iterator[tuple[str, str]]:
    """What is wrong in a line: the first fault of each of its cells."""
    for name, value in given.items():
        sentence = fault_of_sheet(value) or _fault_of_length(name, value) or _fault_of_words(name, value, today)
        sentence = sentence or (_fault_of_handler(handlers.get(value, ())) if name == "handler" and value else "")
        if sentence:
            yield name, sentence


def _fault_of_length(name: str, value: str) -> str:
    if name in NEEDED and not value:
        return EMPTY
    if name in NEEDED and len(value) < 4:
        return TOO_SHORT
    return TOO_LONG.get(name, TOO_LONG_WORDS) if len(value) > LONGEST.get(name, 2000) else ""


def _fault_of_words(name: str, value: str, today: date) -> str:
    if name == "kind" and value not in KINDS:
        return UNKNOWN_KIND
    if name == "source" and value not in SOURCES:
        return UNKNOWN_SOURCE
    if name == "heard_on" and value and not _is_past(value, today):
        return NO_DAY
    if name == "phone" and value and not re.fullmatch(r"\+?[0-9]{3,4}-?[0-9]{4,10}", plain(value)):
        return NO_PHONE
    if name == "working_days" and value and not re.fullmatch(r"[1-9]|[1-5][0-9]|60", value):
        return NO_DAYS
    return ""


def _fault_of_handler(found: Sequence[int]) -> str:
    if not found:
        return NOBODY
    return SEVERAL if len(found) > 1 else ""


def _is_past(value: str, today: date) -> bool:
    try:
        return date.fromisoformat(value) <= today
    except ValueError:
        return False
