"""Every kind of message in every language: what a template says itself is never left in another one.

Most kinds are not sent in the told demo, so each template is given facts made up by how it uses them. No database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale

import taiwan
from deliberation.notifications.render import public_link

FOLDER = Path(__file__).parents[2] / "templates" / "messages"
KINDS = sorted(file.stem for file in FOLDER.glob("*.txt") if not file.stem.startswith("_"))
CHINESE = re.compile(r"[\u3400-\u9fff]+")
USED = re.compile(r"\b\w+\.(\w+) \| parse_(day|moment|clock)")
LISTED = re.compile(r"\bin \w+\.(\w+)\b|\w+\.(\w+) \| map\(")


MOMENT = "2026-03-05T04:15:00+00:00"
# What is no word: counts, lists of moments, codes that other rooms have words for.
GIVEN: dict[str, dict[str, Any]] = {
    "look_back.asked": {"days": 30, "look_back": 1, "id": 1, "until": MOMENT},
    "meeting.notice": {"items": [{"title": "…", "minutes": 30, "motion_text": "…"}]},
    "merge.requested": {"count": 2},
    # Its parts are worded from codes, which tests/feedback/test_whole_story.py reads in both languages.
    "outcome.notice": {
        **{
            name: {"text": "…"}
            for name in ("summary", "decided", "reason", "who", "next_feedback", "contact", "issuer")
        },
        "figures": {"kind": "meeting", "people": 7, "title": "…"},
    },
    "proposal.redirected": {"channel": "petition"},
    "series.changed": {"called": [MOMENT], "next": [MOMENT]},
    "series.ended": {"called": [MOMENT]},
    "vote.extended": {"seats": 46, "cast": 9, "needed": 31, "area_needed": 229510, "roll": "units"},
    "vote.published": {"seats": 46, "needed": 31, "area_needed": 229510, "roll": "units", "changed": ["…"]},
}


class Facts(dict[str, Any]):
    """Whatever a template asks for, in the shape in which it is used there; no word of it is Chinese."""

    def __init__(self, source: str, given: dict[str, Any]) -> None:
        super().__init__(given)
        self._source = source
        self._days = dict(USED.findall(source))
        self._lists = {one or other for one, other in LISTED.findall(source)}

    def __missing__(self, name: str) -> Any:
        if name in self._days:
            return "2026-03-05" if self._days[name] == "day" else MOMENT
        if name in self._lists:
            return [Facts(self._source, dict(self))]
        return 3 if re.search(rf"ngettext\([^)]*\w+\.{name}\b", self._source) else f"<{name}>"


def said(app: Flask, kind: str, locale: str) -> str:
    source = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / f"{kind}.txt", FOLDER / "_proxy.txt"))
    facts = Facts(source, GIVEN.get(kind, {}))
    with app.app_context(), force_locale(locale):
        template = app.jinja_env.get_template(f"messages/{kind}.txt")
        return template.render(data=facts, user=facts, matter=facts, reason="", link=public_link)


def _typed(text: str) -> Iterator[str]:
    yield from (run for run in CHINESE.findall(re.sub(r"<\w+>", "", text)))


def test_every_message_is_in_the_language_of_who_gets_it(sqlite_app):
    days = re.compile(r"\d+月\d+日 ?[周週].")  # Babel writes dates; its own words are not in our lists.
    found = []
    for kind in KINDS:
        here, english, taiwanese = (said(sqlite_app, kind, locale) for locale in ("zh_Hans_CN", "en", "zh_Hant_TW"))
        found += [f"{kind} says nothing"] if not list(_typed(here)) else []
        found += [f"{kind} in English: {each}" for each in _typed(english)]
        expected = taiwan.converted(days.sub("", here)).replace("週", "周")
        if list(_typed(days.sub("", taiwanese).replace("週", "周"))) != list(_typed(expected)):
            found.append(f"{kind} in Taiwan: {taiwanese}")
    assert len(KINDS) > 60
    assert not found, "\n".join(found)
