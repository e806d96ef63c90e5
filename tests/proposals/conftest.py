"""The worlds that tests of proposals begin with."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.people.access import Role
from tests.proposals.world import World
from tests.support import make
from tests.support.door import client_of


@pytest.fixture
def world(app):
    return World()


@pytest.fixture
def here(sqlite_app):
    """A lane, an author with a browser, a neighbour, and two liaisons with theirs, on 2 March 2026."""
    clock.configure(frozen=make.NOW, file=None)

    class Here:
        app = sqlite_app

    with transaction():
        Here.lane = make.place()
        Here.lane.spots = "北口\n弄堂中段"
        home = {"home_place_id": Here.lane.id}
        Here.users = {
            "luo": make.person(name="罗青", **home),
            "neighbour": make.person(name="周敏", **home),
            "shen": make.person(name="沈岚", duty="联络员", roles=[Role.liaison], place=Here.lane),
            "lu": make.person(name="陆明", duty="联络员", roles=[Role.liaison], place=Here.lane),
        }
    Here.luo, Here.neighbour, Here.shen, Here.lu = (client_of(sqlite_app, user) for user in Here.users.values())
    Here.visitor = client_of(sqlite_app)
    return Here
