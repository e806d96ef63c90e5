"""Setting a committee up by hand: its charter, its seats, who may, and what the log keeps of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.committees import queries, rules, service
from deliberation.committees.models import Committee, Seat
from deliberation.committees.rules import Charter, CommitteeKind, SeatKind
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.people.access import GRANTED, Actor, Role
from deliberation.places.models import Place
from deliberation.votes import service as votes
from deliberation.votes.models import RollEntry
from tests.support import make, voting
from tests.support.counting import statements

NOW = make.NOW
TODAY = day_in_shanghai(NOW)
TWO_THIRDS = Charter(rule_kind="charter", quorum=(2, 3), threshold=(2, 3), charter_clause="章程第 12 条")
EVERYBODY = Charter(rule_kind="all_members_majority")


@pytest.fixture
def lane(app) -> Place:
    with transaction():
        return make.place()


@pytest.fixture
def liaison(lane) -> Actor:
    with transaction():
        return make.actor(make.person(name="沈岚", roles=[Role.liaison], place=lane))


@pytest.fixture
def body(lane) -> Committee:
    with transaction():
        return make.committee(place=lane)


def leaves(*tags: str) -> list[dict]:
    rows = select(AuditLeaf.tag, AuditLeaf.data).where(AuditLeaf.tag.in_(tags)).order_by(AuditLeaf.id)
    return [{"tag": tag, **json.loads(data)} for tag, data in db.session.execute(rows)]


def set_up(actor: Actor, place: Place, *, name: str = "梧桐里弄管会", charter: Charter = TWO_THIRDS) -> Committee:
    with transaction():
        return service.set_up_committee(
            actor, place_id=place.id, kind=CommitteeKind.lane_association, name=name, venue="活动室", charter=charter,
            now=NOW,
        )  # fmt: skip


def change(actor: Actor, body: Committee, *, name: str | None = None, charter: Charter = TWO_THIRDS) -> Committee:
    with transaction():
        return service.change_committee(
            actor, committee_id=body.id, name=name or body.name, venue=body.venue, charter=charter, now=NOW
        )


def open_seat(actor: Actor, body: Committee, label: str, address: str = "", kind: SeatKind = SeatKind.unit) -> Seat:
    with transaction():
        return service.open_seat(actor, committee_id=body.id, kind=kind, label=label, address=address, now=NOW)


def open_seats(actor: Actor, body: Committee, text: str, kind: SeatKind = SeatKind.unit) -> list[Seat]:
    with transaction():
        return service.open_seats(actor, committee_id=body.id, kind=kind, text=text, now=NOW)


def test_a_committee_and_its_charter_are_set_up(lane, liaison):
    body = set_up(liaison, lane)
    assert (body.place_id, body.name, body.venue) == (lane.id, "梧桐里弄管会", "活动室")
    assert queries.charter_of(body) == TWO_THIRDS
    (leaf,) = leaves("committee.created")
    assert (leaf["committee"], leaf["place"], leaf["by"]) == (body.id, lane.id, liaison.user_id)
    assert (leaf["charter"]["threshold_numerator"], leaf["charter"]["threshold_denominator"]) == (2, 3)


def test_a_name_is_used_once_in_a_place(lane, liaison):
    body = set_up(liaison, lane)
    with pytest.raises(rules.NameTaken):
        set_up(liaison, lane)
    other = set_up(liaison, lane, name="第二弄管会")
    with pytest.raises(rules.NameTaken):
        change(liaison, other, name=body.name)
    with transaction():
        elsewhere = make.place()
        theirs = make.actor(make.person(roles=[Role.association], place=elsewhere))
    assert set_up(theirs, elsewhere).name == body.name


def test_a_charter_under_which_a_tie_would_pass_changes_nothing(lane, liaison, body):
    tie = Charter(rule_kind="charter", threshold=(1, 2))
    with pytest.raises(rules.TieWouldPass):
        set_up(liaison, lane, charter=tie)
    with pytest.raises(rules.TieWouldPass):
        change(liaison, body, charter=tie)
    db.session.refresh(body)
    assert queries.charter_of(body).threshold == (2, 3)
    assert leaves("committee.created", "charter.changed") == []


def test_a_changed_charter_is_a_leaf_and_an_unchanged_one_is_none(liaison, body):
    change(liaison, body, charter=queries.charter_of(body))
    assert leaves("charter.changed", "committee.described") == []
    change(liaison, body, charter=Charter(rule_kind="all_members_majority", notice_working_days=5))
    (leaf,) = leaves("charter.changed")
    assert (leaf["committee"], leaf["charter"]["rule_kind"]) == (body.id, "all_members_majority")
    assert leaf["charter"]["notice_working_days"] == 5
    change(liaison, body, name="新名字", charter=queries.charter_of(body))
    assert [leaf["name"] for leaf in leaves("committee.described")] == ["新名字"]
    assert len(leaves("charter.changed")) == 1


def test_a_vote_that_is_prepared_keeps_its_charter_and_a_published_one_its_roll(app):
    with transaction():
        hall = voting.prepare()
    before = (hall.vote.rule_kind, hall.vote.threshold_numerator, hall.vote.threshold_denominator)
    change(hall.liaison, hall.body, charter=Charter(rule_kind="all_members_majority"))
    db.session.refresh(hall.vote)
    assert (hall.vote.rule_kind, hall.vote.threshold_numerator, hall.vote.threshold_denominator) == before
    with transaction():
        votes.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        newcomer = make.person(phone=True)
    roll = select(RollEntry.user_id).where(RollEntry.vote_id == hall.vote.id).order_by(RollEntry.id)
    frozen = db.session.scalars(roll).all()
    with transaction():
        seat = queries.voting_seats(hall.body.id)[0]
        service.seat_person(hall.liaison, seat_id=seat.id, address=newcomer.us_phone_number or "", now=NOW)
    open_seat(hall.liaison, hall.body, "多出来的一席")
    assert db.session.scalars(roll).all() == frozen


def test_a_seat_is_opened_filled_emptied_and_filled_again(liaison, body):
    with transaction():
        zhou, qiu = make.person(phone=True), make.person()
    phone, email = zhou.us_phone_number or "", qiu.email or ""
    seat = open_seat(liaison, body, "18 号二层")
    assert (seat.user_id, seat.is_voting) == (None, True)
    for address in (phone.removeprefix("+86"), phone):  # Twice is as good as once.
        with transaction():
            service.seat_person(liaison, seat_id=seat.id, address=address, now=NOW)
    assert queries.seat_holders(body.id, on=TODAY) == {zhou.id}
    for _ in range(2):
        with transaction():
            service.empty_seat(liaison, seat_id=seat.id, now=NOW)
    assert queries.seat_holders(body.id, on=TODAY) == frozenset()
    with transaction():
        service.seat_person(liaison, seat_id=seat.id, address=email.upper(), now=NOW)
    assert queries.seat_holders(body.id, on=TODAY) == {qiu.id}
    recorded = leaves("seat.added", "seat.filled", "seat.emptied")
    assert [(leaf["tag"], leaf["user"]) for leaf in recorded] == [
        ("seat.added", None), ("seat.filled", zhou.id), ("seat.emptied", zhou.id), ("seat.filled", qiu.id),
    ]  # fmt: skip
    told = json.dumps(recorded, ensure_ascii=False)
    for personal in ("18 号", zhou.name, phone, email):
        assert personal not in told


def test_an_adviser_never_votes(liaison, body):
    with transaction():
        expert = make.person()
    seat = open_seat(liaison, body, "照明专家", expert.email or "", SeatKind.adviser)
    assert not seat.is_voting
    (pasted,) = open_seats(liaison, body, "消防救援站", SeatKind.adviser)
    assert not pasted.is_voting
    assert queries.voting_seats(body.id) == []


@pytest.mark.parametrize(
    ("label", "address", "refusal"),
    [
        ("18 号二层", "", rules.LabelTaken),
        ("19 号", "13899999999", rules.PersonUnknown),
        ("19 号", "nobody@example.org", rules.PersonUnknown),
        ("19 号", "周敏", rules.AddressUnclear),
        ("19 号", "closed@example.org", rules.AccountClosed),
    ],
)
def test_a_seat_that_cannot_be_opened(liaison, body, label, address, refusal):
    open_seat(liaison, body, "18 号二层")
    with transaction():
        closed = make.person()
        closed.email, closed.active = "closed@example.org", False
    with pytest.raises(refusal):
        open_seat(liaison, body, label, address)
    assert queries.seat_totals(body).voting == 1
    assert len(leaves("seat.added")) == 1


def test_two_bodies_may_use_the_same_label(lane, liaison, body):
    open_seat(liaison, body, "18 号二层")
    with transaction():
        other = make.committee(place=lane)
    assert open_seat(liaison, other, "18 号二层").committee_id == other.id


def test_a_list_is_stored_only_as_a_whole(liaison, body):
    with transaction():
        zhou = make.person(phone=True)
    open_seat(liaison, body, "1 号")
    text = f"2 号，{zhou.us_phone_number}\n1 号\n2 号\n3 号，13899999999\n4 号，不是地址\n，\n5 号"
    checked = queries.check_lines(body.id, text)
    assert [type(line.fault) for line in checked] == [
        type(None), rules.LabelTaken, rules.LabelTaken, rules.PersonUnknown, rules.AddressUnclear, rules.LineUnclear,
        type(None),
    ]  # fmt: skip
    assert checked[0].holder is zhou
    with pytest.raises(rules.LinesNotRight) as refused:
        open_seats(liaison, body, text)
    assert refused.value.params == {"count": 5}
    assert queries.seat_totals(body).voting == 1
    seats = open_seats(liaison, body, f"2 号，{zhou.us_phone_number}\n5 号")
    assert [(seat.label, seat.user_id) for seat in seats] == [("2 号", zhou.id), ("5 号", None)]
    assert [leaf["seat"] for leaf in leaves("seat.added")][1:] == [seat.id for seat in seats]


def test_looking_through_a_long_list_costs_two_statements(body):
    with transaction():
        people = [make.person(phone=True) for _ in range(100)]
    lines = [f"{number} 号，{person.us_phone_number}" for number, person in enumerate(people)]
    body_id = body.id
    assert statements(lambda: queries.check_lines(body_id, lines[0])) == 2
    assert statements(lambda: queries.check_lines(body_id, "\n".join(lines))) == 2


def test_storing_a_long_list_costs_no_more_statements_than_a_short_one(postgres_app):
    """On PostgreSQL; SQLite, which is no journey away, takes its rows one by one."""
    with transaction():
        place = make.place()
        body, actor = make.committee(place=place), make.actor(make.person(roles=[Role.liaison], place=place))
        people = [make.person(phone=True) for _ in range(102)]
    lines = [f"{number} 号，{person.us_phone_number}" for number, person in enumerate(people)]
    open_seats(actor, body, lines[0])
    few = statements(lambda: open_seats(actor, body, "\n".join(lines[1:3])))
    many = statements(lambda: open_seats(actor, body, "\n".join(lines[3:])))
    assert many == few
    assert queries.seat_totals(body).voting == 102


def acts(body: Committee, seat: Seat) -> dict:
    """Every verb, on something that stands in the place of ``body``."""
    whole: dict[str, Any] = {"committee_id": body.id, "kind": SeatKind.unit, "now": NOW}
    return {
        "set up": lambda actor: service.set_up_committee(
            actor, place_id=body.place_id, kind=body.kind, name="另一个", venue="", charter=TWO_THIRDS, now=NOW
        ),
        "change": lambda actor: service.change_committee(
            actor, committee_id=body.id, name="改了", venue="", charter=EVERYBODY, now=NOW
        ),
        "open a seat": lambda actor: service.open_seat(actor, label="甲", **whole),
        "open seats": lambda actor: service.open_seats(actor, text="乙\n丙", **whole),
        "seat": lambda actor: service.seat_person(actor, seat_id=seat.id, address="nobody@example.org", now=NOW),
        "empty": lambda actor: service.empty_seat(actor, seat_id=seat.id, now=NOW),
    }


TAGS = ("committee.created", "committee.described", "charter.changed", "seat.added", "seat.filled", "seat.emptied")


@pytest.mark.parametrize("name", ["set up", "change", "open a seat", "open seats", "seat", "empty"])
def test_every_office_of_another_place_is_refused(body, name):
    with transaction():
        (seat,) = make.seats(body, count=1, users=[make.person()])
        elsewhere = make.place()
        stranger = make.actor(make.person(roles=sorted(GRANTED), place=elsewhere))
    with pytest.raises(NotAllowed), transaction():
        acts(body, seat)[name](stranger)
    assert leaves(*TAGS) == []


@pytest.mark.parametrize("role", [Role.administrator, Role.liaison, Role.association])
def test_three_offices_of_the_place_may(lane, body, role):
    with transaction():
        (seat,) = make.seats(body, count=1, users=[make.person()])
        official = make.actor(make.person(roles=[role], place=lane))
    for name in ("set up", "change", "open a seat", "open seats", "empty"):
        with transaction():
            acts(body, seat)[name](official)
    assert {leaf["tag"] for leaf in leaves(*TAGS)} == set(TAGS) - {"seat.filled"}


@pytest.mark.parametrize("role", sorted(GRANTED - {Role.administrator, Role.liaison, Role.association}))
def test_no_other_office_may(lane, body, role):
    with transaction():
        other = make.actor(make.person(roles=[role], place=lane))
    with pytest.raises(NotAllowed):
        open_seat(other, body, "甲")


def test_what_is_not_there_is_not_found(liaison, lane):
    with pytest.raises(NotFound), transaction():
        service.empty_seat(liaison, seat_id=999_999, now=NOW)
    with pytest.raises(NotFound), transaction():
        service.set_up_committee(
            liaison,
            place_id=999_999,
            kind=CommitteeKind.lunch_session,
            name="无",
            venue="",
            charter=TWO_THIRDS,
            now=NOW,
        )
