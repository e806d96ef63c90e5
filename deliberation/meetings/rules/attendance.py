"""Who counts as present, where, and whether that is enough to decide now. Pure, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, NotAllowed, Refusal

WALK_INS_KEPT = timedelta(days=365)  # then the names of people without an account are erased.


class Mode(StrEnum):
    """In the room by the code on its screen or by the door, or remote by link and own word."""

    in_room = "in_room"
    remote = "remote"


@dataclass(frozen=True)
class Standing:
    """The figures of the room at one moment; everything that is decided keeps a copy of its own.

    ``seats`` and ``seats_total`` count voting seats and are 0 in a body without any: there everybody present with an
    account has one voice. ``needed`` is how many voices have to be present, 0 where ballots alone are counted.
    """

    people: int
    in_room: int
    remote: int
    observers: int
    walk_ins: int
    seats: int
    seats_total: int
    needed: int

    @property
    def voters(self) -> int:
        """How many voices are present: seats, or heads in a body without seats."""
        return self.seats if self.seats_total else self.people - self.walk_ins

    @property
    def has_quorum(self) -> bool | None:
        """Whether enough are present to decide; ``None`` where presence is not what counts."""
        return None if self.needed == 0 else self.voters >= self.needed

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.voters)

    def to_json(self) -> dict[str, int | bool | None]:
        return {
            "people": self.people,
            "in_room": self.in_room,
            "remote": self.remote,
            "observers": self.observers,
            "walk_ins": self.walk_ins,
            "seats": self.seats,
            "seats_total": self.seats_total,
            "voters": self.voters,
            "needed": self.needed,
            "has_quorum": self.has_quorum,
            "missing": self.missing,
        }


def quorum_change(before: bool | None, after: bool | None) -> str:
    """What the room is told as somebody comes or goes: the kind of event, empty when nothing has changed.

    ``None`` stands where presence is not what counts: there is nothing to lose.
    """
    if before is None or after is None or before is after:
        return ""
    return "quorum.regained" if after else "quorum.lost"


class RemoteNotAllowed(Refusal):
    code = "remote_not_allowed"
    sentence = N_("这个议事会的章程没有写可以线上参会。到会场扫码签到才算到会；在这里可以看、可以听。")


class SeatTaken(Refusal):
    code = "seat_taken"
    sentence = N_("这一席已经有人签到了。请核对是哪一席。")


class SeatHasHolder(Refusal):
    code = "seat_has_holder"
    sentence = N_("这一席有登记的人，请在名单里按姓名签到。")


class NotAtTheDoor(NotAllowed):
    code = "not_at_the_door"
    sentence = N_("替别人签到，由联络站的人、主持人，或主持人请来帮忙的人做。")


class HelperUnknown(Refusal):
    code = "helper_unknown"
    sentence = N_("请从已经签到、有账号的人里选一位来帮忙。")


def refusal_to_take_seat(*, has_holder: bool, is_taken: bool) -> Refusal | None:
    """A seat that nobody has signed in for may be taken by whoever comes for it and is known at the door."""
    if has_holder:
        return SeatHasHolder()
    return SeatTaken() if is_taken else None


def walk_ins_erased_before(now: datetime) -> datetime:
    """Meetings that closed before this keep no walk-in's name any more (R-54)."""
    return now - WALK_INS_KEPT
