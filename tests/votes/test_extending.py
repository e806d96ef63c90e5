"""A vote short of its quorum goes on once, by as long as its notice said (domain.md C3), on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.votes import jobs, queries, rules, service
from deliberation.votes.rules import Choice, Terms, VoteState
from tests.support import make, owners, voting
from tests.support.owners import Owned
from tests.support.voting import CLOSES, OPENS, Hall

CHARTER = {
    "rule_kind": "charter", "quorum_numerator": 2, "quorum_denominator": 3, "threshold_numerator": 2,
    "threshold_denominator": 3, "charter_clause": "章程第 12 条", "extension_days": 5,
}  # fmt: skip
LATER = CLOSES + timedelta(days=5)
BEFORE = CLOSES - timedelta(hours=1)


def hall_of(**changed) -> Hall:
    return voting.open_hall(seats=3, voters=3, **{**CHARTER, **changed})


def extend(hall: Hall, *, now=BEFORE):
    return service.extend_vote(hall.liaison, vote_id=hall.vote.id, now=now)


def test_a_vote_short_of_its_quorum_goes_on_and_everybody_is_told(app) -> None:
    with transaction():
        hall = hall_of()
        voting.cast(hall, 0)
    with transaction():
        vote = extend(hall)
    assert (vote.first_closes_at, vote.closes_at, vote.state) == (CLOSES, LATER, VoteState.voting)
    told = db.session.scalars(select(Message).where(Message.kind == "vote.extended")).all()
    assert {message.user_id for message in told} == {voter.id for voter in hall.voters}
    entry = matters.timeline(hall.matter.id)[-1]
    assert (entry.code, entry.data["cast"], entry.data["needed"]) == ("vote.extended", 1, 2)
    assert hall.matter.holder_due_at == LATER
    leaf = db.session.scalars(select(AuditLeaf.data).where(AuditLeaf.tag == "vote.extended")).one()
    hours = {"first_closes_at": CLOSES.isoformat(), "closes_at": LATER.isoformat()}
    assert json.loads(leaf).items() >= {"vote": vote.id, **hours}.items()


def test_ballots_count_until_the_new_close_and_not_after_it(app) -> None:
    with transaction():
        hall = hall_of()
        voting.cast(hall, 0)
        extend(hall)
    jobs.close_due(CLOSES)
    with transaction():
        voting.cast(hall, 1, now=LATER - timedelta(seconds=1))
    with pytest.raises(rules.VoteClosed), transaction():
        voting.cast(hall, 2, now=LATER)
    jobs.close_due(LATER)
    vote = queries.vote(hall.vote.id)
    assert (vote.closed_at, vote.outcome) == (LATER, rules.Outcome.passed)


@pytest.mark.parametrize(
    ("changed", "cast", "now", "refusal"),
    [
        ({}, 2, BEFORE, rules.QuorumReached),
        ({}, 1, CLOSES, rules.ExtensionTooLate),
        ({"extension_days": 0}, 1, BEFORE, rules.ExtensionNotAnnounced),
        ({"quorum_numerator": None, "quorum_denominator": None}, 1, BEFORE, rules.ExtensionNotAnnounced),
    ],
)
def test_otherwise_it_ends_when_it_was_said_to(app, changed, cast, now, refusal) -> None:
    with transaction():
        hall = hall_of(**changed)
        for number in range(cast):
            voting.cast(hall, number)
    with pytest.raises(refusal), transaction():
        extend(hall, now=now)
    assert queries.vote(hall.vote.id).closes_at == CLOSES


def test_a_second_time_is_refused_and_so_is_any_other_hour(app) -> None:
    with transaction():
        hall = hall_of()
        extend(hall)
    with pytest.raises(rules.ExtendedAlready), transaction():
        extend(hall, now=CLOSES)
    for closes_at, first in [(LATER + timedelta(days=5), CLOSES), (CLOSES, None), (LATER, OPENS)]:
        with pytest.raises(rules.TextImmutable), transaction():
            vote = queries.vote(hall.vote.id)
            vote.closes_at, vote.first_closes_at = closes_at, first
    db.session.expire_all()
    vote = queries.vote(hall.vote.id)
    assert (vote.closes_at, vote.first_closes_at) == (LATER, CLOSES)


@pytest.mark.parametrize(
    "change",
    [
        {"closes_at": LATER},
        {"first_closes_at": CLOSES},
        {"closes_at": LATER + timedelta(hours=1), "first_closes_at": CLOSES},
        {"closes_at": LATER, "first_closes_at": CLOSES, "extension_days": 6},
    ],
)
def test_only_the_announced_extension_moves_the_close(app, change) -> None:
    with transaction():
        hall = hall_of()
    db.session.expire_all()  # What stands in the database is asked for, however little of the row was loaded.
    with pytest.raises(rules.TextImmutable), transaction():
        for name, value in change.items():
            setattr(hall.vote, name, value)


def test_before_it_opens_and_after_it_is_counted_nothing_is_extended(app) -> None:
    with transaction():
        hall = voting.publish(seats=3, voters=3, **CHARTER)
    with pytest.raises(rules.VoteStateChanged), transaction():
        extend(hall)
    with transaction():
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    jobs.close_due(CLOSES)
    with pytest.raises(rules.VoteStateChanged), transaction():
        extend(hall, now=CLOSES)


def test_who_may_extend(app) -> None:
    with transaction():
        hall = hall_of()
        offices = [Role.teller, Role.handler, Role.administrator, Role.park_manager, Role.residents_committee]
        others = [make.actor(make.person(roles=[role], place=hall.place)) for role in offices]
        matter_service.declare_interest(hall.matter.id, user_id=hall.liaison.user_id, reason="住在弄口", now=OPENS)
    for other in [*others, hall.actor()]:
        with pytest.raises(NotAllowed), transaction():
            service.extend_vote(other, vote_id=hall.vote.id, now=BEFORE)
    with pytest.raises(rules.TellerHasInterest), transaction():
        extend(hall)


def test_the_notice_announces_no_more_than_the_charter_gives(app) -> None:
    with pytest.raises(rules.ExtensionNotInCharter), transaction():
        voting.prepare(terms=Terms(extension_days=6), **CHARTER)
    with transaction():
        assert voting.prepare(terms=Terms(extension_days=2), **CHARTER).vote.extension_days == 2
        assert voting.prepare(terms=Terms(), **CHARTER).vote.extension_days == 0
        assert voting.prepare(**CHARTER).vote.extension_days == 5


def test_owners_are_short_while_heads_or_area_are(app) -> None:
    parts = [Owned("甲", 100_00), Owned("乙", 100_00), Owned("丙", 300_00)]
    with transaction():
        hall = owners.opened(parts, extension_days=3, charter_extension=3)
        for number in range(2):
            voting.cast(hall, number, Choice.in_favour, now=owners.OPENS)
    heads, area = queries.quorum_by_now(hall.vote)
    assert (heads.holds, area.holds, area.missing) == (True, False, 133_34)
    with transaction():
        service.extend_vote(hall.liaison, vote_id=hall.vote.id, now=owners.OPENS)
        voting.cast(hall, 2, Choice.in_favour, now=owners.CLOSES)
    assert all(test.holds for test in queries.quorum_by_now(hall.vote))


def test_a_secret_vote_is_extended_by_who_is_marked_and_nothing_else(app) -> None:
    with transaction():
        hall = hall_of(terms=Terms(is_secret=True, extension_days=5))
        voting.cast(hall, 0)
        assert [test.missing for test in queries.quorum_by_now(hall.vote)] == [1]
        extend(hall)
    assert hall.vote.closes_at == LATER
