"""Why somebody has no voice in a vote, so that the page can say what to do about it (R-11 … R-14, R-21). Pure."""

from __future__ import annotations

from enum import StrEnum

from deliberation.votes.rules.kinds import RollSource

LEAST_NAMED = 5  # Our choice, as R-52: among fewer than five who have cast, names would tell too much.


class NoVoice(StrEnum):
    """One reason for each source of the roll, and the ones they share."""

    visitor = "visitor"
    came_later = "came_later"  # Belongs to it now, but did not when the roll was frozen.
    adviser = "adviser"
    no_seat = "no_seat"
    parking_only = "parking_only"  # stands on the roll, but spaces do not count here.
    other_zone = "other_zone"  # owns parts, but none that this vote is about.
    not_in_register = "not_in_register"
    lives_elsewhere = "lives_elsewhere"
    was_not_there = "was_not_there"


_OUTSIDE = {
    RollSource.seats: NoVoice.no_seat,
    RollSource.units: NoVoice.not_in_register,
    RollSource.members: NoVoice.lives_elsewhere,
    RollSource.attendance: NoVoice.was_not_there,
}


def why_no_voice(
    source: RollSource,
    *,
    is_signed_in: bool,
    stands_without_voice: bool = False,
    is_adviser: bool = False,
    belongs_now: bool = False,
    owns_elsewhere: bool = False,
) -> NoVoice:
    """The first reason that fits somebody who has no line with a voice on the frozen roll.

    ``belongs_now`` is that a roll made today would have them; ``owns_elsewhere`` that the register has them with parts
    this vote is not about.
    """
    if not is_signed_in:
        return NoVoice.visitor
    if stands_without_voice:
        return NoVoice.parking_only
    if belongs_now:
        return NoVoice.came_later
    if is_adviser:
        return NoVoice.adviser
    if owns_elsewhere and source is RollSource.units:
        return NoVoice.other_zone
    return _OUTSIDE[source]


def may_see_who_cast(*, is_secret: bool, has_voice: bool, conducts: bool, cast: int) -> bool:
    """Whose names have been ticked off: for those on the roll and those who conduct, never for the public (R-55).

    Nobody sees it below five. Of a secret vote the tellers and those who conduct see it, so that they can remind the
    others; the voters do not, because in a small body staying away would be seen.
    """
    if cast < LEAST_NAMED:
        return False
    return conducts or (has_voice and not is_secret)
