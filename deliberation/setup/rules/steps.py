"""The steps of setting up a place, in their order, and what one needs of another."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal


class StepKind(StrEnum):
    """In the order they are asked for; buildings and units may be passed over."""

    place = "place"
    buildings = "buildings"
    units = "units"
    committee = "committee"
    charter = "charter"
    invitations = "invitations"


NEEDS = {
    StepKind.buildings: StepKind.place,
    StepKind.units: StepKind.place,
    StepKind.committee: StepKind.place,
    StepKind.charter: StepKind.committee,
    StepKind.invitations: StepKind.place,
}


class PlaceFirst(Refusal):
    code = "setup_place_first"
    sentence = N_("还没有建好地方。请先办第一步，别的都挂在它下面。")


class CommitteeFirst(Refusal):
    code = "setup_committee_first"
    sentence = N_("还没有议事会，章程没有地方放。请先办「议事会」这一步。")


class StepDone(Refusal):
    code = "setup_step_done"
    sentence = N_("这一步已经办好了。要重来，请先撤销这一步。")


class SetupOver(Refusal):
    code = "setup_over"
    sentence = N_("这次开园已经办完或者撤销了。要改，请到「管理」里改；要再开一处，请重新开始。")


class NothingToUndo(Refusal):
    code = "setup_nothing_to_undo"
    sentence = N_("这一步还没有办，没有可撤的。")


class StillUsed(Refusal):
    code = "setup_still_used"
    sentence = N_(
        "这一步建好的，后面的步骤或者别人已经在用了，不能整个撤掉，什么都没有动。请先撤后面的步骤，或到「管理」里逐项改。"
    )


def next_step(done: Collection[StepKind]) -> StepKind | None:
    """The first step nobody has done or passed over; ``None`` when there is none left."""
    return next((step for step in StepKind if step not in done), None)


def refusal_to_do(step: StepKind, *, done: Collection[StepKind], is_over: bool) -> Refusal | None:
    """Invitations can be added again and again; every other step is done once, or undone first."""
    if is_over:
        return SetupOver()
    if step in done and step is not StepKind.invitations:
        return StepDone()
    needed = NEEDS.get(step)
    if needed is None or needed in done:
        return None
    return CommitteeFirst() if needed is StepKind.committee else PlaceFirst()
