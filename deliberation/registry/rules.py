"""The owners' register: what a line of the file must say, and how heads are counted from it (R-10 … R-14). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from deliberation.kernel.errors import N_, Refusal

MOST_ROWS = 200_000
MOST_ERRORS = 200
LARGEST_AREA = 10**9  # 0.01 ㎡: ten square kilometres, more than any part.
AREA = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
LONGEST = 80


class AreaSource(StrEnum):
    """Where an area comes from; the register goes before a survey, a survey before the contract (R-12)."""

    register = "register"
    survey = "survey"
    contract = "contract"


class PartKind(StrEnum):
    home = "home"
    shop = "shop"
    office = "office"
    parking = "parking"
    other = "other"


# The columns of the file: the name we use, then what may stand in its first line.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "label": ("部位", "房号", "part"),  # not translated: what stands in people's files
    "zone": ("楼栋", "区域", "zone"),  # not translated: what stands in people's files
    "kind": ("用途", "kind"),  # not translated: what stands in people's files
    "area": ("面积", "面积㎡", "area"),  # not translated: what stands in people's files
    "area_source": ("面积来源", "area_source"),  # not translated: what stands in people's files
    "is_delivered": ("是否交付", "delivered"),  # not translated: what stands in people's files
    "owner": ("产权人编号", "owner"),  # not translated: what stands in people's files
    "names": ("产权人", "names"),  # not translated: what stands in people's files
    "voter_name": ("投票人", "voter"),  # not translated: what stands in people's files
    "phone": ("手机", "phone"),  # not translated: what stands in people's files
}
NEEDED = ("label", "area", "owner")
KINDS = {
    "": "home",
    "住宅": "home",  # not translated: what stands in people's files
    "商铺": "shop",  # not translated: what stands in people's files
    "办公": "office",  # not translated: what stands in people's files
    "车位": "parking",  # not translated: what stands in people's files
    "其他": "other",  # not translated: what stands in people's files
}
SOURCES = {
    "": "register",
    "登记簿": "register",  # not translated: what stands in people's files
    "实测": "survey",  # not translated: what stands in people's files
    "合同": "contract",  # not translated: what stands in people's files
}
DELIVERED = {
    "": True,
    "yes": True,
    "no": False,
    "是": True,  # not translated: what stands in people's files
    "已交付": True,  # not translated: what stands in people's files
    "否": False,  # not translated: what stands in people's files
    "未交付": False,  # not translated: what stands in people's files
    "未售": False,  # not translated: what stands in people's files
}


class FileUnreadable(Refusal):
    code = "register_unreadable"
    status = 422
    sentence = N_("这个文件读不出来。请用 xlsx 或 csv，照模板的列填。")


class ColumnMissing(Refusal):
    code = "register_column_missing"
    status = 422
    sentence = N_("第一行缺这一列：%(column)s。请照模板的列名填。")


class TooManyRows(Refusal):
    code = "register_too_long"
    status = 422
    sentence = N_("一次最多 %(most)s 行。请分开传。")


class NothingToTakeOver(Refusal):
    code = "register_nothing"
    sentence = N_("没有可以用的名册。请先传文件，改到没有错再用。")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell: the line of the file from 1, its column, and a sentence."""

    line: int
    column: str
    sentence: str
    value: str = ""


