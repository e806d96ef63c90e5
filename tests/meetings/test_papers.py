"""Papers on the agenda, the notice as a file, and the calendar that only its owner has the address of."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from docx import Document
from icalendar import Calendar
from PIL import Image
from pypdf import PdfReader, PdfWriter

from deliberation.kernel import clock
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings import paper_files, queries, rules, service
from deliberation.people import queries as people
from tests.support.door import client_of, post
from tests.support.gathering import NOW, STARTS, Gathering


def a_pdf(*, locked: bool = False, pages: int = 1) -> bytes:
    writer, file = PdfWriter(), io.BytesIO()
    for _each in range(pages):
        writer.add_blank_page(200, 200)
    if locked:
        writer.encrypt("geheim")
    writer.write(file)
    return file.getvalue()


def a_word() -> bytes:
    paper, file = Document(), io.BytesIO()
    paper.add_paragraph("坡道宽 1.2 米")
    paper.save(file)
    return file.getvalue()


def a_picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    return file.getvalue()


def packed(**files: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def with_macros() -> bytes:
    file = io.BytesIO(a_word())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return file.getvalue()


@pytest.mark.parametrize(("make", "kind"), [(a_pdf, "pdf"), (a_word, "docx"), (a_picture, "jpg")])
def test_what_a_file_is_is_told_by_opening_it(make, kind):
    opened = paper_files.opened(make(), name="图.exe")
    assert opened.kind == kind
    assert (opened.content == make()) is (kind == "pdf") or kind == "docx" or opened.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "content",
    [b"x", b"%PDF-1.7 and nothing", b"PK\x03\x04 broken", packed(a="1"), with_macros(), a_pdf(locked=True),
     a_pdf(pages=0), b"<svg onload=alert(1)>", b"MZ" + bytes(200)],
)  # fmt: skip
def test_what_cannot_be_opened_is_not_taken(content):
    with pytest.raises(rules.PaperUnreadable):
        paper_files.opened(content, name="x.pdf")


def test_laid_on_and_taken_off_until_the_agenda_locks(app):
    there = Gathering().notice()
    before = queries.meeting(there.meeting.id).agenda_hash
    fields = {"item_id": there.item.id, "title": "坡道图", "file_name": "a.pdf", "content": a_pdf(), "now": NOW}
    with pytest.raises(NotAllowed):
        there.act(service.add_paper, there.members[0], **fields)
    paper = there.act(service.add_paper, there.shen, **fields)
    with pytest.raises(rules.PaperTooLarge):
        there.act(service.add_paper, there.shen, **{**fields, "content": bytes(rules.MOST_PAPER_BYTES + 1)})
    with pytest.raises(rules.AgendaLocked):
        there.act(service.add_paper, there.shen, **{**fields, "now": STARTS - timedelta(hours=1)})
    of = {"meeting_id": there.meeting.id, "paper_id": paper.id, "reason": "画错了"}
    with pytest.raises(rules.AgendaLocked):
        there.act(service.remove_paper, there.shen, now=STARTS - timedelta(hours=1), **of)
    there.act(service.remove_paper, there.shen, now=NOW, **of)
    (gone,) = queries.papers(there.meeting.id)[there.item.id]
    assert (gone.content, gone.removed_reason, queries.paper_count(there.item.id)) == (b"", "画错了", 0)
    assert queries.meeting(there.meeting.id).agenda_hash == before
    late = there.add(1)  # Not in the notice: it may be taken off, and what lies on it goes with it.
    there.act(service.add_paper, there.shen, **{**fields, "item_id": late.id})
    there.act(service.remove_item, there.shen, item_id=late.id, now=NOW)
    assert late.id not in queries.papers(there.meeting.id)
    assert queries.replay_findings(there.meeting.id) == []


@pytest.fixture
def noon(sqlite_app):
    clock.configure(frozen=NOW, file=None)
    return sqlite_app


def test_at_the_door_a_paper_is_offered_never_run(noon):
    there = Gathering().notice()
    meeting, path = f"/meetings/{there.meeting.id}", f"/meetings/{there.meeting.id}/items/{there.item.id}/papers"
    shen, visitor = client_of(noon, people.user(there.shen.user_id)), client_of(noon)
    wrong = post(shen, path, title="", file=(io.BytesIO(b"<script>"), "x.pdf"))
    assert wrong.status_code == 422
    assert "打不开" in wrong.text
    assert post(shen, path, title="", file=(io.BytesIO(a_word()), "坡道.docx")).status_code == 302
    page = visitor.get(meeting).text
    assert "坡道.docx" in page
    found = visitor.get(re.search(rf'href="({meeting}/papers/\d+)"', page).group(1))
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert Document(io.BytesIO(found.data)).paragraphs[0].text == "坡道宽 1.2 米"
    notice = Document(io.BytesIO(visitor.get(f"{meeting}/notice.docx").data))
    told = "\n".join(each.text for each in notice.paragraphs)
    assert "采用丙方案" in told
    assert "材料：坡道.docx" in told
    poster = PdfReader(io.BytesIO(visitor.get(f"{meeting}/notice.pdf").data))
    assert len(poster.pages) == 1
    assert "三号楼" in poster.pages[0].extract_text()
    number = re.search(r"/papers/(\d+)", page).group(1)
    assert post(shen, f"{meeting}/papers/{number}/remove", reason="").status_code == 422
    assert post(shen, f"{meeting}/papers/{number}/remove", reason="版本旧了").status_code == 302
    assert "版本旧了" in visitor.get(meeting).text
    assert visitor.get(f"{meeting}/papers/{number}").status_code == 410


def test_a_calendar_of_ones_own_is_shut_by_renewing_it(noon):
    there = Gathering().notice()
    other = Gathering().notice()
    member, visitor = client_of(noon, people.user(there.members[0].user_id)), client_of(noon)
    address = re.search(r"/meetings/mine/[^\"<]+\.ics", member.get("/meetings/mine").text).group()
    events = Calendar.from_ical(visitor.get(address).data).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["楼委会第 9 次会议"]
    assert str(events[0]["url"]).endswith(f"/meetings/{there.meeting.id}")
    assert other.meeting.id != there.meeting.id
    assert post(member, "/meetings/mine").status_code == 302
    assert visitor.get(address).status_code == 404
    renewed = re.search(r"/meetings/mine/[^\"<]+\.ics", member.get("/meetings/mine").text).group()
    assert visitor.get(renewed).status_code == 200
    assert visitor.get("/meetings/mine/nonsense.ics").status_code == 404
    assert visitor.get("/meetings/mine", headers={"Accept": "application/json"}).status_code == 401
