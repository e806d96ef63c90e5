"""What people do in the first hour of a place. Each is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.setup.service.invitations import accept, invite, invite_list, note_invitations, revoke
from deliberation.setup.service.steps import (
    accept_charter,
    finish,
    make_buildings,
    make_committee,
    make_place,
    make_units,
    pass_over,
    start,
)
from deliberation.setup.service.undoing import undo_all, undo_step

__all__ = [
    "accept",
    "accept_charter",
    "finish",
    "invite",
    "invite_list",
    "make_buildings",
    "make_committee",
    "make_place",
    "make_units",
    "note_invitations",
    "pass_over",
    "revoke",
    "start",
    "undo_all",
    "undo_step",
]
