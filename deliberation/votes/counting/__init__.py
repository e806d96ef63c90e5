"""Counting votes: pure, exact, and the same for the database and for a file that anyone can recount.

It knows the standard library, the refusals, and votelib for two methods. ``count`` takes the poll, the roll in sum and
the ballots with equal ones together, and gives the verdict with its working.
"""

from __future__ import annotations

from deliberation.votes.counting.amounts import ALL, NOTHING, Amount, Electorate
from deliberation.votes.counting.choices import (
    ABSTAIN,
    Choice,
    ChoiceError,
    Marks,
    OverLimit,
    Points,
    Ranking,
    canonical_choice,
    choice_json,
    named_options,
    parse_choice,
    stored_choice,
)
from deliberation.votes.counting.comparisons import Comparison
from deliberation.votes.counting.counting import count, judge
from deliberation.votes.counting.decision_rule import (
    BASES,
    EACH_CHAMBER,
    HALF,
    ChamberRule,
    DecisionRule,
    Outcome,
    area_needed,
    ballots_needed,
    smallest,
)
from deliberation.votes.counting.judging import quorum_tests
from deliberation.votes.counting.kinds import Method, OwnersClass, RuleKind
from deliberation.votes.counting.poll import BallotGroup, Poll, refusal_to_combine
from deliberation.votes.counting.returns import Judged, Returns, Side, judge_returns
from deliberation.votes.counting.sums import NAMED, Sums, add_up, deem
from deliberation.votes.counting.verdict import Tally, Verdict

__all__ = [
    "ABSTAIN",
    "ALL",
    "BASES",
    "EACH_CHAMBER",
    "HALF",
    "NAMED",
    "NOTHING",
    "Amount",
    "BallotGroup",
    "ChamberRule",
    "Choice",
    "ChoiceError",
    "Comparison",
    "DecisionRule",
    "Electorate",
    "Judged",
    "Marks",
    "Method",
    "Outcome",
    "OverLimit",
    "OwnersClass",
    "Points",
    "Poll",
    "Ranking",
    "Returns",
    "RuleKind",
    "Side",
    "Sums",
    "Tally",
    "Verdict",
    "add_up",
    "area_needed",
    "ballots_needed",
    "canonical_choice",
    "choice_json",
    "count",
    "deem",
    "judge",
    "judge_returns",
    "named_options",
    "parse_choice",
    "quorum_tests",
    "refusal_to_combine",
    "smallest",
    "stored_choice",
]
