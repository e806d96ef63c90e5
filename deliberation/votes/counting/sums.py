"""The ballots of one poll added up: all that a count needs of them, and nothing that tells one voter from another.

What is added up depends on the method. Everybody may see these sums (domain.md R-55), so a count can be made again
from what is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from deliberation.votes.counting.amounts import ALL, NOTHING, Amount, Electorate, total
from deliberation.votes.counting.choices import ABSTAIN, POINTED, RANKED, YES_NO, Choice, Marks, Points, Ranking
from deliberation.votes.counting.kinds import Method
from deliberation.votes.counting.poll import MARKED, BallotGroup, Poll

NAMED = "option"  # What a ballot says that names options, beside for, against and abstain.
TRANSFERRED = frozenset({Method.irv, Method.stv})
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sums:
    """``cast`` has who took part, by scope ("" is everybody, else a chamber) and word: for, against and abstain of a
    motion, ``NAMED`` and abstain where there are options. Beside it stands what the method goes by:

    ``supports``  by scope and option, who is for it: single, approval and limited
    ``points``    by option: cumulative and score
    ``pairs``     by two options that can win, the weight of who wants the first more: schulze and ranked_pairs
    ``rankings``  each with its weight: irv and stv
    """

    cast: Mapping[tuple[str, str], Amount]
    supports: Mapping[tuple[str, str], Amount] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rankings: Sequence[tuple[Groups, int]] = ()

    def saying(self, word: str, scope: str = ALL) -> Amount:
        return self.cast.get((scope, word), NOTHING)

    def named(self, scope: str = ALL) -> Amount:
        """Everybody who did not abstain."""
        return total(self.saying(word, scope) for word in ("for", "against", NAMED))

    def all(self, scope: str = ALL) -> Amount:
        return self.named(scope) + self.saying(ABSTAIN, scope)

    def support(self, option: str, scope: str = ALL) -> Amount:
        return self.supports.get((scope, option), NOTHING)


def add_up(poll: Poll, ballots: Sequence[BallotGroup], *, chambers: Iterable[str] = ()) -> Sums:
    """The sums of these ballots, of everybody and of each chamber; in any order, equal ones together or apart."""
    scopes = (ALL, *chambers)
    options = poll.options if poll.method in MARKED else ()
    return Sums(
        cast=_cast(ballots, scopes),
        supports={(scope, option): _support(ballots, option, scope) for scope in scopes for option in options},
        points=_points(poll, ballots) if poll.method in POINTED else {},
        pairs=_pairs(poll, ballots) if poll.method in RANKED - TRANSFERRED else {},
        rankings=_rankings(ballots) if poll.method in TRANSFERRED else (),
    )


def _cast(ballots: Sequence[BallotGroup], scopes: Sequence[str]) -> dict[tuple[str, str], Amount]:
    found: dict[tuple[str, str], list[Amount]] = {}
    for group in ballots:
        word = group.choice if isinstance(group.choice, str) and group.choice in YES_NO else NAMED
        for scope in scopes:
            found.setdefault((scope, word), []).append(group.within(scope))
    return {key: total(amounts) for key, amounts in found.items()}


def _marked(choice: Choice) -> Sequence[str]:
    """The options a ballot is for: none when it abstains."""
    if isinstance(choice, Marks):
        return choice.options
    return (choice,) if isinstance(choice, str) else ()


def _support(ballots: Sequence[BallotGroup], option: str, scope: str) -> Amount:
    return total(group.within(scope) for group in ballots if option in _marked(group.choice))


def _points(poll: Poll, ballots: Sequence[BallotGroup]) -> dict[str, int]:
    """Each ballot's points times its weight."""
    sums = dict.fromkeys(poll.options, 0)
    for group in ballots:
        if isinstance(group.choice, Points):
            for option, points in group.choice.points:
                sums[option] += points * group.total.weight
    return sums


def _pairs(poll: Poll, ballots: Sequence[BallotGroup]) -> dict[tuple[str, str], int]:
    """The weight of ballots that want the first of a pair more than the second; options not ranked come last."""
    pairs = dict.fromkeys(permutations(poll.electable, 2), 0)
    for group in ballots:
        if isinstance(group.choice, Ranking):
            below = list(poll.electable)
            for ranked in group.choice.groups:
                equals = [option for option in ranked if option not in poll.barred]
                below = [option for option in below if option not in equals]
                for upper in equals:
                    for lower in below:
                        pairs[upper, lower] += group.total.weight
    return pairs


def _rankings(ballots: Sequence[BallotGroup]) -> list[tuple[Groups, int]]:
    return [(group.choice.groups, group.total.weight) for group in ballots if isinstance(group.choice, Ranking)]


def deem(electorate: Electorate, sums: Sums) -> tuple[str, Sums] | None:
    """R-17: who did not answer takes part with the larger side, in heads; the side, and the sums with them.

    Where as many are for as against, the silent are with neither and abstain. Leaving them out would take the quorum
    away from a vote to which a ballot in favour was added. None where nobody is silent, and where nobody is for or
    against: then there is no side to be counted with.
    """
    favour, against = (sums.saying(word).heads for word in ("for", "against"))
    silent = electorate.total - sums.all()
    if not (favour or against) or not silent.heads:
        return None
    side = ABSTAIN if favour == against else "for" if favour > against else "against"
    scopes = (ALL, *electorate.chambers)
    with_them = {
        (scope, side): sums.saying(side, scope) + (electorate.within(scope) - sums.all(scope)) for scope in scopes
    }
    return side, replace(sums, cast={**sums.cast, **with_them})
