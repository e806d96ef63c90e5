"""The owners' register: files read line by line, nothing stored unless all is right, taken over in one act."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import sheet_lines
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.registry import files, queries, rules
from deliberation.registry.models import OwnerSet, Part, RegisterDraft
from tests.support import make
from tests.support.door import client_of, token_of

HEAD = "部位,楼栋,用途,面积,面积来源,是否交付,产权人编号,产权人,投票人,手机"
TEN = "\n".join(
    [
        HEAD,
        *(f"甲{n},1 号楼,住宅,90.00,登记簿,是,A,甲,甲,13800000001" for n in range(3)),
        "共有,1 号楼,住宅,100.5,实测,是,B,乙、丙,乙,",
        "丁,1 号楼,,80,,,C,丁,丁,",
        *(f"未售{n},2 号楼,住宅,70.01,合同,未售,开发商,开发商,," for n in range(3)),
        *(f"未交{n},2 号楼,住宅,70.01,合同,否,开发商,开发商,," for n in range(2)),
        "车位1,,车位,12.00,登记簿,是,D,戊,,",
    ]
)


def read(text: str, encoding: str = "utf-8") -> rules.Reading:
    return rules.read_rows(files.read_table(text.encode(encoding)))


def test_heads_are_owner_sets_with_the_developer_as_one() -> None:
    reading = read(TEN)
    assert reading.errors == []
    assert (len(reading.rows), reading.heads) == (11, 4)
    assert reading.area == 3 * 90_00 + 100_50 + 80_00 + 5 * 70_01


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_however_a_spreadsheet_wrote_it(encoding) -> None:
    assert read(TEN, encoding).errors == []
    assert len(read(TEN.replace(",", "\t"), encoding).rows) == 11


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("甲9,,住宅,-1,登记簿,是,A,甲,,", "面积", rules.NO_AREA),
        ("甲9,,住宅,86.505,登记簿,是,A,甲,,", "面积", rules.TOO_FINE),
        ("甲9,,住宅,=B2*2,登记簿,是,A,甲,,", "面积", sheet_lines.FORMULA),
        ("#REF!,,住宅,80,登记簿,是,A,甲,,", "部位", sheet_lines.BROKEN),
        ("甲9,,住宅,1e3,登记簿,是,A,甲,,", "面积", rules.NO_AREA),
        ("甲9,,住宅,0,登记簿,是,A,甲,,", "面积", rules.NO_AREA),
        ("甲9,,住宅,,登记簿,是,A,甲,,", "面积", sheet_lines.EMPTY),
        (",,住宅,80,登记簿,是,A,甲,,", "部位", sheet_lines.EMPTY),
        ("甲9,,住宅,80,登记簿,是,,甲,,", "产权人编号", sheet_lines.EMPTY),
        ("甲9,,别墅,80,登记簿,是,A,甲,,", "用途", rules.UNKNOWN_KIND),
        ("甲9,,住宅,80,听说,是,A,甲,,", "面积来源", rules.UNKNOWN_SOURCE),
        ("甲9,,住宅,80,登记簿,也许,A,甲,,", "是否交付", rules.UNKNOWN_DELIVERED),
        ("甲9,,住宅,80,登记簿,否,A,甲,甲,13800000001", "产权人编号", rules.TWO_DEVELOPERS),
        ("甲0,,住宅,80,登记簿,是,A,甲,甲,13800000001", "部位", rules.TWICE),
        ("甲9,,住宅,80,登记簿,是,A,甲,甲,138", "手机", rules.NO_PHONE),
        ("甲9,,住宅,80,登记簿,是,A,甲,乙,", "产权人编号", rules.OTHER_NAMES),
    ],
)
def test_every_fault_is_named_with_its_line(line, column, sentence) -> None:
    errors = [(error.line, error.column, error.sentence) for error in read(f"{TEN}\n{line}").errors]
    assert (13, column, sentence) in errors or (any(e[1:] == (column, sentence) for e in errors) and "否" in line)


def lines_of(*given: str, buildings=()) -> list[tuple[int, str, str]]:
    reading = rules.read_rows(files.read_table("\n".join([HEAD, *given]).encode()), buildings=buildings)
    return [(error.line, error.column, error.sentence) for error in reading.errors]


def test_a_zone_is_a_building_of_the_place_and_its_part_stands_there() -> None:
    good, far, wrong = (f"{label},{zone},住宅,80,登记簿,是,{label},张三,张三," for label, zone in (
        ("1 号楼 101", "１号楼"), ("102", "9 号楼"), ("2号楼 101", "1 号楼"),
    ))  # fmt: skip
    assert lines_of(good, far, wrong, buildings=["1 号楼", "2 号楼", "11 号楼"]) == [
        (3, "楼栋", rules.UNKNOWN_ZONE), (4, "楼栋", rules.ZONE_OF_ANOTHER),
    ]  # fmt: skip
    fit = ("11 号楼 101,11 号楼,住宅,80,,,A,,,", "1 号楼 2 单元 201,1号楼2单元,住宅,80,,,B,,,")
    assert lines_of(*fit, buildings=["1 号楼", "11 号楼"]) == []
    reading = rules.read_rows(files.read_table(f"{HEAD}\n{good}".encode()), buildings=["1 号楼"])
    assert [row["zone"] for row in reading.rows] == ["1 号楼"]  # As the place writes it, for votes of one building.


def test_a_zone_is_written_alike_where_no_buildings_are_known() -> None:
    lines = [f"{number},{zone},住宅,80,,,{number},,," for number, zone in enumerate(["1 号楼", "1号楼", "2 号楼"])]
    assert lines_of(*lines) == [(3, "楼栋", rules.ZONE_WRITTEN_OTHERWISE)]


@pytest.mark.parametrize(
    ("names", "voter", "delivered", "fits"),
    [
        ("周敏、李强", "李强", "是", True), ("周敏、李强", "王五", "是", False), ("周敏 李强", "周敏", "是", True),
        ("周敏", "", "是", True), ("", "周敏", "是", True), ("阿依古丽·买买提", "张三", "是", False),
        ("云杉科技", "张三", "是", True), ("便民店", "张三", "是", True), ("某某置业有限公司", "张三", "否", True),
    ],
)  # fmt: skip
def test_who_votes_is_one_of_the_owners_unless_a_firm_owns(names, voter, delivered, fits) -> None:
    faults = lines_of(f"101,,住宅,80,登记簿,{delivered},A,{names},{voter},")
    assert faults == ([] if fits else [(2, "投票人", rules.NOT_AN_OWNER)])


@pytest.mark.parametrize("data", [b"", b"\0\0", b"PK\x03\x04broken", b"\xff\xfe\xff"])
def test_what_is_no_table_is_refused(data) -> None:
    with pytest.raises(sheet_lines.FileUnreadable):
        rules.read_rows(files.read_table(data))


def test_a_file_without_a_needed_column_is_refused() -> None:
    with pytest.raises(sheet_lines.ColumnMissing) as caught:
        read("部位,产权人编号\n1,A")
    assert caught.value.params == {"column": "面积"}
    with pytest.raises(sheet_lines.ColumnMissing) as caught:
        read("某某小区业主名册\n楼栋,用途\n1,2")
    assert caught.value.params == {"column": "部位、面积、产权人编号"}


def test_columns_are_found_under_a_title_and_by_the_names_people_give_them() -> None:
    reading = read(
        '某某小区业主名册\n\n序号,室号*,建筑面积（㎡）,产权人编号,手机号\n1,101,８５．５,A,13800000001\n\n2,102,"1,085.50",B,'
    )
    assert reading.errors == []
    assert [(row["label"], row["area"], row["line"]) for row in reading.rows] == [
        ("101", 85_50, 4),
        ("102", 1085_50, 6),
    ]
    assert reading.without_phone == ["B"]


@pytest.mark.parametrize(
    ("text", "area"),
    [("85.5㎡", 85_50), ("85.50 平方米", 85_50), ("1,234.5", 1234_50), ("12,34", None), ("85,5", None), ("-1", None),
     ("8５", 85_00), ("1e3", None), ("0.00", None), ("", None)],
)  # fmt: skip
def test_an_area_is_read_as_it_is_written_and_never_guessed(text, area) -> None:
    assert rules.area_of(text) == area


def test_a_reading_says_what_an_office_should_look_at() -> None:
    lines = ["101,,住宅,80,登记簿,是,A,张三,,", "102,,住宅,80,合同,是,B,张三,,", "103,,住宅,70,实测,否,开,某公司,,"]
    reading = read("\n".join([HEAD, *lines]))
    assert reading.same_names == [("张三", ["A", "B"])]
    assert reading.sources == {"register": 1, "contract": 1, "survey": 1}
    assert reading.developer == (1, 70_00)
    assert (reading.heads, reading.parking) == (3, 0)


def test_a_spreadsheets_days_formulas_and_long_fractions(tmp_path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["部位", "面积", "产权人编号"])
    sheet.append([date(2026, 3, 1), 85.5, "A"])  # "3-1", typed into a cell that is no text.
    sheet.append(["102", "=B2*2", "B"])  # Never worked out.
    sheet.append(["103", 0.1 + 0.2, "C"])  # 0.30000000000000004, which a spreadsheet shows as 0.3.
    written = io.BytesIO()
    book.save(written)
    reading = rules.read_rows(files.read_table(written.getvalue()))
    assert [(error.line, error.column, error.sentence) for error in reading.errors] == [
        (2, "部位", sheet_lines.A_DATE), (3, "面积", sheet_lines.FORMULA),
    ]  # fmt: skip
    assert reading.rows[2]["area"] == 30


def test_five_thousand_lines_are_read() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEAD.split(","))
    for number in range(5000):
        sheet.append([f"{number} 室", "1 号楼", "住宅", 85.5, "登记簿", "是", f"A{number}", f"人{number}", "", ""])
    written = io.BytesIO()
    book.save(written)
    reading = rules.read_rows(files.read_table(written.getvalue()))
    assert (reading.errors, len(reading.rows), reading.area) == ([], 5000, 5000 * 85_50)


def test_a_template_that_comes_back_as_it_went_has_no_line() -> None:
    for data in (files.template_csv(), files.template_xlsx()):
        reading = rules.read_rows(files.read_table(data))
        assert (reading.errors, reading.rows) == ([], [])


def test_the_example_of_the_template_is_right() -> None:
    reading = rules.read_rows([*files.read_table(files.template_xlsx()), files.EXAMPLE])
    assert (reading.errors, [row["area"] for row in reading.rows]) == ([], [85_50])


def test_numbers_of_a_spreadsheet_are_exact() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["部位", "面积", "产权人编号"])
    for number, area in enumerate([85.5, 85.55, 0.07, 100, 33.333]):
        sheet.append([f"{number}", area, "A"])
    written = io.BytesIO()
    book.save(written)
    reading = rules.read_rows(files.read_table(written.getvalue()))
    assert [row["area"] for row in reading.rows] == [85_50, 85_55, 7, 100_00, 0]
    assert [(error.line, error.sentence) for error in reading.errors] == [(6, rules.TOO_FINE)]


def keeper(app):
    with transaction():
        place = make.place()
        liaison = make.person(name="沈岚", roles=[Role.liaison], place=place)
        owner = make.person(name="甲", phone=True)
    return place, client_of(app, liaison), owner


def send(client, place, text: str):
    fields = {"csrf_token": token_of(client), "file": (io.BytesIO(text.encode()), "名册.csv")}
    return client.post(f"/register/{place.code}", data=fields, content_type="multipart/form-data")


def test_a_file_is_looked_at_and_then_taken_over(app) -> None:
    place, client, owner = keeper(app)
    text = TEN.replace("13800000001", str(owner.us_phone_number).removeprefix("+86"))
    assert send(client, place, text).status_code == 302
    assert db.session.query(Part).filter_by(place_id=place.id).count() == 0
    page = client.get(f"/register/{place.code}")
    assert "读好了，没有错" in page.text
    assert "登记在别的名字的账号上" not in page.text
    send(client, place, text.replace(",甲,甲,", ",乙,乙,"))
    mistaken = client.get(f"/register/{place.code}").text
    assert "登记在别的名字的账号上" in mistaken
    assert "第 2 行：甲0，投票人 乙" in mistaken
    send(client, place, text)
    taken = client.post(f"/register/{place.code}/take-over", data={"csrf_token": token_of(client)})
    assert taken.status_code == 302
    sums = queries.sums(place.id)
    assert (sums.parts, sums.heads, sums.area, sums.linked) == (11, 4, 800_55, 1)
    assert db.session.query(RegisterDraft).count() == 0
    assert db.session.query(AuditLeaf).filter_by(tag="register.replaced").count() == 1
    developer = db.session.query(OwnerSet).filter_by(place_id=place.id, is_developer=True).one()
    assert developer.code == "开发商"


def test_one_wrong_line_stores_nothing_and_keeps_the_old_register(app) -> None:
    place, client, _owner = keeper(app)
    send(client, place, TEN)
    client.post(f"/register/{place.code}/take-over", data={"csrf_token": token_of(client)})
    lines = [f"部位{n},,住宅,80,登记簿,是,O{n},人{n},," for n in range(299)]
    wrong = send(client, place, "\n".join([HEAD, *lines, "坏,,住宅,零,登记簿,是,O,人,,"]))
    assert (wrong.status_code, "什么都没存" in wrong.text, "301" in wrong.text) == (422, True, True)
    refused = client.post(f"/register/{place.code}/take-over", data={"csrf_token": token_of(client)})
    assert refused.status_code == 409
    assert queries.sums(place.id).parts == 11


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("部位,产权人编号\n1,A", "缺这几列：面积"),
        (HEAD, "下面一行也没有填"),
        ("\0\0", "读不出来"),
    ],
)
def test_a_file_that_is_none_is_answered_on_the_same_page(app, text, words) -> None:
    place, client, _owner = keeper(app)
    answer = send(client, place, text)
    assert answer.status_code == 422
    assert words in answer.text
    assert "读一遍" in answer.text  # The form is there to try again.
    none = client.post(f"/register/{place.code}", data={"csrf_token": token_of(client)})
    assert (none.status_code, "还没选文件" in none.text) == (422, True)


def test_the_preview_names_what_is_new_gone_and_changed(app) -> None:
    place, client, _owner = keeper(app)
    send(client, place, TEN)
    client.post(f"/register/{place.code}/take-over", data={"csrf_token": token_of(client)})
    later = TEN.replace("丁,1 号楼,,80,", "丁,1 号楼,,81,").replace("甲2,", "甲3,")
    send(client, place, later)
    draft = db.session.query(RegisterDraft).one()
    assert queries.changes(place.id, draft.rows) == queries.Changes(new=["甲3"], gone=["甲2"], changed=["丁"])
    page = client.get(f"/register/{place.code}").text
    assert "面积、产权人或交付变了的</dt><dd>丁</dd>" in page
    assert "其中开发商合起来算一户，5 个部位" in page


def test_a_new_register_ends_the_old_one_and_keeps_it(app) -> None:
    place, client, _owner = keeper(app)
    for text in (TEN, "\n".join([HEAD, "甲0,1 号楼,住宅,91.00,登记簿,是,A,甲,,"])):
        send(client, place, text)
        client.post(f"/register/{place.code}/take-over", data={"csrf_token": token_of(client)})
    assert queries.sums(place.id).parts == 1
    assert db.session.query(Part).filter_by(place_id=place.id).count() == 12


def test_nobody_else_sees_the_register(app) -> None:
    place, _client, owner = keeper(app)
    assert client_of(app, owner).get(f"/register/{place.code}").status_code == 403
    with transaction():
        other = make.person(roles=[Role.liaison], place=make.place())
    assert client_of(app, other).get(f"/register/{place.code}").status_code == 403
