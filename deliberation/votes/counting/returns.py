"""One vote as it was returned, under both parking settings where there are spaces, and what it all comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from deliberation.votes.counting.amounts import Amount, Electorate
from deliberation.votes.counting.counting import judge
from deliberation.votes.counting.kinds import Method
from deliberation.votes.counting.poll import Poll
from deliberation.votes.counting.sums import Sums, deem
from deliberation.votes.counting.verdict import Verdict


@dataclass(frozen=True)
class Side:
    """The roll and the ballots in sum, under one parking setting."""

    electorate: Electorate
    sums: Sums


@dataclass(frozen=True)
class Returns:
    """``own`` is what counts; ``other`` the same under the other parking setting, where anybody owns a space (R-14).

    ``is_deemed`` says that the rules count who is silent with the larger side, or as abstaining between equals (R-17).
    """

    poll: Poll
    own: Side
    other: Side | None = None
    is_deemed: bool = False


@dataclass(frozen=True)
class Judged:
    """``deemed`` is what the silent were counted as (for, against or abstain) and what they are worth, None where
    nobody was. ``without_deemed`` is the verdict on what was really cast, wherever the rules count the silent.
    ``alternative`` is all of it under the other parking setting."""

    verdict: Verdict
    deemed: tuple[str, Amount] | None = None
    without_deemed: Verdict | None = None
    alternative: Judged | None = None

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain JSON, and beside it what R-14 and R-17 ask to be shown."""
        beside: dict[str, Any] = {}
        if self.without_deemed is not None:
            side, amount = self.deemed or ("", Amount(0))
            deemed = [{"as": side, "heads": amount.heads, "area": amount.area}] if side else []
            beside = {"deemed": deemed, "without_deemed": self.without_deemed.to_json()}
        if self.alternative is not None:
            beside["alternative"] = self.alternative.to_json()
        return {**self.verdict.to_json(), **beside}


def judge_returns(returns: Returns) -> Judged:
    """The verdict, and the ones beside it. Raises ``ValueError`` like ``judge``."""
    cast = judge(returns.poll, electorate=returns.own.electorate, sums=returns.own.sums)
    alternative = _alternative(returns)
    if not (returns.is_deemed and returns.poll.method is Method.yes_no):
        return Judged(cast, alternative=alternative)
    found = deem(returns.own.electorate, returns.own.sums)
    if found is None:
        return Judged(cast, None, cast, alternative)
    side, sums = found
    verdict = judge(returns.poll, electorate=returns.own.electorate, sums=sums)
    return Judged(verdict, (side, returns.own.electorate.total - returns.own.sums.all()), cast, alternative)


def _alternative(returns: Returns) -> Judged | None:
    """None also where the other setting leaves nobody, or no area, to be counted."""
    if returns.other is None:
        return None
    try:
        return judge_returns(replace(returns, own=returns.other, other=None))
    except ValueError:
        return None


def seeded(returns: Returns, seed: bytes) -> Returns:
    """The same returns with the lots drawn from another seed."""
    return replace(returns, poll=replace(returns.poll, seed=seed))
