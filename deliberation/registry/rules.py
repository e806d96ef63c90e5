"""The owners' register: what a line of the file must say, and how heads are counted from it (R-10 … R-14). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.sheet_lines import (
    EMPTY,
    LONGEST,
    TOO_LONG,
    RowError,
    fault_of_sheet,
    lines,
    plain,
)

MOST_ROWS = 200_000
MOST_ERRORS = 200
LARGEST_AREA = 10**9  # 0.01 ㎡: ten square kilometres, more than any part.
AREA = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
SEPARATORS = re.compile(r"[、,，;；/\s]+")  # not translated: what stands between names in people's files
PERSON = re.compile(r"[\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]+(·[\u4e00-\u9fff]+)+")
FIRMS = ("店", "厂", "社", "商", "行", "馆", "所", "局", "院", "部", "处", "会")  # not translated: how firms are called
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")


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
    "label": ("部位", "房号", "室号", "part"),  # not translated: what stands in people's files
    "zone": ("楼栋", "区域", "zone"),  # not translated: what stands in people's files
    "kind": ("用途", "kind"),  # not translated: what stands in people's files
    "area": ("面积", "专有面积", "专有部分面积", "建筑面积", "area"),  # not translated: what stands in people's files
    "area_source": ("面积来源", "area_source"),  # not translated: what stands in people's files
    "is_delivered": ("是否交付", "delivered"),  # not translated: what stands in people's files
    "owner": ("产权人编号", "owner"),  # not translated: what stands in people's files
    "names": ("产权人", "names"),  # not translated: what stands in people's files
    "voter_name": ("投票人", "voter"),  # not translated: what stands in people's files
    "phone": ("手机", "手机号", "phone"),  # not translated: what stands in people's files
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
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "是": True,  # not translated: what stands in people's files
    "已交付": True,  # not translated: what stands in people's files
    "否": False,  # not translated: what stands in people's files
    "未交付": False,  # not translated: what stands in people's files
    "未售": False,  # not translated: what stands in people's files
}


class NothingToTakeOver(Refusal):
    code = "register_nothing"
    sentence = N_("没有可以用的名册。请先传文件，改到没有错再用。")


@dataclass(frozen=True)
class Reading:
    """A file read: its rows as plain JSON, and what is wrong. Nothing of it counts unless all is right.

    ``errors`` are the first ``MOST_ERRORS`` of the file, in its order.
    """

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

    @property
    def developer(self) -> tuple[int, int]:
        """How many parts are the developer's one block (R-11), and their area in 0.01 ㎡; parking spaces left out."""
        block = {row["owner"] for row in self.rows if not row["is_delivered"]}
        areas = [row["area"] for row in self.rows if row["owner"] in block and row["kind"] != PartKind.parking]
        return len(areas), sum(areas)

    @property
    def parking(self) -> int:
        return sum(row["kind"] == PartKind.parking for row in self.rows)

    @property
    def sources(self) -> dict[str, int]:
        """How many parts have their area from where (R-12)."""
        return dict(Counter(row["area_source"] for row in self.rows))

    @property
    def without_phone(self) -> list[str]:
        """The codes of owner-sets that nobody can vote for on the web; paper and an agent are still open to them."""
        phones: dict[str, str] = {}
        for row in self.rows:
            phones[row["owner"]] = phones.get(row["owner"], "") or row["phone"]
        return [owner for owner, phone in phones.items() if not phone]

    @property
    def same_names(self) -> list[tuple[str, list[str]]]:
        """Owners of the same names under several codes: one buyer of several parts is one head (SPC 2020 art. 9)."""
        codes: dict[str, dict[str, None]] = {}
        for row in self.rows:
            if row["names"]:
                codes.setdefault(row["names"], {})[row["owner"]] = None
        return [(names, list(found)) for names, found in codes.items() if len(found) > 1]


NO_AREA = N_("面积要写成像 85.50 这样，最多两位小数，大于零")
TOO_FINE = N_("面积最多两位小数。请照产证上写的填，不要自己四舍五入")
UNKNOWN_KIND = N_("用途只能是住宅、商铺、办公、车位、其他")
UNKNOWN_SOURCE = N_("面积来源只能是登记簿、实测、合同")
UNKNOWN_DELIVERED = N_("是否交付只能写是或否")
TWICE = N_("这个部位前面已经有了")
TWO_DEVELOPERS = N_("没交付的部位只能有一个产权人编号，就是开发商的")
OTHER_NAMES = N_("同一个产权人编号，前面写的投票人或手机不一样")
NO_PHONE = N_("手机号要 11 位数字")
UNKNOWN_ZONE = N_("这里没有这一栋。请照平台上的楼名写，或者先把这一栋加上")
ZONE_WRITTEN_OTHERWISE = N_("同一栋楼前面写的不一样。请都写成一样，按楼表决时才算得到一起")
ZONE_OF_ANOTHER = N_("部位写的是另一栋楼，和楼栋对不上")
NOT_AN_OWNER = N_("投票人不在产权人里。请写其中一位；要请别人代投，表决时另办委托书")

FIXED: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "kind": (KINDS, UNKNOWN_KIND),
    "area_source": (SOURCES, UNKNOWN_SOURCE),
    "is_delivered": (DELIVERED, UNKNOWN_DELIVERED),
}


