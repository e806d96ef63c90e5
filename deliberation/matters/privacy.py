"""Private matters: whoever reads through a door is shown those that are theirs to see, and no trace of the others.

A firm that looks for room to grow, a health need: only the firm or person, the liaison, the manager and the handler
see it, in no matter which list (domain.md C8). So this is not left to each query. A door says who is reading
(``kernel.database.read_as``), and every SELECT of such a row, those that nobody has written yet included, leaves out
what that reader may not see; by its number it is not found. Jobs and commands are the house itself and read all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, event, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from deliberation.kernel.database import reader
from deliberation.matters.models import Matter, MatterReader
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places.models import Place

OFFICES = frozenset({Role.liaison, Role.park_manager})
MATTER, PLACE, READER_ROW, USER = (model.__table__ for model in (Matter, Place, MatterReader, User))

# What is kept from strangers besides the matter itself: a room above adds its own rows that carry a matter's words.
_guarded: dict[type[Any], Callable[[Actor], ColumnElement[bool]]] = {}


def guard(model: type[Any], condition: Callable[[Actor], ColumnElement[bool]]) -> None:
    """From now on a reader sees only those rows of ``model`` for which ``condition(actor)`` holds."""
    _guarded[model] = condition
    _options.cache_clear()


def readable(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Matter``: public, or private and this person's to see."""
    if not actor.is_signed_in:
        return Matter.is_private.is_(False)
    return or_(Matter.is_private.is_(False), Matter.id.in_(private_ids(actor)))


def private_ids(actor: Actor) -> Any:
    """The ids of the private matters this person may see, as a statement for ``IN``.

    It is written on the tables, so that what is read through it is not left out once more.
    """
    own_firm = select(USER.c.organisation_id).where(USER.c.id == actor.user_id).scalar_subquery()
    named = select(READER_ROW.c.matter_id).where(
        or_(READER_ROW.c.user_id == actor.user_id, READER_ROW.c.organisation_id == own_firm)
    )
    seen: list[ColumnElement[bool]] = [MATTER.c.id.in_(named)]
    watched = {grant.place_id for grant in actor.grants if grant.role in OFFICES}
    if None in watched:
        seen.append(true())
    elif watched:
        here = or_(*(PLACE.c.path.contains(f"/{place_id}/", autoescape=True) for place_id in watched))
        seen.append(MATTER.c.place_id.in_(select(PLACE.c.id).where(here)))
    return select(MATTER.c.id).where(MATTER.c.is_private, or_(*seen))


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    actor = reader()
    if actor is None or not state.is_select or state.is_column_load:
        return
    state.statement = state.statement.options(*_options(actor))


@lru_cache(maxsize=1000)
def _options(actor: Actor) -> list[Any]:
    """What a reader's statements are narrowed by: it depends on the person and the person's roles alone."""
    return [
        with_loader_criteria(model, condition(actor), include_aliases=True) for model, condition in _guarded.items()
    ]


guard(Matter, readable)
