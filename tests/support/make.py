"""Small makers of what tests need, through the real services; call them inside ``with transaction():``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime

from deliberation.committees import service as committees
from deliberation.committees.models import Committee, Seat
from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.people import queries as people_queries
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places import service as places
from deliberation.places.models import Place, PlaceKind

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai.
_numbers = itertools.count(1)


def place(*, parent: Place | None = None, kind: PlaceKind = PlaceKind.lane) -> Place:
    """A place with a code of its own."""
    number = next(_numbers)
    return places.create_place(
        code=f"T{number}",
        name=f"测试里 {number}",
        plate="测",
        kind=kind,
        parent=parent,
        contact_name="沈岚",
        contact_phone="021-55550101",
        contact_hours="周一至周五 9:00–17:00",
    )


def person(
    *,
    name: str = "周敏",
    email: bool = True,
    phone: bool = False,
    roles: Iterable[Role] = (),
    place: Place | None = None,
    now: datetime = NOW,
    **details: object,
) -> User:
    """An account without a password; ``roles`` are granted in ``place``."""
    number = next(_numbers)
    user = people.create_user(
        name=name,
        email=f"person{number}@example.org" if email else None,
        phone=f"138{number:08d}" if phone else None,
        now=now,
        **details,
    )
    for role in roles:
        people.grant_role(user_id=user.id, role=role, place_id=place.id if place else None, now=now)
    return user


def actor(user: User) -> Actor:
    """The person with the roles held now, as a door would load them."""
    return people_queries.actor(user.id)


def matter(*, place: Place, title: str = "弄堂改机动车单行", now: datetime = NOW) -> Matter:
    """A matter with a number, straight from the counter."""
    return matters.open_matter(place=place, title=title, now=now)


def committee(*, place: Place, kind: CommitteeKind = CommitteeKind.lane_association, **charter: object) -> Committee:
    """A body whose charter asks for two thirds of its seats and two thirds of the ballots, unless told otherwise."""
    two_thirds = {"quorum_numerator": 2, "quorum_denominator": 3, "threshold_numerator": 2, "threshold_denominator": 3}
    given = {"charter_clause": "章程第 12 条", **(charter or {"rule_kind": "charter", **two_thirds})}
    return committees.create_committee(place=place, kind=kind, name=f"弄管会 {next(_numbers)}", **given)


def seats(body: Committee, *, count: int, users: Iterable[User] = (), kind: SeatKind = SeatKind.unit) -> list[Seat]:
    """``count`` seats; the first are held by ``users``, nobody has signed in for the rest."""
    holders: list[User | None] = [*users]
    holders += [None] * (count - len(holders))
    return [
        committees.add_seat(body, kind=kind, label=f"{next(_numbers)} 号", user_id=holder.id if holder else None)
        for holder in holders
    ]
