"""The doors of what changes a vote's course: the form over a draft, a new version, a run-off, the one extension."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.votes import queries, service
from deliberation.votes.counting import Method
from deliberation.votes.rules import RuleKind, Terms, VoteState
from tests.support import make, owners, voting
from tests.support.door import client_of, post
from tests.support.owners import Owned
from tests.support.voting import CLOSES, NOW, OPENS, TEXT, Hall
from tests.votes.test_extending import CHARTER, LATER

SITES = ("北侧绿地", "车库转角", "楼梯间旁")


@pytest.fixture(autouse=True)
def _clock(sqlite_app):
    clock.configure(frozen=NOW, file=None)


def liaison_of(app, hall: Hall):
    with transaction():
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    return client_of(app, liaison)


def fields_of(page: str) -> dict[str, str]:
    """What a form holds: inputs, text areas, the chosen of each list; an unticked box is not sent."""
    form = page[page.index('<form class="form" method="post"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\s*(.*?)</textarea>', form, re.S):
        found[name] = text
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_draft_comes_back_as_it_was_written_and_is_changed(sqlite_app) -> None:
    terms = Terms(
        rule_kind=RuleKind.advisory, method=Method.approval, options=SITES, barred={SITES[2]: "占了消防车道"},
        proxy_cap=2, notice={"issuer": "弄管会", "help_desk": "活动室", "objection_contact": "居委会"},
    )  # fmt: skip
    with transaction():
        hall = voting.prepare(terms=terms)
    client = liaison_of(sqlite_app, hall)
    path = f"/votes/{hall.vote.id}/change"
    fields = fields_of(client.get(path).text)
    assert fields["options"] == "\n".join(SITES)
    assert fields["barred"] == "楼梯间旁：占了消防车道"
    before = queries.compared(hall.vote)
    assert post(client, path, **fields).status_code == 302
    db.session.expire_all()
    assert queries.compared(queries.vote(hall.vote.id)) == before  # Saving what stands changes nothing.
    assert hall.vote.notice == {**terms.notice, "how_to_vote": ""}
    assert post(client, path, **{**fields, "title": "充电桩装在哪里", "barred": "丙：占了安全出口"}).status_code == 302
    db.session.expire_all()
    assert (hall.vote.title, hall.vote.barred) == ("充电桩装在哪里", {"丙": "占了安全出口"})


def test_what_a_draft_cannot_be_is_said_on_the_form_and_nothing_is_lost(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
    client = liaison_of(sqlite_app, hall)
    path = f"/votes/{hall.vote.id}/change"
    fields = fields_of(client.get(path).text)
    wrong = post(client, path, **{**fields, "title": "新的题目", "method": "single", "options": "只有一个"})
    assert wrong.status_code == 422
    assert "请写 2 到 20 个选项" in wrong.text
    assert 'value="新的题目"' in wrong.text
    extended = post(client, path, **{**fields, "extension_days": "3"})
    assert (extended.status_code, "章程里没有写表决可以延长这么久" in extended.text) == (422, True)


def test_a_new_version_is_one_button_and_both_can_be_read(sqlite_app) -> None:
    with transaction():
        hall = voting.publish()
    client, first = liaison_of(sqlite_app, hall), f"/votes/{hall.vote.id}"
    assert "改文字，另发新版本" in client.get(first).text
    form = post(client, f"{first}/new-version").headers["Location"]
    fields = fields_of(client.get(form).text)
    assert "这是第 2 版" in client.get(form).text
    new = TEXT.replace("30 天", "45 天").replace("\n", "\r\n")
    second = post(client, form, **{**fields, "text": new, "title": "梧桐里单行试行"}).headers["Location"]
    visitor = client_of(sqlite_app)
    assert visitor.get(f"{second}/changes").status_code == 404  # Not before it is published.
    assert "新版本还在准备" not in visitor.get(first).text  # A draft is nobody's business.
    assert post(client, f"{second}/publish").status_code == 302
    page = visitor.get(f"{second}/changes").text
    assert "<del>30</del><ins>45</ins>" in page
    assert "梧桐里机动车单行" in page
    assert "梧桐里单行试行" in page
    assert "代替已经撤回的第 1 版" in visitor.get(second).text
    assert "由第 2 版代替" in visitor.get(first).text
    assert "第 2 版，看改了什么" in visitor.get(f"/matters/{hall.matter.number}").text
    assert client.get(f"{second}/change").status_code == 409


def test_a_script_in_either_version_stays_text(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        hall.vote.text = "<script>alert(1)</script>"
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        second = service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=NOW)
        second.text = "<script>alert(2)</script>"
        service.publish_vote(hall.liaison, vote_id=second.id, now=NOW)
    page = client_of(sqlite_app).get(f"/votes/{second.id}/changes").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(<del>1</del><ins>2</ins>)" in page


def test_a_run_off_is_one_button_and_linked_both_ways(sqlite_app) -> None:
    parts = [Owned("甲方", 100_00), Owned("乙方", 100_00), Owned("丙方", 100_00)]
    with transaction():
        hall = owners.opened(parts, voters=3, method=Method.approval, options=SITES)
        for number, choice in enumerate([["甲", "丙"], ["丙"], ["甲"]]):
            voting.cast(hall, number, choice, now=owners.OPENS)
        service.close_due(hall.vote.id, now=owners.CLOSES)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=owners.CLOSES)
    clock.configure(frozen=owners.CLOSES, file=None)
    client, first = liaison_of(sqlite_app, hall), f"/votes/{hall.vote.id}"
    assert "准备决选" in client.get(first).text
    second = post(client, f"{first}/run-off").headers["Location"]
    assert "这是决选" in client.get(second).text
    form = client.get(f"{second}/change").text
    assert ("这是决选：谁来投、投哪几个" in form, 'name="options"' in form) == (True, False)
    changed = post(client, f"{second}/change", **{**fields_of(form), "title": "充电桩决选"})
    assert changed.status_code == 302
    vote = queries.vote(int(second.rsplit("/", 1)[1]))
    assert (vote.title, vote.option_codes) == ("充电桩决选", ["甲", "丙"])
    page = client.get(first).text
    assert "看决选" in page
    assert "准备决选" not in page
    assert post(client, f"{first}/run-off").status_code == 409


def test_the_extension_is_one_button_until_enough_take_part(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3, voters=3, **CHARTER)
        voting.cast(hall, 0)
    clock.configure(frozen=CLOSES - timedelta(hours=1), file=None)
    client, path = liaison_of(sqlite_app, hall), f"/votes/{hall.vote.id}"
    assert "延长 5 天" in client.get(path).text
    voter = client_of(sqlite_app, hall.voters[1])
    assert "延长 5 天" not in voter.get(path).text
    assert post(voter, f"{path}/extend").status_code == 403
    assert post(client, f"{path}/extend").status_code == 302
    page = client.get(path).text
    assert "延长过一次" in page
    assert re.search(r'<button class="btn" type="button" disabled[^>]*>延长 5 天', page)
    assert post(client, f"{path}/extend").status_code == 409
    db.session.expire_all()
    assert queries.vote(hall.vote.id).closes_at == LATER
    entry = client.get(f"/matters/{hall.matter.number}").text
    assert "投票延长一次" in entry


def test_the_extension_is_greyed_with_the_reason_when_enough_take_part(sqlite_app) -> None:
    with transaction():
        hall = voting.open_hall(seats=3, voters=3, **CHARTER)
        for number in range(2):
            voting.cast(hall, number)
    clock.configure(frozen=OPENS, file=None)
    page = liaison_of(sqlite_app, hall).get(f"/votes/{hall.vote.id}").text
    assert "参与已经够了" in page
    assert queries.vote(hall.vote.id).state is VoteState.voting


def test_the_page_bars_an_option_where_it_decides_and_only_says_so_where_it_asks(sqlite_app) -> None:
    barred: dict[str, Any] = {"method": Method.approval, "options": SITES, "barred": {SITES[2]: "占了消防车道"}}
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        deciding = voting.open_hall(terms=Terms(**barred))
        asking = voting.open_hall(terms=Terms(rule_kind=RuleKind.advisory, **barred))
    page = client_of(sqlite_app, deciding.voters[0]).get(f"/votes/{deciding.vote.id}").text
    assert re.search(r'value="丙" disabled', page)
    assert "不能选：占了消防车道" in page
    page = client_of(sqlite_app, asking.voters[0]).get(f"/votes/{asking.vote.id}").text
    assert not re.search(r'value="丙" disabled', page)
    assert "办不到：占了消防车道" in page
