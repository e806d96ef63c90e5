"""What every template may rely on: how to show things, who is looking, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import get_locale
from flask_login import current_user

from deliberation.kernel import clock
from deliberation.kernel.i18n import LOCALES, TAGS, moment_text
from deliberation.matters.wording import HOLDER_TASKS, STATES
from deliberation.notifications import queries as notifications
from deliberation.people.guard import current_actor
from deliberation.people.masking import mask_name, mask_phone, mask_plate_number
from deliberation.people.rules import ELDER_SIZES
from deliberation.settings import Settings


@dataclass(frozen=True)
class Display:
    """``mode`` is standard or elder, ``theme`` light, dark or auto; ``elder_size`` in pixels, 18 to 30."""

    mode: str
    elder_size: int
    theme: str
    locale: str


@dataclass(frozen=True)
class DemoBar:
    """``now`` in words, ``since`` for the form that moves the clock on: from when it was sent."""

    now: str
    since: str


def init_app(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.filters.update(mask_name=mask_name, mask_phone=mask_phone, mask_plate=mask_plate_number)
    app.jinja_env.globals.update(STATES=STATES, HOLDER_TASKS=HOLDER_TASKS)


def _context() -> dict[str, Any]:
    if g.get("has_failed"):
        return {}  # The page that admits a fault of ours must not need the database.
    actor = current_actor()
    settings: Settings = current_app.extensions["settings"]
    return {
        "display": _display(),
        "actor": actor if actor.is_signed_in else None,
        "unread_count": notifications.unread_count(actor.user_id) if actor.user_id else 0,
        "may": lambda action, scope=None: actor.may(action, scope),
        "current_place": None,
        "nav": "",
        "demo": _demo_bar() if settings.is_demo else None,
        "now": clock.now(),
        "locales": LOCALES,
        "language_tags": TAGS,
    }


def _demo_bar() -> DemoBar:
    now = clock.now()
    return DemoBar(now=moment_text(now), since=now.isoformat())


def _display() -> Display:
    locale = str(get_locale() or "zh_Hans_CN")
    if current_user.is_authenticated:
        return Display(current_user.display_mode, current_user.elder_size, current_user.theme, locale)
    cookies = request.cookies
    mode = "elder" if cookies.get("mode") == "elder" else "standard"
    theme = cookies.get("theme", "auto")
    size = request.cookies.get("elder_size", 22, type=int)
    size = size if size in ELDER_SIZES else 22
    return Display(mode, size, theme if theme in ("light", "dark", "auto") else "auto", locale)
