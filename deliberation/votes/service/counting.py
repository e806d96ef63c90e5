"""Counting a vote from the database: the pure count, and what R-14, R-16 and R-17 ask to be shown beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deliberation.votes import queries, rules
from deliberation.votes.counting import (
    Amount,
    BallotGroup,
    Electorate,
    Method,
    Poll,
    Verdict,
    count,
)
from deliberation.votes.models import Vote
from deliberation.votes.queries import tallies


def poll_of(vote: Vote) -> Poll:
    """The question as it was published; a draw, where a count ends in one, comes from the frozen roll's hash."""
    return Poll(
        rule=vote.rule,
        method=vote.method,
        options=tuple(vote.option_codes),
        seats=vote.seats_to_fill,
        limit=vote.choice_limit,
        seed=bytes.fromhex(vote.roll_hash),
        barred=tuple(vote.barred),
    )


def count_vote(vote: Vote) -> tuple[Verdict, dict[str, Any]]:
    """The verdict, and the plain JSON that is kept with the vote."""
    poll, electorate, ballots = poll_of(vote), tallies.electorate(vote), tallies.ballot_groups(vote)
    cast = count(poll, electorate=electorate, ballots=ballots)
    verdict, beside = cast, _beside(vote, poll)
    if vote.deemed_clause and poll.method is Method.yes_no:
        deemed = _deemed(electorate, ballots)
        verdict = count(poll, electorate=electorate, ballots=[*ballots, *deemed])
        beside["without_deemed"] = cast.to_json()
        beside["deemed"] = [
            {"as": str(each.choice), "heads": each.total.heads, "area": each.total.area} for each in deemed
        ]
    return verdict, {**verdict.to_json(), **beside}


def _beside(vote: Vote, poll: Poll) -> dict[str, Any]:
    """What stands beside the result: the other parking setting, the channels, the ballots that do not take part.

    All of it is public, in the log and in the record too, so of the channels only what R-52 allows is among it.
    """
    beside: dict[str, Any] = {"invalid": queries.invalid_ballots(vote)}
    if not vote.is_secret:
        beside["channels"] = rules.disclosed(tallies.by_channel(vote))
    other = tallies.under_other_parking(vote) if not vote.is_secret else None
    if other is not None:
        plain = replace(poll, rule=replace(poll.rule, chambers=None))
        electorate, ballots = other
        beside["alternative"] = count(plain, electorate=electorate, ballots=ballots).to_json()
    return beside


def _deemed(electorate: Electorate, ballots: list[BallotGroup]) -> list[BallotGroup]:
    """R-17: who did not answer is counted with the larger side; as many on both sides deem nobody."""
    sides = {word: sum(each.total.heads for each in ballots if each.choice == word) for word in ("for", "against")}
    if sides["for"] == sides["against"]:
        return []
    taken = [each.total for each in ballots]
    whole = electorate.total
    silent = Amount(
        whole.heads - sum(each.heads for each in taken),
        whole.area - sum(each.area for each in taken),
        whole.weight - sum(each.weight for each in taken),
    )
    return [BallotGroup(max(sides, key=lambda word: sides[word]), silent)] if silent.heads else []
