"""Where the quarter takes place, who lives and works there, and how they wish to hear of it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.feedback import service
from deliberation.kernel.database import db, transaction
from deliberation.notifications import service as notifications
from deliberation.notifications.channels import Parcel
from deliberation.notifications.rules import Rhythm, Wishes
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import OrganisationKind, User
from deliberation.photos.models import Photo
from deliberation.places.models import Place
from tests.support import cycle, make
from tests.support.quarter.stories import FIRST, Story

WEEKDAYS = (0, 2, 4)  # The scheduler may miss a day: what it missed is done on the next.
FIRMS = ("木棉精密", "启明软件", "南风食品")
Act = Callable[[datetime], None]


@dataclass(frozen=True)
class Resident:
    id: int
    name: str
    email: str
    phone: str

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.id, name=self.name)


@dataclass
class Quarter:
    """The places and their people, the days still to come, and which states have been ``seen`` on the way.

    ``seen``: of cases, of who leads, of who is asked, and of deliveries.
    ``gone`` are mailboxes that are no more; what goes to ``busy`` addresses succeeds at the second attempt;
    ``at_night`` is the number of somebody who works at night and sleeps until the evening.
    """

    random: random.Random
    places: list[Place]
    residents: list[Resident]
    liaison: Actor
    supervisor: Actor
    handlers: list[Actor]
    visitor: Actor
    photo_id: int
    gone: frozenset[str]
    busy: frozenset[str]
    at_night: str
    days: dict[date, list[Act]] = field(default_factory=lambda: defaultdict(list))
    stories: dict[int, Story] = field(default_factory=dict)
    seen: tuple[set[str], set[str], set[str], set[str]] = field(default_factory=lambda: (set(), set(), set(), set()))
    sent: list[Parcel] = field(default_factory=list)
    others: cycle.World | None = None  # The resolution that waited for another office.

    def on(self, day: date, act: Act) -> None:
        """Do something on ``day``, or on the next one of those on which anything is done here."""
        while day.weekday() not in WEEKDAYS:
            day += timedelta(days=1)
        self.days[day].append(act)

    def after(self, now: datetime, days: int, act: Act) -> None:
        self.on(now.date() + timedelta(days=days), act)

    def case(self, story: Story) -> tuple[Case, Actor]:
        """The case and who handles it now."""
        case = db.session.get_one(Case, story.case_id)
        return case, next(each for each in self.handlers if each.user_id == case.handler_id)

    @property
    def callers(self) -> list[Resident]:
        return [each for each in self.residents if each.phone]


def settled(seed: int) -> Quarter:
    """A subdistrict with a lane and a park; the lane asks early and sends somebody to look at services."""
    with transaction():
        street = make.place()
        lane, park = make.place(parent=street), make.place(parent=street)
        residents = _residents()
        _wish(residents, lane, park)
        liaison = make.actor(make.person(name="沈岚", duty="联络员", email=False, roles=[Role.liaison], place=street))
        supervisor = make.person(name="葛督", email=False, roles=[Role.supervisor], place=street)
        visitor = make.person(name="顾阿姨", duty="居委会", email=False, roles=[Role.residents_committee], place=street)
        handlers = _handlers(street)
        for kind, days, asks_visit in (("", "10", False), ("services", "12", True)):
            service.set_plan(
                liaison, place_id=lane.id, kind=kind, days=days, days_to_answer=5, asks_visit=asks_visit, now=make.NOW
            )
        for name in FIRMS:
            people.create_organisation(name=name, kind=OrganisationKind.firm)
        photo_id = _photo(handlers[0])
    addresses = [address for each in residents for address in (each.email, each.phone) if address]
    quarter = Quarter(
        random=random.Random(seed),
        places=[lane, lane, lane, park],
        residents=residents,
        liaison=liaison,
        supervisor=make.actor(supervisor),
        handlers=handlers,
        visitor=make.actor(visitor),
        photo_id=photo_id,
        gone=frozenset((residents[0].email, residents[-1].email)),
        busy=frozenset(addresses[1::4]) - {residents[1].phone},
        at_night=residents[1].phone,
    )
    _approve_later(quarter)
    return quarter


def _residents() -> list[Resident]:
    """Many who only look into their inbox, some with an address, a few with two."""
    everyone = [make.person(name="周敏", email=number % 12 == 0, phone=number % 12 == 1) for number in range(60)]
    everyone += [make.person(name="郑伯", email=True, phone=True) for _each in range(4)]
    return [_resident(each) for each in everyone]


def _resident(user: User) -> Resident:
    return Resident(user.id, user.name, user.email or "", user.us_phone_number or "")


def _wish(residents: list[Resident], lane: Place, park: Place) -> None:
    """Two follow their place by digest; one works at night, and no telephone is to ring before five."""
    wishes = (
        (12, lane, Wishes(rhythm=Rhythm.daily)),
        (24, park, Wishes(rhythm=Rhythm.weekly)),
        (1, lane, Wishes(first="sms", quiet_from=9, quiet_until=17)),
    )
    for number, place, wished in wishes:
        people.follow_place(user_id=residents[number].id, place_id=place.id, now=make.NOW)
        notifications.change_wishes(residents[number].id, wished, now=make.NOW)


def _handlers(street: Place) -> list[Actor]:
    names = ("道路设施科", "营商服务中心", "养老服务中心")
    units = [people.create_organisation(name=name, kind=OrganisationKind.department) for name in names]
    each = [
        make.person(name=f"钱工{number}", email=False, roles=[Role.handler], place=street, organisation_id=unit.id)
        for number, unit in enumerate(units)
    ]
    return [make.actor(handler) for handler in each]


def _photo(handler: Actor) -> int:
    """What every notice shows: its row is enough, nobody looks at it here."""
    photo = Photo(
        file_name="notice.jpg", width=60, height=40, caption="", uploaded_by_id=handler.user_id, uploaded_at=make.NOW
    )
    db.session.add(photo)
    db.session.flush()
    return photo.id


def _approve_later(quarter: Quarter) -> None:
    """One more case, of a resolution that another office has to approve before anybody's clock runs."""
    with transaction():
        hall = cycle.settled(needs_approval=True)
    quarter.others = hall

    def answer(now: datetime) -> None:
        hall.reply(now=now)

    def approve(now: datetime) -> None:
        day = now.date()
        cases.record_approval(hall.hall.liaison, hall.case.id, reference="沪公交 2026-12", published_on=day, now=now)
        quarter.after(now, 1, answer)

    quarter.on(FIRST + timedelta(days=14), approve)
