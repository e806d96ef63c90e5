"""What a person takes home: a zip with a page to read and one JSON file a table, written while it is sent.

The page has words, hours of Shanghai and square metres; the files have what is stored, for programs.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup, escape

from deliberation.feedback.wording import ANSWERS, RATINGS
from deliberation.kernel.clock import shanghai
from deliberation.kernel.errors import N_
from deliberation.kernel.i18n import LOCALES, translated
from deliberation.matters.wording import STATES
from deliberation.notifications import queries as notifications
from deliberation.notifications.render import render
from deliberation.notifications.wording import CHANNELS, RHYTHMS
from deliberation.people.models import User
from deliberation.people.wording import PURPOSES, ROLES
from deliberation.privacy import queries
from deliberation.privacy.columns import COLUMNS, TABLES
from deliberation.privacy.rules import HOLDINGS, Holding
from deliberation.privacy.rules.inventory import NAMES, UNTIL, WHAT, WHY
from deliberation.proposals.wording import REDIRECTS

# What stands for a code in the column of that name; a code without words is shown as it is.
WORDS: dict[str, Mapping[str, str]] = {
    "answer": {str(answer): words for answer, words in ANSWERS.items()},
    "channel": CHANNELS,
    "choice": {"for": N_("同意"), "against": N_("反对"), "abstain": N_("弃权")},
    "display_mode": {"standard": N_("标准"), "elder": N_("关怀版")},
    "first": CHANNELS,
    "locale": LOCALES,
    "purpose": {str(purpose): words[0] for purpose, words in PURPOSES.items()},
    "rating": {str(rating): words for rating, words in RATINGS.items()},
    "redirect_channel": {str(channel): words[0] for channel, words in REDIRECTS.items()},
    "rhythm": RHYTHMS,
    "role": {str(role): words for role, words in ROLES.items()},
    "side": {"for": N_("赞成"), "against": N_("反对"), "question": N_("提问"), "order": N_("程序问题")},
    "state": STATES,
    "theme": {"light": N_("浅色"), "dark": N_("深色"), "auto": N_("跟随系统")},
}


class _Tape:
    """What zipfile writes to: bytes are taken off it as soon as they are there."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def own_holdings() -> list[Holding]:
    """The tables in which rows can be a person's own."""
    return [each for each in HOLDINGS if each.own or each.addresses or each.through]


def stream(user: User, *, uploads: Path, now: datetime) -> Iterator[bytes]:
    """The zip in pieces. Tables without a row of the person have no file."""
    tape, counts = _Tape(), {}
    with zipfile.ZipFile(tape, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("README.txt", current_app.jinja_env.get_template("privacy/readme.txt").render(now=_when(now)))
        with archive.open("index.html", "w") as page:
            for piece in _page(user, now=now):
                page.write(piece.encode())
        yield tape.take()
        for holding in own_holdings():
            rows = [_plain(row) for row in queries.rows_of(holding, user)]
            if rows:
                counts[holding.table] = len(rows)
                archive.writestr(f"data/{holding.table}.json", json.dumps(rows, ensure_ascii=False, indent=1))
                yield tape.take()
                if holding.table == "photo":
                    yield from _pictures(archive, tape, rows, uploads)
        messages = list(_messages(user))
        if messages:
            archive.writestr("data/message_texts.json", json.dumps(messages, ensure_ascii=False, indent=1))
            yield tape.take()
        archive.writestr("data/index.json", json.dumps({"person": user.id, "made_at": now.isoformat(), "rows": counts}))
    yield tape.take()


def _pictures(archive: zipfile.ZipFile, tape: _Tape, rows: list[dict[str, Any]], uploads: Path) -> Iterator[bytes]:
    for row in rows:
        file = uploads / str(row["file_name"])
        if file.is_file():
            archive.write(file, f"photos/{file.name}")
            yield tape.take()


def _messages(user: User) -> Iterator[dict[str, str]]:
    """What the person was told, as it read; the newest first, a page of the inbox at a time."""
    before: int | None = None
    while True:
        page = notifications.inbox(user.id, before=before)
        for content in notifications.contents(page.items):
            worded = render(content)
            yield {"at": content.message.created_at.isoformat(), "subject": worded.subject, "body": worded.body}
        if page.cursor is None:
            return
        before = page.cursor


def _page(user: User, *, now: datetime) -> Iterator[str]:
    """The page to read, table by table; every value escaped, no script, no link out."""
    template = current_app.jinja_env.get_template("privacy/download.html")
    groups = [
        {
            "name": translated(NAMES[group]), "what": translated(WHAT[group]),
            "why": translated(WHY[group]), "until": translated(UNTIL[group]),
            "tables": [
                (translated(TABLES[each.table]), each.table, (_shown(row) for row in queries.rows_of(each, user)))
                for each in own_holdings() if each.group is group
            ],
        }
        for group in WHAT
    ]  # fmt: skip
    told = ({**message, "at": _when(datetime.fromisoformat(message["at"]))} for message in _messages(user))
    yield from template.generate(user=user, now=_when(now), groups=groups, messages=told)


def _shown(row: dict[str, Any]) -> Markup:
    """A row in words; what is empty is left out."""
    said = ((translated(COLUMNS[name]), worded(name, value)) for name, value in row.items() if value not in (None, ""))
    cells = (Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in said)
    return Markup("<dl>{}</dl>").format(Markup("").join(cells))


def worded(name: str, value: Any) -> str:
    """A stored value as a person reads it: hours of Shanghai, areas (stored in 0.01 ㎡) in ㎡, words for codes."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, datetime):
        return _when(value)
    if name == "area":
        return gettext("%(count)s ㎡", count=f"{value // 100:,}.{value % 100:02d}")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return translated(WORDS.get(name, {}).get(str(value), "")) or str(value)


def _when(value: datetime) -> str:
    """The year too, since the file is kept: "2026-06-08 12:15"."""
    return f"{shanghai(value):%Y-%m-%d %H:%M}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in row.items() if value is not None}


def _text(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) else str(escape(value))
