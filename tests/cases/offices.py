"""A case given to somebody, and the offices around it that hand it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deliberation.cases import queries, service
from deliberation.cases.models import Assignment, Case
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matter_queries
from deliberation.notifications.models import Message
from deliberation.people.access import Actor, Role
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World

WHY = "灯杆不归我们管，归园区工程部。"


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@dataclass
class Offices:
    """A case given to 钱工 on Tuesday 3 March, 09:01, due 24 March, and two more who handle cases there."""

    world: World
    second: Actor
    third: Actor

    @property
    def case(self) -> Case:
        return self.world.case

    @property
    def first(self) -> Actor:
        return self.world.handler

    @property
    def liaison(self) -> Actor:
        return self.world.hall.liaison

    @property
    def supervisor(self) -> Actor:
        return self.world.supervisor

    def asked(self, actor: Actor) -> Assignment:
        """What this person was asked last."""
        rows = [row for row in queries.assignments(self.case.id) if row.handler_id == actor.user_id]
        return rows[-1]

    def hand_back(self, actor: Actor, *, now: datetime = SETTLED) -> None:
        with transaction():
            service.hand_back(actor, self.asked(actor).id, reason=WHY, now=now)

    def ask(self, actor: Actor, *, now: datetime = SETTLED) -> None:
        with transaction():
            service.ask_another(self.liaison, self.case.id, handler_id=actor.user_id or 0, now=now)

    def assist(self, actor: Actor, *, now: datetime = SETTLED) -> Assignment:
        with transaction():
            given = {"handler_id": actor.user_id or 0, "task": "把电接到灯杆"}
            return service.ask_assistance(self.liaison, self.case.id, now=now, **given)

    def tasks(self, actor: Actor) -> list[str]:
        return [line.task for line in queries.desk_lines(actor, now=SETTLED)]

    def codes(self) -> list[str]:
        return [entry.code for entry in matter_queries.timeline(self.case.matter_id)]


def given() -> Offices:
    with transaction():
        world = cycle.settled()
        place = world.hall.place
        second = make.actor(make.person(name="方工", duty="照明", roles=[Role.handler], place=place))
        third = make.actor(make.person(name="高工", duty="工程", roles=[Role.park_manager], place=place))
    return Offices(world, second, third)


def told(kind: str) -> set[int]:
    return set(db.session.scalars(select(Message.user_id).where(Message.kind == kind)))
