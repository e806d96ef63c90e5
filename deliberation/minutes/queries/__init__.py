"""What pages and other rooms read about minutes."""

from __future__ import annotations

from deliberation.minutes.queries.pages import EditPage, MinutesPage, VersionPage, edit_page, minutes_page, version_page
from deliberation.minutes.queries.parts import desk_lines, needs, on_matter
from deliberation.minutes.queries.rows import (
    due_to_remind,
    minutes,
    minutes_of_meeting,
    newest_version,
    recorders_to_choose,
    version,
    versions,
)
from deliberation.minutes.queries.sheet import sheet, text_hash

__all__ = [
    "EditPage",
    "MinutesPage",
    "VersionPage",
    "desk_lines",
    "due_to_remind",
    "edit_page",
    "minutes",
    "minutes_of_meeting",
    "minutes_page",
    "needs",
    "newest_version",
    "on_matter",
    "recorders_to_choose",
    "sheet",
    "text_hash",
    "version",
    "version_page",
    "versions",
]
