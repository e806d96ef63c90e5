"""Minutes from the end of a meeting to a corrected version, through the services and at the door."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta

import pytest
from docx import Document
from pypdf import PdfReader

from deliberation.audit.models import AuditLeaf
from deliberation.cases import service as cases
from deliberation.cases.rules import LimitUnit
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.meetings import queries as meeting_queries
from deliberation.meetings import service as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.meetings.rules import Answer as Hand
from deliberation.meetings.rules import MotionKind, Side, TallyAbout
from deliberation.minutes import queries, rules, service
from deliberation.minutes.rules import MinutesState
from deliberation.notifications.models import Message
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.portal import queries as portal
from deliberation.votes import queries as votes
from deliberation.votes import service as vote_service
from deliberation.votes.rules import Channel, Choice, Terms
from tests.support import make
from tests.support.counting import statements
from tests.support.door import client_of, post
from tests.support.gathering import MAJORITY, MOTION, STARTS, Gathering

BETTER = MOTION.replace("11月20日", "11月15日")
AFTER = STARTS + timedelta(hours=2)


def hold(there: Gathering) -> Gathering:
    """A lunch hour with everything in it: an amendment by show of hands, a vote, a decision with an owner."""
    meeting, item = {"meeting_id": there.meeting.id}, {"item_id": there.item.id}
    there.act(meetings.join_remotely, there.members[6], **meeting)
    there.act(meetings.check_in_walk_in, there.shen, name="王阿姨", unit="三号楼", **meeting)
    there.act(meetings.raise_hand, there.members[0], side=Side.in_favour, **item)
    there.act(meetings.next_speaker, there.shen, **item)
    there.act(meetings.end_turn, there.shen, **item)
    moved = there.act(meetings.propose_motion, there.members[1], kind=MotionKind.amendment, text=BETTER, **item)
    there.act(meetings.accept_motion, there.shen, motion_id=moved.id)
    tally = there.act(meetings.open_tally, there.shen, about=TallyAbout.amendment, **item)
    for member in there.members[:6]:
        there.act(meetings.answer_tally, member, tally_id=tally.id, answer=Hand.in_favour)
    there.act(meetings.close_tally, there.shen, tally_id=tally.id)
    there.act(meetings.declare_interest, there.members[5], reason="灯具供货商的股东", **item)
    vote = there.act(vote_service.call_vote, there.shen, terms=Terms(), minutes=5, **item)
    for member in there.members[:6]:
        entry = votes.roll_entries_of(vote.id, member.user_id)[0]
        there.act(
            vote_service.cast_ballot, member, vote_id=vote.id, roll_entry_id=entry.id, choice=Choice.in_favour,
            client_ballot_id=f"minutes-{entry.id:06d}", channel=Channel.live,
        )  # fmt: skip
    there.act(vote_service.close_vote, there.shen, vote_id=vote.id)
    there.act(vote_service.announce_result, there.shen, vote_id=vote.id)
    due_on = shanghai_date(STARTS) + timedelta(days=30)
    there.act(meetings.decide_item, there.shen, text=BETTER, owner_name="物业", due_on=due_on, **item)
    there.act(meetings.close_meeting, there.shen, **meeting)
    return there


@pytest.fixture
def there(app):
    return hold(Gathering(**MAJORITY, allows_remote=True).debate())


def test_the_days_are_the_deadline_tables_or_sooner_by_the_charter(sqlite_app):
    there = Gathering().debate()
    given = {"place_id": there.meeting.place_id, "unit": LimitUnit.working_days, "basis": "自定", "reason": "人手够了"}

    def days(**limits: int) -> list[str]:
        with transaction():
            boss = make.actor(make.person(roles=[Role.administrator]))
            for name, value in limits.items():
                cases.set_limit(boss, name=f"minutes_{name}", value=value, now=AFTER, **given)
        with transaction():
            minutes = service.begin_minutes(there.meeting, now=AFTER)
            found = [shanghai_date(each).isoformat() for each in (minutes.draft_due_at, minutes.publish_due_at)]
            db.session.delete(minutes)
        return found

    assert days() == ["2026-03-10", "2026-03-13"]
    assert days(publish=3, draft=1) == ["2026-03-09", "2026-03-11"]
    assert days(publish=8, draft=7) == ["2026-03-13", "2026-03-13"], "the charter says five"


def write(there, actor, **passages):
    typed = {key.replace("_", "-"): text for key, text in passages.items()}
    stored = queries.minutes(there.meeting.id).passages
    bases = {key: rules.digest_of(stored.get(key, "")) for key in typed}
    return there.act(
        service.write_passages, actor, meeting_id=there.meeting.id, typed=typed, bases=bases, now=AFTER
    )[1]  # fmt: skip


def confirm(there, actor=None):
    text = queries.sheet(queries.minutes(there.meeting.id))
    seen = queries.text_hash(text)
    return there.act(service.confirm, actor or there.shen, meeting_id=there.meeting.id, seen=seen, now=AFTER)


def test_from_the_end_of_the_meeting_to_a_corrected_version(there):
    of = {"meeting_id": there.meeting.id, "now": AFTER}
    minutes = queries.minutes(there.meeting.id)
    assert (minutes.state, minutes.recorder_id) == (MinutesState.draft, there.shen.user_id)
    assert [shanghai_date(each).isoformat() for each in (minutes.draft_due_at, minutes.publish_due_at)] == [
        "2026-03-10",  # A Friday: two working days later is Tuesday, five are the next Friday.
        "2026-03-13",
    ]
    with pytest.raises(rules.RecorderUnfit):
        there.act(service.name_recorder, there.shen, user_id=there.proposer.user_id, **of)
    there.act(service.name_recorder, there.shen, user_id=there.lu.user_id, **of)
    with pytest.raises(rules.NotTheMinutesChair):
        there.act(service.name_recorder, there.lu, user_id=there.lu.user_id, **of)

    key = f"item_{there.item.id}_for"
    assert write(there, there.lu, **{key: "夜里看不清台阶。"}) == []
    there.act(service.hand_in, there.lu, **of)
    there.act(service.give_back, there.shen, reason="补上反对的理由", **of)
    write(there, there.lu, **{f"item_{there.item.id}_against": "怕超预算。"})
    there.act(service.hand_in, there.lu, **of)
    with pytest.raises(rules.NotTheMinutesChair):
        confirm(there, there.lu)
    with pytest.raises(rules.ChangedMeanwhile):
        there.act(service.confirm, there.shen, seen="of yesterday", **of)
    confirm(there)
    with pytest.raises(rules.MinutesNotThere):
        write(there, there.lu, opening="晚了")
    first = there.act(service.publish, there.lu, **of)

    leaf = db.session.scalars(db.select(AuditLeaf).where(AuditLeaf.tag == "minutes.published")).one()
    assert first.content_hash.encode() in leaf.data
    with pytest.raises(rules.CorrectionUnexplained):
        there.act(service.correct, there.lu, reason="", **of)
    there.act(service.correct, there.lu, reason="日子写错了", **of)
    with pytest.raises(rules.TextEmpty):
        confirm(there)
    write(there, there.lu, **{key: "夜里看不清台阶和坡道。"})
    confirm(there)
    second = there.act(service.publish, there.lu, **of)
    assert (second.version, second.content["reason"]) == (2, "日子写错了")
    assert second.content["items"] == first.content["items"]
    page = queries.version_page(there.meeting.id, 2)
    assert [(run.op, run.text) for run in page.marked[key.replace("_", "-")]] == [
        ("equal", "夜里看不清台阶"), ("insert", "和坡道"), ("equal", "。"),
    ]  # fmt: skip
    assert queries.version_page(there.meeting.id, 1).version.content == first.content


def test_the_draft_says_what_the_log_knows_and_names_nobody_who_holds_no_office(there):
    text = queries.sheet(queries.minutes(there.meeting.id))
    assert (text["chair"], text["venue"]) == ("沈岚 · 联络员", "三号楼 2 层会议室")
    a = text["attendance"]
    assert (a["people"], a["in_room"], a["remote"], a["assisted"]) == (8, 7, 1, 1)
    assert (a["voting_seats"], a["voting_present"], a["needed"]) == (10, 7, 6)
    assert [seat["how"] for seat in a["seats"]].count("absent") == 3
    (item,) = [each for each in text["items"] if each["id"] == there.item.id]
    assert item["spoke"] == {"for": 1}
    assert [motion["state"] for motion in item["motions"]] == ["carried", "carried"]
    assert (item["motions"][1]["base"], item["motions"][1]["text"]) == (MOTION, BETTER)
    assert item["tallies"][0]["result"]["for"] == 6
    (vote,) = item["votes"]
    assert (vote["outcome"], vote["result"]["for"], vote["present"]["seats"]) == ("passed", 6, 7)
    assert item["decision"] == BETTER
    assert [(step["owner"], step["due_on"]) for step in item["steps"]] == [("物业", "2026-04-05")]
    assert item["interests"] == [{"name": "白*", "reason": "灯具供货商的股东"}]
    told = repr(text)
    assert "王阿姨" not in told
    assert not any(name in told for name in ("赵某", "宋某", "白某", "罗青"))


def test_two_editors_of_one_passage_are_told_and_neither_loses_a_word(there):
    there.act(service.name_recorder, there.shen, meeting_id=there.meeting.id, user_id=there.lu.user_id, now=AFTER)
    empty = rules.digest_of("")
    write(there, there.lu, opening="陆写的")
    both = {"opening": "沈写的", "closing": "沈写的结尾"}
    clashes = there.act(
        service.write_passages, there.shen, meeting_id=there.meeting.id, typed=both, now=AFTER,
        bases=dict.fromkeys(both, empty),
    )[1]  # fmt: skip
    assert clashes == ["opening"]
    assert queries.minutes(there.meeting.id).passages == {"opening": "陆写的", "closing": "沈写的结尾"}
    with pytest.raises(rules.PassageUnknown):
        write(there, there.lu, nowhere="")


def test_recorder_and_chair_are_reminded_and_a_late_one_reaches_the_supervisor(there):
    of = {"meeting_id": there.meeting.id}
    there.act(service.name_recorder, there.shen, user_id=there.lu.user_id, now=AFTER, **of)

    def told(kind):
        db.session.expire_all()
        rows = db.select(Message.user_id).where(Message.kind == kind)
        return sorted(db.session.scalars(rows))

    def run(now):
        with transaction():
            while service.remind_next(now):
                pass

    two = sorted([there.shen.user_id, there.lu.user_id])
    run(AFTER)
    assert told("minutes.due_soon") == []
    run(AFTER + timedelta(days=6))
    assert told("minutes.due_soon") == two
    run(AFTER + timedelta(days=8))
    assert told("minutes.overdue") == two
    later = AFTER + timedelta(days=8)
    desk = portal.desk(there.lu, now=later)
    assert [(group.kind, line.task) for group in desk for line in group.lines if "minutes" in line.url] == [
        ("late", "write_minutes")
    ]


def test_what_people_read_at_the_door(sqlite_app):
    clock.configure(frozen=AFTER, file=None)
    there = hold(Gathering(**MAJORITY, allows_remote=True).debate())
    path = f"/meetings/{there.meeting.id}/minutes"
    visitor, shen = client_of(sqlite_app), client_of(sqlite_app, people.user(there.shen.user_id))
    assert "纪要还在整理" in visitor.get(path).text
    assert "草稿" in shen.get(path).text
    few = statements(lambda: shen.get(path))
    with transaction():  # An agenda of ten more costs the draft no more statements.
        meeting = meeting_queries.meeting(there.meeting.id)
        items = [AgendaItem(meeting_id=meeting.id, position=50 + each, title="又一项", minutes=1) for each in range(10)]
        db.session.add_all(items)
        meetings.record_event(meeting, "agenda.added", actor=None, now=AFTER)
    assert statements(lambda: shen.get(path)) == few
    page = shen.get(f"{path}/edit").text
    data = dict(re.findall(r'name="(base-[^"]+)" value="([^"]*)"', page))
    talked_about = len(rules.PARTS_OF_ITEM)  # Of the one item that was reached; of the others there is nothing to say.
    assert len(data) == len(rules.PARTS_OF_MEETING) + talked_about
    data |= {"opening": "主持人说明了规则。\r\n第二行"}
    assert post(shen, f"{path}/edit", **data).status_code == 302
    clash = post(shen, f"{path}/edit", **{**data, "opening": "另写的"})
    assert clash.status_code == 409
    assert "别人也改了" in clash.text
    assert "另写的" in clash.text
    assert "主持人说明了规则。" in clash.text
    too_long = post(shen, f"{path}/edit", **{**data, "closing": "长" * 2001})
    assert too_long.status_code == 422
    assert "长" * 2001 in too_long.text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shen.get(path).text).group(1)
    assert post(shen, f"{path}/confirm", seen=seen).status_code == 302
    assert "纪要还在整理" in visitor.get(path).text
    assert post(shen, f"{path}/publish").status_code == 302
    public = visitor.get(path).text
    for words in ("主持人说明了规则。\n第二行", "同意", "物业", "<del>11月20日</del><ins>11月15日</ins>"):
        assert words in public
    content = visitor.get(f"{path}/versions/1.json").data
    assert hashlib.sha256(content).hexdigest() == seen
    paper = Document(io.BytesIO(visitor.get(f"{path}/versions/1.docx").data))
    told = "\n".join(each.text for each in paper.paragraphs)
    assert "主持人说明了规则。\n第二行" in told
    assert seen in told
    assert paper.settings.element.xpath("w:documentProtection[@w:edit='readOnly']")
    printed = PdfReader(io.BytesIO(visitor.get(f"{path}/versions/1.pdf").data))
    assert "主持人说明了规则" in printed.pages[0].extract_text()
    assert visitor.get(f"{path}/versions/2").status_code == 404
