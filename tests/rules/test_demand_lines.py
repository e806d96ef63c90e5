"""A file of demands: each fault with its place, and nothing counts unless all is right."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from deliberation.cases import demand_sheets
from deliberation.cases.rules import DemandSource, demand_lines, read_demands
from deliberation.cases.rules.demands import (
    HeardInTheFuture,
    NotOpenToJoin,
    PrivateCannotJoin,
    SolutionMissing,
    refusal_to_join,
    refusal_to_take_in,
)
from deliberation.kernel import sheet_lines
from deliberation.kernel.sheets import read_table

TODAY = date(2026, 3, 2)
HANDLERS = {"钱工": [7], "李工": [8, 9], "13900000008": [8]}
HEAD = "什么事,情况,哪一类,来源,日期,姓名,手机,派给谁,几个工作日"
GOOD = "楼道灯坏了,三号楼二楼的灯坏了三天,照明,来电,2026-03-01,王女士,13800000000,钱工,15"


def read(*lines: str) -> demand_lines.DemandReading:
    table = read_table("\n".join([HEAD, *lines]).encode(), most=500, keeps_days=True)
    return read_demands(table, handlers=HANDLERS, today=TODAY)


def test_a_good_line_says_who_is_given_it_and_until_when() -> None:
    (row,) = read(GOOD).rows
    assert (row["handler_id"], row["working_days"], row["source"], row["kind"]) == (7, 15, "phone", "lighting")
    assert (row["heard_on"], row["line"]) == ("2026-03-01", 2)


def test_what_may_be_left_out_is_filled_in() -> None:
    (row,) = read("楼道灯坏了,三号楼二楼的灯坏了三天,,,,,,,").rows
    assert (row["handler_id"], row["working_days"], row["source"]) == (None, 5, DemandSource.file)
    assert row["heard_on"] == "2026-03-02"


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        (",三号楼二楼的灯坏了三天,,,,,,,", "什么事", sheet_lines.EMPTY),
        ("灯坏,三号楼二楼的灯坏了三天,,,,,,,", "什么事", demand_lines.TOO_SHORT),
        (f"{'灯' * 61},三号楼二楼的灯坏了三天,,,,,,,", "什么事", demand_lines.TOO_LONG_TITLE),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,灯光,,,,,,", "哪一类", demand_lines.UNKNOWN_KIND),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,听说,,,,,", "来源", demand_lines.UNKNOWN_SOURCE),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,2026-03-03,,,,", "日期", demand_lines.NO_DAY),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,昨天,,,,", "日期", demand_lines.NO_DAY),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,,,电话很多,,", "手机", demand_lines.NO_PHONE),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,,,,赵工,", "派给谁", demand_lines.NOBODY),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,,,,李工,", "派给谁", demand_lines.SEVERAL),
        ("楼道灯坏了,三号楼二楼的灯坏了三天,,,,,,,61", "几个工作日", demand_lines.NO_DAYS),
        ("楼道灯坏了,=A1,,,,,,,", "情况", sheet_lines.FORMULA),
    ],
)
def test_each_fault_has_its_place(line: str, column: str, sentence: str) -> None:
    reading = read("车棚漏雨了,北边车棚一下雨就漏,,,,,,,", line)
    assert [(each.line, each.column, each.sentence) for each in reading.errors] == [(3, column, sentence)]


def test_the_same_thing_twice_is_said_of_the_second_line() -> None:
    assert [(each.line, each.sentence) for each in read(GOOD, GOOD).errors] == [(3, demand_lines.TWICE)]


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(sheet_lines.ColumnMissing) as caught:
        read_demands([["什么事", "日期"]], handlers={}, today=TODAY)
    assert caught.value.params == {"column": "情况"}


@pytest.mark.parametrize("data", [demand_sheets.csv(), demand_sheets.xlsx()], ids=["csv", "xlsx"])
def test_the_template_is_empty_and_its_example_right(data: bytes) -> None:
    table = read_table(data, most=500, keeps_days=True)
    assert read_demands(table, handlers={}, today=TODAY).rows == []
    reading = read_demands([*table, demand_sheets.EXAMPLE], handlers={}, today=TODAY)
    assert reading.errors == []
    assert [row["title"] for row in reading.rows] == [demand_sheets.EXAMPLE[0]]


def test_a_day_of_a_sheet_is_read_as_a_day() -> None:
    book, written = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["什么事", "情况", "日期"])
    book.active.append(["楼道灯坏了", "三号楼二楼的灯坏了三天", date(2026, 2, 28)])
    book.save(written)
    (row,) = read_demands(read_table(written.getvalue(), most=9, keeps_days=True), handlers={}, today=TODAY).rows
    assert row["heard_on"] == "2026-02-28"


def test_what_may_be_taken_in_and_joined() -> None:
    def taken(heard_on: date, *, is_solved: bool = False, solution: str = "") -> object:
        return refusal_to_take_in(heard_on=heard_on, today=TODAY, is_solved=is_solved, solution=solution)

    assert taken(TODAY) is None
    assert isinstance(taken(date(2026, 3, 3)), HeardInTheFuture)
    assert isinstance(taken(TODAY, is_solved=True, solution="好了"), SolutionMissing)
    assert taken(TODAY, is_solved=True, solution="灯泡换好了") is None
    assert refusal_to_join(is_open=True, is_private=False, needs_privacy=False) is None
    assert isinstance(refusal_to_join(is_open=False, is_private=False, needs_privacy=False), NotOpenToJoin)
    for is_private, needs_privacy in ((True, False), (False, True), (True, True)):
        refusal = refusal_to_join(is_open=True, is_private=is_private, needs_privacy=needs_privacy)
        assert isinstance(refusal, PrivateCannotJoin)
