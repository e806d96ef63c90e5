"""The words of counting: how a vote is judged, and how ballots are filled in. The models store them by value."""

from __future__ import annotations

from enum import StrEnum


class RuleKind(StrEnum):
    """R-15, R-23. ``owners`` is Civil Code art. 278; ``charter`` has its own p/q; ``all_members_majority`` is over half
    of all seats, present or not; ``present_majority`` is over half of the votes for and against, with a quorum;
    ``consensus`` is without a reasoned objection; ``advisory`` never binds anybody."""

    owners = "owners"
    charter = "charter"
    present_majority = "present_majority"
    all_members_majority = "all_members_majority"
    consensus = "consensus"
    advisory = "advisory"


class OwnersClass(StrEnum):
    """R-15: ordinary matters take over half of those who take part, major ones three quarters."""

    ordinary = "ordinary"
    major = "major"


class Method(StrEnum):
    """What is written on a ballot: for/against/abstain, one option, several, points, or an order."""

    yes_no = "yes_no"
    single = "single"
    approval = "approval"
    limited = "limited"
    cumulative = "cumulative"
    score = "score"
    irv = "irv"
    stv = "stv"
    schulze = "schulze"
    ranked_pairs = "ranked_pairs"