def read_rows(table: Sequence[Sequence[str]], *, buildings: Sequence[str] = ()) -> Reading:
    """Read the lines of a file. One of the first names the columns, under a title perhaps.

    ``buildings`` are the names of those that stand in the place; where there are any, a zone is one of them, and is
    kept as the place writes it. Raises a refusal when no line names the columns.
    """
    reading = Reading()
    for line, given in lines(table, COLUMNS, NEEDED, most=MOST_ROWS):
        _read_row(line, given, reading)
    _check_together(reading)
    _check_zones(reading, buildings)
    _check_voters(reading)
    reading.errors.sort(key=lambda error: error.line)
    return reading


def _read_row(line: int, given: Mapping[str, str], reading: Reading) -> None:
    for name, sentence in _faults(given):
        if len(reading.errors) < MOST_ERRORS:
            reading.errors.append(RowError(line, COLUMNS[name][0], sentence, given[name]))
    reading.rows.append(
        {
            **given,
            "line": line,
            "area": area_of(given["area"]) or 0,
            "kind": KINDS.get(given["kind"], given["kind"]),
            "area_source": SOURCES.get(given["area_source"], given["area_source"]),
            "is_delivered": DELIVERED.get(given["is_delivered"].lower(), True),
        }
    )


def _faults(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong in a line: the first fault of each of its cells."""
    for name, value in given.items():
        sentence = fault_of_sheet(value) or _fault_of_length(name, value) or _fault_of_words(name, value)
        if sentence:
            yield name, sentence


def _fault_of_length(name: str, value: str) -> str:
    if name in NEEDED and not value:
        return EMPTY
    return TOO_LONG if len(value) > LONGEST else ""


def _fault_of_words(name: str, value: str) -> str:
    """A column that takes certain words, an amount, or a phone number."""
    words, sentence = FIXED.get(name, ({}, ""))
    if words and value.lower() not in words and value not in words.values():
        return sentence
    if name == "phone" and value and not re.fullmatch(r"1[0-9]{10}", value):
        return NO_PHONE
    if name == "area" and area_of(value) is None:
        return TOO_FINE if re.fullmatch(r"[0-9]+\.[0-9]{3,}", _amount(value)) else NO_AREA
    return ""


def area_of(text: str) -> int | None:
    """An area as it is written, in 0.01 ㎡; ``None`` for what is no area above zero. Never by way of a float (R-10).

    Full-width digits, 1,234.50 and a unit behind it are read as what they say.
    """
    amount = _amount(text)
    if not AREA.fullmatch(amount):
        return None
    whole, _point, part = amount.partition(".")
    area = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return area if 0 < area <= LARGEST_AREA else None


def _amount(text: str) -> str:
    amount = re.sub(r"\s*(m2|平方米|平米)$", "", plain(text).strip())  # not translated: what stands in people's files
    return amount.replace(",", "") if THOUSANDS.fullmatch(amount) else amount


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


def _check_zones(reading: Reading, buildings: Sequence[str]) -> None:
    """A vote of one building goes by the zone, so each is written alike, names a building, and fits its part."""
    names = {_folded(name): name for name in buildings}
    for row in reading.rows:
        zone = _folded(row["zone"])
        if not zone or fault_of_sheet(row["zone"]):
            continue
        known = names.get(zone, "") if buildings else names.setdefault(zone, row["zone"])
        if not known and not _begins_with(zone, names):  # A stair is written behind its building.
            _add(reading, row, "zone", UNKNOWN_ZONE)
        elif known != row["zone"] and not buildings:
            _add(reading, row, "zone", ZONE_WRITTEN_OTHERWISE)
        row["zone"] = known or row["zone"]
    for row in reading.rows:
        zone, standing = _folded(row["zone"]), _begins_with(_folded(row["label"]), names)
        if zone and standing and not zone.startswith(standing) and not standing.startswith(zone):
            _add(reading, row, "zone", ZONE_OF_ANOTHER)


def _begins_with(text: str, names: Mapping[str, str]) -> str:
    """The longest of the names that the text begins with; empty where there is none."""
    lengths = sorted({len(name) for name in names if name}, reverse=True)
    return next((text[:length] for length in lengths if text[:length] in names), "")


def _folded(name: str) -> str:
    """A building's name without what people write now this way and now that: spaces, full-width digits."""
    return re.sub(r"\s", "", plain(name)).lower()


def _check_voters(reading: Reading) -> None:
    """Who casts the ballot is one of the owners: somebody else needs a written authority, for each vote (SH 18).

    An owner that is a firm is represented by a person, and so is the developer; that is theirs to say.
    """
    for row in reading.rows:
        owners = [name for name in SEPARATORS.split(row["names"]) if name]
        are_people = bool(owners) and all(map(is_person, owners))
        if row["voter_name"] and row["is_delivered"] and are_people and row["voter_name"] not in owners:
            _add(reading, row, "voter_name", NOT_AN_OWNER)


def phone_of(account_phone: str) -> str:
    """An account's telephone as the register writes it: eleven digits."""
    return account_phone.removeprefix("+86")[-11:]


def is_person(name: str) -> bool:
    """Whether a name can only be a person's: up to three characters, or with the dot of a name from elsewhere.

    Four characters are a firm's as often as a person's, so such a name says nothing.
    """
    return bool(PERSON.fullmatch(name)) and not name.endswith(FIRMS)


def _add(reading: Reading, row: Mapping[str, Any], name: str, sentence: str) -> None:
    if len(reading.errors) < MOST_ERRORS:
        reading.errors.append(RowError(row["line"], COLUMNS[name][0], sentence, str(row[name])))
