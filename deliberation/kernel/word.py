"""A text of ours as a Word file: the very article of a page, taken apart into blocks and put together again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN = "Times New Roman"
CHINESE = {"zh-CN": "SimSun", "zh-TW": "PMingLiU", "en": "SimSun"}  # What each place's machines have.
HEADINGS = {"h2": 0, "h3": 1, "h4": 2}
TEXT = frozenset({*HEADINGS, "p", "li", "dt", "dd", "th", "td"})


@dataclass
class Piece:
    """Some text of a block: ``mark`` is "", "del", "ins" or "b"."""

    text: str
    mark: str = ""


@dataclass
class Block:
    """``kind`` is the name of an element: h2, h3, h4, p, li, or "row" of cells (dt and dd, th, td)."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    cells: list[list[Piece]] = field(default_factory=list)
    is_head: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def parsed(article: str) -> list[Block]:
    """The blocks of the article, in its order; empty ones are left out."""
    reader = _Reader()
    reader.feed(article)
    reader.close()
    return [block for block in reader.blocks if block.cells or block.text.strip()]


class _Reader(HTMLParser):
    """Reads the few elements that the article is written in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[Piece] | None = None
        self._mark = ""
        self._is_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("del", "ins", "b"):
            self._mark = tag
        elif tag == "br" and self._open is not None:
            self._open.append(Piece("\n"))
        elif tag in TEXT:
            self._open = []
            self._is_pre = "pre" in (dict(attrs).get("class") or "").split()
            self._begin(tag)

    def _begin(self, tag: str) -> None:
        assert self._open is not None  # noqa: S101 - it was made a line before.
        if tag in ("dd", "td", "th") and self._in_row(tag):
            self.blocks[-1].cells.append(self._open)
        elif tag in ("dt", "td", "th"):
            self.blocks.append(Block("row", cells=[self._open], is_head=tag == "th"))
        else:
            self.blocks.append(Block(tag, self._open))

    def _in_row(self, tag: str) -> bool:
        last = self.blocks[-1] if self.blocks else None
        return last is not None and last.kind == "row" and (tag == "dd" or not self._row_ended)

    _row_ended = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("del", "ins", "b"):
            self._mark = ""
        elif tag in TEXT:
            self._open = None
            self._row_ended = False
        if tag in ("tr", "table", "dl"):
            self._row_ended = True

    def handle_data(self, data: str) -> None:
        if self._open is None:
            return
        text = data if self._is_pre else " ".join(data.split()) and _one_space(data)
        if text:
            self._open.append(Piece(text, self._mark))


def _one_space(text: str) -> str:
    """Runs of blanks become one, as a browser shows them."""
    lead = " " if text[:1].isspace() else ""
    return lead + " ".join(text.split()) + (" " if text[-1:].isspace() else "")


def grouped(blocks: Sequence[Block]) -> list[list[Block]]:
    """Runs of rows that make one table, and every other block alone."""
    groups: list[list[Block]] = []
    for block in blocks:
        last = groups[-1][-1] if groups else None
        is_row = block.kind == "row" and last is not None and last.kind == "row"
        if is_row and last is not None and len(last.cells) == len(block.cells) and not block.is_head:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def as_docx(blocks: Sequence[Block], language: str) -> bytes:
    """The blocks as a Word file that is locked against editing: a copy for the file, not a draft.

    ``language`` (zh-CN, zh-TW, en) chooses the letters and what Word checks the spelling by.
    """
    paper = Document()
    _set_fonts(paper, language)
    for group in grouped(blocks):
        if group[0].kind == "row":
            _write_rows(paper, group)
        else:
            _write(paper, group[0])
    _lock(paper)
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _set_fonts(paper: Any, language: str) -> None:
    for name in ("Normal", "Heading 1", "Heading 2", "Title", "List Bullet"):
        style = paper.styles[name]
        style.font.name = LATIN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE[language])
    normal = paper.styles["Normal"]
    normal.font.size = Pt(12)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "zh-CN" if language == "en" else language)
    normal.element.get_or_add_rPr().append(spoken)


def _write(paper: Any, block: Block) -> None:
    if block.kind in HEADINGS:
        paragraph = paper.add_heading(level=HEADINGS[block.kind])
    elif block.pieces:
        paragraph = paper.add_paragraph(style="List Bullet" if block.kind == "li" else None)
    else:
        return
    _fill(paragraph, block.pieces)


def _fill(paragraph: Any, pieces: Sequence[Piece]) -> None:
    """What goes is struck out, what comes is underlined: it reads without colour."""
    for piece in pieces:
        run = paragraph.add_run(piece.text)
        run.font.strike = piece.mark == "del" or None
        run.font.underline = piece.mark == "ins" or None
        run.bold = piece.mark == "b" or None
        if piece.mark == "ins":
            run.font.highlight_color = WD_COLOR_INDEX.BRIGHT_GREEN


def _write_rows(paper: Any, rows: Sequence[Block]) -> None:
    table = paper.add_table(rows=0, cols=len(rows[0].cells), style="Table Grid")
    for row in rows:
        for cell, pieces in zip(table.add_row().cells, row.cells, strict=True):
            _fill(cell.paragraphs[0], [Piece(piece.text, "b") if row.is_head else piece for piece in pieces])


def _lock(paper: Any) -> None:
    """``w:documentProtection``: Word opens it to be read; the text that counts is the one whose hash is logged."""
    protection = OxmlElement("w:documentProtection")
    protection.set(qn("w:edit"), "readOnly")
    protection.set(qn("w:enforcement"), "1")
    paper.settings.element.append(protection)
