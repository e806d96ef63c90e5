"""Case E3 through the real services: a poll of three sites, then the owners on one of them (domain.md E3)."""

from __future__ import annotations

import re

import pytest

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.people.models import User
from deliberation.people.queries import actor
from deliberation.votes import queries, service
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import RollEntry
from deliberation.votes.rules import Channel, Choice, Outcome, RollSource, Terms
from tests.support import make, owners, voting
from tests.support.door import client_of
from tests.support.owners import CLOSES, OPENS, Owned
from tests.support.voting import Hall, result_of

SITES = ("北侧绿地边上", "停车场拐角", "单元楼梯旁")
BARRED = {SITES[2]: "占了安全出口和消防车道"}
# How many marked what: 212 marks for 甲, 148 for 乙, 97 for 丙 by 318 people.
MARKS = [(100, ["甲"]), (66, ["甲", "乙"]), (46, ["甲", "丙"]), (55, ["乙"]), (27, ["乙", "丙"]), (24, ["丙"])]


def spread(heads: int, area: int) -> list[int]:
    """``area`` over so many owners, each about as much, none of it lost."""
    whole, left = divmod(area, heads)
    return [whole + (number < left) for number in range(heads)]


def estate(*, in_favour: int) -> list[Owned]:
    """402 owner-sets with 33,600.00 ㎡: those in favour hold 19,020.00, the 301 who take part 24,890.50."""
    areas = spread(in_favour, 19_020_00) + spread(301 - in_favour, 5_870_50) + spread(101, 8_709_50)
    return [Owned(f"业主{number:03}", area) for number, area in enumerate(areas)]


def cast(hall: Hall, choices, *, now=OPENS) -> None:
    """In one go: the accounts and their lines on the roll in the order of the register."""
    rows = db.session.query(RollEntry).filter_by(vote_id=hall.vote.id).order_by(RollEntry.id).all()
    of_user = {row.user_id: row.id for row in rows}
    for user, choice in zip(hall.voters, choices, strict=False):
        service.cast_ballot(
            actor(user.id), vote_id=hall.vote.id, roll_entry_id=of_user[user.id], choice=choice,
            client_ballot_id=voting.ballot_id(), channel=Channel.web, now=now,
        )  # fmt: skip


def decided(*, in_favour: int) -> Hall:
    with transaction():
        hall = owners.published(estate(in_favour=in_favour), voters=301)
        service.open_due(hall.vote.id, now=OPENS)
        cast(hall, [Choice.in_favour] * in_favour + [Choice.against] * 52 + [Choice.abstain] * (301 - in_favour - 52))
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    return hall


def sentence_of(app, hall: Hall) -> str:
    clock.configure(frozen=CLOSES, file=None)
    page = client_of(app).get(f"/votes/{hall.vote.id}").text
    return re.sub(r"<[^>]+>", "", page)


def test_318_people_are_asked_and_the_stairs_are_barred(sqlite_app) -> None:
    terms = Terms(
        roll_source=RollSource.members, rule_kind=RuleKind.advisory, method=Method.approval, options=SITES,
        barred=BARRED,
    )  # fmt: skip
    with transaction():
        hall = voting.prepare(voters=1, terms=terms)
        hall.voters = [make.person(name="居民") for _number in range(318)]
        for user in hall.voters:
            db.session.get_one(User, user.id).home_place_id = hall.place.id
        db.session.flush()
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=voting.NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=voting.OPENS)
        cast(hall, [marks for number, marks in MARKS for _each in range(number)], now=voting.OPENS)
    assert queries.turnout(hall.vote.id).cast == 318
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=CLOSES)
    result = result_of(hall.vote)
    assert {code: figures["heads"] for code, figures in result["options"].items()} == {"甲": 212, "乙": 148, "丙": 97}
    assert (hall.vote.outcome, result["winners"], result["barred"]) == (Outcome.advisory, ["甲"], ["丙"])
    text = sentence_of(sqlite_app, hall)
    assert "只供参考，不作决定。选得最多、又办得到的是：甲。" in text
    assert "办不到：占了安全出口和消防车道" in text


def test_the_owners_decide_on_heads_and_area(sqlite_app) -> None:
    hall = decided(in_favour=233)
    assert (hall.vote.seats_total, hall.vote.area_total) == (402, 33_600_00)
    tests = {test["name"]: (test["left"], test["right"], test["holds"]) for test in result_of(hall.vote)["tests"]}
    assert tests == {
        "quorum_heads": (903, 804, True),
        "quorum_area": (7_467_150, 6_720_000, True),
        "approval_heads": (932, 903, True),
        "approval_area": (7_608_000, 7_467_150, True),
    }
    assert hall.vote.outcome is Outcome.passed
    text = sentence_of(sqlite_app, hall)
    assert "402 户里 301 户参与，同意 233 户：户数和面积都够了，通过。" in text
    assert "4 × 233 = 932 ≥ 3 × 301 = 903" in text


def test_with_225_it_fails_by_one_head(sqlite_app) -> None:
    hall = decided(in_favour=225)
    tests = {test["name"]: test for test in result_of(hall.vote)["tests"]}
    assert (tests["approval_heads"]["left"], tests["approval_heads"]["right"]) == (900, 903)
    assert (tests["approval_heads"]["missing"], tests["approval_area"]["holds"]) == (1, True)
    assert hall.vote.outcome is Outcome.failed_approval
    text = sentence_of(sqlite_app, hall)
    assert "402 户里 301 户参与，同意 225 户：没有通过。同意的户数够不够，还差 1 户。" in text


