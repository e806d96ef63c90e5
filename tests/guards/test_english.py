"""Every page in English: what stands there in Chinese is what people have typed, never a sentence of ours.

``make check`` sees that every marked sentence has its English. This sees what that cannot: a sentence that was looked
up when a module was loaded, or put together, or shown without being looked up. No browser: the pages come by the door.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from docx import Document
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from deliberation.cases.models import StagedNotice
from deliberation.feedback.models import ReviewPack
from deliberation.kernel.database import db, transaction
from deliberation.kernel.i18n import LOCALES, TRANSLATIONS
from deliberation.notifications.models import Occasion
from deliberation.notifications.wording import PUBLIC
from deliberation.people.models import User
from tests.support import pages
from tests.support.door import client_of
from tests.support.told import demo_application

CHINESE = re.compile(r"[\u3400-\u9fff]+")
# What we have written ourselves, in the language of whom it went to: no word of it excuses the same word on a page.
OURS = {"mailbox_item", "delivery", "timeline_entry"}
SENT = {"notifications.mailbox"}  # It shows what was sent, in the language of whom it went to.
# One sentence of ours that runs into the next: in Chinese nothing stands between them, in English a space does.
RUN_ON = re.compile(r"[a-z)%\d][.!?;:](?=[A-Z][a-z])")
READ_ALOUD = {"aria-label", "placeholder", "alt", "title"}


class Sentences(HTMLParser):
    """The texts of a page as people meet them: what they read, and what is read to them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.found.append(data.strip())


def sentences(page: str) -> list[str]:
    parser = Sentences()
    parser.feed(page)
    return parser.found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def typed() -> set[str]:
    """Every text in the database that holds Chinese and is not one of ours."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in OURS]
    rows = (row for table in tables for row in db.session.execute(select(table)))
    return {text for row in rows for value in row for text in _strings(value) if CHINESE.search(text)}


class Excused:
    """Knows which Chinese may stand on a page: what people typed, and the names of the languages."""

    def __init__(self) -> None:
        self.whole = typed() | set(LOCALES.values())
        self.all = "\n".join(self.whole)
        catalog = read_po((TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb"), locale="en")
        self.ours = {message.id for message in catalog if isinstance(message.id, str)}

    def __call__(self, sentence: str) -> bool:
        if sentence in self.ours and sentence not in self.whole:
            return False
        return all(run in self.all for run in CHINESE.findall(sentence))


@pytest.fixture
def english(told: Path, tmp_path: Path) -> Flask:
    """The told demo, where everybody reads English."""
    app = demo_application(Path(shutil.copytree(told, tmp_path / "demo")))
    with app.app_context(), transaction():
        db.session.execute(update(User).values(locale="en"))
    return app


@pytest.mark.timeout(300)
def test_no_page_in_english_has_chinese_of_ours_or_runs_two_sentences_together(
    english: Flask,
) -> None:
    found: list[str] = []
    with english.app_context():
        excused, walked = Excused(), list(pages.pages(english))
        people = {page.who: pages.person(page.who) for page in walked if page.who}
        clients = {who: client_of(english, people.get(who)) for who in {page.who for page in walked}}
    for page in walked:
        answer = clients[page.who].get(page.path, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, f"{page.name} ({page.path}) answered {answer.status_code}"
        left = {each for each in sentences(answer.text) if page.name not in SENT and not excused(each)}
        left |= {each for each in sentences(answer.text) if RUN_ON.search(each)}
        found += [f"{page.name} ({page.path}): {each}" for each in sorted(left)]
    assert not found, "\n".join(found)


def _read(kind: str, data: bytes) -> list[str]:
    """The lines of a file that somebody takes home."""
    if kind == "pdf":
        return [line for page in PdfReader(io.BytesIO(data)).pages for line in page.extract_text().splitlines()]
    if kind == "docx":
        paper = Document(io.BytesIO(data))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return [line for text in [*(each.text for each in paper.paragraphs), *cells] for line in text.splitlines()]
    return data.decode().replace("\r\n ", "").splitlines()


def test_no_paper_in_english_has_a_sentence_of_ours_in_chinese(english: Flask) -> None:
    with english.app_context():
        excused, ahead, past, owners = Excused(), pages.AHEAD(), pages.PAST(), pages.OWNERS()
        notice = db.session.scalars(select(StagedNotice).order_by(StagedNotice.id).limit(1)).one()
        public = db.session.scalars(select(Occasion.id).where(Occasion.kind.in_(PUBLIC)).limit(1)).one()
        review = db.session.scalars(select(ReviewPack.id).limit(1)).one()
        papers = {
            f"/notices/{public}/poster.pdf": "shen",
            f"/meetings/{ahead}/calendar.ics": "shen",
            f"/meetings/{ahead}/notice.docx": "shen",
            f"/meetings/{ahead}/notice.pdf": "shen",
            f"/votes/{owners}/paper.pdf?last=2": "yuan",
            f"/votes/{owners}/authority.pdf": "fang",
            f"/cases/notices/{notice.id}.pdf": "",
            f"/meetings/{past}/minutes/versions/1.docx": "xu",
            f"/meetings/{past}/minutes/versions/1.pdf": "xu",
            f"/feedback/reviews/{review}/review.pdf": "shen",
            "/feedback/figures.csv": "shen",
            "/places/WTL/feed.atom": "shen",
        }
        people = {who: pages.person(who) for who in set(papers.values()) if who}
        people[""] = db.session.get_one(User, notice.posted_by_id)
    clients = {who: client_of(english, person) for who, person in people.items()}
    found = []
    for path, who in papers.items():
        answer = clients[who].get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        lines = _read(path.split("?")[0].rsplit(".", 1)[1], answer.data)
        assert any(re.search("[A-Za-z]{3}", line) for line in lines), path
        found += [f"{path}: {line}" for line in lines if CHINESE.search(line) and not excused(line.strip())]
    assert not found, "\n".join(found)


def test_a_word_of_ours_is_found_although_people_have_used_it_too(english: Flask) -> None:
    with english.app_context():
        excused = Excused()
    assert not excused("到期")
    assert excused("简体中文")
    assert excused("Raised in 梧桐里 by 周*")
    page = '<p>甲<img alt="乙"></p><script>丙</script><input placeholder="丁">'
    assert sorted(sentences(page)) == sorted(["甲", "乙", "丁"])
