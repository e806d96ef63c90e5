"""Private matters: every SELECT at a door leaves out what its reader may not see."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from deliberation.kernel.database import db, read_as, transaction
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries, service
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.notifications import service as notifications
from deliberation.notifications.models import Message, Occasion
from deliberation.people.access import VISITOR, Actor, Role
from deliberation.people.models import Organisation, OrganisationKind
from deliberation.places.models import PlaceKind
from tests.support import make

NOW = make.NOW


@dataclass
class Scene:
    """One private matter of a building, one public one beside it, and the people around them."""

    private: int
    public: int
    allowed: dict[str, Actor]
    strangers: dict[str, Actor]


@pytest.fixture
def scene(app) -> Scene:
    with transaction():
        park = make.place(kind=PlaceKind.park)
        building, elsewhere = make.place(parent=park, kind=PlaceKind.building), make.place(kind=PlaceKind.park)
        firm = Organisation(name="木棉精密", kind=OrganisationKind.firm)
        db.session.add(firm)
        db.session.flush()
        matter, public = make.matter(place=building, title="想再租半层"), make.matter(place=building)
        people = {
            "submitter": make.person(),
            "colleague": make.person(organisation_id=firm.id),
            "handler": make.person(roles=[Role.handler], place=building),
            "liaison": make.person(roles=[Role.liaison], place=building),
            "manager": make.person(roles=[Role.park_manager], place=park),
        }
        others = {
            "resident": make.person(),
            "earlier handler": make.person(roles=[Role.handler], place=building),
            "supervisor": make.person(roles=[Role.supervisor, Role.administrator, Role.deputy], place=building),
            "liaison elsewhere": make.person(roles=[Role.liaison, Role.park_manager], place=elsewhere),
        }
        service.keep_private(matter, user_id=people["submitter"].id, organisation_id=firm.id)
        service.let_handler_read(matter, [others["earlier handler"].id])
        service.let_handler_read(matter, [people["handler"].id])
        service.let_handler_read(public, [others["earlier handler"].id])
    allowed = {name: make.actor(user) for name, user in people.items()}
    strangers = {name: make.actor(user) for name, user in others.items()} | {"visitor": VISITOR}
    return Scene(matter.id, public.id, allowed, strangers)


def seen(scene: Scene) -> dict[str, bool]:
    """Whether each way to read finds the private matter for whoever reads now."""
    db.session.rollback()
    db.session.expunge_all()
    other = aliased(Matter)
    ids = [scene.private, scene.public]
    joined = select(other.title).join(Matter, Matter.id == other.id).where(other.id.in_(ids))
    inner = select(Matter.id).where(Matter.id.in_(ids)).subquery()
    found = db.session.get(Matter, scene.private)
    by_id = set(queries.matters_by_id(ids))
    assert scene.public in by_id
    return {
        "by its id": found is not None,
        "among several": scene.private in by_id,
        "columns": "想再租半层" in db.session.scalars(select(Matter.title).where(Matter.id.in_(ids))).all(),
        "counted": db.session.scalar(select(func.count()).where(Matter.id.in_(ids))) == 2,
        "joined to itself": db.session.execute(joined).all() != [("弄堂改机动车单行",)],
        "below another": db.session.scalar(select(func.count()).select_from(inner)) == 2,
    }


def test_whoever_it_concerns_sees_it_and_nobody_else(scene: Scene) -> None:
    for actors, expected in ((scene.allowed, True), (scene.strangers, False)):
        for name, actor in actors.items():
            read_as(actor)
            assert set(seen(scene).values()) == {expected}, (name, seen(scene))
    read_as(None)
    assert set(seen(scene).values()) == {True}


def test_by_its_number_a_stranger_does_not_find_it(scene: Scene) -> None:
    read_as(None)
    number = queries.matter(scene.private).number
    db.session.expunge_all()
    read_as(scene.strangers["resident"])
    with pytest.raises(NotFound):
        queries.matter_by_number(number)


def test_nobody_is_told_who_may_not_read_it(scene: Scene) -> None:
    everybody = {
        actor.user_id: "follower" for actor in (*scene.allowed.values(), *scene.strangers.values()) if actor.user_id
    }
    with transaction():
        service.add_participants(scene.private, everybody, reason=ParticipationReason.follower, now=NOW)
        for number, matter_id in enumerate((scene.private, scene.public)):
            notifications.tell(everybody, "case.assigned", key=f"k{number}", now=NOW, matter_id=matter_id)
    told = set(db.session.scalars(select(Message.user_id).join(Occasion).where(Occasion.matter_id == scene.private)))
    assert told == {actor.user_id for actor in scene.allowed.values()}
    in_public = db.session.scalars(select(Message.user_id).join(Occasion).where(Occasion.matter_id == scene.public))
    assert set(in_public) == set(everybody)
