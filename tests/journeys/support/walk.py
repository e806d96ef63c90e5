"""A walk through every page of the told demo (tests/support/pages.py), in one browser and as whoever opens each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page as Tab
from sqlalchemy import update

from deliberation.kernel.database import db, transaction
from deliberation.people.models import User
from tests.journeys.support.world import sign_in
from tests.support import pages
from tests.support.browser import Person
from tests.support.server import LiveServer
from tests.support.told import demo_application

# A colour on its way to another is neither; where nobody watches, the way can take until somebody asks for a picture.
TURN = """look => {
  Object.assign(document.documentElement.dataset, {mode: look[0], bsTheme: look[1]});
  const ends = each => each.effect.getComputedTiming().endTime !== Infinity;
  for (let round = 0; round < 9; round++)  // What is inherited sets out only when the parent has arrived.
    document.getAnimations().filter(ends).forEach(each => each.finish());
}"""


@dataclass(frozen=True)
class Look:
    """How somebody sees the pages; sizes in pixels. ``elder_size`` is that of elder mode's letters."""

    name: str
    width: int
    height: int
    mode: str = "standard"
    theme: str = "light"
    locale: str = "zh_Hans_CN"
    elder_size: int = 22


PHONE = Look("phone", 360, 780)
NARROW = Look("narrow", 320, 640)  # 1280 px at 400 %, where WCAG 1.4.10 lets nothing scroll sideways.
DESKTOP = Look("desktop", 1440, 900)
ELDER = Look("elder", 360, 780, mode="elder")
DARK = Look("dark", 1440, 900, theme="dark")
ENGLISH = Look("english", 360, 780, locale="en")
LARGEST = Look("largest", 360, 780, mode="elder", elder_size=30)


class Walk:
    """The told demo behind a live server, and one browser that is each of its people in turn."""

    def __init__(self, told: Path, data: Path, new_person: Callable[..., Person]) -> None:
        shutil.copytree(told, data)
        self.server = LiveServer(data, DELIBERATION_ENV="demo", RUN_SCHEDULER="0")
        self.app: Flask = demo_application(data, SECRET_KEY=self.server.environment["SECRET_KEY"])
        with self.app.app_context():
            self.pages = list(pages.pages(self.app))
            keys = {page.who for page in self.pages} - {pages.VISITOR}
            people = {key: pages.person(key).id for key in keys}
        self.cookies = {key: sign_in(self.app, user_id)[0] for key, user_id in people.items()}
        self.server.start()
        self.person = new_person("walker", base_url=self.server.url, width=PHONE.width, height=PHONE.height)

    @property
    def tab(self) -> Tab:
        return self.person.page

    def stop(self) -> None:
        self.server.stop()

    def every(self, look: Look) -> Iterator[pages.Page]:
        """Open every page so; whoever asks for the next has done with this one."""
        chosen = {"display_mode": look.mode, "theme": look.theme, "locale": look.locale, "elder_size": look.elder_size}
        with self.app.app_context(), transaction():
            db.session.execute(update(User).values(**chosen))
        for page in self.pages:
            self.resize(look)
            self.become(page.who, look)
            self.tab.goto(page.path)
            yield page

    def resize(self, look: Look) -> None:
        self.tab.set_viewport_size({"width": look.width, "height": look.height})

    def turn(self, look: Look) -> None:
        """Show the open page so without loading it again: what a style sheet decides changes, nothing else."""
        self.resize(look)
        self.tab.evaluate(
            TURN,
            [look.mode, look.theme],
        )

    def become(self, who: str, look: Look) -> None:
        """From now on the browser is this person's; nothing is loaded."""
        context = self.person.context
        context.clear_cookies()
        shown = {"mode": look.mode, "theme": look.theme, "locale": look.locale, "elder_size": str(look.elder_size)}
        if who:
            name, value = self.cookies[who].split("=", 1)
            shown[name] = value
        context.add_cookies([{"name": key, "value": text, "url": self.server.url} for key, text in shown.items()])
