"""The words of a vote's roll, its channels and its objections; the models store them by value."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    in_favour = "for"
    against = "against"
    abstain = "abstain"


class Channel(StrEnum):
    """How a ballot came in: the vote's page, the live room, a sheet, an agent, or the liaison's desk with a witness."""

    web = "web"
    live = "live"
    paper = "paper"
    proxy = "proxy"
    assisted = "assisted"


class RollSource(StrEnum):
    """Who votes: a body's seats, the owners' register, the members of a place, or who has checked in."""

    seats = "seats"
    units = "units"
    members = "members"
    attendance = "attendance"


class ParkingRule(StrEnum):
    """R-14: whether the area of parking spaces counts."""

    exclude = "exclude"
    include = "include"
    only_parking_matters = "only_parking_matters"


class InvalidReason(StrEnum):
    """R-16: why a ballot does not take part."""

    two_boxes = "two_boxes"
    unsigned = "unsigned"
    no_authority = "no_authority"
    late = "late"
    conflict = "conflict"
    damaged = "damaged"
    over_limit = "over_limit"
    barred = "barred"  # An option that failed the safety check (C1: it cannot be chosen).


class ConflictDecision(StrEnum):
    """R-18: which of two ballots stands. ``web`` is the one that is not on paper, whatever way it came in.

    Tellers decide for one of the first three; ``same`` is written when the voter has cast again and now says in both
    ways the same.
    """

    web = "web"
    paper = "paper"
    neither = "neither"
    same = "same"


class ObjectionKind(StrEnum):
    roll = "roll"
    result = "result"
