"""Roles of one place have no power in another: each service is asked by somebody who holds every office elsewhere."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, Refusal
from deliberation.matters.models import TimelineEntry
from deliberation.people.access import ACTIONS, GRANTED, Actor, Grant, Role
from deliberation.places.models import Place
from tests.guards.offices import ACTS
from tests.support import make


def all_offices_in(place: Place) -> Actor:
    """Somebody who holds every office that can be granted, in ``place``."""
    user = make.person(name="都管", roles=sorted(GRANTED), place=place)
    return make.actor(user)


def traces() -> tuple[int, int]:
    """How much has been recorded: what changes nothing leaves no leaf and no line in a timeline."""
    counts = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (AuditLeaf, TimelineEntry)]
    return counts[0], counts[1]


@pytest.mark.parametrize("name", ACTS)
def test_every_office_elsewhere_has_no_power_here(sqlite_app, name):
    call = ACTS[name]().call
    with transaction():
        stranger = all_offices_in(make.place())
    before = traces()
    with pytest.raises(NotAllowed), transaction():
        call(stranger)
    assert traces() == before


@pytest.mark.parametrize("name", ACTS)
def test_the_same_offices_here_have_it(sqlite_app, name):
    """Otherwise the test above would show nothing. Afterwards the state, or not being the chair, may still refuse."""
    place, call = ACTS[name]()
    with transaction():
        official = all_offices_in(place)
    try:
        with transaction():
            call(official)
    except Refusal as refusal:
        if isinstance(refusal, NotAllowed):
            raise


def test_a_role_reaches_down_and_never_up_or_across():
    liaison = Actor(user_id=1, name="沈岚", grants=frozenset({Grant(Role.liaison, 4)}))
    everywhere = Actor(user_id=2, name="顾青", grants=frozenset({Grant(Role.liaison, None)}))
    scopes = {"here": (1, 4), "below": (1, 4, 9), "above": (1,), "beside": (1, 5), "nowhere": ()}
    assert {name for name, scope in scopes.items() if liaison.may("proposal.screen", scope)} == {"here", "below"}
    assert {name for name, scope in scopes.items() if everywhere.may("proposal.screen", scope)} == set(scopes)
    assert not any(Actor().may(action, (1,)) for action, roles in ACTIONS.items() if Role.visitor not in roles)
