"""A liaison's pages of proposals: the queue, the four answers, who somebody is, merging; and what people are told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Matter
from deliberation.notifications import queries as notification_queries
from deliberation.notifications.models import Message
from deliberation.notifications.render import render
from deliberation.people.access import Role
from deliberation.proposals import queries, service
from deliberation.proposals.models import MergeRequest
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel
from tests.proposals.browsers import WORDS, count_of, fresh, propose
from tests.support import make
from tests.support.counting import statements
from tests.support.door import client_of, post


def test_only_a_liaison_sees_the_queue(here):
    proposal = propose(here)
    for path in ("/proposals/screening", "/proposals/merges", f"/proposals/{proposal.id}/screen"):
        assert here.luo.get(path).status_code == 403
        assert here.visitor.get(path).status_code == 302
        assert here.shen.get(path).status_code == 200
    assert WORDS["title"] in here.shen.get("/proposals/screening").text


def test_a_liaison_of_another_place_is_refused(here):
    proposal = propose(here)
    with transaction():
        stranger = make.person(roles=[Role.liaison], place=make.place())
    client = client_of(here.app, stranger)
    assert client.get(f"/proposals/{proposal.id}/screen").status_code == 403
    assert post(client, f"/proposals/{proposal.id}/accept").status_code == 403
    assert fresh(proposal).state is ProposalState.submitted


def test_several_are_taken_in_together_or_none_of_them(here):
    waiting = [propose(here, title=f"第 {number} 件") for number in range(3)]
    path, ids = "/proposals/screening/accept", [each.id for each in waiting]
    nothing = post(here.shen, path)
    assert (nothing.status_code, "还没勾选要受理的提案。" in nothing.text) == (422, True)
    assert post(here.shen, path, ids=[*ids, 999_999]).status_code == 404
    assert {fresh(each).state for each in waiting} == {"submitted"}
    assert post(here.shen, path, ids=ids).location == "/proposals/screening"
    assert "3 件已受理" in here.shen.get("/proposals/screening").text
    assert {fresh(each).state for each in waiting} == {"accepted"}


def test_the_four_ways(here):
    accepted, returned, redirected, merged = (propose(here) for _each in range(4))
    post(here.shen, f"/proposals/{accepted.id}/accept")
    post(here.shen, f"/proposals/{returned.id}/return", **{"return-reason": "写清楚"})
    elsewhere = {"redirect-channel": "emergency", "redirect-reason": "正在漏电"}
    post(here.shen, f"/proposals/{redirected.id}/redirect", **elsewhere)
    target = db.session.get(Matter, accepted.matter_id).plate
    post(here.shen, f"/proposals/{merged.id}/merge", **{"merge-into": target, "merge-reason": "同一处"})
    states = [fresh(each).state for each in (accepted, returned, redirected, merged)]
    assert states == ["accepted", "returned", "redirected", "submitted"]
    assert fresh(redirected).redirect_channel is RedirectChannel.emergency
    assert queries.pending_merge_of(merged.id).into_id == accepted.id
    for each in (accepted, returned, redirected, merged):
        number = db.session.get(Matter, each.matter_id).number
        assert here.visitor.get(f"/matters/{number}").status_code == 200
        assert here.shen.get(f"/proposals/{each.id}/screen").status_code == 200


@pytest.mark.parametrize(
    ("way", "typed", "said"),
    [
        ("return", {"return-reason": ""}, "这里还没填"),
        ("return", {"return-reason": "长" * 501}, "太长了"),
        ("redirect", {"redirect-reason": "理由写了"}, "转到哪里"),
        ("redirect", {"redirect-channel": "moon", "redirect-reason": "理由写了"}, "转到哪里"),
        ("merge", {"merge-into": "没有 2026-999", "merge-reason": "理由写了"}, "没有这个编号"),
        ("merge", {"merge-into": "", "merge-reason": "理由写了"}, "这里还没填"),
    ],
)
def test_a_way_without_its_words_comes_back_with_what_was_typed(here, way, typed, said):
    proposal = propose(here)
    page = post(here.shen, f"/proposals/{proposal.id}/{way}", **typed)
    assert page.status_code == 422
    assert said in page.text
    assert typed[f"{way}-reason"] in page.text
    assert fresh(proposal).state is ProposalState.submitted
    assert count_of(MergeRequest) == 0


def test_the_name_is_seen_with_a_reason_and_the_look_is_recorded(here):
    proposal = propose(here, hides_name=True)
    path = f"/proposals/{proposal.id}"
    assert "罗青" not in here.shen.get(f"{path}/screen").text
    assert post(here.shen, f"{path}/author", **{"identity-reason": ""}).status_code == 422
    page = post(here.shen, f"{path}/author", **{"identity-reason": "联系提出人"})
    assert (page.status_code, "罗青" in page.text) == (200, True)
    assert post(here.luo, f"{path}/author", **{"identity-reason": "好奇"}).status_code == 403
    assert db.session.scalar(select(func.count()).where(AuditLeaf.tag == "identity.viewed")) == 1


# Merging in bulk


def test_from_the_queue_to_the_second_liaison(here):
    target, *others = (propose(here, who) for who in ("luo", "neighbour", "neighbour"))
    plate = db.session.get(Matter, target.matter_id).plate
    ids = [each.id for each in (target, *others)]
    asked = {"ids": ids, "into": plate, "reason": "说的是同一段台阶"}
    assert post(here.shen, "/proposals/merges", **{**asked, "ids": []}).status_code == 422
    assert post(here.shen, "/proposals/merges", **{**asked, "into": "没有"}).status_code == 422
    assert post(here.shen, "/proposals/merges", **asked).status_code == 302
    requests = list(db.session.scalars(select(MergeRequest.id)))
    assert len(requests) == 2
    mine, theirs = here.shen.get("/proposals/merges").text, here.lu.get("/proposals/merges").text
    assert "收回申请" in mine
    assert "确认并案" in theirs
    assert post(here.shen, "/proposals/merges/confirm", requests=requests).status_code == 403
    assert post(here.lu, "/proposals/merges/decline", requests=requests, reason="").status_code == 422
    assert post(here.lu, "/proposals/merges/confirm", requests=requests).status_code == 302
    assert [fresh(each).state for each in others] == ["merged", "merged"]
    number = db.session.get(Matter, others[0].matter_id).number
    assert plate in here.visitor.get(f"/matters/{number}").text
    assert post(here.lu, "/proposals/merges/confirm", requests=[]).status_code == 404


# What people are told


def test_every_message_can_be_read(here):
    told = [propose(here, hides_name=True) for _each in range(6)]
    shen, lu, neighbour = (make.actor(here.users[name]) for name in ("shen", "lu", "neighbour"))
    with transaction():
        service.support(neighbour, proposal_id=told[4].id, now=make.NOW)
        service.accept(shen, proposal_id=told[0].id, now=make.NOW)
        service.return_for_changes(shen, proposal_id=told[1].id, reason="写清楚 <哪里>", now=make.NOW)
        service.redirect(
            shen, proposal_id=told[2].id, channel=RedirectChannel.discipline, reason="不归这里", now=make.NOW
        )
        request = service.request_merge(shen, proposal_id=told[3].id, into_id=told[0].id, reason="同", now=make.NOW)
        db.session.flush()
        service.confirm_merge(lu, request_id=request.id, now=make.NOW)
        service.withdraw(make.actor(here.users["luo"]), proposal_id=told[4].id, now=make.NOW)
    with transaction():
        words = service.Words("改好了", "第三级台阶", ProposalKind.lighting)
        service.resubmit(make.actor(here.users["luo"]), proposal_id=told[1].id, words=words, now=make.NOW)
    messages = db.session.scalars(select(Message)).all()
    assert {message.kind for message in messages} == {
        "proposal.received", "proposal.accepted", "proposal.returned", "proposal.redirected", "proposal.merged",
        "proposal.withdrawn", "merge.requested",
    }  # fmt: skip
    with here.app.test_request_context():
        for content in notification_queries.contents(messages):
            for locale in ("zh_Hans_CN", "en"):
                rendered = render(content, locale=locale)
                assert rendered.subject
                assert "http" in rendered.body
                assert "%(" not in rendered.body
                assert "&lt;" not in rendered.body
                assert "罗青" not in rendered.body
    pages = db.session.scalars(select(Matter.number)).all()
    for number in pages:
        assert here.visitor.get(f"/matters/{number}").status_code == 200


def test_pages_cost_the_same_for_one_and_for_a_hundred(here):
    propose(here)
    paths = ("/proposals/screening", "/desk", "/proposals/merges")
    few = {path: statements(lambda p=path: here.shen.get(p)) for path in paths}
    for number in range(99):
        if number % 9 == 0:
            with transaction():
                here.users["luo"] = make.person(name=f"罗{number}")
        propose(here)
    assert {path: statements(lambda p=path: here.shen.get(p)) for path in paths} == few
    assert min(few.values()) > 0
