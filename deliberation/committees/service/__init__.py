"""What people do with bodies, their charters and their seats. Each is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.committees.service.bodies import (
    change_committee,
    create_committee,
    remove_committee,
    set_up_committee,
)
from deliberation.committees.service.seats import (
    add_seat,
    change_seat,
    empty_seat,
    end_seat,
    fill_seat,
    open_seat,
    open_seats,
    seat_person,
)
from deliberation.committees.service.stand_ins import end_stand_in, move_one_day_stand_ins, name_stand_in

__all__ = [
    "add_seat",
    "change_committee",
    "change_seat",
    "create_committee",
    "empty_seat",
    "end_seat",
    "end_stand_in",
    "fill_seat",
    "move_one_day_stand_ins",
    "name_stand_in",
    "open_seat",
    "open_seats",
    "remove_committee",
    "seat_person",
    "set_up_committee",
]
