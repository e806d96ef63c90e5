"""Votes of owners: heads and area, the developer's block, parking, zones, consensus and options, from the database."""

from __future__ import annotations

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.portal import queries as portal
from deliberation.registry.rules import PartKind
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Vote
from deliberation.votes.rules import Choice, VoteState
from tests.support import make, owners, voting
from tests.support.door import client_of, post
from tests.support.owners import CLOSES, OPENS, Owned, check, opened, terms
from tests.support.voting import NOW, Hall, result_of

# 甲 owns three parts, 乙 and 丙 one together, 丁 one; three are unsold and two undelivered: four heads.
TEN = [
    *[Owned("甲", 90_00)] * 3, Owned("乙丙", 100_00), Owned("丁", 80_00),
    *[Owned("开发商", 70_00, is_delivered=False)] * 5,
]  # fmt: skip


def cast(hall: Hall, number: int, choice=Choice.in_favour) -> None:
    voting.cast(hall, number, choice, now=OPENS)


def close(hall: Hall) -> Vote:
    service.close_due(hall.vote.id, now=CLOSES)
    return hall.vote


def test_heads_are_owner_sets_and_the_developer_is_one(app) -> None:
    with transaction():
        hall = opened(TEN)
    assert (hall.vote.seats_total, hall.vote.area_total) == (4, 3 * 90_00 + 100_00 + 80_00 + 5 * 70_00)
    assert hall.vote.ballots_needed == 3


def test_an_owners_vote_is_judged_on_heads_and_on_area(app) -> None:
    with transaction():
        hall = opened(TEN)
        for number in range(3):  # 甲, 乙丙 and 丁: 450.00 of 800.00, and 3 of 4 heads.
            cast(hall, number)
    with transaction():
        vote = close(hall)
    tests = {test["name"]: (test["left"], test["right"], test["holds"]) for test in result_of(vote)["tests"]}
    assert tests == {
        "quorum_heads": (3 * 3, 2 * 4, True),
        "quorum_area": (3 * 450_00, 2 * 800_00, False),
        "approval_heads": (4 * 3, 3 * 3, True),
        "approval_area": (4 * 450_00, 3 * 450_00, True),
    }
    assert vote.outcome is rules.Outcome.no_quorum


def test_the_other_parking_setting_stands_beside_the_result(app) -> None:
    parts = [Owned("甲", 100_00), Owned("甲", 30_00, kind=PartKind.parking), Owned("乙", 100_00),
             Owned("丙", 12_00, kind=PartKind.parking)]  # fmt: skip
    with transaction():
        hall = opened(parts)
        assert (hall.vote.seats_total, hall.vote.area_total) == (2, 200_00)
        cast(hall, 0)
        cast(hall, 1)
        with pytest.raises(rules.NotOnRoll):
            cast(hall, 2)
    with transaction():
        result = result_of(close(hall))
    assert result["verdict"] == "passed"
    assert [test["right"] for test in result["alternative"]["tests"][:2]] == [2 * 3, 2 * 242_00]


def test_only_the_zones_concerned_vote_and_each_must_pass(app) -> None:
    parts = [Owned("甲", 100_00, zone="1 号楼"), Owned("乙", 100_00, zone="1 号楼"), Owned("丙", 100_00, zone="2 号楼"),
             Owned("丁", 100_00, zone="3 号楼")]  # fmt: skip
    with transaction():
        hall = opened(parts, roll_scope=("1 号楼", "2 号楼"), chambers_by="zone", chamber_rule="each")
        assert hall.vote.seats_total == 3
        for number, choice in enumerate([Choice.in_favour, Choice.in_favour, Choice.against]):
            cast(hall, number, choice)
    with transaction():
        vote = close(hall)
    failed = {test["chamber"] for test in result_of(vote)["tests"] if not test["holds"] and test["chamber"]}
    assert (vote.outcome, failed) == (rules.Outcome.failed_approval, {"2 号楼"})


