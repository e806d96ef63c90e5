"""What a paper really is: told by opening it, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from docx import Document
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from deliberation.kernel.errors import Refusal
from deliberation.meetings.rules import MOST_UNPACKED_BYTES, PaperUnreadable
from deliberation.photos.encoding import encode

PDF, WORD, PICTURE = "pdf", "docx", "jpg"


@dataclass(frozen=True)
class Opened:
    """``kind`` is "pdf", "docx" or "jpg"; a picture is made anew, without what a camera wrote into it."""

    kind: str
    content: bytes


def opened(content: bytes, *, name: str) -> Opened:
    """The file as it will be given out; raises ``PaperUnreadable`` for what is none of the three.

    A PDF that is locked or has no page, and a Word file with macros, are not taken: nobody could read the first, and
    nobody should open the second.
    """
    if content.startswith(b"%PDF-"):
        return _pdf(content, name)
    if content.startswith(b"PK"):
        return _word(content, name)
    try:
        return Opened(PICTURE, encode(content, name=name).large)
    except Refusal as refusal:
        raise PaperUnreadable(name=name) from refusal


def _pdf(content: bytes, name: str) -> Opened:
    try:
        paper = PdfReader(io.BytesIO(content))
        is_readable = not paper.is_encrypted and len(paper.pages) > 0
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError) as error:
        raise PaperUnreadable(name=name) from error
    if not is_readable:
        raise PaperUnreadable(name=name)
    return Opened(PDF, content)


def _word(content: bytes, name: str) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise PaperUnreadable(name=name)
            if any(each.filename.endswith("vbaProject.bin") for each in packed.infolist()):
                raise PaperUnreadable(name=name)
        Document(io.BytesIO(content))
    except PaperUnreadable:
        raise
    except Exception as error:  # python-docx says in many ways that a package is none of its own.
        raise PaperUnreadable(name=name) from error
    return Opened(WORD, content)
