"""The lists that are pasted or come as a file: buildings, units, people to invite. All of a list is taken, or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deliberation.kernel.errors import N_, Refusal
from deliberation.people.rules import canonical_email, canonical_phone

LONGEST_NAME = 60
MOST_LINES = 2000
LONGEST_CODE = 8


class NameTooLong(Refusal):
    status = 422
    sentence = N_("名字太长了，最多 %(most)s 个字。")


class NamedTwice(Refusal):
    status = 422
    sentence = N_("「%(name)s」写了两次。请去掉一行，或者换个名字。")


class NameMissing(Refusal):
    status = 422
    sentence = N_("这一行没有写名称。")


class BuildingUnknown(Refusal):
    status = 422
    sentence = N_("没有叫「%(name)s」的楼。请照上一步的楼名写，或者空着。")


class KindUnknown(Refusal):
    status = 422
    sentence = N_("种类写的是「%(kind)s」。请写「单位」「住户」或「店铺」，不写就算单位。")


class InviteeUnclear(Refusal):
    status = 422
    sentence = N_("这一行看不懂。请写成「姓名，手机号或邮箱」；要请他坐一席，后面再写席位。")


class AddressWrong(Refusal):
    status = 422
    sentence = N_("「%(address)s」不像手机号，也不像邮箱。手机号是 11 位数字，邮箱里有 @。")


class SeatUnknown(Refusal):
    status = 422
    sentence = N_("没有叫「%(seat)s」的空席。请照席位的名字写，或者空着。")


class TooManyLines(Refusal):
    status = 422
    sentence = N_("一次最多 %(most)s 行。请分几次来。")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line of the list, counted from 1."""

    line: int
    refusal: Refusal


@dataclass(frozen=True)
class UnitLine:
    """A unit of the building called ``building``, or of the place itself where that is empty."""

    building: str
    label: str
    kind: str


@dataclass(frozen=True)
class Invitee:
    """``address`` as it is stored; ``seat`` is the label of an empty seat, or empty."""

    name: str
    address: str
    seat: str


Table = Sequence[Sequence[str]]
UNIT_TITLES = {  # What may stand in the first line of the units' file.
    "building": ("楼栋", "楼", "building"),  # not translated: what stands in people's files
    "label": ("名称", "单位", "室号", "name"),  # not translated: what stands in people's files
    "kind": ("种类", "kind"),  # not translated: what stands in people's files
}
KINDS = {
    "": "organisation",
    "单位": "organisation",  # not translated: what stands in people's files
    "企业": "organisation",  # not translated: what stands in people's files
    "住户": "household",  # not translated: what stands in people's files
    "店铺": "shop",  # not translated: what stands in people's files
    "商铺": "shop",  # not translated: what stands in people's files
}


def cells_of(text: str) -> list[list[str]]:
    """A pasted list as a file would give it: commas of either width and tabs part the cells."""
    return [
        line.replace("，", ",").replace("\t", ",").split(",") for line in text.splitlines()
    ]  # not translated: a sign


def read_buildings(text: str) -> tuple[list[str], list[Fault]]:
    """The names of buildings, a line each."""
    names: list[str] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        name = " ".join(line.split())
        if name:
            refusal = _refusal_of_name(name, names)
            faults += [Fault(number, refusal)] if refusal else []
            names.append(name)
    if len(names) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 1, TooManyLines(most=MOST_LINES)))
    return names, faults


def building_codes(base: str, *, count: int, taken: Collection[str]) -> list[str]:
    """A code for each building: the place's own and a number, "HQ" → "HQ1", "HQ2"; taken ones are passed over."""
    codes: list[str] = []
    number = 0
    while len(codes) < count:
        number += 1
        code = f"{base[: LONGEST_CODE - len(str(number))]}{number}"
        if code not in taken:
            codes.append(code)
    return codes


def read_units(table: Table, *, buildings: Collection[str]) -> tuple[list[UnitLine], list[Fault]]:
    """The units of a file whose first line may name its columns; without one they are building, name and kind."""
    columns, start = _columns(table)
    lines: list[UnitLine] = []
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in enumerate(table[start:], start=start + 1):
        building, label, kind = (" ".join(_cell(cells, column).split()) for column in columns)
        if not (building or label or kind):
            continue
        refusal = _refusal_of_unit(building, label, kind, buildings=buildings, seen=seen)
        if refusal is not None:
            faults.append(Fault(number, refusal))
            continue
        seen.add((building, label))
        lines.append(UnitLine(building, label, KINDS[kind]))
    if len(lines) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 1, TooManyLines(most=MOST_LINES)))
    return lines, faults


def read_invitees(table: Table, *, seats: Collection[str]) -> tuple[list[Invitee], list[Fault]]:
    """People to invite, a line each: name, phone or email, and the label of an empty seat where there is one."""
    found: list[Invitee] = []
    faults: list[Fault] = []
    for number, cells in enumerate(table, start=1):
        name, given, seat = (" ".join(_cell(cells, place).split()) for place in range(3))
        if not any((name, given, seat)) or (number == 1 and not given.isascii()):
            continue  # Empty, or the names of the columns.
        address = canonical_phone(given) or canonical_email(given) or ""
        refusal: Refusal | None = None
        if not name or not given or any(cell.strip() for cell in cells[3:]):
            refusal = InviteeUnclear()
        elif len(name) > LONGEST_NAME:
            refusal = NameTooLong(most=LONGEST_NAME)
        elif not address:
            refusal = AddressWrong(address=given[:LONGEST_NAME])
        elif seat and (seat not in seats or seat in {each.seat for each in found}):
            refusal = SeatUnknown(seat=seat[:LONGEST_NAME])
        elif address in {each.address for each in found}:
            refusal = NamedTwice(name=given)
        if refusal is not None:
            faults.append(Fault(number, refusal))
        else:
            found.append(Invitee(name, address, seat))
    if len(found) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 1, TooManyLines(most=MOST_LINES)))
    return found, faults


def _refusal_of_name(name: str, before: Collection[str]) -> Refusal | None:
    if len(name) > LONGEST_NAME:
        return NameTooLong(most=LONGEST_NAME)
    return NamedTwice(name=name) if name in before else None


def _refusal_of_unit(
    building: str, label: str, kind: str, *, buildings: Collection[str], seen: Collection[tuple[str, str]]
) -> Refusal | None:
    if not label:
        return NameMissing()
    if len(label) > LONGEST_NAME:
        return NameTooLong(most=LONGEST_NAME)
    if building and building not in buildings:
        return BuildingUnknown(name=building[:LONGEST_NAME])
    if kind not in KINDS:
        return KindUnknown(kind=kind[:LONGEST_NAME])
    return NamedTwice(name=label) if (building, label) in seen else None


def _columns(table: Table) -> tuple[tuple[int, ...], int]:
    """Where building, label and kind stand, and from which line on."""
    first = [cell.strip().rstrip("*") for cell in table[0]] if table else []
    if not any(title in first for title in UNIT_TITLES["label"]):
        return (0, 1, 2), 0
    return tuple(next((first.index(t) for t in titles if t in first), -1) for titles in UNIT_TITLES.values()), 1


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if 0 <= column < len(cells) else ""
