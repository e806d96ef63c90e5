"""Outcome notices: nine fields, everyone once, opponents and absent voters too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.cases import queries as case_queries
from deliberation.cases import service as cases
from deliberation.cases.rules import ReplyKind
from deliberation.feedback import jobs, queries, rules, service
from deliberation.feedback.wording import figures, worded
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.models import MailboxItem, Message
from tests.support import cycle
from tests.support.cycle import SETTLED, World


def world(**of: object) -> World:
    with transaction():
        return cycle.settled(**of)  # type: ignore[arg-type]


def issue(made: World, number: int = 0, *, now: datetime = SETTLED) -> None:
    with transaction():
        service.issue_notice(made.hall.liaison, made.notices()[number].id, now=now)


def told() -> dict[int, list[str]]:
    rows = db.session.execute(select(Message.user_id, Message.reason).where(Message.kind == "outcome.notice"))
    found: dict[int, list[str]] = {}
    for user_id, reason in rows:
        found.setdefault(user_id, []).append(reason)
    return found


def test_everyone_is_told_once_whatever_they_voted_and_however_they_take_part(app: Flask) -> None:
    made = world()
    issue(made)
    assert set(told()) == made.everyone()
    assert all(len(reasons) == 1 for reasons in told().values())
    first_voter, opponent, absent = made.hall.voters[0], made.hall.voters[4], made.hall.voters[5]
    assert told()[made.proposer.id] == ["proposer"], "also a supporter"
    assert told()[first_voter.id] == ["eligible_voter"], "also a supporter, and follows the place"
    assert told()[opponent.id] == told()[absent.id] == ["eligible_voter"]
    assert told()[made.follower.id] == ["place_follower"]
    (notice,) = made.notices()
    assert (notice.recipients, notice.on_paper) == (len(made.everyone()), 1)
    entry = matters.timeline(made.hall.matter.id)[-1]
    assert (entry.code, entry.data["recipients"]) == ("outcome.issued", notice.recipients)
    assert db.session.scalars(select(AuditLeaf.tag).where(AuditLeaf.tag == "outcome.issued")).all() == [
        "outcome.issued"
    ]


def test_it_cannot_be_sent_twice(app: Flask) -> None:
    made = world()
    issue(made)
    with pytest.raises(rules.NoticeIssued):
        issue(made)
    with pytest.raises(rules.NoticeIssued), transaction():
        service.change_texts(made.hall.liaison, made.notices()[0].id, reason="改", summary="改", now=SETTLED)
    jobs.issue_due(SETTLED + timedelta(days=10))
    assert all(len(reasons) == 1 for reasons in told().values())


def test_the_nine_fields_of_a_passed_vote(app: Flask) -> None:
    made = world()
    issue(made)
    fields = made.notices()[0].fields
    assert rules.missing_fields(fields) == []
    with app.test_request_context():
        assert worded(fields["summary"]) == "「弄堂改机动车单行」通过：同意 4，反对 1，弃权 0。"
        assert "机动车由北口进、南口出" in worded(fields["decided"])
        assert "3 × 4 = 12 ≥ 2 × 5 = 10，够。" in figures(fields["figures"])
        assert worded(fields["who"]).startswith("钱工 · 道路设施科：联系提出人，3月4日")
        assert "3月24日" in worded(fields["next_feedback"])
        assert "021-55550101" in worded(fields["contact"])
        assert worded(fields["issuer"]).startswith("沈岚 · 联络员，3月3日")
        assert len(worded(fields["summary"])) <= rules.LONGEST_SUMMARY


def test_a_vote_that_failed_or_had_no_quorum_is_told_with_what_was_missing(app: Flask) -> None:
    failed, short = world(in_favour=2, against=3), world(in_favour=2, against=0)
    for made in (failed, short):
        issue(made)
    with app.test_request_context():
        assert "少 2 票" in worded(failed.notices()[0].fields["reason"])
        assert "不算数：收到 2 票，要 4 票" in worded(short.notices()[0].fields["summary"])
        assert "还差 2 票" in figures(short.notices()[0].fields["figures"])


def test_a_missing_field_keeps_it_from_going_out(app: Flask) -> None:
    made = world()
    with transaction():
        place = db.session.merge(made.hall.place)
        place.contact_name, place.contact_phone = "", ""
        service.change_texts(made.hall.liaison, made.notices()[0].id, reason=" ", summary="通过了", now=SETTLED)
    with pytest.raises(rules.NoticeIncomplete) as refused:
        issue(made)
    assert refused.value.missing == ["reason"], "the liaison stands in for the place's contact"
    jobs.issue_due(SETTLED + timedelta(days=3))
    assert told() == {}
    assert [line.task for line in queries.desk_lines(made.hall.liaison, now=SETTLED)] == ["notify"]


def test_only_the_places_liaison_sends(app: Flask) -> None:
    made = world()
    for actor in (made.handler, made.supervisor):
        with pytest.raises(NotAllowed), transaction():
            service.issue_notice(actor, made.notices()[0].id, now=SETTLED)


def test_the_job_sends_one_day_before_it_is_due(app: Flask) -> None:
    made = world()
    (notice,) = made.notices()
    assert (shanghai_date(notice.due_at) - shanghai_date(SETTLED)).days == 3
    jobs.issue_due(notice.due_at - timedelta(days=1, minutes=1))
    assert told() == {}
    for _scheduler in range(2):
        jobs.issue_due(notice.due_at - timedelta(days=1))
    assert set(told()) == made.everyone()
    assert all(len(reasons) == 1 for reasons in told().values())


@pytest.mark.parametrize(
    ("kind", "task", "state"),
    [
        (ReplyKind.A, "look_back", "notified"),
        (ReplyKind.B, "follow_up", "replied"),
        (ReplyKind.D, "close_case", "notified"),
    ],
)
def test_after_a_reply_somebody_always_holds_the_matter(app: Flask, kind: ReplyKind, task: str, state: str) -> None:
    made = world()
    issue(made)
    with transaction():
        made.reply(kind, now=SETTLED, text="线路余量不够，现在加不了。")
    issue(made, 1)
    matter = made.hall.matter
    assert (matter.holder_task, matter.state) == (task, state)
    assert matter.holder_due_at is not None
    assert rules.missing_fields(made.notices()[1].fields) == []
    assert all(len(reasons) == 2 for reasons in told().values())
    if kind is ReplyKind.D:
        with transaction():
            cases.close_case(made.hall.liaison, made.case.id, now=SETTLED)
        assert matter.closed_at is not None


def test_a_later_reply_takes_the_place_of_a_notice_that_has_not_gone_out(app: Flask) -> None:
    made = world()
    issue(made)
    with transaction():
        made.reply(ReplyKind.B, now=SETTLED, text="材料已经订了，月底装好。")
    with transaction():
        made.reply(ReplyKind.A, now=SETTLED, text="装好了，已经亮了。")
    of_vote, *of_replies = made.notices()
    assert of_vote.vote_id is not None
    assert [notice.fields["reason"] for notice in of_replies] == [of_replies[-1].fields["reason"]]
    assert of_replies[0].reply_id == max(reply.id for reply in case_queries.replies(made.case.id))


def test_each_person_reads_their_own_reason_in_their_own_mail(app: Flask) -> None:
    made = world()
    issue(made)
    deliveries.deliver(SETTLED)
    body = db.session.scalar(select(MailboxItem.body).where(MailboxItem.address == made.proposer.email))
    assert body is not None
    assert "您收到这条，因为您 3月2日 周一 提出了这件事。" in body
    assert body.startswith("「弄堂改机动车单行」通过")
    other = db.session.scalar(select(MailboxItem.body).where(MailboxItem.address == made.hall.voters[0].email))
    assert other is not None
    assert "列入了这件事的表决名册" in other
    assert f"/feedback/notices/{made.notices()[0].id}" in body
    assert "None" not in body
