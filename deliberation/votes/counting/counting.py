"""The count: ballots in, a verdict with its working out. Nothing here knows where the ballots come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from deliberation.votes.counting import judging
from deliberation.votes.counting.amounts import ALL, NOTHING, Amount, Electorate
from deliberation.votes.counting.choices import ABSTAIN
from deliberation.votes.counting.comparisons import Comparison
from deliberation.votes.counting.condorcet import condorcet
from deliberation.votes.counting.decision_rule import Outcome, ballots_needed
from deliberation.votes.counting.judging import Scope, Weights
from deliberation.votes.counting.kinds import Method, RuleKind
from deliberation.votes.counting.marking import add_marks, add_points
from deliberation.votes.counting.poll import MARKED, BallotGroup, Poll
from deliberation.votes.counting.standing import Standing, seat, tiers
from deliberation.votes.counting.sums import Sums, add_up
from deliberation.votes.counting.transferring import instant_runoff, single_transferable_vote
from deliberation.votes.counting.verdict import Tally, Verdict

METHODS: Mapping[Method, Callable[[Poll, Sums], Standing]] = {
    Method.single: add_marks,
    Method.approval: add_marks,
    Method.limited: add_marks,
    Method.cumulative: add_points,
    Method.score: add_points,
    Method.irv: instant_runoff,
    Method.stv: single_transferable_vote,
    Method.schulze: condorcet,
    Method.ranked_pairs: condorcet,
}


def count(poll: Poll, *, electorate: Electorate, ballots: Sequence[BallotGroup]) -> Verdict:
    """Judge the ballots under the poll's rule; groups of the same choice may come apart and in any order."""
    return judge(poll, electorate=electorate, sums=add_up(poll, ballots, chambers=electorate.chambers))


def judge(poll: Poll, *, electorate: Electorate, sums: Sums) -> Verdict:
    """The verdict on ballots that were added up. Abstaining takes part and is not in favour (R-16); a tie fails (R-23).

    Raises ``ValueError`` when there is nobody on the roll, when more is cast than there is on the roll, or when the
    chambers are not those that the rule gives a weight.
    """
    cast = _Cast(poll, electorate, sums)
    cast.check()
    if poll.method is Method.yes_no:
        return _judge_motion(cast)
    standing = METHODS[poll.method](poll, sums)
    if poll.rule.kind is RuleKind.owners:
        return _judge_for_owners(cast, standing)
    if poll.rule.kind is RuleKind.advisory:
        return cast.verdict(Outcome.advisory, [], standing, winners=standing.certain)
    if poll.method in MARKED:
        return _judge_leaders(cast, standing)
    return _judge_elected(cast, standing)


@dataclass(frozen=True)
class _Cast:
    """The sums of one poll beside its roll, seen from everybody (``ALL``) and from each chamber."""

    poll: Poll
    electorate: Electorate
    sums: Sums

    def check(self) -> None:
        if self.electorate.total.heads < 1 or self.electorate.total.weight < 1:
            raise ValueError("there is nobody on the roll")
        if self.poll.rule.kind is RuleKind.owners and self.electorate.total.area < 1:
            raise ValueError("the owners on the roll have no area")
        for scope in (ALL, *self.electorate.chambers):
            if not self.sums.all(scope).fits_in(self.electorate.within(scope)):
                raise ValueError("more is cast than there is on the roll")
        chambers = self.poll.rule.chambers
        if chambers is not None and not self.electorate.chambers:
            raise ValueError("the rule asks the chambers, and there are none on the roll")
        weights = chambers.weights if chambers is not None else None
        if weights is not None and set(weights) != set(self.electorate.chambers):
            raise ValueError("the chambers on the roll are not those that have a weight")

    def quorum(self) -> list[Comparison]:
        return judging.quorum_tests(self.poll.rule, electorate=self.electorate, participating=self.sums.all)

    def approval(self, favour: Callable[[str], Amount], option: str = "") -> list[Comparison]:
        """The tests of those in favour, of everybody and of each chamber."""
        found: list[Comparison] = []
        for scope in judging.scopes(self.poll.rule, self.electorate):
            found += self._approval(favour(scope.chamber), scope, option)
        return found

    def _approval(self, favour: Amount, scope: Scope, option: str) -> list[Comparison]:
        rule, took_part = self.poll.rule, self.sums.all(scope.chamber)
        if rule.kind is RuleKind.owners:
            return judging.owners_tests(rule, favour=favour, cast=took_part, scope=scope, option=option)
        members, named = self.electorate.within(scope.chamber), self.sums.named(scope.chamber)
        votes = Weights(favour.weight, named.weight, took_part.weight, members.weight)
        return judging.approval(rule, votes, unit=judging.unit_of(self.electorate), scope=scope, option=option)

    def verdict(
        self,
        outcome: Outcome,
        tests: Sequence[Comparison],
        standing: Standing | None = None,
        *,
        winners: tuple[str, ...] = (),
        tied: tuple[str, ...] = (),
        run_off: tuple[str, ...] = (),
    ) -> Verdict:
        return Verdict(
            self.poll,
            outcome,
            self._tally(standing),
            ballots_needed(self.poll.rule, self.electorate.total.heads),
            _needed(tests),
            tuple(tests),
            standing.figures if standing else {},
            winners,
            tied,
            standing.rounds if standing else (),
            run_off,
        )

    def _tally(self, standing: Standing | None) -> Tally:
        members, sums = self.electorate.total, self.sums
        if standing is None:
            favour, against = sums.saying("for"), sums.saying("against")
            return Tally(favour, against, sums.saying(ABSTAIN), sums.all(), members)
        leader = next(iter((*standing.certain, *standing.tied)), None)
        favour = standing.supports.get(leader, NOTHING) if leader is not None else NOTHING
        if not standing.supports:
            favour = sums.named()
        return Tally(favour, sums.named() - favour, sums.saying(ABSTAIN), sums.all(), members)


