"""Who votes: one's own standing before each vote, the public roll with its masks and sums, objections to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.people.access import Role
from deliberation.registry.models import OwnerSet, Part
from deliberation.registry.rules import AreaSource, PartKind
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Vote
from deliberation.votes.queries import roll
from deliberation.votes.queries.roll_page import roll_page
from deliberation.votes.rules import NoVoice, RollSource, Terms, VoteState
from tests.support import make, owners, voting
from tests.support.counting import statements
from tests.support.door import client_of, post
from tests.support.gathering import STARTS, Gathering
from tests.support.owners import OPENS, Owned
from tests.support.voting import NOW, Hall
from tests.votes.test_owners import TEN, check, terms


@pytest.fixture(autouse=True)
def _clock(request):
    if "sqlite_app" in request.fixturenames or "app" in request.fixturenames:
        clock.configure(frozen=NOW + timedelta(hours=1), file=None)


def published(parts, **changed) -> Hall:
    voters = changed.pop("voters", 4)
    hall = owners.prepare(parts, voters=voters, terms=terms(**changed))
    check(hall)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    return hall


def name_owners(hall: Hall) -> None:
    """Real names, doors and sources in the register, which ``support.owners`` leaves plain; before the publication."""
    for each in db.session.scalars(select(OwnerSet).where(OwnerSet.place_id == hall.place.id)):
        each.names = {"乙丙": "乙女士、丙先生"}.get(each.code, f"{each.code}先生")
        each.voter_name = each.names.split("、")[0]
    for number, part in enumerate(db.session.scalars(select(Part).where(Part.place_id == hall.place.id)), 1):
        part.label = f"{1 + number // 5} 号楼 {number}01 室"
        part.area_source = AreaSource.survey if number == 2 else AreaSource.register
    db.session.flush()


# ------------------------------------------------------------------------------------------------- may I vote


def test_an_owner_sees_the_line_with_every_part_its_source_and_the_weight(sqlite_app) -> None:
    with transaction():
        parts = [Owned("甲", 90_00), Owned("甲", 12_50, kind=PartKind.parking), Owned("乙丙", 100_00)]
        hall = owners.prepare(parts, terms=terms())
        name_owners(hall)
        check(hall)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    page = client_of(sqlite_app, hall.voters[0]).get(f"/votes/{hall.vote.id}/eligibility").text
    for words in ("有，您投 1 票", "名册第 2 号", "甲先生", "1 号楼 101 室", "1 户，90.00 ㎡", "实测", "12.50", "不算"):
        assert words in page
    assert "这次车位的面积不算" in page
    other = client_of(sqlite_app, hall.voters[1]).get(f"/votes/{hall.vote.id}/eligibility").text
    assert "名册里写的是乙女士，用您这个账号投" in other
    assert "101 室" not in other  # The neighbour's door.


@pytest.mark.parametrize(
    ("zone", "why", "words"),
    [
        ("", NoVoice.not_in_register, "业主名册里没有连到您这个账号的产权"),
        ("1 号楼", NoVoice.came_later, "之后加进来的不算在这一次"),
        ("9 号楼", NoVoice.other_zone, "这次只由1 号楼的业主定"),
    ],
)
def test_who_is_not_on_the_roll_is_told_why_and_what_to_do(sqlite_app, zone, why, words) -> None:
    """Somebody who owns nothing, who bought after the roll was frozen, who owns in another building."""
    with transaction():
        parts = [Owned("甲", 90_00, zone="1 号楼"), Owned("乙", 80_00, zone="1 号楼")]
        hall = published(parts, roll_scope=("1 号楼",))
        stranger = make.person(name="路人")
        owners.register(hall.place, [Owned("新", 50_00, zone=zone)] if zone else [], voters=[stranger], first=9)
    found = queries.eligibility(hall.vote.id, make.actor(stranger))
    assert (found.no_voice, found.voices, found.may_object) == (why, 0, True)
    page = client_of(sqlite_app, stranger).get(f"/votes/{hall.vote.id}/eligibility").text
    assert words in page
    assert "名册不对？提出异议" in page
    assert "居委会 021-55550101" in page


def test_a_visitor_is_asked_to_sign_in_and_comes_back(sqlite_app) -> None:
    with transaction():
        hall = voting.publish()
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}/eligibility")
    assert page.status_code == 200
    assert "登录以后，看您有没有票" in page.text
    assert f"/login?next=/votes/{hall.vote.id}/eligibility" in page.text


def test_each_source_knows_its_own_reasons(app) -> None:
    with transaction():
        hall = voting.prepare(seats=3, voters=2, terms=Terms(roll_source=RollSource.members))
        neighbour = make.person(home_place_id=hall.place.id)
        neighbour.confirmed_at = NOW
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        elsewhere, late = make.person(), make.person(home_place_id=hall.place.id)
    found = {user: queries.eligibility(hall.vote.id, make.actor(user)) for user in (neighbour, elsewhere, late)}
    assert [each.no_voice for each in found.values()] == [None, NoVoice.lives_elsewhere, NoVoice.came_later]
    assert [line.weight for line in found[neighbour].lines] == [1]


def vote_of_those_present(there: Gathering) -> Vote:
    ends = STARTS + timedelta(minutes=60)
    vote = there.act(
        service.prepare_vote, there.shen, matter_id=there.matters[0].id, committee_id=there.body.id,
        item_id=there.item.id, title="夜班照明", text=there.item.motion_text, opens_at=STARTS, closes_at=ends,
        terms=Terms(roll_source=RollSource.attendance),
    )  # fmt: skip
    return there.act(service.publish_vote, there.shen, vote_id=vote.id)


def test_whoever_came_late_or_not_at_all_is_not_on_the_roll_of_those_present(app) -> None:
    there = Gathering(members=8).debate(present=6)
    vote = vote_of_those_present(there)
    there.arrive(there.members[6])
    found = [queries.eligibility(vote.id, there.members[number]) for number in (5, 6, 7)]
    assert [each.no_voice for each in found] == [None, NoVoice.came_later, NoVoice.was_not_there]


def test_a_draft_has_no_roll_to_ask(sqlite_app) -> None:
    with transaction():
        hall = voting.prepare()
        liaison = make.person(roles=[Role.liaison], place=hall.place)
    for user in (None, hall.voters[0], liaison):
        for page in ("eligibility", "roll"):
            assert client_of(sqlite_app, user).get(f"/votes/{hall.vote.id}/{page}").status_code == 404


# ------------------------------------------------------------------------------------------------- the public roll


def test_the_roll_shows_how_heads_and_area_came_about(app) -> None:
    """R-11's own example: 甲 owns three, 乙 and 丙 one together, 丁 one, five are the developer's: four heads."""
    with transaction():
        hall = published([*TEN, Owned("车主", 12_00, kind=PartKind.parking)])
    made = roll.composition(hall.vote)
    assert (made.owners, made.developer) == (roll.Block(3, 5, 450_00), roll.Block(1, 5, 350_00))
    assert made.aside == roll.Block(1, 1, 12_00)
    assert made.owners.heads + made.developer.heads == hall.vote.seats_total
    assert made.owners.area + made.developer.area == hall.vote.area_total
    assert made.sources == {"register": roll.Block(0, 10, 800_00)}


def test_the_public_sees_family_names_and_stairs_and_the_owner_the_own_line(sqlite_app) -> None:
    with transaction():
        hall = owners.prepare(TEN, voters=2, terms=terms())
        name_owners(hall)
        check(hall)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    path = f"/votes/{hall.vote.id}/roll"
    page = client_of(sqlite_app).get(path).text
    assert "乙*、丙*" in page
    assert "1 号楼 ** 室" in page
    for hidden in ("乙女士", "101 室", "201 室", "90.00 ㎡"):
        assert hidden not in page
    assert hall.vote.roll_hash in page
    assert "一共 4 户、800.00 ㎡" in page
    own = client_of(sqlite_app, hall.voters[1]).get(path).text
    assert "乙女士、丙先生" in own
    assert "100.00 ㎡" in own
    assert "甲先生" not in own


def test_a_source_of_fewer_than_five_parts_cannot_be_worked_out(sqlite_app) -> None:
    with transaction():
        hall = owners.prepare(TEN, terms=terms())
        name_owners(hall)  # One part of ten is measured by a survey.
        check(hall)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    page = client_of(sqlite_app).get(f"/votes/{hall.vote.id}/roll").text
    table = page[page.index("面积按什么算") :]
    table = table[: table.index("</table>")]
    assert "不到 5" in table
    assert "不公布" in table
    assert "90.00" not in table


def test_a_long_roll_is_read_in_pages_at_the_same_cost(app) -> None:
    with transaction():
        few, many = voting.publish(seats=3), voting.publish(seats=120)
        reader = make.actor(make.person())
    short, long = few.vote.id, many.vote.id

    def cost(vote_id: int, after: int | None = None) -> int:
        db.session.expunge_all()
        return statements(lambda: roll_page(vote_id, reader, after=after, is_waiting=False))

    assert cost(short) == cost(long) == cost(long, 50)
    first = roll_page(long, reader, after=None, is_waiting=False).lines
    last = roll_page(long, reader, after=100, is_waiting=False).lines
    assert ([line.number for line in first.items], first.cursor) == (list(range(1, 51)), 50)
    assert ([line.number for line in last.items], last.cursor) == (list(range(101, 121)), None)


def test_the_ticks_of_who_has_cast_are_for_the_roll_and_the_office_from_five_on(sqlite_app) -> None:
    clock.configure(frozen=voting.OPENS, file=None)
    with transaction():
        hall = voting.open_hall(seats=9, voters=6)
        voting.cast_all(hall, voting.choices(in_favour=4, against=0, abstain=0))
        teller = make.person(roles=[Role.teller], place=hall.place)
    path = f"/votes/{hall.vote.id}/roll"
    assert "投了没有" not in client_of(sqlite_app, hall.voters[0]).get(path).text
    with transaction():
        voting.cast(hall, 4, rules.Choice.against)
    for user in (hall.voters[5], teller):
        page = client_of(sqlite_app, user).get(path).text
        assert page.count("还没有</span>") == 4
        waiting = client_of(sqlite_app, user).get(f"{path}?show=waiting").text
        assert waiting.count("还没有</span>") == 4
        assert "> 投了<" not in waiting
    for user in (None, make_stranger()):
        assert "投了没有" not in client_of(sqlite_app, user).get(f"{path}?show=waiting").text


def make_stranger():
    with transaction():
        return make.person()


def test_in_a_secret_vote_only_the_office_sees_who_has_cast(sqlite_app) -> None:
    clock.configure(frozen=voting.OPENS, file=None)
    with transaction():
        hall = voting.open_hall(seats=6, voters=6, terms=Terms(is_secret=True))
        voting.cast_all(hall, voting.choices(in_favour=3, against=2, abstain=0))
        teller = make.person(roles=[Role.teller], place=hall.place)
    path = f"/votes/{hall.vote.id}/roll"
    assert "投了没有" not in client_of(sqlite_app, hall.voters[0]).get(path).text
    assert client_of(sqlite_app, teller).get(path).text.count("还没有</span>") == 1


def test_the_page_says_where_each_roll_comes_from(sqlite_app) -> None:
    with transaction():
        votes = [published(TEN).vote, voting.publish().vote, member_hall().vote]
    votes.append(vote_of_those_present(Gathering().debate(present=6)))
    said = {vote.roll_source: client_of(sqlite_app).get(f"/votes/{vote.id}/roll").text for vote in votes}
    assert "业主名册。面积以登记簿为准" in said[RollSource.units]
    assert "有表决权的一席一票" in said[RollSource.seats]
    assert "已经验证过手机或邮箱的，一人一票" in said[RollSource.members]
    assert "发布那一刻在场的，一人一票" in said[RollSource.attendance]


def member_hall() -> Hall:
    hall = voting.prepare(terms=Terms(roll_source=RollSource.members))
    make.person(home_place_id=hall.place.id).confirmed_at = NOW
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    return hall


# ------------------------------------------------------------------------------------------------- objections


def test_an_objection_shows_its_state_and_answer_but_its_text_only_to_its_writer_and_the_office(sqlite_app) -> None:
    with transaction():
        hall = published(TEN)
        residents = make.person(name="吴颖", roles=[Role.residents_committee], place=hall.place)
    path, secret = f"/votes/{hall.vote.id}/roll", "我叫甲先生，住 1 号楼 101 室，少算了一间。"
    sent = post(client_of(sqlite_app, hall.voters[0]), f"/votes/{hall.vote.id}/objections", text=secret, next=path)
    assert sent.headers["Location"].endswith(path)
    people = {"visitor": None, "owner": hall.voters[0], "other": hall.voters[1], "office": residents}
    readers = {name: client_of(sqlite_app, user) for name, user in people.items()}
    shown = {name: client.get(path).text for name, client in readers.items()}
    assert {name for name, page in shown.items() if secret in page} == {"owner", "office"}
    assert all("对名册的异议 第 1 号" in page and "等答复" in page for page in shown.values())
    assert secret not in readers["other"].get(f"/votes/{hall.vote.id}").text
    assert secret in readers["office"].get("/votes/objections").text
    assert readers["other"].get("/votes/objections").status_code == 403
    objection = queries.objections(hall.vote.id)[0]
    answer = f"/votes/{hall.vote.id}/objections/{objection.id}"
    done = post(readers["office"], answer, answer="那一间是公用的。", is_upheld="", next="/votes/objections")
    assert done.headers["Location"].endswith("/votes/objections")
    page = readers["visitor"].get(path).text
    assert "那一间是公用的。" in page
    assert "不成立" in page
    assert "没有要答复的异议" in readers["office"].get("/votes/objections").text


def test_the_office_has_it_on_the_desk_before_the_vote_is_to_open(app) -> None:
    with transaction():
        hall = published(TEN)
        residents = make.person(roles=[Role.residents_committee], place=hall.place)
        late = hall.vote.opens_at - timedelta(days=1)
        service.raise_objection(hall.actor(0), vote_id=hall.vote.id, text="少算了一间。", now=late)
    line = next(each for each in queries.desk_lines(make.actor(residents), now=late) if "objections" in each.url)
    assert (line.task, line.due_at) == ("answer_objection", hall.vote.opens_at)  # Sooner than five working days.
    held = matters.matter_by_number(hall.matter.number)
    assert (held.holder_task, held.holder_due_at) == ("answer_objection", hall.vote.opens_at)


def test_an_upheld_objection_asks_for_a_new_version_and_an_answered_one_goes_on(app) -> None:
    with transaction():
        hall = published(TEN)
        first, second = (
            service.raise_objection(hall.actor(n), vote_id=hall.vote.id, text="少算了一间。", now=NOW) for n in (0, 1)
        )
        service.answer_objection(hall.liaison, objection_id=first.id, answer="没有少。", is_upheld=False, now=NOW)
    assert hall.matter.holder_task == "answer_objection"
    with transaction():
        service.answer_objection(hall.liaison, objection_id=second.id, answer="确实少了。", is_upheld=True, now=NOW)
    assert hall.matter.holder_task == "correct_roll"
    held_up = queries.disputed(hall.liaison)
    assert [(each.scene.vote.id, each.due_at) for each in held_up] == [(hall.vote.id, None)]
    with transaction():
        service.open_due(hall.vote.id, now=OPENS)
        assert hall.vote.state is VoteState.published
        with pytest.raises(rules.RollObjectionOpen):
            service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        service.cancel_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    assert queries.disputed(hall.liaison) == []


def test_any_number_of_objections_costs_the_office_the_same_statements(app) -> None:
    with transaction():
        halls = [published(TEN) for _each in range(3)]
        everywhere = make.actor(make.person(roles=[Role.liaison]))
        for number, hall in enumerate(halls):
            for _each in range(number + 1):
                service.raise_objection(hall.actor(0), vote_id=hall.vote.id, text="少算了一间。", now=NOW)
    db.session.expunge_all()
    many = statements(lambda: queries.disputed(everywhere))
    assert len(queries.disputed(everywhere)) == 3
    with transaction():
        for hall in halls[1:]:
            service.cancel_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    db.session.expunge_all()
    assert statements(lambda: queries.disputed(everywhere)) == many
