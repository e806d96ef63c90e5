"""The queue, the panel of a matter, what is alike, and the way onto an agenda."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.kernel.database import db, transaction
from deliberation.people.access import VISITOR
from deliberation.proposals import queries, rules, service
from deliberation.proposals.rules import ProposalState
from tests.proposals.world import LATER, NOW, codes, fresh, many, matter_of
from tests.support import make
from tests.support.counting import statements


def statements_of(read) -> int:
    db.session.expire_all()
    db.session.rollback()
    return statements(read)


def test_the_queue_costs_the_same_for_one_and_for_a_hundred(world):
    def read():
        queries.queue(world.shen)
        queries.queue(world.lu)
        queries.desk_lines(world.shen, now=NOW)

    world.submit(world.neighbours[0])
    one = statements_of(read)
    assert one > 0
    many(world, 99)
    assert len(queries.queue(world.shen)) == 100
    assert statements_of(read) == one


def test_the_queue_shows_what_is_due_first_and_only_ones_own_places(world):
    late, early = world.submit(now=NOW + timedelta(days=1)), world.submit()
    assert [line.proposal.id for line in queries.queue(world.shen)] == [early.id, late.id]
    assert [line.proposal.id for line in queries.queue(world.lu)] == [early.id, late.id]
    assert queries.queue(world.stranger) == queries.queue(world.luo) == []
    assert [line.task for line in queries.desk_lines(world.shen, now=NOW)] == ["screen", "screen"]
    world.act(service.accept, world.shen, early)
    assert "schedule" in [line.task for line in queries.desk_lines(world.shen, now=NOW)]


def test_merges_to_confirm_are_grouped(world):
    target, joining = world.submit(world.neighbours[0]), many(world, 3)
    world.ask_to_merge(world.shen, joining, target)
    (group,) = queries.merge_groups(world.lu)
    assert (group.into.id, len(group.lines), group.requested_by.id) == (target.id, 3, world.shen.user_id)
    assert [line.task for line in queries.desk_lines(world.lu, now=NOW)].count("confirm_merge") == 1
    assert "confirm_merge" not in [line.task for line in queries.desk_lines(world.shen, now=NOW)]


def test_the_panel_of_a_matter(world):
    proposal = world.submit(hides_name=True)
    matter = matter_of(proposal)

    def part(actor):
        return queries.on_matter(matter, actor, now=NOW)

    assert part(VISITOR).author == "一位居民"
    assert part(VISITOR).may_screen is part(world.luo).may_screen is part(world.stranger).may_screen is False
    assert part(world.shen).may_screen is True
    assert isinstance(part(world.luo).refusal_to_support, rules.AlreadyAuthor)
    assert part(world.luo).refusal_to_withdraw is None
    assert part(world.neighbours[0]).refusal_to_support is None
    with transaction():
        bare = make.matter(place=world.lane)
    assert queries.on_matter(bare, world.luo, now=NOW) is None


def test_alike_matters_of_the_place(world):
    proposal = world.submit(title="三号楼后台阶太暗", text="加完班走到三号楼后面几乎看不清台阶。")
    found = queries.alike(world.lane.id, "三号楼后面的台阶太黑了，看不清", now=NOW)
    assert [each.proposal_id for each in found] == [proposal.id]
    assert queries.alike(world.lane.id, "三号楼后面的台阶太黑了，看不清", now=NOW, besides=proposal.id) == []
    assert queries.alike(world.elsewhere.id, "三号楼后面的台阶太黑了，看不清", now=NOW) == []


# What the meeting does


def test_onto_an_agenda_and_back_and_through(world):
    proposal = world.submit()
    starts_at = datetime(2026, 3, 13, 4, 15, tzinfo=UTC)
    onto = {"meeting_title": "午间议事会", "starts_at": starts_at, "now": LATER}
    with pytest.raises(rules.NotYetAccepted), transaction():
        service.mark_scheduled(proposal.matter_id, **onto)
    world.act(service.accept, world.shen, fresh(proposal))
    with transaction():
        service.mark_scheduled(proposal.matter_id, **onto)
        service.mark_scheduled(proposal.matter_id, **onto)
    matter = matter_of(proposal)
    assert (matter.step, matter.state, matter.holder_task) == (2, "scheduled", "send_notice")
    assert matter.holder_due_at == datetime(2026, 3, 9, 15, 59, tzinfo=UTC)
    assert codes(proposal)[-1] == "proposal.scheduled"
    with pytest.raises(rules.TooLateToWithdraw):
        world.act(service.withdraw, world.luo, proposal)
    with transaction():
        service.mark_unscheduled(proposal.matter_id, now=LATER)
    assert (matter.step, matter.state, matter.holder_id) == (1, "accepted", world.shen.user_id)
    with transaction():
        service.mark_scheduled(proposal.matter_id, **onto)
        service.mark_deliberated(proposal.matter_id, now=LATER)
        service.mark_unscheduled(proposal.matter_id, now=LATER)
    assert proposal.state is ProposalState.deliberated
    with transaction():
        service.mark_closed(proposal.matter_id, now=LATER)
    assert proposal.state is ProposalState.closed


def test_a_matter_without_a_proposal_is_left_alone(world):
    with transaction():
        bare = make.matter(place=world.lane)
    with transaction():
        assert service.mark_scheduled(bare.id, meeting_title="会", starts_at=NOW, now=NOW) is None
        assert service.mark_deliberated(bare.id, now=NOW) is None
