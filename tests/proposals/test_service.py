"""Proposals from hand to hand, on both databases: the state, the holder, the timeline, the messages, the leaf."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter, ParticipationReason, TimelineEntry
from deliberation.notifications.models import Message
from deliberation.people.access import VISITOR, Role
from deliberation.photos import service as photos
from deliberation.photos.models import Photo
from deliberation.places.models import PlaceKind
from deliberation.proposals import queries, rules, service
from deliberation.proposals.models import MergeRequest, Proposal, Support
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel
from tests.support import make
from tests.support.counting import statements

NOW = make.NOW  # Monday 2 March 2026, 09:00 in Shanghai.
LATER = NOW + timedelta(hours=2)


class World:
    """A lane with two liaisons, an author, neighbours."""

    def __init__(self) -> None:
        with transaction():
            self.district = make.place(kind=PlaceKind.subdistrict)
            self.lane = make.place(parent=self.district)
            self.elsewhere = make.place(parent=self.district)
            self.shen = self.of(make.person(name="沈岚", duty="联络员", roles=[Role.liaison], place=self.lane))
            self.lu = self.of(make.person(name="陆明", duty="联络员", roles=[Role.liaison], place=self.district))
            self.stranger = self.of(make.person(name="高捷", roles=[Role.liaison], place=self.elsewhere))
            self.luo = self.of(make.person(name="罗青"))
            self.neighbours = [self.of(make.person(name=f"邻{n}居")) for n in range(3)]

    def of(self, user):
        db.session.flush()
        return make.actor(user)

    def submit(self, author=None, **changes):
        said = {"title": "台阶太暗", "text": "晚上看不清台阶，请补亮。", "kind": ProposalKind.lighting, "now": NOW}
        with transaction():
            return service.submit(author or self.luo, place_id=self.lane.id, **{**said, **changes})

    def act(self, verb, actor, proposal, **more):
        with transaction():
            return verb(actor, proposal_id=proposal.id, **{"now": LATER, **more})

    def ask_to_merge(self, actor, joining, into, **more):
        with transaction():
            ids = [each.id for each in joining]
            said = {"reason": "说的是同一段台阶。", "now": LATER, **more}
            return [each.id for each in service.request_merges(actor, proposal_ids=ids, into_id=into.id, **said)]

    def confirm(self, actor, request_ids):
        with transaction():
            return service.confirm_merges(actor, request_ids=request_ids, now=LATER + timedelta(minutes=5))


@pytest.fixture
def world(app):
    return World()


def matter_of(proposal) -> Matter:
    return matters.matter(proposal.matter_id)


def codes(proposal) -> list[str]:
    return [entry.code for entry in matters.timeline(proposal.matter_id)]


def told(kind: str) -> dict[int, str]:
    return {row.user_id: row.reason for row in db.session.scalars(select(Message).where(Message.kind == kind))}


def leaves(tag: str) -> list[str]:
    return [row.data.decode() for row in db.session.scalars(select(AuditLeaf).where(AuditLeaf.tag == tag))]


def count_of(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def fresh(proposal):
    db.session.expire_all()
    return queries.proposal(proposal.id)


# Handing in


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


def a_photo(owner, folder, *, is_draft=True):
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    content.seek(0)
    with transaction():
        upload = FileStorage(content, filename="p.png")
        return photos.store(
            upload, caption="", uploaded_by_id=owner.user_id, now=NOW, folder=folder, is_draft=is_draft
        ).id


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


# The liaison's answer


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


# Merging


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


def many(world, number: int) -> list[Proposal]:
    with transaction():
        authors = [world.of(make.person(name=f"许{n}")) for n in range(number)]
    return [world.submit(author) for author in authors]


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


# Statements of pages


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
