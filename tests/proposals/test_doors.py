"""The pages of proposals as a browser uses them: nothing typed is lost, what is wrong is said and changes nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Matter
from deliberation.notifications import queries as notification_queries
from deliberation.notifications.models import Message
from deliberation.notifications.render import render
from deliberation.people.access import Role
from deliberation.photos.models import Photo
from deliberation.proposals import queries, service
from deliberation.proposals.models import MergeRequest, Proposal
from deliberation.proposals.rules import ProposalKind, ProposalState, RedirectChannel
from tests.support import door, make
from tests.support.counting import statements
from tests.support.door import client_of, post, token_of

KEY = "k" * 24
WORDS = {
    "title": "三号楼后台阶太暗",
    "text": "加完班走到三号楼后面几乎看不清台阶。",
    "kind": "lighting",
    "hides_name": "0",
}


@pytest.fixture
def here(sqlite_app):
    """A lane, an author with a browser, a neighbour, and two liaisons with theirs, on 2 March 2026."""
    clock.configure(frozen=make.NOW, file=None)

    class Here:
        app = sqlite_app

    with transaction():
        Here.lane = make.place()
        Here.lane.spots = "北口\n弄堂中段"
        home = {"home_place_id": Here.lane.id}
        Here.users = {
            "luo": make.person(name="罗青", **home),
            "neighbour": make.person(name="周敏", **home),
            "shen": make.person(name="沈岚", duty="联络员", roles=[Role.liaison], place=Here.lane),
            "lu": make.person(name="陆明", duty="联络员", roles=[Role.liaison], place=Here.lane),
        }
    Here.luo, Here.neighbour, Here.shen, Here.lu = (client_of(sqlite_app, user) for user in Here.users.values())
    Here.visitor = client_of(sqlite_app)
    return Here


def fields(here, **changes):
    return {**WORDS, "place": here.lane.code, "submission_key": KEY, **changes}


def propose(here, who="luo", **changes) -> Proposal:
    said = {"title": WORDS["title"], "text": WORDS["text"], "kind": ProposalKind.lighting, **changes}
    with transaction():
        actor = make.actor(here.users[who])
        return service.submit(actor, place_id=here.lane.id, now=make.NOW, **said)


def fresh(proposal) -> Proposal:
    db.session.expire_all()
    return queries.proposal(proposal.id)


def count_of(model) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model))


def picture(kind="PNG") -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 200, 10)).save(content, kind)
    content.seek(0)
    return content


# Bringing something up


def test_the_empty_form_stands_on_the_persons_own_place(here):
    page = here.luo.get("/proposals/new")
    assert page.status_code == 200
    assert 'data-keep="propose"' in page.text
    assert re.search(rf'<option selected value="{here.lane.code}">', page.text)
    assert "弄堂中段" in page.text
    assert "罗*" in page.text


def test_a_visitor_is_led_to_sign_in_and_back(here):
    answer = here.visitor.get("/proposals/new")
    assert answer.status_code == 302
    assert "next=" in answer.location
    assert here.visitor.post("/proposals", data=fields(here)).status_code in (302, 400, 401)
    assert count_of(Proposal) == 0


def test_handing_in_leads_to_the_matter_and_forgets_the_draft(here):
    answer = post(here.luo, "/proposals", **fields(here, spot="北口"))
    assert answer.status_code == 302
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.title, proposal.spot, proposal.author_id) == (WORDS["title"], "北口", here.users["luo"].id)
    page = here.luo.get(answer.location)
    assert page.status_code == 200
    assert 'data-kept-clear="propose"' in page.text
    assert "罗*" in page.text
    assert "罗青" not in here.visitor.get(answer.location).text


def test_the_same_form_again_is_the_same_matter(here):
    first = post(here.luo, "/proposals", **fields(here))
    again = post(here.luo, "/proposals", **fields(here))
    assert first.location == again.location
    assert (count_of(Proposal), count_of(Matter)) == (1, 1)


def test_going_back_and_sending_once_more_leads_to_the_first_matter(here):
    first = post(here.luo, "/proposals", **fields(here))
    clock.configure(frozen=make.NOW + timedelta(minutes=1), file=None)
    again = post(here.luo, "/proposals", **fields(here, submission_key="q" * 24))
    assert first.location == again.location
    assert "刚才已经交过了，编号是 " in here.luo.get(again.location).text
    assert (count_of(Proposal), count_of(Matter)) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "这里还没填"),
        ({"title": " \u200b "}, "这里还没填"),
        ({"title": "长" * 61}, "太长了"),
        ({"text": "长" * 2001}, "太长了"),
        ({"text": ""}, "这里还没填"),
        ({"kind": ""}, "这里还没填"),
        ({"kind": "weather"}, "哪一类"),
        ({"place": "NOWHERE"}, "哪个地方"),
        ({"hides_name": "2"}, "公开页上怎么写您"),
        ({"submission_key": "short"}, "已换新的"),
        ({"submission_key": ""}, "这一页"),
    ],
)
def test_what_is_missing_is_said_and_everything_typed_is_still_there(here, changes, said):
    typed = fields(here, **changes)
    page = post(here.luo, "/proposals", **typed)
    assert page.status_code == 422
    assert said in page.text
    for name in ("title", "text"):
        assert typed[name].strip("\u200b ") in page.text
    assert (count_of(Proposal), count_of(Matter), count_of(Message)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("content_type", "status", "said"),
    [("application/x-www-form-urlencoded", 422, "太长了"), ("multipart/form-data", 413, "太大")],
)
def test_one_megabyte_of_text_is_refused_in_words(here, content_type, status, said):
    data = {"csrf_token": token_of(here.luo), **fields(here, text="长" * 350_000)}
    page = here.luo.post("/proposals", data=data, content_type=content_type)
    assert page.status_code == status
    assert said in page.text
    assert count_of(Proposal) == 0


def test_a_missing_or_wrong_token_changes_nothing(here):
    for data in (fields(here), fields(here, csrf_token="wrong")):
        page = here.luo.post("/proposals", data=data)
        assert page.status_code == 400
        assert "开得太久" in page.text
    assert count_of(Proposal) == 0


def test_a_script_in_a_title_is_shown_as_written(here):
    title = "<script>alert(1)</script>"
    location = post(here.luo, "/proposals", **fields(here, title=title, text="<img src=x onerror=alert(2)>")).location
    proposal = db.session.scalars(select(Proposal)).one()
    pages = [location, "/proposals/screening", f"/proposals/{proposal.id}/screen", "/matters", "/desk"]
    for path in pages:
        page = here.shen.get(path)
        assert page.status_code == 200
        assert title not in page.text
        assert "&lt;script&gt;" in page.text
        assert "<img src=x" not in page.text


def test_too_many_waiting_keeps_what_was_typed(here):
    for _each in range(10):
        propose(here)
    page = post(here.luo, "/proposals", **fields(here, title="第十一件"))
    assert page.status_code == 409
    assert "第十一件" in page.text
    assert count_of(Proposal) == 10


# Pictures


def hand_in_with(here, *uploads, **changes):
    data = {"csrf_token": token_of(here.luo), **fields(here, **changes), "photos": list(uploads)}
    return here.luo.post("/proposals", data=data, content_type="multipart/form-data")


def test_a_file_that_only_claims_to_be_a_picture_is_named_and_the_good_one_is_kept(here):
    page = hand_in_with(here, (picture(), "steps.png"), (io.BytesIO(b"MZ not a picture"), "virus.jpg"))
    assert page.status_code == 422
    assert "virus.jpg" in page.text
    assert WORDS["text"] in page.text
    assert count_of(Proposal) == 0
    (kept,) = re.findall(r'name="kept" value="(\d+)" checked', page.text)
    answer = hand_in_with(here, kept=kept)
    assert answer.status_code == 302
    proposal = db.session.scalars(select(Proposal)).one()
    (photo,) = queries.photos_of(proposal.id)
    assert (photo.id, photo.is_draft) == (int(kept), False)
    page = here.visitor.get(answer.location)
    assert photo.small_name in page.text
    assert here.visitor.get(f"/photos/{photo.file_name}").status_code == 200


def test_a_picture_survives_a_missing_title(here):
    page = hand_in_with(here, (picture("JPEG"), "steps.jpg"), title="")
    assert page.status_code == 422
    assert 'name="kept"' in page.text


def test_no_more_than_four_pictures(here):
    page = hand_in_with(here, *((picture(), f"{n}.png") for n in range(6)))
    assert page.status_code == 422
    assert "最多放 4 张" in page.text
    assert len(re.findall(r'name="kept"', page.text)) == 4
    assert count_of(Photo) == 4


@pytest.mark.parametrize("kept", ["999999", "-1", "x", "1" * 40, "０"])
def test_pictures_of_others_and_nonsense_are_not_taken(here, kept):
    assert hand_in_with(here, kept=kept).status_code == 302
    assert queries.photos_of(db.session.scalars(select(Proposal)).one().id) == []


# Alike


def test_alike_ones_as_json_and_as_a_fragment(here):
    propose(here)
    words, path = {"place": here.lane.code, "text": "三号楼后面的台阶晚上看不清"}, "/proposals/similar"
    answer = door.post(here.neighbour, path, json=True, **words).json
    assert answer["ok"] is True
    assert [item["title"] for item in answer["items"]] == [WORDS["title"]]
    assert "formaction" in answer["html"]
    assert WORDS["title"] in door.post(here.neighbour, path, **words).text
    assert door.post(here.neighbour, path, place=here.lane.code, text="灯").text.strip() == ""
    assert door.post(here.neighbour, path, place="NOWHERE", text="灯").status_code == 404
    assert door.post(here.visitor, path, **words).status_code in (302, 401)
    assert here.neighbour.get(path).status_code == 405


# Supporting, withdrawing, changing


def test_supporting_and_taking_it_back(here):
    proposal = propose(here)
    path = f"/proposals/{proposal.id}"
    page = post(here.neighbour, f"{path}/support").location
    assert "1 人联名" in here.neighbour.get(page).text
    post(here.neighbour, f"{path}/support")
    assert queries.support_of(proposal.id, None)[0] == 1
    post(here.neighbour, f"{path}/unsupport")
    assert queries.support_of(proposal.id, None)[0] == 0
    refused = post(here.luo, f"{path}/support", json=True)
    assert (refused.status_code, refused.json["code"]) == (409, "already_author")


def test_withdrawing_is_for_the_author(here):
    proposal = propose(here)
    assert post(here.neighbour, f"/proposals/{proposal.id}/withdraw").status_code == 403
    assert post(here.luo, f"/proposals/{proposal.id}/withdraw").status_code == 302
    assert fresh(proposal).state is ProposalState.withdrawn


def test_changing_what_was_returned(here):
    proposal = propose(here)
    path = f"/proposals/{proposal.id}/revise"
    assert here.luo.get(path).status_code == 409
    post(here.shen, f"/proposals/{proposal.id}/return", **{"return-reason": "请写明是哪一级台阶。"})
    page = here.luo.get(path)
    assert "请写明是哪一级台阶。" in page.text
    assert WORDS["text"] in page.text
    assert here.neighbour.get(path).status_code == 403
    assert post(here.luo, path, **{**WORDS, "title": ""}).status_code == 422
    assert post(here.luo, path, **{**WORDS, "title": "第三级台阶太暗"}).status_code == 302
    assert (fresh(proposal).state, fresh(proposal).title) == (ProposalState.submitted, "第三级台阶太暗")


# Screening


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
