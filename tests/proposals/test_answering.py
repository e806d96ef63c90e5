"""What becomes of a proposal once it is there: answered by a liaison, supported, withdrawn; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.matters import queries as matters
from deliberation.matters.models import ParticipationReason
from deliberation.photos.models import Photo
from deliberation.proposals import queries, rules, service
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel
from tests.proposals.world import LATER, NOW, a_photo, codes, fresh, leaves, matter_of, told


def test_accepting(world):
    proposal = world.submit()
    world.act(service.support, world.neighbours[0], proposal)
    world.act(service.accept, world.shen, proposal)
    matter = matter_of(proposal)
    assert (proposal.state, matter.state, matter.holder_task) == (ProposalState.accepted, "accepted", "schedule")
    assert matter.holder_name == "沈岚 · 联络员"
    assert matter.holder_due_at == datetime(2026, 3, 16, 15, 59, tzinfo=UTC)
    assert codes(proposal) == ["proposal.submitted", "proposal.accepted"]
    assert told("proposal.accepted") == {world.luo.user_id: "proposer", world.neighbours[0].user_id: "supporter"}
    assert len(leaves("proposal.accepted")) == 1


def test_the_same_answer_twice_is_given_once_another_is_refused(world):
    proposal = world.submit()
    world.act(service.accept, world.shen, proposal)
    world.act(service.accept, world.shen, proposal)
    assert codes(proposal).count("proposal.accepted") == 1
    with pytest.raises(rules.AlreadyScreened):
        world.act(service.accept, world.lu, proposal)
    with pytest.raises(rules.AlreadyScreened):
        world.act(service.return_for_changes, world.shen, proposal, reason="写清楚在哪")


@pytest.mark.parametrize("who", ["luo", "stranger"])
def test_only_the_places_own_liaisons_answer(world, who):
    proposal = world.submit()
    with pytest.raises(NotAllowed):
        world.act(service.accept, getattr(world, who), proposal)
    assert fresh(proposal).state is ProposalState.submitted


def test_a_liaisons_own_proposal_is_for_another(world):
    proposal = world.submit(world.shen)
    assert matter_of(proposal).holder_id == world.lu.user_id
    with pytest.raises(rules.OwnProposal):
        world.act(service.accept, world.shen, proposal)
    world.act(service.accept, world.lu, proposal)


def test_returned_changed_and_handed_in_again(world, tmp_path):
    out, kept = a_photo(world.luo, tmp_path), a_photo(world.luo, tmp_path)
    proposal = world.submit(photo_ids=[out, kept])
    world.act(service.return_for_changes, world.shen, proposal, reason="请写明是哪一号楼。")
    matter = matter_of(proposal)
    assert (proposal.state, matter.state, matter.holder_task) == (ProposalState.returned, "returned", "fix_proposal")
    assert (matter.holder_id, matter.holder_name, matter.holder_due_at) == (world.luo.user_id, "罗*", None)
    assert [need.url for need in queries.needs(world.luo, now=LATER)] == [f"/proposals/{proposal.id}/revise"]
    said = service.Words("三号楼台阶太暗", "三号楼后面。", ProposalKind.lighting, photo_ids=(kept,))
    with pytest.raises(rules.NotTheAuthor):
        world.act(service.resubmit, world.neighbours[0], proposal, words=said)
    next_day = NOW + timedelta(days=1)
    world.act(service.resubmit, world.luo, proposal, words=said, now=next_day)
    world.act(service.resubmit, world.luo, proposal, words=said, now=next_day)
    assert (proposal.state, proposal.title, matter.title) == (ProposalState.submitted, said.title, said.title)
    assert proposal.screening_due_at == datetime(2026, 3, 6, 15, 59, tzinfo=UTC)
    assert matter.holder_id == world.shen.user_id
    assert [photo.id for photo in queries.photos_of(proposal.id)] == [kept]
    assert db.session.get(Photo, out).is_draft is True
    assert codes(proposal) == ["proposal.submitted", "proposal.returned", "proposal.resubmitted"]
    assert queries.needs(world.luo, now=next_day) == []


@pytest.mark.parametrize(
    ("verb", "more"),
    [(service.return_for_changes, {}), (service.redirect, {"channel": RedirectChannel.petition})],
)
def test_without_a_reason_nothing_is_returned_or_redirected(world, verb, more):
    proposal = world.submit()
    with pytest.raises(rules.ReasonNeeded):
        world.act(verb, world.shen, proposal, reason=" ", **more)
    assert fresh(proposal).state is ProposalState.submitted


def test_redirecting_says_where_and_closes(world):
    proposal = world.submit()
    told_why = {"channel": RedirectChannel.emergency, "reason": "正在漏电，请马上报警。"}
    world.act(service.redirect, world.shen, proposal, **told_why)
    world.act(service.redirect, world.shen, proposal, **told_why)
    matter = matter_of(proposal)
    assert (matter.state, matter.holder_name, matter.closed_at) == ("redirected", "", LATER)
    assert told("proposal.redirected") == {world.luo.user_id: "proposer"}
    assert matters.timeline(matter.id)[-1].data["channel"] == "emergency"


# Supporting and withdrawing


def test_supporting_and_taking_it_back(world):
    proposal, neighbour = world.submit(), world.neighbours[0]
    for _twice in range(2):
        world.act(service.support, neighbour, proposal)
    assert queries.support_of(proposal.id, neighbour.user_id) == (1, True)
    assert queries.support_of(proposal.id, None) == (1, False)
    assert matters.reasons_of(proposal.matter_id, neighbour.user_id) == [ParticipationReason.supporter]
    for _twice in range(2):
        with transaction():
            service.unsupport(neighbour, proposal_id=proposal.id)
    assert queries.support_of(proposal.id, neighbour.user_id) == (0, False)
    assert matters.reasons_of(proposal.matter_id, neighbour.user_id) == []


def test_nobody_supports_an_own_proposal_or_one_that_does_not_exist(world):
    proposal = world.submit()
    with pytest.raises(rules.AlreadyAuthor):
        world.act(service.support, world.luo, proposal)
    with pytest.raises(NotFound), transaction():
        service.support(world.luo, proposal_id=10**9, now=NOW)


def test_withdrawing_tells_the_supporters_and_leaves_the_page(world):
    proposal = world.submit()
    world.act(service.support, world.neighbours[0], proposal)
    with pytest.raises(rules.NotTheAuthor):
        world.act(service.withdraw, world.neighbours[0], proposal)
    for _twice in range(2):
        world.act(service.withdraw, world.luo, proposal)
    assert (proposal.state, matter_of(proposal).state) == (ProposalState.withdrawn, "withdrawn")
    assert codes(proposal) == ["proposal.submitted", "proposal.withdrawn"]
    assert set(told("proposal.withdrawn")) == {world.luo.user_id, world.neighbours[0].user_id}
    with pytest.raises(rules.NotOpenToSupport):
        world.act(service.support, world.neighbours[1], proposal)
