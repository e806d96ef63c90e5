"""The three levels of a case (domain.md A29): one unit; several units; hard. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from deliberation.cases.rules.states import BEING_HANDLED, CaseState, ReasonMissing, WrongCaseState
from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.errors import N_, Refusal

HIGHEST_LEVEL = 3

# Before which meeting a case of this level comes, by itself, and by which limit of the deadline table.
MEETINGS: Mapping[int, CommitteeKind] = {2: CommitteeKind.joint_meeting, 3: CommitteeKind.leaders_meeting}
HEARING_LIMITS: Mapping[int, str] = {2: "joint_meeting", 3: "leaders_meeting"}


class LevelUnchanged(Refusal):
    code = "level_unchanged"
    status = 422
    sentence = N_("已经是这一级了。请另选一级。")


def level_of_units(units: Collection[int | None]) -> int:
    """One unit handles a case of level 1; several together make it level 2."""
    return 2 if len(set(units)) > 1 else 1


def level_after_reopening(*, level: int, times_reopened: int) -> int:
    """The first time it is done again at the same level, from the second time one level higher, up to three (C3)."""
    return min(level + (times_reopened >= 2), HIGHEST_LEVEL)


def level_after_overdue(level: int) -> int:
    """Overdue by the limit called "climb", a case climbs one level, up to three."""
    return min(level + 1, HIGHEST_LEVEL)


def refusal_to_set_level(*, state: CaseState, level: int, wanted: int, reason: str) -> Refusal | None:
    """The dispatcher changes the level of a case in hand, with a reason (C5)."""
    if state not in BEING_HANDLED:
        return WrongCaseState()
    if wanted == level or not 1 <= wanted <= HIGHEST_LEVEL:
        return LevelUnchanged()
    return None if len(reason.strip()) >= 4 else ReasonMissing()
