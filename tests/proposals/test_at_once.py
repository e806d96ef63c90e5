"""Several people, or one form several times, at the same moment, on PostgreSQL with real commits."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.matters.models import Matter, TimelineEntry
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.proposals import service
from deliberation.proposals.models import Proposal, Support
from deliberation.proposals.rules import ProposalKind, ProposalState
from tests.support import applications, make

AT_ONCE = 8
NOW = make.NOW


@pytest.fixture
def committed(tmp_path, new_postgres_url):
    """An application whose writes really commit, and the ids of a place, an author, and three liaisons."""
    app = applications.build(tmp_path, new_postgres_url)
    with app.app_context():
        with transaction():
            place = make.place()
            author = make.person(name="罗青")
            liaisons = [make.person(name=name, roles=[Role.liaison], place=place) for name in ("沈岚", "陆明", "高捷")]
        ids = (place.id, author.id, [each.id for each in liaisons])
    yield app, *ids
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(app, act, arguments):
    """Run ``act`` once for each argument, all at the same time; what each returned, or the code of its refusal."""

    def run(argument):
        with app.app_context():
            try:
                with transaction():
                    return act(argument)
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, arguments))


def submit(user_id, place_id, key=None):
    actor = people.actor(user_id)
    said = {"title": "台阶太暗", "text": "看不清台阶。", "kind": ProposalKind.lighting}
    return service.submit(actor, place_id=place_id, submission_key=key, now=NOW, **said).id


def test_one_form_sent_eight_times_at_once_is_one_proposal(committed):
    app, place_id, author_id, _liaisons = committed
    found = at_once(app, lambda _n: submit(author_id, place_id, "one-form"), range(AT_ONCE))
    assert len(set(found)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_the_first_matters_of_a_year_opened_at_once_have_their_own_numbers(committed):
    app, place_id, author_id, liaisons = committed
    at_once(app, lambda user_id: submit(user_id, place_id), [author_id, *liaisons])
    with app.app_context():
        serials = sorted(int(number[-3:]) for number in db.session.scalars(select(Matter.number)))
    assert serials == [1, 2, 3, 4]


def test_one_answer_is_given_when_two_liaisons_answer_at_once(committed):
    app, place_id, author_id, liaisons = committed
    with app.app_context(), transaction():
        proposal_id = submit(author_id, place_id)

    def answer(user_id):
        return service.accept(people.actor(user_id), proposal_id=proposal_id, now=NOW).id

    outcomes = Counter(at_once(app, answer, liaisons))
    assert outcomes == {proposal_id: 1, "already_screened": 2}


def test_a_merge_confirmed_twice_at_once_happens_once(committed):
    app, place_id, author_id, (asking, *confirming) = committed
    with app.app_context(), transaction():
        target, *joining = (submit(author_id, place_id) for _each in range(4))
        actor = people.actor(asking)
        requests = service.request_merges(actor, proposal_ids=joining, into_id=target, reason="同一处。", now=NOW)
        ids = [each.id for each in requests]

    def confirm(user_id):
        return service.confirm_merges(people.actor(user_id), request_ids=ids, now=NOW).id

    assert Counter(at_once(app, confirm, confirming)) == {target: 1, "merge_decided": 1}
    with app.app_context():
        joined = select(func.count()).where(TimelineEntry.code == "proposal.joined")
        merged = select(func.count()).where(Proposal.state == ProposalState.merged)
        assert (db.session.scalar(joined), db.session.scalar(merged)) == (1, 3)


def test_supporting_twice_at_once_counts_once(committed):
    app, place_id, author_id, (neighbour, *_others) = committed
    with app.app_context(), transaction():
        proposal_id = submit(author_id, place_id)

    def support(_n):
        return service.support(people.actor(neighbour), proposal_id=proposal_id, now=NOW).id

    assert set(at_once(app, support, range(AT_ONCE))) == {proposal_id}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