@dataclass(frozen=True)
class Reading:
    """A file read: its rows as plain JSON, and everything that is wrong. Nothing of it counts unless all is right."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def heads(self) -> int:
        """N of R-11: owner-sets of parts that are no parking spaces (R-14), the developer among them."""
        return len({row["owner"] for row in self.rows if row["kind"] != PartKind.parking})

    @property
    def area(self) -> int:
        """A of R-11, in 0.01 ㎡, without parking spaces (R-14)."""
        return sum(row["area"] for row in self.rows if row["kind"] != PartKind.parking)


EMPTY = N_("这一格不能空着")
TOO_LONG = N_("太长了，最多 80 个字")
NO_AREA = N_("面积要写成像 85.50 这样，最多两位小数，大于零")
UNKNOWN_KIND = N_("用途只能是住宅、商铺、办公、车位、其他")
UNKNOWN_SOURCE = N_("面积来源只能是登记簿、实测、合同")
UNKNOWN_DELIVERED = N_("是否交付只能写是或否")
TWICE = N_("这个部位前面已经有了")
TWO_DEVELOPERS = N_("没交付的部位只能有一个产权人编号，就是开发商的")
OTHER_NAMES = N_("同一个产权人编号，前面写的投票人或手机不一样")
NO_PHONE = N_("手机号要 11 位数字")


def read_rows(table: Sequence[Sequence[str]]) -> Reading:
    """Read the lines of a file, the first of which names the columns. Raises a refusal when there is no such line."""
    if not table:
        raise FileUnreadable()
    if len(table) - 1 > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    places = _places(table[0])
    reading = Reading()
    for line, cells in enumerate(table[1:], 2):
        if any(cell.strip() for cell in cells):
            given = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
            _read_row(line, {name: given.get(name, "") for name in COLUMNS}, reading)
    _check_together(reading)
    return reading


def _places(first: Sequence[str]) -> dict[str, int]:
    heads = [cell.strip().lower().removesuffix("*") for cell in first]
    places = {
        name: next((heads.index(known) for known in names if known in heads), -1) for name, names in COLUMNS.items()
    }
    for name in NEEDED:
        if places[name] < 0:
            raise ColumnMissing(column=COLUMNS[name][0])
    return {name: at for name, at in places.items() if at >= 0}


def _read_row(line: int, given: Mapping[str, str], reading: Reading) -> None:
    def wrong(name: str, sentence: str) -> None:
        if len(reading.errors) < MOST_ERRORS:
            reading.errors.append(RowError(line, COLUMNS[name][0], sentence, given[name]))

    for name, value in given.items():
        if name in NEEDED and not value:
            wrong(name, EMPTY)
        elif len(value) > LONGEST:
            wrong(name, TOO_LONG)
    area = area_of(given["area"])
    if given["area"] and area is None:
        wrong("area", NO_AREA)
    for name, words, sentence in (
        ("kind", KINDS, UNKNOWN_KIND),
        ("area_source", SOURCES, UNKNOWN_SOURCE),
        ("is_delivered", DELIVERED, UNKNOWN_DELIVERED),
    ):
        if given[name].lower() not in words and given[name] not in words.values():
            wrong(name, sentence)
    if given["phone"] and not re.fullmatch(r"1[0-9]{10}", given["phone"]):
        wrong("phone", NO_PHONE)
    reading.rows.append(
        {
            **given,
            "line": line,
            "area": area or 0,
            "kind": KINDS.get(given["kind"], given["kind"]),
            "area_source": SOURCES.get(given["area_source"], given["area_source"]),
            "is_delivered": DELIVERED.get(given["is_delivered"].lower(), True),
        }
    )


def area_of(text: str) -> int | None:
    """An area as it is written, in 0.01 ㎡; ``None`` for what is no area above zero. Never by way of a float (R-10)."""
    if not AREA.fullmatch(text):
        return None
    whole, _point, part = text.partition(".")
    area = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return area if 0 < area <= LARGEST_AREA else None


def _check_together(reading: Reading) -> None:
    """What only shows across lines: a part that is there twice, two developers, two voters of one owner-set."""
    seen: set[str] = set()
    voters: dict[str, tuple[str, str]] = {}
    developer = ""
    for row in reading.rows:
        if row["label"] and row["label"] in seen:
            _add(reading, row, "label", TWICE)
        seen.add(row["label"])
        if not row["is_delivered"]:
            developer = developer or row["owner"]
            if row["owner"] != developer:
                _add(reading, row, "owner", TWO_DEVELOPERS)
        voter = (row["voter_name"], row["phone"])
        if voter != voters.setdefault(row["owner"], voter) and any(voter):
            _add(reading, row, "owner", OTHER_NAMES)
    reading.errors.sort(key=lambda error: error.line)


def _add(reading: Reading, row: Mapping[str, Any], name: str, sentence: str) -> None:
    if len(reading.errors) < MOST_ERRORS:
        reading.errors.append(RowError(row["line"], COLUMNS[name][0], sentence, str(row[name])))
