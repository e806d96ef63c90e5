"""Bringing something up, as a browser does it: nothing typed is lost, what is wrong is said and changes nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from deliberation.kernel import clock
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.notifications.models import Message
from deliberation.photos.models import Photo
from deliberation.proposals import queries
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalState
from tests.proposals.browsers import WORDS, count_of, fields, fresh, picture, propose
from tests.support import door, make
from tests.support.door import post, token_of


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
    shut = here.neighbour.get(path)
    assert (shut.status_code, 'href="/proposals"' in shut.text) == (405, True)
    assert here.neighbour.get("/proposals").headers["Location"] == "/proposals/new"
    assert here.visitor.get("/proposals").headers["Location"] == "/matters"


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
