"""Printed ballots and authorities: what stands on them (domain.md C7), one page a voter, in letters of our own."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader

from deliberation.kernel import clock, typesetting
from deliberation.kernel.database import db, transaction
from deliberation.registry.rules import PartKind
from deliberation.votes import queries, rules
from deliberation.votes.counting import Method
from deliberation.votes.models import RollEntry
from deliberation.votes.queries import sheets
from deliberation.votes.rules import RollSource, Terms
from deliberation.votes.service.roll import freeze_roll
from deliberation.votes.views import printing
from tests.support import owners
from tests.support.door import client_of
from tests.support.owners import Owned
from tests.support.paper import Table
from tests.support.voting import OPENS, TEXT, cast


def read(pdf: bytes) -> list[str]:
    """What stands on each page, without the spaces that only place the letters."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def pages(pdf: bytes) -> int:
    return len(read(pdf))


def data_of(table: Table) -> dict:
    printed = sheets.sheets(table.vote.id)
    return printing.ballots(queries.scene(table.vote.id), printed, sheets.parts_of_sheets(table.vote.id, printed))


@pytest.fixture
def reader(sqlite_app: Flask):
    clock.configure(frozen=OPENS, file=None)
    with sqlite_app.test_request_context():
        yield sqlite_app


def test_a_ballot_says_all_that_the_template_asks_for(reader) -> None:
    table = Table(voters=2)
    data = data_of(table)
    assert (data["body"], data["vote"]["title"]) == (table.hall.body.name, table.vote.title)
    assert data["vote"]["text"] == TEXT.splitlines()
    assert [option["label"] for option in data["vote"]["options"]] == ["同意", "反对", "弃权"]
    assert data["vote"]["closes_at"] == "3月10日 周二 9:00"
    assert data["vote"]["where"] == "网上或到居委会投 · 沈岚 021-55550101 周一至周五 9:00–17:00"
    assert {"signature", "date", "helper", "witness", "how", "invalid"} <= set(data["words"])
    first, second = data["sheets"]
    assert (first["number"], second["number"]) == ("1", "2")
    assert (first["label"], first["id"]) == (table.entry(0).label, f"票号 {table.token(0)}")
    assert first["qr"] != second["qr"]


@pytest.mark.parametrize(
    ("method", "more", "how"),
    [
        (Method.single, {}, "只在一个方框里打钩"),
        (Method.approval, {}, "赞成几个就打几个钩"),
        (Method.limited, {"choice_limit": 2}, "最多打 2 个钩"),
        (Method.cumulative, {"choice_limit": 5}, "加起来最多 5 分"),
        (Method.score, {"choice_limit": 10}, "最高 10 分"),
        (Method.irv, {}, "1 是最想要的"),
    ],
)
def test_each_method_tells_how_to_fill_its_boxes(reader, method, more, how) -> None:
    data = data_of(Table(voters=1, method=method, options=("北门", "南门", "东门"), **more))
    assert how in data["words"]["how"]
    assert [option["code"] for option in data["vote"]["options"]] == ["甲", "乙", "丙"]
    assert data["vote"]["abstain"]["label"] == "弃权"


def test_an_option_that_cannot_be_chosen_says_why_and_has_no_box(reader) -> None:
    options, barred = ("北侧绿地", "楼道旁边", "南侧围墙"), {"楼道旁边": "占了安全出口"}
    data = data_of(Table(voters=1, method=Method.single, options=options, barred=barred))
    assert [option["is_open"] for option in data["vote"]["options"]] == [True, False, True]
    assert "占了安全出口" in data["vote"]["options"][1]["label"]
    assert "不能选：占了安全出口" in read(typesetting.pdf("votes/ballot.typ", data))[0]


def test_one_page_a_voter(reader) -> None:
    table = Table(voters=3)
    pdf = printing.ballots_pdf(queries.scene(table.vote.id), sheets.sheets(table.vote.id), {})
    assert pdf.startswith(b"%PDF-")
    for number, text in enumerate(read(pdf), 1):
        assert f"名册第几号{number}" in text
        for words in ("表决票", "机动车由北口进、南口出", "同意", "反对", "弃权", "签名", "见证人", "3月10日周二9:00"):
            assert words in text
        assert table.token(number - 1) in text
    assert pages(pdf) == 3
    fonts = re.findall(rb"/BaseFont/([^/ >]+)", pdf)
    assert fonts
    assert all(b"NotoSansHans" in font for font in fonts), fonts


def test_each_place_reads_the_shapes_it_is_used_to(reader) -> None:
    """Simplified and traditional characters are all there in both; the place's own letters are taken first."""
    data = data_of(Table(voters=1))
    data["vote"]["text"] = ["表決：說明與資料。表决：说明与资料。"]
    for lang, family in (("zh-CN", b"NotoSansHans"), ("zh-TW", b"NotoSansHant")):
        pdf = typesetting.pdf("votes/ballot.typ", {**data, "lang": lang})
        assert "表決：說明與資料。表决：说明与资料。" in "".join(read(pdf))
        assert re.findall(rb"/BaseFont/[A-Z]{6}\+(NotoSansHan.)", pdf)[0] == family


