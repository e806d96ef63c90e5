"""Under every rule and by every method: ballots sent again, late and out of order, count as if each had come once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.kernel.database import transaction
from deliberation.votes import queries, service
from deliberation.votes.counting import (
    Amount,
    BallotGroup,
    ChoiceError,
    Electorate,
    Method,
    RuleKind,
    count,
    parse_choice,
)
from deliberation.votes.queries.tallies import poll_of
from deliberation.votes.rules import Channel, Terms
from deliberation.votes.service import Receipt
from tests.support import owners, voting
from tests.support.drawn_votes import choices
from tests.support.voting import Hall

VOTERS, OPTIONS = 4, ("北侧绿地", "车库转角", "楼梯间旁")
AREAS = (4510, 6020, 8800, 12075)
HALF = {"quorum_numerator": 1, "quorum_denominator": 2}


def hall_of(method: Method = Method.yes_no, charter: dict[str, Any] | None = None, **terms: Any) -> Hall:
    options = () if method is Method.yes_no else OPTIONS
    given_terms = Terms(method=method, options=options, **terms)
    return voting.open_hall(seats=VOTERS, voters=VOTERS, terms=given_terms, **(charter or {}))


def estate(method: Method = Method.yes_no, **terms: Any) -> Hall:
    options = () if method is Method.yes_no else OPTIONS
    parts = [owners.Owned(f"户{number}", area) for number, area in enumerate(AREAS)]
    return owners.opened(parts, voters=VOTERS, method=method, options=options, **terms)


POINTS = {"choice_limit": 4}
CASES: dict[str, Callable[[], Hall]] = {
    "charter": hall_of,
    "present majority": lambda: hall_of(charter={"rule_kind": "present_majority", **HALF}),
    "all members' majority": lambda: hall_of(charter={"rule_kind": "all_members_majority"}),
    "consensus": lambda: hall_of(rule_kind=RuleKind.consensus),
    "advisory": lambda: hall_of(rule_kind=RuleKind.advisory),
    "secret": lambda: hall_of(is_secret=True),
    "owners, ordinary": lambda: estate(item_class=5),
    "owners, major": lambda: estate(item_class=8),
    "owners, the silent with most": lambda: estate(deemed_clause="议事规则第 12 条"),
    "owners, approval": lambda: estate(Method.approval),
    "single": lambda: hall_of(Method.single),
    "approval": lambda: hall_of(Method.approval),
    "limited": lambda: hall_of(Method.limited, choice_limit=2),
    "cumulative": lambda: hall_of(Method.cumulative, rule_kind=RuleKind.advisory, **POINTS),
    "score": lambda: hall_of(Method.score, rule_kind=RuleKind.advisory, **POINTS),
    "irv": lambda: hall_of(Method.irv),
    "stv": lambda: hall_of(Method.stv, seats_to_fill=2),
    "schulze": lambda: hall_of(Method.schulze),
    "ranked pairs": lambda: hall_of(Method.ranked_pairs),
}


def draw_acts(draw: Any, hall: Hall) -> list[tuple[int, int, Any]]:
    """(voter, which of the voter's ballots, what it says) in the order in which they arrive, some again and again."""
    vote = hall.vote
    codes = "".join(vote.option_codes)
    said = choices(str(vote.method), codes or "-", vote.seats_to_fill, vote.choice_limit)
    valid = said.filter(lambda choice: is_valid(hall, choice))
    new = [(voter, number, draw(valid)) for voter in range(VOTERS) for number in range(draw(st.integers(0, 2)))]
    order = sorted(draw(st.permutations(range(len(new)))), key=lambda index: new[index][1])
    acts: list[tuple[int, int, Any]] = []
    for index in order:
        acts.append(new[index])
        acts += draw(st.lists(st.sampled_from(acts), max_size=2))
    return acts


def is_valid(hall: Hall, choice: Any) -> bool:
    vote = hall.vote
    try:
        parse_choice(
            choice, method=vote.method, options=vote.option_codes, seats=vote.seats_to_fill, limit=vote.choice_limit
        )
    except ChoiceError:
        return False
    return True


def send(hall: Hall, voter: int, number: int, choice: Any, *, late: bool = False) -> Receipt:
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[voter].id)[0]
    with transaction():
        return service.cast_ballot(
            hall.actor(voter), vote_id=hall.vote.id, roll_entry_id=entry.id, choice=choice, channel=Channel.web,
            client_ballot_id=f"vote-{hall.vote.id}-{voter}-{number}", reason="收货的车进不来。",
            replaces=f"vote-{hall.vote.id}-{voter}-{number - 1}" if hall.vote.is_secret and number else "",
            now=hall.vote.closes_at if late else hall.vote.opens_at + timedelta(minutes=number),
        )  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_ballot_that_is_sent_again_changes_nothing(sqlite_app, case) -> None:
    @settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        with transaction():
            hall = CASES[case]()
        codes: dict[tuple[int, int], str] = {}
        standing: dict[int, tuple[int, Any]] = {}
        for voter, number, choice in draw_acts(data.draw, hall):
            if hall.vote.is_secret and number < standing.get(voter, (0, None))[0]:
                continue  # A secret ballot that was replaced is known to nobody any more (docs/decisions/0008).
            receipt = send(hall, voter, number, choice)
            assert codes.setdefault((voter, number), receipt.code) == receipt.code
            standing[voter] = max(standing.get(voter, (number, choice)), (number, choice), key=lambda each: each[0])
        assert queries.turnout(hall.vote.id).cast == len(standing)
        with transaction():
            service.close_due(hall.vote.id, now=hall.vote.closes_at)
        before = voting.result_of(hall.vote)
        for voter, (number, choice) in standing.items():
            assert send(hall, voter, number, choice, late=True).code == codes[voter, number]
        assert voting.result_of(queries.vote(hall.vote.id)) == before
        assert_counted_once(hall, before, {voter: choice for voter, (_number, choice) in standing.items()})

    holds()


def assert_counted_once(hall: Hall, result: dict[str, Any], said: dict[int, Any]) -> None:
    """The stored verdict is that of one ballot a voter, the last that was new."""
    vote = queries.vote(hall.vote.id)
    is_owners = vote.rule_kind is RuleKind.owners
    worth = [Amount(1, area if is_owners else 0) for area in AREAS]
    if vote.deemed_clause:
        result = result["without_deemed"]
    groups = [
        BallotGroup(
            parse_choice(
                choice, method=vote.method, options=vote.option_codes, seats=vote.seats_to_fill,
                limit=vote.choice_limit,
            ),
            worth[voter],
        )
        for voter, choice in said.items()
    ]  # fmt: skip
    everybody = Electorate(Amount(VOTERS, sum(AREAS) if is_owners else 0))
    once = count(poll_of(vote), electorate=everybody, ballots=groups).to_json()
    assert {name: result[name] for name in ("verdict", "tests", "winners", "rounds", "options")} == {
        name: once[name] for name in ("verdict", "tests", "winners", "rounds", "options")
    }