def test_nothing_is_published_before_it_is_checked_announced_in_full_and_early_enough(app) -> None:
    with transaction():
        hall = owners.prepare(TEN, terms=terms(notice={}))
        with pytest.raises(rules.NoticeIncomplete):
            service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    with transaction():
        hall = owners.prepare(TEN, terms=terms())
        with pytest.raises(rules.NotChecked):
            service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        check(hall)
        with pytest.raises(rules.NoticeTooShort):
            service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS.replace(day=OPENS.day - 5))
        assert service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW).state is VoteState.published


def test_the_class_comes_from_the_item_and_nobody_lowers_it(app) -> None:
    with transaction():
        assert owners.prepare(TEN, terms=terms(item_class=8)).vote.owners_class == "major"
        assert owners.prepare(TEN, terms=terms(item_class=4)).vote.owners_class == "ordinary"
        with pytest.raises(rules.ItemClassMissing):
            owners.prepare(TEN, terms=terms(item_class=None))
        with pytest.raises(rules.OwnersVoteByName):
            owners.prepare(TEN, terms=terms(is_secret=True))


def test_a_passed_vote_takes_effect_when_nobody_objects_for_seven_days(app) -> None:
    parts = [Owned("甲", 100_00), Owned("乙", 100_00)]
    with transaction():
        hall = opened(parts)
        cast(hall, 0)
        cast(hall, 1)
    with transaction():
        close(hall)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    vote = hall.vote
    assert vote.state is VoteState.objection_window
    with transaction():
        service.end_objection_window(vote.id, now=vote.objections_until - rules.A_SECOND)
    assert vote.state is VoteState.objection_window
    with transaction():
        service.end_objection_window(vote.id, now=vote.objections_until)
    assert (vote.state, vote.effective_at) == (VoteState.effective, vote.objections_until)


def test_an_objection_holds_it_until_it_is_answered(app) -> None:
    parts = [Owned("甲", 100_00), Owned("乙", 100_00)]
    with transaction():
        hall = opened(parts)
        cast(hall, 0)
        cast(hall, 1)
    with transaction():
        close(hall)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
        objection = service.raise_objection(
            hall.actor(1), vote_id=hall.vote.id, text="我家的面积登记错了。", now=CLOSES
        )
    until = hall.vote.objections_until
    with transaction():
        service.end_objection_window(hall.vote.id, now=until)
        assert hall.vote.state is VoteState.objection_window
        service.answer_objection(
            hall.liaison, objection_id=objection.id, answer="查过登记簿，面积没有错。", is_upheld=False, now=until
        )
        service.end_objection_window(hall.vote.id, now=until)
    assert hall.vote.state is VoteState.effective


def test_a_result_that_did_not_pass_can_be_objected_to_as_well(sqlite_app) -> None:
    with transaction():
        hall = opened([Owned("甲", 100_00), Owned("乙", 100_00)])
        cast(hall, 0, Choice.against)
        cast(hall, 1)
    with transaction():
        close(hall)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
        assert hall.vote.state is VoteState.announced
        raised = service.raise_objection(hall.actor(1), vote_id=hall.vote.id, text="少算了我家一间。", now=CLOSES)
        assert [each.scene.vote.id for each in queries.disputed(hall.liaison)] == [hall.vote.id]
        service.answer_objection(
            hall.liaison, objection_id=raised.id, answer="查过，没少。", is_upheld=False, now=CLOSES
        )
        assert queries.disputed(hall.liaison) == []
    with pytest.raises(Refusal) as refused, transaction():
        service.raise_objection(
            hall.actor(0), vote_id=hall.vote.id, text="我看还是不对。", now=hall.vote.objections_until
        )
    assert refused.value.code == "objection_too_late"


