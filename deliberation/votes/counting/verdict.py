"""What a count comes to, with all of its working."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.votes.counting.amounts import Amount
from deliberation.votes.counting.comparisons import Comparison
from deliberation.votes.counting.decision_rule import Outcome
from deliberation.votes.counting.poll import Poll


@dataclass(frozen=True)
class Tally:
    """Who took part, by what they said. With options "in favour" is for the leading one, "against" for any other."""

    in_favour: Amount
    against: Amount
    abstain: Amount
    cast: Amount
    members: Amount


@dataclass(frozen=True)
class Verdict:
    """``needed`` is how many votes in favour it takes with these ballots, ``ballots_needed`` how many ballots make the
    quorum; the tests are in the order they were made. ``run_off`` is who stands in a second round (R-19)."""

    poll: Poll
    outcome: Outcome
    tally: Tally
    ballots_needed: int
    needed: int
    tests: tuple[Comparison, ...]
    options: Mapping[str, dict[str, Any]]
    winners: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    rounds: tuple[dict[str, Any], ...] = ()
    run_off: tuple[str, ...] = ()

    @property
    def cast(self) -> int:
        """How many took part; an owner-set is one, however many parts it has."""
        return self.tally.cast.heads

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: whole numbers, words and, where ballots are shared, fractions as "p/q"."""
        tally = self.tally
        sides = {"for": tally.in_favour, "against": tally.against, "abstain": tally.abstain}
        weighed = self.poll.rule.kind != "owners"
        return {
            "outcome": str(self.outcome),
            "verdict": self.outcome.verdict,
            "rule_kind": str(self.poll.rule.kind),
            "method": str(self.poll.method),
            **{name: amount.weight if weighed else amount.heads for name, amount in sides.items()},
            "cast": tally.cast.weight if weighed else tally.cast.heads,
            "members": tally.members.weight if weighed else tally.members.heads,
            "area": {name: each.area for name, each in {**sides, "cast": tally.cast, "members": tally.members}.items()},
            "ballots_needed": self.ballots_needed,
            "needed": self.needed,
            "tests": [test.to_json() for test in self.tests],
            "missing": {test.full_name: test.missing for test in self.tests if not test.holds},
            "options": {option: dict(figures) for option, figures in self.options.items()},
            "barred": list(self.poll.barred),
            "winners": list(self.winners),
            "tied": list(self.tied),
            "rounds": list(self.rounds),
            "run_off": list(self.run_off),
        }
