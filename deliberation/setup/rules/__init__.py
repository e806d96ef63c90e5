"""The first hour of a place: its steps and their order, lists that are pasted, who may use an invitation. Pure."""

from __future__ import annotations

from deliberation.setup.rules.invitations import (
    MOST_DAYS,
    MOST_USES,
    InvitationRevoked,
    InvitationTerms,
    InvitationUnknown,
    SeatTaken,
    refusal_to_accept,
)
from deliberation.setup.rules.lists import (
    LONGEST_NAME,
    MOST_LINES,
    UNIT_TITLES,
    Fault,
    Invitee,
    UnitLine,
    building_codes,
    cells_of,
    read_buildings,
    read_invitees,
    read_units,
)
from deliberation.setup.rules.steps import (
    NothingToUndo,
    SetupOver,
    StepDone,
    StepKind,
    StillUsed,
    next_step,
    refusal_to_do,
)

__all__ = [
    "LONGEST_NAME",
    "MOST_DAYS",
    "MOST_LINES",
    "MOST_USES",
    "UNIT_TITLES",
    "Fault",
    "InvitationRevoked",
    "InvitationTerms",
    "InvitationUnknown",
    "Invitee",
    "NothingToUndo",
    "SeatTaken",
    "SetupOver",
    "StepDone",
    "StepKind",
    "StillUsed",
    "UnitLine",
    "building_codes",
    "cells_of",
    "next_step",
    "read_buildings",
    "read_invitees",
    "read_units",
    "refusal_to_accept",
    "refusal_to_do",
]
