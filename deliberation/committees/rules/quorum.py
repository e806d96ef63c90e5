"""A charter's shares in whole seats (domain.md R-23): integers only."""

from __future__ import annotations

from deliberation.committees.rules.charter import Charter

SMALL_BODY = 30  # A body of up to thirty seats shows each seat; a larger one shows figures only.


def at_least(total: int, numerator: int, denominator: int) -> int:
    """The smallest number of seats that is ``numerator/denominator`` of ``total`` or more: 2/3 of 193 is 129."""
    return -(-total * numerator // denominator)


def more_than_half(total: int) -> int:
    """The smallest number of seats above one half: 6 of 10."""
    return total // 2 + 1


def quorum_seats(charter: Charter, *, seats_total: int) -> int:
    """How many seats must take part before a decision counts; 0 where the charter asks for none."""
    if charter.rule_kind == "all_members_majority":
        return more_than_half(seats_total)
    return at_least(seats_total, *charter.quorum) if charter.quorum is not None else 0


def seats_to_open(charter: Charter, *, seats_total: int) -> int:
    """How many seats must be in the room before a meeting that is to decide may open; 0 where none need be.

    Under a ``charter`` whose ballots also come in by web and on paper, quorum is a share of the ballots cast and is
    tested when they are counted: nobody has to be in the room for it. An advisory round needs no quorum at all.
    """
    if charter.rule_kind not in ("all_members_majority", "present_majority"):
        return 0
    return quorum_seats(charter, seats_total=seats_total)