def _needed(tests: Sequence[Comparison]) -> int:
    """How many votes in favour the first test of approval asks for, in its own unit."""
    for test in tests:
        if test.name in ("approval", "approval_heads") and not test.chamber:
            number = test.right // test.left_factor
            return number + 1 if test.strict or number * test.left_factor < test.right else number
    return 0


def _holds(tests: Sequence[Comparison]) -> bool:
    return all(test.holds for test in tests if test.decides)


def _judge_motion(cast: _Cast) -> Verdict:
    rule = cast.poll.rule
    if rule.kind is RuleKind.advisory:
        return cast.verdict(Outcome.advisory, [])
    quorum = cast.quorum()
    approval = cast.approval(partial(cast.sums.saying, "for"))
    if rule.chambers is None or rule.chambers.weights is None:
        return cast.verdict(_outcome(quorum, approval), [*quorum, *approval])
    # The quorum is everybody's, and the motion is the chambers' to pass: nothing but chambers is in favour.
    tests = [*quorum, *(test for test in approval if test.chamber != ALL)]
    decisive = judging.weigh_chambers(rule.chambers, tests)
    return cast.verdict(_outcome(quorum, decisive), [*tests, *decisive])


def _outcome(quorum: Sequence[Comparison], approval: Sequence[Comparison]) -> Outcome:
    if not _holds(quorum):
        return Outcome.no_quorum
    return Outcome.passed if _holds(approval) else Outcome.failed_approval


def _tests_by_option(cast: _Cast, options: Sequence[str]) -> dict[str, list[Comparison]]:
    return {option: cast.approval(partial(cast.sums.support, option), option) for option in options}


def _judge_for_owners(cast: _Cast, standing: Standing) -> Verdict:
    """R-19: every option is tested on the same participants; where none passes, the top two go into a run-off."""
    poll, quorum = cast.poll, cast.quorum()
    by_option = _tests_by_option(cast, poll.electable)
    tests = [*quorum, *(test for found in by_option.values() for test in found)]
    ranks = {option: (amount.heads, amount.area) for option, amount in standing.supports.items() if amount.heads}
    ranks = {option: rank for option, rank in ranks.items() if option not in poll.barred}
    if not _holds(quorum):
        return cast.verdict(Outcome.no_quorum, tests, standing)
    passing = {option: rank for option, rank in ranks.items() if _holds(by_option[option])}
    certain, tied = seat(tiers(passing), poll.seats)
    if tied:
        return cast.verdict(Outcome.tie, tests, standing, winners=certain, tied=tied)
    if certain:
        return cast.verdict(Outcome.passed, tests, standing, winners=certain)
    return cast.verdict(Outcome.failed_approval, tests, standing, run_off=_top_two(ranks))


def _top_two(ranks: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """The first two; more of them when others equal the second. Nobody runs off alone."""
    first, second = seat(tiers(ranks), 2)
    found = (*first, *second)
    return found if len(found) > 1 else ()


def _judge_leaders(cast: _Cast, standing: Standing) -> Verdict:
    """The leading options, as many as there are seats, are tested one by one; an equal lead is a tie.

    Equals that would not be enough anyway take nothing away from those who are sure of a seat before them.
    """
    quorum = cast.quorum()
    by_option = _tests_by_option(cast, (*standing.certain, *standing.tied))
    tests = [*quorum, *(test for found in by_option.values() for test in found)]
    if not _holds(quorum):
        return cast.verdict(Outcome.no_quorum, tests, standing)
    chosen = tuple(option for option in standing.certain if _holds(by_option[option]))
    if standing.tied and (not standing.certain or any(_holds(by_option[option]) for option in standing.tied)):
        return cast.verdict(Outcome.tie, tests, standing, winners=chosen, tied=standing.tied)
    return cast.verdict(Outcome.passed if chosen else Outcome.failed_approval, tests, standing, winners=chosen)


def _judge_elected(cast: _Cast, standing: Standing) -> Verdict:
    """The method elects and only the quorum is asked; an instant run-off's winner needs enough in the last round."""
    quorum = cast.quorum()
    approval = _last_round(cast, standing) if cast.poll.method is Method.irv and standing.certain else []
    tests = [*quorum, *approval]
    if not _holds(quorum):
        return cast.verdict(Outcome.no_quorum, tests, standing)
    if standing.tied:
        return cast.verdict(Outcome.tie, tests, standing, winners=standing.certain, tied=standing.tied)
    if not standing.certain or not _holds(approval):
        return cast.verdict(Outcome.failed_approval, tests, standing)
    return cast.verdict(Outcome.passed, tests, standing, winners=standing.certain)


def _last_round(cast: _Cast, standing: Standing) -> list[Comparison]:
    votes = Weights(standing.backing, standing.standing, cast.sums.all().weight, cast.electorate.total.weight)
    unit = judging.unit_of(cast.electorate)
    return judging.approval(cast.poll.rule, votes, unit=unit, option=standing.certain[0])
