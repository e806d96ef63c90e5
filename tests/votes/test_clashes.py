"""Paper and another ballot of one voter, in both orders (R-18): one ballot, or a clash that two tellers settle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.notifications.models import Message
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, BallotConflict
from deliberation.votes.queries import tallies
from deliberation.votes.rules import ConflictDecision, InvalidReason
from tests.support import voting
from tests.support.door import client_of
from tests.support.paper import Table
from tests.support.voting import CLOSES, OPENS


def cast(table: Table, number: int, choice: str = "for") -> None:
    with transaction():
        voting.cast(table.hall, number, choice)


def by_proxy(table: Table, number: int, choice: str = "for") -> None:
    """The last voter casts for the one with this number."""
    with transaction():
        agent = db.session.merge(table.hall.voters[-1])
        agent.email = "agent@example.org"
        db.session.flush()
        authority = service.give_proxy(
            table.hall.actor(number), vote_id=table.vote.id, roll_entry_id=table.entry(number).id,
            agent_address=agent.email, opinion=choice, valid_until=shanghai_date(CLOSES), now=OPENS,
        )  # fmt: skip
        service.cast_by_proxy(table.hall.actor(len(table.hall.voters) - 1), authority_id=authority.id, now=OPENS)


def in_both_orders(table: Table, number: int, sheet: str, act: Callable[[], None], *, paper_first: bool) -> None:
    if paper_first:
        table.both_read(number, sheet)
    act()
    if not paper_first:
        table.both_read(number, sheet)


def clash() -> BallotConflict:
    return db.session.query(BallotConflict).populate_existing().one()


@pytest.mark.parametrize("paper_first", [True, False])
@pytest.mark.parametrize("way", [cast, by_proxy])
def test_different_in_either_order_is_a_clash_and_undecided_neither_counts(app, way, paper_first) -> None:
    table = Table(proxy_cap=1)
    in_both_orders(table, 0, "against", lambda: way(table, 0), paper_first=paper_first)
    cast(table, 1)
    assert clash().paper_choice == "against"
    told = [(message.user_id, message.kind) for message in db.session.query(Message).filter_by(kind="ballot.conflict")]
    assert told == [(table.hall.voters[0].id, "ballot.conflict")]
    result = table.count()
    assert (result["cast"], result["for"], result["against"]) == (1, 1, 0)
    assert result["invalid"] == [{"reason": "conflict", "count": 1}]


@pytest.mark.parametrize("paper_first", [True, False])
@pytest.mark.parametrize(("way", "channel"), [(cast, "web"), (by_proxy, "proxy")])
def test_the_same_in_either_order_is_one_ballot_and_the_receipt_in_hand_stands(app, way, channel, paper_first) -> None:
    table = Table(proxy_cap=1)
    in_both_orders(table, 0, "for", lambda: way(table, 0), paper_first=paper_first)
    assert db.session.query(BallotConflict).count() == 0
    result = table.count()
    assert (result["cast"], result["for"], result["invalid"]) == (1, 1, [])
    assert tallies.by_channel(table.vote) == {channel: 1}


@pytest.mark.parametrize("paper_first", [True, False])
@pytest.mark.parametrize(
    ("decision", "favour", "against", "cast_in_all"),
    [(ConflictDecision.web, 1, 0, 1), (ConflictDecision.paper, 0, 1, 1), (ConflictDecision.neither, 0, 0, 0)],
)
def test_two_tellers_settle_it_from_evidence(app, decision, favour, against, cast_in_all, paper_first) -> None:
    table = Table()
    in_both_orders(table, 0, "against", lambda: cast(table, 0), paper_first=paper_first)
    one, other = table.tellers
    given = {"conflict_id": clash().id, "decision": decision, "now": OPENS}
    with transaction():
        with pytest.raises(rules.EvidenceMissing):
            service.decide_conflict(one, evidence=" ", **given)
        service.decide_conflict(one, evidence="电话问了本人。", **given)
        with pytest.raises(rules.AnotherTeller):
            service.decide_conflict(one, evidence="", **given)
        service.decide_conflict(other, evidence="", **given)
        with pytest.raises(rules.ConflictSettled):
            service.decide_conflict(other, evidence="又想了想。", **given)
    result = table.count()
    assert (result["for"], result["against"], result["cast"]) == (favour, against, cast_in_all)
    assert [each["reason"] for each in result["invalid"]] == (["conflict"] if not cast_in_all else [])


@pytest.mark.parametrize("settled", [None, ConflictDecision.paper, ConflictDecision.neither])
def test_who_casts_again_and_says_the_same_has_one_ballot(app, settled) -> None:
    table = Table()
    cast(table, 0, "for")
    table.both_read(0, "against")
    if settled is not None:
        table.decide(clash().id, settled)
    cast(table, 0, "against")
    assert clash().decision is ConflictDecision.same
    result = table.count()
    assert (result["cast"], result["against"], result["invalid"]) == (1, 1, [])


@pytest.mark.parametrize("settled", [ConflictDecision.paper, ConflictDecision.neither, ConflictDecision.same])
def test_who_casts_again_and_says_otherwise_is_asked_again(app, settled) -> None:
    table = Table()
    cast(table, 0, "for")
    table.both_read(0, "against")
    if settled is ConflictDecision.same:
        cast(table, 0, "against")
    else:
        table.decide(clash().id, settled)
    cast(table, 0, "abstain")
    assert clash().decision is None
    table.decide(clash().id, ConflictDecision.neither)
    result = table.count()
    assert (result["cast"], result["invalid"]) == (0, [{"reason": "conflict", "count": 1}])


def test_once_the_sheet_is_set_aside_a_later_ballot_only_replaces(app) -> None:
    table = Table()
    table.both_read(0, "against")
    cast(table, 0, "for")
    table.decide(clash().id, ConflictDecision.web)
    cast(table, 0, "abstain")
    assert clash().decision is ConflictDecision.web
    result = table.count()
    assert (result["cast"], result["abstain"], result["invalid"]) == (1, 1, [])


def test_a_proposal_about_an_earlier_ballot_is_void(app) -> None:
    table = Table()
    table.both_read(0, "against")
    cast(table, 0, "for")
    with transaction():
        service.decide_conflict(
            table.tellers[0], conflict_id=clash().id, decision=ConflictDecision.web, evidence="问了。", now=OPENS
        )
    cast(table, 0, "abstain")
    with transaction(), pytest.raises(rules.EvidenceMissing):
        service.decide_conflict(
            table.tellers[1], conflict_id=clash().id, decision=ConflictDecision.web, evidence="", now=OPENS
        )


def test_after_the_count_nothing_is_decided_any_more(app) -> None:
    table = Table()
    table.both_read(0, "against")
    cast(table, 0, "for")
    table.count()
    with transaction(), pytest.raises(rules.SheetsNotReadNow):
        service.decide_conflict(
            table.tellers[0], conflict_id=clash().id, decision=ConflictDecision.web, evidence="问了。", now=CLOSES
        )


@pytest.mark.parametrize("paper_first", [True, False])
def test_an_invalid_sheet_is_listed_only_for_who_has_no_other_ballot(app, paper_first) -> None:
    table = Table()
    if not paper_first:
        cast(table, 0)
    for number in (0, 1):
        table.both_read(number, None, InvalidReason.unsigned)
    if paper_first:
        cast(table, 0)
    result = table.count()
    assert (result["cast"], result["invalid"]) == (1, [{"reason": "unsigned", "count": 1}])


def test_every_turn_of_a_clash_stands_in_the_log_without_what_was_chosen(app) -> None:
    table = Table()
    cast(table, 0, "for")
    table.both_read(0, "against")
    table.decide(clash().id, ConflictDecision.paper)
    cast(table, 0, "abstain")
    leaves = db.session.query(AuditLeaf).filter(AuditLeaf.tag.like("ballot.conflict%")).order_by(AuditLeaf.id)
    assert [leaf.tag for leaf in leaves] == ["ballot.conflict", "ballot.conflict_decided", "ballot.conflict"]
    assert all(word not in leaf.data.decode() for leaf in leaves for word in ("for", "against", "abstain"))
    kept = db.session.query(Ballot).filter_by(roll_entry_id=table.entry(0).id)
    assert sorted(ballot.choice for ballot in kept) == ["abstain", "against", "for"]


def test_a_ballot_that_meets_no_sheet_costs_nothing_where_there_is_no_paper(app) -> None:
    with transaction():
        hall = voting.open_hall()
        voting.cast(hall)
    assert queries.turnout(hall.vote.id).cast == 1
    assert db.session.query(BallotConflict).count() == 0


def test_the_voter_sees_what_to_do_about_it(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    table = Table()
    table.both_read(0, "against")
    cast(table, 0, "for")
    page = client_of(sqlite_app, table.hall.voters[0]).get(f"/votes/{table.vote.id}").text
    assert "您交的纸质票和这一张选得不一样" in page
    other = client_of(sqlite_app, table.hall.voters[1]).get(f"/votes/{table.vote.id}").text
    assert "您交的纸质票和这一张选得不一样" not in other
