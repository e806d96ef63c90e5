"""Instant run-off and the single transferable vote, in exact fractions.

A ballot counts for its highest group that still has an option in the race, shared equally among those. When an option
goes, its part of the ballot goes on by the same rule. A barred option is never in the race.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deliberation.votes.counting.poll import Poll
from deliberation.votes.counting.standing import Number, Standing, exact
from deliberation.votes.counting.sums import Groups, Sums
from deliberation.votes.counting.ties import Broken, break_tie, tell_apart

Pile = dict[int, Number]  # Parts of ballots, by the number of their ranking.


class Race:
    """The piles of ballots before the options still in the race, and what has happened to them so far."""

    def __init__(self, poll: Poll, rankings: Sequence[tuple[Groups, int]]) -> None:
        self.poll = poll
        self.hopeful = dict.fromkeys(poll.electable)  # In the order of the list, quick to look up.
        self.elected: list[str] = []
        self.tied: tuple[str, ...] = ()
        self.held: dict[str, Number] = {}  # What an elected option keeps: the quota, or what it was elected with.
        self.exhausted: Number = 0
        self.past: list[dict[str, Number]] = []
        self.rounds: list[dict[str, Any]] = []
        self.piles: dict[str, Pile] = {option: {} for option in poll.electable}
        self.rankings = [groups for groups, _weight in rankings]
        for ranking, (_groups, weight) in enumerate(rankings):
            self._hand_on(ranking, weight)
        self.votes = sum(self.counts().values())

    def counts(self) -> dict[str, Number]:
        return {option: self.held.get(option, sum(pile.values())) for option, pile in self.piles.items()}

    def _hand_on(self, ranking: int, weight: Number) -> None:
        hopeful = self.hopeful
        for group in self.rankings[ranking]:
            if len(group) == 1:  # Most are, and there may be a hundred thousand ballots.
                if group[0] in hopeful:
                    self._put(group[0], ranking, weight)
                    return
            elif takers := [option for option in group if option in hopeful]:
                for option in takers:
                    self._put(option, ranking, Fraction(weight) / len(takers))
                return
        self.exhausted += weight

    def _put(self, option: str, ranking: int, weight: Number) -> None:
        pile = self.piles[option]
        pile[ranking] = pile[ranking] + weight if ranking in pile else weight

    def hand_on_pile(self, option: str, share: Number = 1) -> None:
        """The ballots of an option that is out of the race go on, each with ``share`` of its weight."""
        pile, self.piles[option] = self.piles[option], {}
        for ranking, weight in pile.items():
            self._hand_on(ranking, weight * share)

    def eliminate(self, option: str) -> None:
        del self.hopeful[option]
        self.hand_on_pile(option)

    def note(self, counts: Mapping[str, Number], **happened: Any) -> dict[str, Any]:
        """Write the round down; what happened next is added to the same entry."""
        entry = {
            "round": len(self.rounds) + 1,
            "counts": {option: exact(number) for option, number in counts.items() if self._is_in(option)},
            "exhausted": exact(self.exhausted),
            **happened,
        }
        self.rounds.append(entry)
        return entry

    def _is_in(self, option: str) -> bool:
        return option in self.hopeful or option in self.elected

    def extreme(
        self, among: Sequence[str], counts: Mapping[str, Number], entry: dict[str, Any], *, highest: bool
    ) -> str:
        """The option with most or fewest votes, by the declared tie rule where several have as many."""
        line = (max if highest else min)(counts[option] for option in among)
        equals = [option for option in among if counts[option] == line]
        if len(equals) == 1:
            return equals[0]
        broken = break_tie(equals, self.past, seed=self.poll.seed, highest=highest)
        entry.setdefault("ties", []).append(_tie_json(broken))
        return broken.option

    def standing(self, *, figures: Mapping[str, Number], backing: Number = 0, standing: Number = 0) -> Standing:
        votes = {option: {"votes": exact(figures[option])} for option in self.poll.electable}
        return Standing(tuple(self.elected), self.tied, votes, tuple(self.rounds), backing=backing, standing=standing)


def _tie_json(broken: Broken) -> dict[str, Any]:
    return {"between": list(broken.equals), "by": broken.by, "picked": broken.option}


def instant_runoff(poll: Poll, sums: Sums) -> Standing:
    """Until one option has over half of the ballots still standing, the last one goes.

    Where all that are left have always been equal, nobody is elected by lot: they are tied. A draw only decides who
    goes first among the last, when others are ahead of them.
    """
    race = Race(poll, sums.rankings)
    last_counts = race.counts()
    while race.votes:
        everybody = race.counts()
        counts = {option: everybody[option] for option in race.hopeful}
        last_counts.update(counts)
        standing = sum(counts.values())
        entry = race.note(counts)
        leader = max(race.hopeful, key=counts.__getitem__)
        if 2 * counts[leader] > standing:
            race.elected.append(leader)
            entry["elected"] = [leader]
            return race.standing(figures=last_counts, backing=counts[leader], standing=standing)
        if len(set(counts.values())) == 1 and len(tell_apart(list(race.hopeful), race.past, highest=False)) == len(
            counts
        ):
            race.tied = tuple(race.hopeful)
            return race.standing(figures=last_counts, backing=counts[leader], standing=standing)
        last = race.extreme(list(race.hopeful), counts, entry, highest=False)
        race.past.append(counts)
        entry["eliminated"] = last
        race.eliminate(last)
    return race.standing(figures=last_counts)


def single_transferable_vote(poll: Poll, sums: Sums) -> Standing:
    """Droop quota; surpluses by the weighted inclusive Gregory method, the largest first, one a round."""
    race = Race(poll, sums.rankings)
    quota = int(race.votes) // (poll.seats + 1) + 1
    surpluses: list[str] = []
    figures = race.counts()
    while race.votes and len(race.elected) < poll.seats and race.hopeful:
        counts = race.counts()
        figures.update({option: counts[option] for option in [*race.hopeful, *race.elected]})
        entry = race.note(counts, quota=quota)
        surpluses += _elect(race, counts, quota, entry)
        if len(race.elected) < poll.seats and race.hopeful:
            _move_on(race, counts, quota, surpluses, entry)
        race.past.append(counts)
    return race.standing(figures=figures)


def _elect(race: Race, counts: Mapping[str, Number], quota: int, entry: dict[str, Any]) -> list[str]:
    """Who reaches the quota is in; so are all that are left when no more are left than seats."""
    free = race.poll.seats - len(race.elected)
    reached = [option for option in race.hopeful if counts[option] >= quota]
    chosen = list(race.hopeful) if len(race.hopeful) <= free else reached
    ordered = sorted(chosen, key=counts.__getitem__, reverse=True)  # Equals in the order of the list: all are in.
    for option in ordered:
        del race.hopeful[option]
        race.elected.append(option)
        race.held[option] = counts[option]
    if ordered:
        entry["elected"] = ordered
    return [option for option in ordered if counts[option] > quota]


def _move_on(race: Race, counts: Mapping[str, Number], quota: int, surpluses: list[str], entry: dict[str, Any]) -> None:
    """Hand on the largest surplus; when there is none, the last option goes."""
    if surpluses:
        option = race.extreme(surpluses, counts, entry, highest=True)
        surpluses.remove(option)
        race.held[option] = quota
        surplus = counts[option] - quota
        race.hand_on_pile(option, Fraction(surplus) / counts[option])
        entry["transferred"] = {"from": option, "surplus": exact(surplus)}
        return
    last = race.extreme(list(race.hopeful), counts, entry, highest=False)
    entry["eliminated"] = last
    race.eliminate(last)
