"""Methods whose ballots are added up: single choice, approval, limited, cumulative and score."""

from __future__ import annotations

from deliberation.votes.counting.poll import Poll
from deliberation.votes.counting.standing import Standing, seat, tiers
from deliberation.votes.counting.sums import Sums


def add_marks(poll: Poll, sums: Sums) -> Standing:
    """Order the options that can win by the weight of those who are for them; nobody leads with nothing."""
    supports = {option: sums.support(option) for option in poll.options}
    led = {option: supports[option].weight for option in poll.electable if supports[option].weight}
    certain, tied = seat(tiers(led), poll.seats)
    figures = {
        option: {"heads": each.heads, "area": each.area, "weight": each.weight} for option, each in supports.items()
    }
    return Standing(certain, tied, figures, supports=supports)


def add_points(poll: Poll, sums: Sums) -> Standing:
    """Order the options by their points."""
    given = {option: sums.points.get(option, 0) for option in poll.options}
    certain, tied = seat(tiers({option: given[option] for option in poll.electable if given[option]}), poll.seats)
    return Standing(certain, tied, {option: {"points": points} for option, points in given.items()})
