"""Methods whose ballots are added up: single choice, approval, limited, cumulative and score."""

from __future__ import annotations

from collections.abc import Sequence

from deliberation.votes.counting.amounts import ALL, Amount, total
from deliberation.votes.counting.choices import Choice, Marks, Points
from deliberation.votes.counting.poll import BallotGroup, Poll
from deliberation.votes.counting.standing import Standing, seat, tiers


def marked(choice: Choice) -> Sequence[str]:
    """The options a ballot is for: none when it abstains."""
    if isinstance(choice, Marks):
        return choice.options
    return (choice,) if isinstance(choice, str) else ()


def support(ballots: Sequence[BallotGroup], option: str, scope: str = ALL) -> Amount:
    """Everybody who is for the option, in a chamber or in all."""
    return total(group.within(scope) for group in ballots if option in marked(group.choice))


def add_marks(poll: Poll, ballots: Sequence[BallotGroup]) -> Standing:
    """Order the options that can win by the weight of those who are for them; nobody leads with nothing."""
    supports = {option: support(ballots, option) for option in poll.options}
    led = {option: supports[option].weight for option in poll.electable if supports[option].weight}
    certain, tied = seat(tiers(led), poll.seats)
    figures = {
        option: {"heads": each.heads, "area": each.area, "weight": each.weight} for option, each in supports.items()
    }
    return Standing(certain, tied, figures, supports=supports)


def add_points(poll: Poll, ballots: Sequence[BallotGroup]) -> Standing:
    """Order the options by their points, each ballot's times its weight."""
    sums = dict.fromkeys(poll.options, 0)
    for group in ballots:
        if isinstance(group.choice, Points):
            for option, points in group.choice.points:
                sums[option] += points * group.total.weight
    certain, tied = seat(tiers({option: sums[option] for option in poll.electable if sums[option]}), poll.seats)
    return Standing(certain, tied, {option: {"points": points} for option, points in sums.items()})
