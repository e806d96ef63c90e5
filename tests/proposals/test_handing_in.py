"""Handing in: the matter that opens, what the log holds, what is refused, pictures; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from deliberation.kernel.database import db
from deliberation.kernel.errors import SignInNeeded
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.notifications.models import Message
from deliberation.people.access import VISITOR
from deliberation.photos.models import Photo
from deliberation.proposals import queries, rules, service
from deliberation.proposals.models import Proposal
from tests.proposals.world import LATER, NOW, a_photo, count_of, leaves, matter_of


def test_a_proposal_opens_its_matter_and_the_liaison_has_three_working_days(world):
    proposal = world.submit()
    matter = matter_of(proposal)
    assert (matter.step, matter.state, matter.title) == (1, "screening", "台阶太暗")
    assert (matter.holder_id, matter.holder_name) == (world.shen.user_id, "沈岚 · 联络员")
    assert matter.holder_task == "screen"
    assert matter.holder_due_at == proposal.screening_due_at == datetime(2026, 3, 5, 15, 59, tzinfo=UTC)
    assert matters.participants(matter.id) == {world.luo.user_id: [ParticipationReason.proposer]}
    (entry,) = matters.timeline(matter.id)
    assert (entry.code, entry.actor_name, entry.at) == ("proposal.submitted", "罗*", NOW)
    message = db.session.scalars(select(Message)).one()
    assert (message.kind, message.user_id) == ("proposal.received", world.luo.user_id)
    assert message.data["due_at"] == proposal.screening_due_at.isoformat()


def test_the_leaf_holds_the_hash_of_the_words_and_not_the_words(world):
    world.submit()
    (leaf,) = leaves("proposal.submitted")
    assert "text_sha256" in leaf
    assert "台阶" not in leaf
    assert f'"author":{world.luo.user_id}' in leaf


def test_a_hidden_name_is_not_in_the_timeline_nor_in_the_log(world):
    proposal = world.submit(hides_name=True)
    (entry,) = matters.timeline(proposal.matter_id)
    assert entry.actor_name == "一位居民"
    assert '"author":null' in leaves("proposal.submitted")[0]


def test_the_same_form_twice_is_one_proposal(world):
    first = world.submit(submission_key="form-1")
    again = world.submit(submission_key="form-1", title="另一个标题", now=LATER)
    assert again.id == first.id
    assert (count_of(Proposal), count_of(Matter), count_of(Message)) == (1, 1, 1)
    assert world.submit(world.neighbours[0], submission_key="form-1").id != first.id


def test_the_same_words_in_another_form_shortly_after_are_one_proposal(world):
    first = world.submit(submission_key="form-1")
    soon = NOW + timedelta(minutes=9)
    assert world.submit(submission_key="form-2", now=soon).id == first.id
    assert (count_of(Proposal), count_of(Matter), count_of(Message)) == (1, 1, 1)
    others = [
        world.submit(submission_key="form-3", title="台阶还是太暗", now=soon),
        world.submit(world.neighbours[0], submission_key="form-4", now=soon),
        world.submit(submission_key="form-5", now=NOW + timedelta(minutes=10)),
    ]
    world.act(service.withdraw, world.luo, others[0], now=soon)
    others.append(world.submit(submission_key="form-6", title="台阶还是太暗", now=soon))
    assert len({first.id, *(each.id for each in others)}) == 5


@pytest.mark.parametrize("changes", [{"title": " "}, {"text": ""}, {"text": "长" * 1_000_000}])
def test_empty_or_endless_words_change_nothing(world, changes):
    with pytest.raises((rules.NothingSaid, rules.TooMuchSaid)):
        world.submit(**changes)
    assert (count_of(Proposal), count_of(Matter), leaves("proposal.submitted")) == (0, 0, [])


def test_no_more_than_ten_wait_for_an_answer(world):
    for _each in range(10):
        last = world.submit()
    with pytest.raises(rules.TooManyWaiting):
        world.submit()
    world.act(service.accept, world.shen, last)
    world.submit()


def test_a_visitor_cannot_hand_in(world):
    with pytest.raises(SignInNeeded):
        world.submit(VISITOR)


def test_only_own_pictures_come_along_and_only_once(world, tmp_path):
    mine, theirs = a_photo(world.luo, tmp_path), a_photo(world.shen, tmp_path)
    first = world.submit(photo_ids=[mine, theirs])
    assert [photo.id for photo in queries.photos_of(first.id)] == [mine]
    assert db.session.get(Photo, mine).is_draft is False
    assert db.session.get(Photo, theirs).is_draft is True
    second = world.submit(photo_ids=[mine])
    assert queries.photos_of(second.id) == []


def test_five_pictures_are_one_too_many(world, tmp_path):
    ids = [a_photo(world.luo, tmp_path) for _each in range(5)]
    with pytest.raises(rules.TooManyPhotos):
        world.submit(photo_ids=ids)