def test_the_poll_and_the_vote_say_by_what_they_are_taken(sqlite_app) -> None:
    with transaction():
        hall = owners.published([Owned("甲", 100_00), Owned("乙", 100_00)], voters=2)
    clock.configure(frozen=voting.NOW, file=None)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}/notice")
    assert page.status_code == 200
    for said in (
        "某某小区业主大会 通知", "一共 2 户、200.00 ㎡", "要 2 户、133.34 ㎡ 参与才算数", "四分之三以上",
        "不投就是不参与，不会算成同意", "不算车位的面积", "议事规则第 9 条", "这次不能委托", "居委会 021-55550101",
        "公布以后 7 天里提", hall.vote.text_hash,
    ):  # fmt: skip
        assert said in page.text, said
    for line in hall.vote.text.splitlines():
        assert line in page.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": ""}, "谁发的通知"),
        ({"objection_contact": ""}, "有异议找谁"),
        ({"issuer": "", "objection_contact": ""}, "谁发的通知、有异议找谁"),
    ],
)
def test_what_the_notice_lacks_is_said_on_the_draft_and_stops_it(sqlite_app, changed, said) -> None:
    from deliberation.people.access import Role
    from tests.support.door import post

    with transaction():
        hall = voting.prepare(terms=Terms(notice={**owners.NOTICE, **changed}))
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    clock.configure(frozen=voting.NOW, file=None)
    client, path = client_of(sqlite_app, liaison), f"/votes/{hall.vote.id}"
    page = client.get(path).text
    assert f"通知还没写全，缺：{said}。都补上了才能发布。" in page
    assert "还没写" in page
    assert post(client, f"{path}/publish").status_code == 422
    assert client_of(sqlite_app).get(f"{path}/notice").status_code == 404
    assert "处没写全" in client.get(f"{path}/notice").text


METHODS = [
    (Method.single, ["乙", "甲", "乙", "abstain", "丙"], "每个选项有多少票"),
    (Method.approval, [["甲", "乙"], ["乙"], ["丙", "乙"], ["甲"], "abstain"], "每个选项有多少票"),
    (Method.limited, [["甲"], ["乙"], ["丙"], ["甲"], "abstain"], "每个选项有多少票"),
    (Method.cumulative, [{"甲": 1}, {"乙": 1}, {"甲": 1}, {"丙": 1}, {"甲": 1}], "每个选项得多少分"),
    (Method.score, [{"甲": 3, "乙": 5}, {"乙": 5}, {"丙": 9}, {"甲": 4}, {"乙": 1}], "每个选项得多少分"),
    (Method.irv, [["甲", "乙"], ["乙", "甲"], ["丙", "乙"], ["乙"], ["甲"]], "第 1 轮"),
    (Method.stv, [["甲", "乙"], ["乙", "甲"], [["丙", "乙"]], ["乙"], ["甲"]], "选上要"),
    (Method.schulze, [["甲", "乙"], [["乙", "甲"]], ["丙", "乙"], ["乙"], ["乙"]], "两两相比"),
    (Method.ranked_pairs, [["甲", "乙"], ["乙", "甲"], ["丙", "乙"], ["乙"], ["乙"]], "两两相比"),
]


@pytest.mark.parametrize(("method", "choices", "said"), METHODS)
@pytest.mark.parametrize("kind", [RuleKind.advisory, None])
def test_the_result_of_every_method_can_be_read(sqlite_app, method, choices, said, kind) -> None:
    terms = Terms(rule_kind=kind, method=method, options=SITES)
    with transaction():
        hall = voting.open_hall(seats=5, voters=5, terms=terms)
        for number, choice in enumerate(choices):
            voting.cast(hall, number, choice)
    with transaction():
        voting.settle(hall)
    clock.configure(frozen=voting.CLOSES, file=None)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}")
    assert page.status_code == 200
    assert said in page.text
    assert "<caption>" in page.text
    assert client_of(sqlite_app).get(f"/matters/{hall.matter.number}").status_code == 200


@pytest.mark.parametrize(
    ("against", "said"), [(0, "没有人反对，就这么定"), (1, "有 1 票说明理由反对，没有达成一致，接着商量")]
)
def test_a_consensus_says_what_came_of_it(sqlite_app, against, said) -> None:
    with transaction():
        hall = voting.open_hall(terms=Terms(rule_kind=RuleKind.consensus))
        voting.cast(hall, 0)
        voting.cast(hall, 1, Choice.against if against else Choice.in_favour, reason="收货的车进不来。")
        voting.settle(hall)
    clock.configure(frozen=voting.CLOSES, file=None)
    assert said in client_of(sqlite_app).get(f"/votes/{hall.vote.id}").text


def test_few_voters_are_warned_of_before_a_secret_vote_goes_out(sqlite_app) -> None:
    from deliberation.people.access import Role

    with transaction():
        few = voting.prepare(seats=4, terms=Terms(is_secret=True))
        more = voting.prepare(seats=5, terms=Terms(is_secret=True))
        liaisons = [make.person(roles=[Role.liaison], place=hall.place) for hall in (few, more)]
    clock.configure(frozen=voting.NOW, file=None)
    pages = [
        client_of(sqlite_app, liaison).get(f"/votes/{hall.vote.id}").text
        for liaison, hall in zip(liaisons, (few, more), strict=True)
    ]
    assert "名册里一共不到 5 票" in pages[0]
    assert "大家投的都一样，就等于谁投了什么都公开了" in pages[1]
