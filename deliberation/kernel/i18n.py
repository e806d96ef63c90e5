"""Languages, dates and numbers as people read them: zh-CN is the source, zh-TW is made of it, en is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale, gettext
from markupsafe import Markup, escape

from deliberation.kernel import clock
from deliberation.kernel.errors import Refusal

LOCALES = {
    "zh_Hans_CN": "简体中文",  # not translated: a language is named in itself.
    "zh_Hant_TW": "繁體中文",  # not translated: a language is named in itself.
    "en": "English",
}
TAGS = {"zh_Hans_CN": "zh-CN", "zh_Hant_TW": "zh-TW", "en": "en"}  # As HTML, browsers and printed pages name them.
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def init_app(app: Flask) -> None:
    app.config.update(
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
    )
    Babel(app, locale_selector=chosen_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["language_tag"] = language_tag
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        moment_range=moment_range,
        isotime=isotime,
        clock_time=clock_time,
        month=month_text,
        month_name=month_name,
        number=number,
        parse_moment=parse_moment,
        parse_day=parse_day,
        parse_clock=parse_clock,
        said=say,
        translated=translated,
    )


def chosen_locale() -> str:
    """The person's own choice, else the browser's, else zh-CN."""
    own = g.get("own_locale")
    chosen = (own() if own else None) or session.get("locale") or request.cookies.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return preferred(request.accept_languages.values())


def preferred(tags: Iterable[str]) -> str:
    """The first of a browser's languages ("zh-Hant-HK", "en-GB"), best first, that we have; else zh-CN."""
    for tag in tags:
        language, *rest = tag.lower().replace("_", "-").split("-")
        if language == "zh":
            return "zh_Hant_TW" if TRADITIONAL & set(rest) and "hans" not in rest else "zh_Hans_CN"
        if language == "en":
            return "en"
    return "zh_Hans_CN"


def language_tag() -> str:
    """The language of this page or paper: zh-CN, zh-TW or en."""
    return TAGS.get(str(get_locale()), "zh-CN")


def say(refusal: Refusal) -> str:
    """The refusal's sentence in the reader's language."""
    params = {name: _plain(value) for name, value in refusal.params.items()}
    sentence = gettext(refusal.sentence)
    return sentence % params if params else sentence


def translated(text: str) -> str:
    """A message id that is not written in the template, or what somebody typed, which stays as it is.

    Templates call ``_`` with sentences of ours only: Jinja takes what ``_`` returns for markup and for a pattern.
    """
    return gettext(text) if text else ""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, tuple):  # Several message ids: a list in the reader's language.
        return gettext("、").join(gettext(each) for each in value)
    return value


def day_text(value: date | datetime) -> str:
    """ "11月22日 周日"; the year only when it is not this year."""
    on = clock.shanghai_date(value) if isinstance(value, datetime) else value
    other_year = on.year != clock.shanghai_date(clock.now()).year
    if (locale := str(get_locale() or "zh_Hans_CN")) != "en":
        pattern = "y年M月d日 EEE" if other_year else "M月d日 EEE"  # not translated: Babel's patterns
        return format_date(on, pattern, locale=locale)
    return format_date(on, "EEE d MMM y" if other_year else "EEE d MMM", locale="en")


def month_text(value: date) -> str:
    """ "2026 年 5 月", "May 2026"."""
    if str(get_locale() or "zh_Hans_CN") == "en":
        return format_date(value, "MMMM y", locale="en")
    return gettext("%(year)s 年 %(month)s 月", year=value.year, month=value.month)


def month_name(value: date) -> str:
    """ "5月", "May": where the year stands beside it."""
    return format_date(value, "LLL", locale=str(get_locale() or "zh_Hans_CN"))


def clock_text(value: datetime) -> str:
    return clock.shanghai(value).strftime("%H:%M").removeprefix("0") or "0:00"


def moment_text(value: datetime) -> str:
    """ "11月22日 周日 12:15"."""
    return f"{day_text(value)} {clock_text(value)}"


def _time(value: date | datetime, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)


def day(value: date | datetime | None) -> Markup:
    return _time(value, day_text(value)) if value is not None else Markup("—")


def moment(value: datetime | None) -> Markup:
    return _time(value, moment_text(value)) if value is not None else Markup("—")


def clock_time(value: datetime | None) -> Markup:
    return _time(value, clock_text(value)) if value is not None else Markup("—")


def moment_range(start: datetime, end: datetime) -> Markup:
    """ "11月22日 周日 12:15–13:15", or both days when they differ."""
    same_day = clock.shanghai_date(start) == clock.shanghai_date(end)
    last = clock_text(end) if same_day else moment_text(end)
    return _time(start, f"{moment_text(start)}–{last}")


def isotime(value: datetime | None) -> str:
    return value.isoformat() if value is not None else ""


def number(value: int) -> str:
    return str(escape(f"{value:,}"))


def parse_moment(value: str) -> Markup:
    """An ISO instant out of stored JSON, shown as ``moment``."""
    return moment(datetime.fromisoformat(value))


def parse_clock(value: str) -> Markup:
    """An ISO instant out of stored JSON, shown as ``clock_time``."""
    return clock_time(datetime.fromisoformat(value))


def parse_day(value: str) -> Markup:
    """An ISO date out of stored JSON, shown as ``day``."""
    return day(date.fromisoformat(value))
