"""What is counted: the question with its rule, and the ballots, equal ones together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from deliberation.votes.counting.amounts import ALL, NOTHING, Amount
from deliberation.votes.counting.choices import YES_NO, Choice
from deliberation.votes.counting.decision_rule import DecisionRule
from deliberation.votes.counting.kinds import Method, RuleKind

# Methods that leave, for each option, who is for it: only these can be asked chamber by chamber, or by heads and area.
MARKED = frozenset({Method.yes_no, Method.single, Method.approval, Method.limited})
NO_CHAMBERS: Mapping[str, Amount] = MappingProxyType({})


@dataclass(frozen=True)
class Poll:
    """A question as published. ``seats`` is how many options can win, ``limit`` what a ballot may hold (see
    ``parse_choice``), ``seed`` the frozen roll's hash, from which a draw is made where a count ends in one. ``barred``
    are options that may be named and cannot win, such as a site that would block a fire lane (domain.md A16, E3).

    What cannot be counted raises ``ValueError``: no options where the method needs some, or a method under which the
    rule cannot be judged.
    """

    rule: DecisionRule
    method: Method = Method.yes_no
    options: tuple[str, ...] = ()
    seats: int = 1
    limit: int | None = None
    seed: bytes = b""
    barred: tuple[str, ...] = ()

    @property
    def electable(self) -> tuple[str, ...]:
        """The options that can win, in the order of the list."""
        return tuple(option for option in self.options if option not in self.barred)

    def __post_init__(self) -> None:
        problem = refusal_to_combine(self.rule, self.method)
        if problem is None and (self.method is Method.yes_no) is bool(self.options):
            problem = "yes_no has no options of its own, every other method has some"
        if problem is None and (
            len(set(self.options)) < len(self.options) or not {"", *YES_NO}.isdisjoint(self.options)
        ):
            problem = "options have different names, none of them empty, for, against or abstain"
        if problem is None and self.barred and not set(self.barred) < set(self.options):
            problem = "barred options are on the list, and not all of it is barred"
        if problem is None and self.seats < 1:
            problem = "at least one seat is to be filled"
        if problem is None and self.seats > 1 and self.method in (Method.yes_no, Method.irv):
            problem = f"{self.method} fills one seat"
        if problem:
            raise ValueError(problem)


def refusal_to_combine(rule: DecisionRule, method: Method) -> str | None:
    """Why votes by this method cannot be judged under this rule, in plain words; None when they can."""
    if rule.kind is RuleKind.owners and method not in MARKED:
        return f"owners are for an option or not (R-19): {method} cannot be judged by heads and area"
    if rule.kind is RuleKind.consensus and method is not Method.yes_no:
        return "a consensus is asked with yes_no"
    if rule.chambers is not None and method not in MARKED:
        return f"{method} cannot be asked chamber by chamber"
    if rule.chambers is not None and rule.chambers.weights is not None and method is not Method.yes_no:
        return "chambers have a weight only where each says yes or no: with yes_no"
    return None


@dataclass(frozen=True, slots=True)
class BallotGroup:
    """All ballots that say the same: ``total`` of everybody who cast them, and their amounts in each chamber."""

    choice: Choice
    total: Amount
    chambers: Mapping[str, Amount] = field(default_factory=lambda: NO_CHAMBERS)

    def within(self, scope: str) -> Amount:
        return self.total if scope == ALL else self.chambers.get(scope, NOTHING)
