"""The zh-TW sentences are made of the zh-CN ones, and what nobody has looked at is found (docs/decisions/0017)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from docx import Document
from docx.oxml.ns import qn

import frontend_strings
import taiwan
from check_translations import problems_of_taiwan
from deliberation.kernel.i18n import preferred
from deliberation.kernel.word import Block, Piece, as_docx


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("登录以后刷新页面", "登入以後重新整理頁面"),
        ("居民委员会和社区", "居民委員會和社區"),
        ("信息发到您的手机号", "資訊發到您的手機號碼"),
        ("户数和面积都要过半数", "戶數和面積都要過半數"),  # OpenCC by itself: 和麵積.
        ("按户数和面积记名表决，结束发言", "按戶數和面積記名表決，結束發言"),  # 記名錶決, 束髮.
        ("只影响一部分业主，还算在总数里", "只影響一部分業主，還算在總數裡"),
        ("核对并发布，再并案", "核對並發布，再併案"),
        ("程序问题：%(who)s 的发言", "程序問題：%(who)s 的發言"),
        ("周*，周日再来", "周*，週日再來"),
        ("请您记录下来，会议记录谁都能看", "請您記錄下來，會議紀錄誰都能看"),
        ("扫签到二维码，网上也能联名", "掃簽到 QR 碼，線上也能連署"),
        ("已超期的项目", "已逾期的專案"),
        ("工作日历和手机日历", "工作日曆和手機行事曆"),
        ("English stays", "English stays"),
    ],
)
def test_a_sentence_is_converted_by_our_words_first(source: str, made: str) -> None:
    assert taiwan.converted(source) == made


def test_a_catalogue_is_whole_and_has_one_form_for_every_number() -> None:
    sources = Catalog()
    sources.add("请登录", "Please sign in")
    sources.add(("%(num)s 张票", "%(num)s 张票"), ("one ballot", "%(num)s ballots"))
    made = taiwan.catalog(sources)
    assert {str(message.id): message.string for message in made if message.id} == {
        "请登录": "請登入",
        "('%(num)s 张票', '%(num)s 张票')": ("%(num)s 張票",),
    }


def test_a_reading_that_nobody_has_looked_at_is_found() -> None:
    sources = Catalog()
    sources.add("把头发剪短")
    assert ["髮" in each for each in problems_of_taiwan(sources)] == [True]
    assert not taiwan.doubtful("户数和面积")


def test_every_word_is_written_once() -> None:
    lines = [line.split("#")[0].split() for line in taiwan.WORDS.read_text(encoding="utf-8").splitlines()]
    words = [line[0] for line in lines if line]
    assert len(words) == len(set(words))
    assert len(words) > 50


@pytest.mark.parametrize(
    ("tags", "locale"),
    [
        (["zh-TW", "zh", "en"], "zh_Hant_TW"),
        (["zh-HK"], "zh_Hant_TW"),
        (["zh-Hant-MO", "en"], "zh_Hant_TW"),
        (["zh-Hans-HK"], "zh_Hans_CN"),
        (["zh", "zh-TW"], "zh_Hans_CN"),
        (["fr", "en-GB", "zh-TW"], "en"),
        (["fr"], "zh_Hans_CN"),
        ([], "zh_Hans_CN"),
    ],
)
def test_the_browser_chooses(tags: list[str], locale: str) -> None:
    assert preferred(tags) == locale


def test_what_scripts_say_and_what_pages_hand_them_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "frontend").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '<script type="application/json" id="strings">'
        "{{ {'busy': _('a'), 'side.for': _('b'), 'idle': _('c')} }}</script>"
    )
    (tmp_path / "frontend" / "page.ts").write_text(
        '/* 说明 */ say("busy"); say(`side.${side}`); say("gone"); // 说明\nconst word = "忘了";\n'
    )
    monkeypatch.setattr(frontend_strings, "ROOT", tmp_path)
    found = list(frontend_strings.problems())
    assert [each.split(": ")[1] for each in found] == [
        "no page has a sentence for 'gone'",
        "Chinese in a script",
        "no script says 'idle'",
    ]


@pytest.mark.parametrize(("language", "font"), [("zh-CN", "SimSun"), ("zh-TW", "PMingLiU"), ("en", "SimSun")])
def test_a_word_file_has_the_letters_of_its_place(language: str, font: str) -> None:
    paper = Document(io.BytesIO(as_docx([Block("p", [Piece("說明")])], language)))
    properties = paper.styles["Normal"].element.rPr
    assert properties.rFonts.get(qn("w:eastAsia")) == font
    assert [each.get(qn("w:eastAsia")) for each in properties.findall(qn("w:lang"))][-1].startswith("zh-")