def test_an_upheld_objection_to_the_roll_leads_to_the_new_version_and_back(sqlite_app) -> None:
    clock.configure(frozen=NOW, file=None)
    with transaction():
        hall = owners.published(TEN)
        raised = service.raise_objection(hall.actor(0), vote_id=hall.vote.id, text="少算了我家一间。", now=NOW)
        service.answer_objection(hall.liaison, objection_id=raised.id, answer="是少了。", is_upheld=True, now=NOW)
    office, old = client_of(sqlite_app, db.session.get_one(User, hall.liaison.user_id)), f"/votes/{hall.vote.id}"
    assert "撤回这一版，另发新版本" in office.get(old).text
    assert "撤回这一版，另发新版本" not in client_of(sqlite_app, hall.voters[0]).get(old).text
    drafted = post(office, f"{old}/new-version")
    new = drafted.location.removesuffix("/change")
    assert f'href="{new}"' in office.get(old).text.split('id="objections"')[1]
    assert f'href="{old}"' in office.get(new).text


def test_a_vote_does_not_open_over_an_unanswered_objection_to_the_roll(app) -> None:
    with transaction():
        hall = owners.prepare(TEN, terms=terms())
        check(hall)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        objection = service.raise_objection(hall.actor(0), vote_id=hall.vote.id, text="少算了我家一间。", now=NOW)
    with transaction():
        service.open_due(hall.vote.id, now=OPENS)
        assert hall.vote.state is VoteState.published
        service.answer_objection(
            hall.liaison, objection_id=objection.id, answer="那一间是公用房。", is_upheld=False, now=OPENS
        )
        service.open_due(hall.vote.id, now=OPENS)
    assert hall.vote.state is VoteState.voting


def test_one_who_halts_names_the_document_and_the_vote_says_so(app) -> None:
    parts = [Owned("甲", 100_00), Owned("乙", 100_00)]
    with transaction():
        hall = opened(parts)
        cast(hall, 0)
        cast(hall, 1)
    with transaction():
        close(hall)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    with transaction():
        service.halt_vote(
            hall.liaison, vote_id=hall.vote.id, wanted=VoteState.suspended, reason="街道来函，先停下核对。",
            reference="某街道〔2026〕12 号", now=CLOSES,
        )  # fmt: skip
        service.end_objection_window(hall.vote.id, now=hall.vote.objections_until)
        assert hall.vote.state is VoteState.suspended
        service.resume_vote(hall.liaison, vote_id=hall.vote.id, reason="核对完了，没有问题。", now=CLOSES)
        service.end_objection_window(hall.vote.id, now=hall.vote.objections_until)
    assert hall.vote.state is VoteState.effective
    assert queries.objections(hall.vote.id) == []
    db.session.rollback()


def test_nobody_is_sent_to_a_check_that_nobody_makes_and_a_draft_is_taken_back(sqlite_app):
    with transaction():
        hall = owners.prepare(TEN, terms=owners.terms())
    with pytest.raises(rules.NobodyChecks), transaction():
        service.ask_legal_check(hall.liaison, vote_id=hall.vote.id, now=owners.NOW)
    with transaction():
        committee = make.person(name="顾萍", roles=[Role.residents_committee], place=hall.place)
        service.ask_legal_check(hall.liaison, vote_id=hall.vote.id, now=owners.NOW)
    assert (hall.matter.holder_id, hall.matter.holder_task) == (committee.id, "check_vote")
    with transaction():
        colleague = make.person(roles=[Role.residents_committee], place=hall.place)
    for checker in (colleague, committee):
        groups = portal.desk(make.actor(checker), now=owners.NOW)
        assert [line.task for group in groups for line in group.lines] == ["check_vote"], "once, for each who may"
    assert "check_vote" not in [line.task for line in queries.desk_lines(hall.liaison, now=owners.NOW)]
    with transaction():
        service.take_back_from_legal_check(hall.liaison, vote_id=hall.vote.id, now=owners.NOW)
    assert (hall.vote.state, hall.matter.holder_id) == (VoteState.draft, hall.liaison.user_id)
    with pytest.raises(rules.VoteStateChanged), transaction():
        service.take_back_from_legal_check(hall.liaison, vote_id=hall.vote.id, now=owners.NOW)
