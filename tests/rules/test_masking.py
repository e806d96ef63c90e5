"""What the public may see of a door and of several names (R-50)."""

from __future__ import annotations

import pytest

from deliberation.people.masking import mask_door, mask_names, personal_numbers


@pytest.mark.parametrize(
    ("label", "masked"),
    [
        ("3 号楼 2 单元 402 室", "3 号楼 2 单元 ** 室"),
        ("1424弄5号301室", "1424弄5号 ** 室"),
        ("愚园路1088号301室", "愚园路1088号 ** 室"),
        ("3 幢 2 号 501 室", "3 幢 2 号 ** 室"),
        ("1号楼301号", "1号楼 **"),
        ("12 号 3 楼 301 室", "12 号 ** 室"),
        ("3 号一层", "3 号 **"),
        ("A座1203", "A座 **"),
        ("12 号", "12 号"),
        ("3-2-402", "3-2-**"),
        ("车位 1-12", "车位 1-**"),
        ("101 室", "** 室"),
        ("王家小铺", "王*"),
        ("", ""),
    ],
)
def test_a_door_is_shown_to_its_stair(label, masked) -> None:
    assert mask_door(label) == masked


def test_each_of_several_names_is_masked() -> None:
    assert mask_names("周敏、李强") == "周*、李*"
    assert mask_names("周敏，李强 Anna") == "周*、李*、A*"
    assert mask_names("") == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("打电话13912345678，沪A12345", ["13912345678", "沪A12345"]),
        ("+86 139 1234 5678 或 139-1234-5678", ["+86 139 1234 5678", "139-1234-5678"]),
        ("新能源车沪AD12345 天天堵门", ["沪AD12345"]),
        ("沪A·**345 天天堵门，报修电话 021-55550186，12345 也打过", []),
        ("编号 2139123456789 的灯杆", []),
    ],
)
def test_numbers_by_which_somebody_could_be_found(text, numbers):
    assert personal_numbers(text) == numbers
