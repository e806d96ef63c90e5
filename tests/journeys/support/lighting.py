"""Case E2: who sits at which screen, and what the story has come to."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from deliberation.demo.stage import at
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from tests.journeys.support.hands import sign_in
from tests.journeys.support.looks import check, picture
from tests.journeys.support.world import World
from tests.support.browser import Person
from tests.support.server import LiveServer


class Story:
    """Who sits at which screen, and what the story has come to."""

    def __init__(self, server: LiveServer, seat: Callable[..., Person]) -> None:
        self.server, self.seat = server, seat
        self.world = World(server, begins=at(1, 12, 22, 40))
        self.people: dict[str, Person] = {}
        self.matter_id = self.meeting_id = self.vote_id = self.case_id = 0

    def person(self, key: str, *, width: int, height: int = 800) -> Person:
        """The demo's person at a screen of their own, signed in."""
        if key not in self.people:
            self.people[key] = self.seat(key, base_url=self.server.url, width=width, height=height)
            sign_in(self.people[key], key)
        return self.people[key]

    def page(self, key: str) -> Page:
        return self.people[key].page

    def matter(self) -> Matter:
        with self.world.app.app_context():
            return db.session.get_one(Matter, self.matter_id)

    def read(self, key: str, path: str, *, name: str = "") -> Page:
        """Go there and see that the page is in order; named ones are kept as pictures."""
        self.page(key).goto(path)
        self.look(key, name)
        return self.page(key)

    def look(self, key: str, name: str = "") -> None:
        check(self.page(key))
        if name:
            picture(self.page(key), f"lighting-{name}")
