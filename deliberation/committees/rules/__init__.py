"""Bodies, their charters and their seats: what may be adopted, and what that is in whole seats. Pure."""

from __future__ import annotations

from deliberation.committees.rules.charter import (
    BASES,
    CONVENERS,
    LEAST_NOTICE,
    RULE_KINDS,
    AssemblyRuleFixed,
    Charter,
    MoreThanAll,
    Notice,
    NoticeTooShort,
    NoticeTooShortInDays,
    OwnersNoticeTooShort,
    OwnersRuleElsewhere,
    Share,
    ShareOutOfRange,
    ThresholdMissing,
    ThresholdTooLow,
    TieWouldPass,
    adopted,
    share_text,
)
from deliberation.committees.rules.kinds import CommitteeKind, SeatKind
from deliberation.committees.rules.quorum import SMALL_BODY, at_least, more_than_half, quorum_seats, seats_to_open
from deliberation.committees.rules.refusals import Unfit
from deliberation.committees.rules.seats import (
    LONGEST_LABEL,
    LONGEST_STAND_IN,
    MOST_LINES,
    AccountClosed,
    AddressUnclear,
    DaysBackwards,
    LabelTaken,
    LabelTooLong,
    LinesNotRight,
    LineUnclear,
    PersonUnknown,
    SeatDraft,
    SeatEnded,
    SitsThereAlready,
    StandInOverlaps,
    StandInTooLong,
    TooManyLines,
    canonical_address,
    read_seat_lines,
    refusal_of_days,
)
from deliberation.committees.rules.templates import TEMPLATES, Template
from deliberation.kernel.errors import N_


class NameTaken(Unfit):
    code = "name_taken"
    sentence = N_("这个地方已经有「%(name)s」了。请换一个名称，或者去改原来的那个。")


__all__ = [
    "BASES",
    "CONVENERS",
    "LEAST_NOTICE",
    "LONGEST_LABEL",
    "LONGEST_STAND_IN",
    "MOST_LINES",
    "RULE_KINDS",
    "SMALL_BODY",
    "TEMPLATES",
    "AccountClosed",
    "AddressUnclear",
    "AssemblyRuleFixed",
    "Charter",
    "CommitteeKind",
    "DaysBackwards",
    "LabelTaken",
    "LabelTooLong",
    "LineUnclear",
    "LinesNotRight",
    "MoreThanAll",
    "NameTaken",
    "Notice",
    "NoticeTooShort",
    "NoticeTooShortInDays",
    "OwnersNoticeTooShort",
    "OwnersRuleElsewhere",
    "PersonUnknown",
    "SeatDraft",
    "SeatEnded",
    "SeatKind",
    "Share",
    "ShareOutOfRange",
    "SitsThereAlready",
    "StandInOverlaps",
    "StandInTooLong",
    "Template",
    "ThresholdMissing",
    "ThresholdTooLow",
    "TieWouldPass",
    "TooManyLines",
    "Unfit",
    "adopted",
    "at_least",
    "canonical_address",
    "more_than_half",
    "quorum_seats",
    "read_seat_lines",
    "refusal_of_days",
    "seats_to_open",
    "share_text",
]
