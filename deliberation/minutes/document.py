"""Minutes on paper: the very article of the page as blocks, for the files it can be taken home as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from flask import render_template
from flask_babel import gettext as _

from deliberation.kernel import typesetting
from deliberation.kernel.i18n import language_tag, moment_text
from deliberation.kernel.word import Block, Piece, grouped, parsed
from deliberation.meetings.rules import marked_change
from deliberation.minutes.queries import VersionPage


def blocks_of(page: VersionPage) -> list[Block]:
    """A published version as blocks, in the reader's language: its title, its text, and where to check it."""
    article = render_template(
        "minutes/_article.html", text=page.version.content, marked=page.marked, marked_change=marked_change
    )
    title = _("%(title)s 会议纪要", title=page.meeting.title)
    foot = _(
        "第 %(number)s 版，%(when)s 公布。原文指纹（SHA-256）：%(hash)s",
        number=page.version.version, when=moment_text(page.version.published_at), hash=page.version.content_hash,
    )  # fmt: skip
    return [Block("h2", [Piece(title)]), *parsed(article), Block("p", [Piece(foot)])]


def as_pdf(blocks: Sequence[Block]) -> bytes:
    """The blocks on A4, for the file and the notice board."""
    groups = [[asdict(block) for block in group] for group in grouped(blocks)]
    return typesetting.pdf("minutes/minutes.typ", {"lang": language_tag(), "groups": groups})
