"""What the public may see of a person (R-50): pure."""

from __future__ import annotations

import re

GONE = "已注销"  # not translated: stored in the place of a name
DOOR = re.compile(r"[A-Za-z]?\d+[A-Za-z]?(?=\D*$)")
_NUMBER = "[0-9A-Za-z〇零一二三四五六七八九十百千]+"  # not translated: what stands on doors
STAIR = re.compile(_NUMBER + r"\s*(号楼|弄|幢|栋|座|单元|梯|号)")  # not translated: what stands on doors
ROOM = re.compile(r"[0-9]{3,}\s*号")  # not translated: what stands on doors
MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"  # not translated: what stands on plates
PLATE_NUMBER = re.compile(rf"[{PROVINCES}][A-Z][· ]?[A-Z0-9]{{5,6}}(?![A-Z0-9])", re.IGNORECASE)
LANE = "弄"  # not translated: what stands on doors


def mask_name(name: str) -> str:
    """ "沈岚" becomes "沈*"; a Latin name keeps its first letter. Who has left is only that."""
    if name == GONE:
        return GONE
    return f"{name[:1]}*" if name else ""


def mask_names(names: str) -> str:
    """ "周敏、李强" becomes "周*、李*"."""
    return "、".join(mask_name(each) for each in re.split(r"[、，,;；/\s]+", names) if each)


def mask_phone(phone: str) -> str:
    """ "13812345678" or "+8613812345678" becomes "138****5678"."""
    digits = re.sub(r"\D", "", phone)
    local = digits[-11:]
    return f"{local[:3]}****{local[-4:]}" if len(local) == 11 else "****"


def mask_plate_number(plate: str) -> str:
    """ "沪A·12345" becomes "沪A·**345"."""
    return re.sub(r"([一-龥][A-Z]·?)\w{2}(\w{3,4})", r"\1**\2", plate)  # not translated: a pattern


def personal_numbers(text: str) -> list[str]:
    """The mobile numbers and number plates that stand in ``text``: whoever reads it could find somebody by them."""
    return [found[0] for pattern in (MOBILE, PLATE_NUMBER) for found in pattern.finditer(text)]


def mask_door(label: str) -> str:
    """Down to the stair: "3 号楼 2 单元 402 室" becomes "3 号楼 2 单元 ** 室", "3-2-402" becomes "3-2-**".

    What has no number in it is masked like a name, unless it is a stair itself.
    """
    stairs = list(STAIR.finditer(label))
    if len(stairs) > 1 and ROOM.fullmatch(stairs[-1][0]) and any(each[1] != LANE for each in stairs[:-1]):
        stairs.pop()  # "1 号楼 301 号": behind a building three digits are a room, not a stair.
    if stairs:
        end = stairs[-1].end()
        behind = label[end:].strip()
        room = " 室" if behind.endswith("室") else ""  # not translated: on doors
        return f"{label[:end]} **{room}" if behind else label
    masked = DOOR.sub("**", label, count=1)
    return masked if masked != label else mask_name(label)