def test_a_long_run_is_set_in_several_goes_and_nobody_is_missing(reader) -> None:
    data, count = data_of(Table(voters=1)), typesetting.AT_ONCE + 1
    data["sheets"] = [{**data["sheets"][0], "label": f"第{number}户"} for number in range(count)]
    printed = PdfReader(io.BytesIO(typesetting.pdf("votes/ballot.typ", data, each="sheets"))).pages
    assert len(printed) == count
    for number in (0, count - 2, count - 1):
        assert f"第{number}户" in printed[number].extract_text()


def test_many_options_and_what_people_write_stay_on_one_page(reader) -> None:
    """Whatever stands in it, text is text: nothing that people write is an instruction to the typesetter."""
    wild = '#panic("no") *bold* $x$ \\ @ref <label> `code` 龘㛃䶮 /* } ] ) "'
    options = tuple(f"{wild}{number}" for number in range(12))
    table = Table(voters=1, method=Method.approval, options=options)
    data = data_of(table)
    data["vote"]["text"] = [wild] * 4
    data["sheets"][0]["label"] = wild
    assert pages(typesetting.pdf("votes/ballot.typ", data)) == 1


def test_a_very_long_text_runs_on_to_a_second_page(reader) -> None:
    data = data_of(Table(voters=1))
    data["vote"]["text"] = ["业主大会决定使用维修资金更换三部电梯，按专有部分面积分摊。" * 4] * 17
    assert pages(typesetting.pdf("votes/ballot.typ", data)) == 2


def test_an_owner_sees_parts_areas_and_where_they_come_from(reader) -> None:
    """A voter with many parts sees the first of them and how many there are; a parking space is called that."""
    parts = [Owned("大业主", 100_50) for _ in range(7)]
    parts += [Owned("小业主", 50_05), Owned("小业主", 12_00, PartKind.parking)]
    with transaction():
        hall = owners.prepare(parts, terms=Terms(RollSource.units, item_class=5, allows_paper=True))
        freeze_roll(hall.vote)
    of, scene = sheets.parts_between(hall.vote.id, 1, 2), queries.scene(hall.vote.id)
    large, small = (
        printing.authority(scene, entry, of[entry.id])["sheet"]
        for entry in db.session.query(RollEntry).filter_by(vote_id=hall.vote.id).order_by(RollEntry.label)
    )
    assert large["parts"] == [*(f"{number} 室 100.50 ㎡，登记簿" for number in range(1, 7)), "……一共 7 处"]
    assert large["total"] == "计票面积 703.50 ㎡"
    assert small["parts"] == ["8 室 50.05 ㎡，登记簿", "9 室（车位） 12.00 ㎡，登记簿"]
    assert small["total"] == "计票面积 50.05 ㎡"


def test_an_authority_has_every_field_of_the_law_and_may_be_blank(reader) -> None:
    table = Table(voters=1, proxy_cap=1)
    scene = queries.scene(table.vote.id)
    data = printing.authority(scene, None, [])
    asked = {"principal", "number", "parts", "agent", "agent_address", "item", "how", "from", "to", "signature", "date"}
    assert asked <= set(data["words"])
    assert data["sheet"]["number"] == ""
    for entry in (None, table.entry(0)):
        assert pages(printing.authority_pdf(scene, entry, [])) == 1


def test_the_office_prints_all_one_some_or_those_still_waiting(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table(voters=4)
    with transaction():
        cast(table.hall, 0)
    table.both_read(1, "for")
    office, path = table.office(sqlite_app), f"/votes/{table.vote.id}/paper.pdf"
    for query, count in (("", 4), ("?number=3", 1), ("?first=2&last=3", 2), ("?only=waiting", 2)):
        answer = office.get(path + query)
        assert (answer.status_code, answer.mimetype, pages(answer.data)) == (200, "application/pdf", count), query
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert office.get(path + "?number=9").status_code == 404
    assert client_of(sqlite_app, table.hall.voters[0]).get(path).status_code == 403


def test_the_office_finds_one_sheet_by_number_or_by_door(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table(voters=12)
    table.read(0, 0, "for")
    office, path = table.office(sqlite_app), f"/votes/{table.vote.id}/paper"
    assert "出了 12 张票" in office.get(path).text
    found = office.get(path, query_string={"words": "1"}).text
    assert "名册第 1 号" in found
    assert "收回了，监票人在读" in found
    label = table.entry(4).label
    found = office.get(path, query_string={"words": label}).text
    assert "名册第 5 号" in found
    assert "没有找到" in office.get(path, query_string={"words": "没有这一户"}).text


def test_a_long_roll_is_printed_in_parts() -> None:
    assert rules.bundles(500) == []
    assert rules.bundles(1201) == [(1, 500), (501, 1000), (1001, 1201)]
    assert isinstance(rules.refusal_of_bundle(0), rules.NothingToPrint)
    assert rules.refusal_of_bundle(5000) is None
    assert isinstance(rules.refusal_of_bundle(5001), rules.BundleTooLarge)
