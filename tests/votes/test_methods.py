"""Ballots with options: read, kept as one text, counted from the database; on the page without a script."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.votes import queries, rules, service
from deliberation.votes.counting import ChoiceError, Method, RuleKind
from deliberation.votes.rules import Terms
from tests.support import voting
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS, Hall

SITES = ("北侧绿地", "车库转角", "楼梯间旁")


def hall_of(method: Method, *, voters: int = 5, **changed) -> Hall:
    terms = Terms(method=method, options=SITES, **{"rule_kind": RuleKind.advisory, **changed})
    hall = voting.prepare(seats=voters, voters=voters, terms=terms)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    return hall


def counted(hall: Hall, choices) -> dict:
    with transaction():
        for number, choice in enumerate(choices):
            voting.cast(hall, number, choice)
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    return voting.result_of(hall.vote)


@pytest.mark.parametrize(
    ("method", "choices", "winners"),
    [
        (Method.single, ["乙", "甲", "乙", "abstain", "丙"], ["乙"]),
        (Method.approval, [["甲", "乙"], ["乙"], ["丙", "乙"], ["甲"], "abstain"], ["乙"]),
        (Method.cumulative, [{"甲": 1}, {"乙": 1}, {"甲": 1}, {"丙": 1}, {"甲": 1}], ["甲"]),
        (Method.score, [{"甲": 3, "乙": 5}, {"乙": 5}, {"丙": 9}, {"甲": 4}, {"乙": 1}], ["乙"]),
        (Method.irv, [["甲", "乙"], ["乙", "甲"], ["丙", "乙"], ["乙"], ["甲"]], ["乙"]),
        (Method.schulze, [["甲", "乙"], [["乙", "甲"]], ["丙", "乙"], ["乙"], ["乙"]], ["乙"]),
    ],
)
def test_every_method_counts_from_the_database(app, method, choices, winners) -> None:
    with transaction():
        hall = hall_of(method)
    result = counted(hall, choices)
    assert (result["verdict"], result["winners"]) == ("advisory", winners)


def test_a_ranking_is_kept_as_one_text_and_sent_again_is_the_same(app) -> None:
    with transaction():
        hall = hall_of(Method.irv)
        first = voting.cast(hall, 0, ["丙", ["乙", "甲"]], client_ballot_id="ranked-ballot-1")
        again = voting.cast(hall, 0, ["丙", ["甲", "乙"]], client_ballot_id="ranked-ballot-1")
    assert first.choice == '["丙",["甲","乙"]]'
    assert again.code == first.code


def test_what_is_not_on_the_ballot_is_refused(app) -> None:
    with transaction():
        hall = hall_of(Method.limited, choice_limit=2)
        for wrong in (["丁"], ["甲", "乙", "丙"], "for", {"甲": 2}, [[["甲"]]]):
            with pytest.raises(ChoiceError):
                voting.cast(hall, 0, wrong)
    assert queries.turnout(hall.vote.id).cast == 0


@pytest.mark.parametrize(
    ("method", "fields", "kept"),
    [
        (Method.single, {"choice": "丙"}, "丙"),
        (Method.approval, {"mark": ["丙", "甲"]}, '["甲","丙"]'),
        (Method.approval, {"choice": '["甲","丙"]'}, '["甲","丙"]'),
        (Method.score, {"points-甲": "4", "points-乙": "", "points-丙": "1"}, '{"甲":4,"丙":1}'),
        (Method.irv, {"rank-甲": "2", "rank-乙": "1", "rank-丙": "2"}, '["乙",["甲","丙"]]'),
        (Method.irv, {"choice": "abstain"}, "abstain"),
    ],
)
def test_the_page_reads_a_ballot_without_a_script(sqlite_app, method, fields, kept) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = hall_of(method)
    voter = client_of(sqlite_app, hall.voters[0])
    page = voter.get(f"/votes/{hall.vote.id}")
    assert all(site in page.text for site in SITES)
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id
    answer = post(
        voter,
        f"/votes/{hall.vote.id}/ballot",
        json=True,
        roll_entry_id=str(entry),
        client_ballot_id="no-script-1",
        **fields,
    )
    assert (answer.status_code, answer.get_json()["receipt"]["choice"]) == (200, kept)


def test_a_consensus_asks_for_the_reason_of_an_objection(app) -> None:
    with transaction():
        hall = voting.prepare(seats=3, voters=3, terms=Terms(rule_kind=RuleKind.consensus))
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        with pytest.raises(rules.ReasonForObjection):
            voting.cast(hall, 0, rules.Choice.against)
        voting.cast(hall, 0, rules.Choice.against, reason="收货的车进不来。")
        voting.cast(hall, 1, rules.Choice.in_favour)
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    assert voting.result_of(hall.vote)["verdict"] == "failed"


@pytest.mark.parametrize(
    "terms",
    [
        Terms(method=Method.single, options=("一", "一")),
        Terms(method=Method.single, options=("一",)),
        Terms(method=Method.yes_no, options=("一", "二")),
        Terms(method=Method.approval, options=()),
    ],
)
def test_options_are_two_or_more_and_different(app, terms) -> None:
    with transaction(), pytest.raises(rules.OptionsWrong):
        voting.prepare(terms=terms)
