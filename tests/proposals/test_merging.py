"""Several are joined to one: asked for by one liaison, confirmed by a second, and nobody is left behind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.matters.models import ParticipationReason, TimelineEntry
from deliberation.people.access import Role
from deliberation.proposals import rules, service
from deliberation.proposals.models import MergeRequest, Support
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel
from tests.proposals.world import LATER, NOW, codes, count_of, fresh, leaves, many, matter_of, told
from tests.support import make
from tests.support.counting import statements


def test_a_merge_needs_a_second_liaison(world):
    target, other = world.submit(), world.submit(world.neighbours[0])
    (request_id,) = world.ask_to_merge(world.shen, [other], target)
    matter = matter_of(other)
    assert (other.state, matter.holder_id, matter.holder_task) == (
        ProposalState.submitted, world.lu.user_id, "confirm_merge",
    )  # fmt: skip
    assert told("merge.requested") == {world.lu.user_id: "liaison"}
    with pytest.raises(rules.SecondPersonNeeded):
        world.confirm(world.shen, [request_id])
    with pytest.raises(NotAllowed):
        world.confirm(world.stranger, [request_id])
    with pytest.raises(rules.MergePending):
        world.act(service.accept, world.lu, other)
    assert world.confirm(world.lu, [request_id]).id == target.id
    world.confirm(world.lu, [request_id])
    merged = matter_of(other)
    assert (merged.state, merged.merged_into_id, merged.holder_name) == ("merged", target.matter_id, "")
    assert codes(other) == ["proposal.submitted", "proposal.merge_requested", "proposal.merged"]
    assert codes(target) == ["proposal.submitted", "proposal.joined"]
    assert told("proposal.merged") == {world.neighbours[0].user_id: "proposer"}
    assert len(leaves("proposal.merged")) == 1


def test_everybody_comes_along(world):
    one, two, three = world.neighbours
    target, other = world.submit(), world.submit(one)
    for each in (two, three, world.luo):
        world.act(service.support, each, other)
    world.act(service.support, three, target)
    world.confirm(world.lu, world.ask_to_merge(world.shen, [other], target))
    people = matters.participants(target.matter_id)
    assert people[world.luo.user_id] == [ParticipationReason.proposer]
    assert ParticipationReason.merged_author in people[one.user_id]
    assert people[two.user_id] == people[three.user_id] == [ParticipationReason.supporter]
    supporters = set(db.session.scalars(select(Support.user_id).where(Support.proposal_id == target.id)))
    assert {two.user_id, three.user_id} <= supporters
    assert world.luo.user_id not in supporters
    with pytest.raises(rules.AlreadyAuthor):
        world.act(service.support, one, target)
    with pytest.raises(rules.OthersHaveJoined):
        world.act(service.withdraw, world.luo, target)


def test_a_chain_of_merges_leads_to_the_last(world):
    first, second, third = (world.submit(author) for author in world.neighbours)
    world.confirm(world.lu, world.ask_to_merge(world.shen, [first], second))
    world.confirm(world.lu, world.ask_to_merge(world.shen, [second], third))
    assert fresh(first).merged_into_id == third.id
    assert matter_of(first).merged_into_id == third.matter_id
    reasons = matters.participants(third.matter_id)
    assert reasons[world.neighbours[0].user_id] == [ParticipationReason.merged_author]


def test_what_cannot_be_merged(world):
    target, other, third = world.submit(), world.submit(), world.submit()
    with pytest.raises(rules.CannotJoinItself):
        world.ask_to_merge(world.shen, [target], target)
    with pytest.raises(rules.ReasonNeeded):
        world.ask_to_merge(world.shen, [other], target, reason="")
    world.act(service.redirect, world.shen, third, channel=RedirectChannel.petition, reason="请到信访窗口。")
    with pytest.raises(rules.NoMergeTarget):
        world.ask_to_merge(world.shen, [other], third)
    with pytest.raises(rules.AlreadyScreened):
        world.ask_to_merge(world.shen, [other, third], target)
    assert count_of(MergeRequest) == 0


def test_a_waiting_merge_cannot_be_a_target_and_asking_again_is_harmless(world):
    target, other, third = world.submit(), world.submit(), world.submit()
    ids = world.ask_to_merge(world.shen, [other], target)
    assert world.ask_to_merge(world.shen, [other], target) == ids
    with pytest.raises(rules.NoMergeTarget):
        world.ask_to_merge(world.shen, [third], other)
    with pytest.raises(rules.MergePending):
        world.ask_to_merge(world.shen, [other], third)
    assert count_of(MergeRequest) == 1


def test_declining_says_why_and_puts_it_back_into_the_queue(world):
    target, other = world.submit(), world.submit()
    (request_id,) = world.ask_to_merge(world.shen, [other], target)
    for _twice in range(2):
        with transaction():
            service.decline_merges(world.lu, request_ids=[request_id], reason="不是同一处台阶。", now=LATER)
    assert matter_of(other).holder_task == "screen"
    assert codes(other)[-1] == "proposal.merge_declined"
    with pytest.raises(rules.NoSuchMerge):
        world.confirm(world.lu, [request_id])
    world.act(service.accept, world.shen, other)


def test_without_a_second_liaison_nothing_is_asked(world):
    with transaction():
        lonely = make.place()
        alone = world.of(make.person(name="独一", roles=[Role.liaison], place=lonely))
    with transaction():
        said = {"title": "灯", "text": "坏了", "kind": ProposalKind.lighting, "now": NOW}
        one, two = (service.submit(world.luo, place_id=lonely.id, **said) for _each in range(2))
    with pytest.raises(rules.NoSecondLiaison):
        world.ask_to_merge(alone, [one], two)
    assert count_of(MergeRequest) == 0


def statements_to_merge(world, number: int) -> int:
    target, joining = world.submit(world.neighbours[0]), many(world, number)
    request_ids = world.ask_to_merge(world.shen, joining, target)
    sent = statements(lambda: world.confirm(world.lu, request_ids))
    assert len(matters.participants(target.matter_id)) == number + 1
    return sent


def test_forty_five_are_merged_into_one_in_a_bounded_number_of_statements_each(world):
    few, lots = statements_to_merge(world, 5), statements_to_merge(world, 45)
    assert 0 < (lots - few) / 40 <= 12
    joined = db.session.scalars(select(TimelineEntry).where(TimelineEntry.code == "proposal.joined")).all()
    assert sorted(entry.data["count"] for entry in joined) == [5, 45]
