"""The monthly review: drafted once, on the agenda by itself, its lessons written, published, printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.cases import service as cases
from deliberation.cases.rules import ReplyKind
from deliberation.committees.rules import CommitteeKind
from deliberation.feedback import jobs, queries, rules
from deliberation.feedback.models import ReviewPack
from deliberation.feedback.rules import Failure, Term, Topic
from deliberation.kernel import clock
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.meetings.models import AgendaRequest
from deliberation.people.queries import user
from deliberation.proposals import queries as proposal_queries
from deliberation.proposals.likeness import Candidate, alike_groups
from tests.support import cycle, make
from tests.support.cycle import SETTLED, World
from tests.support.door import client_of, post

APRIL_1 = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
DUE = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def made(sqlite_app: Flask) -> Iterator[World]:
    """A case answered in March that people sent back: the month's one failure, which falls due a second time in it."""
    with transaction():
        made = cycle.settled()
        make.committee(place=made.hall.place, kind=CommitteeKind.monthly_review, rule_kind="advisory")
        made.reply(now=SETTLED)
        cases.reopen(made.case, reason="晚上还是有车逆行", now=SETTLED + timedelta(days=1))
    clock.configure(frozen=APRIL_1, file=None)
    yield made
    clock.configure(frozen=None, file=None)


def pack() -> ReviewPack:
    return db.session.scalars(select(ReviewPack)).one()


def test_on_the_first_of_the_month_it_is_drafted_once_and_waits_for_the_agenda(made: World) -> None:
    jobs.draft_reviews(APRIL_1 - timedelta(hours=10))
    assert [each.month.month for each in db.session.scalars(select(ReviewPack))] == [2], "in March it is about February"
    db.session.delete(pack())
    db.session.commit()
    for _scheduler in range(2):
        jobs.draft_reviews(APRIL_1)
    drafted = pack()
    (failed,) = drafted.content["failed"]
    assert failed["why"] == ["sent_back", "unanswered"]
    assert drafted.content["figures"]["total"]["due"] == 2
    waiting = select(AgendaRequest.kind).where(AgendaRequest.matter_id == drafted.matter_id)
    assert db.session.scalars(waiting).all() == [CommitteeKind.monthly_review]
    assert "write_lessons" in {line.task for line in queries.desk_lines(made.hall.liaison, now=APRIL_1)}


def test_it_is_published_once_every_failure_has_its_lesson(sqlite_app: Flask, made: World) -> None:
    jobs.draft_reviews(APRIL_1)
    path, case_id = f"/feedback/reviews/{pack().id}", made.case.id
    liaison = client_of(sqlite_app, user(made.hall.liaison.user_id or 0))
    visitor = client_of(sqlite_app)
    assert visitor.get(path).status_code == 404
    assert visitor.get(f"{path}/review.pdf").status_code == 404
    assert "写教训" in liaison.get(path).text
    assert post(liaison, f"{path}/publish", json=True).json["code"] == "lessons_missing"
    lesson: dict[str, Any] = {f"lesson{case_id}-text": "好", f"lesson{case_id}-owner_name": "道路设施科"}
    short = post(liaison, f"{path}/cases/{case_id}", **lesson)
    assert short.status_code == 422
    assert "道路设施科" in short.text
    lesson[f"lesson{case_id}-text"] = "标线要和牌子一起立，晚上也要看得见。"
    assert post(liaison, f"{path}/cases/{case_id}", **lesson).status_code == 302
    assert post(liaison, f"{path}/cases/{case_id + 1}", json=True, **lesson).status_code in (404, 422)
    assert post(client_of(sqlite_app, made.proposer), f"{path}/publish").status_code == 403
    assert post(liaison, f"{path}/publish").status_code == 302
    page = visitor.get(path).text
    assert "标线要和牌子一起立" in page
    assert "不足 5" in page, "small numbers are kept back"
    assert "月谈会" in visitor.get("/feedback/reviews").text
    printed = visitor.get(f"{path}/review.pdf")
    assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert post(liaison, f"{path}/publish", json=True).json["code"] == "review_published"
    matter = db.session.get_one(type(made.hall.matter), pack().matter_id, populate_existing=True)
    assert matter.closed_at is not None


def term(**facts: Any) -> Term:
    usual = {"contact_due_at": None, "contacted_at": None, "replied_at": DUE, "kind": str(ReplyKind.A)}
    return Term(due_at=DUE, **{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, []),
        ({"replied_at": None, "kind": ""}, [Failure.unanswered]),
        ({"replied_at": DUE + timedelta(minutes=1)}, [Failure.late]),
        ({"is_reopened": True}, [Failure.sent_back]),
        ({"kind": "D", "replied_at": DUE + timedelta(days=1)}, [Failure.late, Failure.declined]),
    ],
)
def test_what_counts_as_a_failure(facts: dict[str, Any], why: list[Failure]) -> None:
    assert rules.failures(term(**facts)) == why


@pytest.mark.parametrize(
    ("rounds", "is_good", "why"),
    [
        ([{}], True, []),
        ([{"is_reopened": True}, {}], True, [Failure.sent_back]),
        ([{"is_reopened": True}, {"is_reopened": True}], False, [Failure.sent_back]),
        ([{"is_reopened": True}, {"kind": "B"}], False, [Failure.sent_back]),
        ([{}, {"replied_at": None, "kind": ""}], False, [Failure.unanswered]),
        ([{"kind": "C"}], False, []),
    ],
)
def test_the_last_term_says_what_a_case_has_become(rounds: list[dict], is_good: bool, why: list[Failure]) -> None:
    assert rules.standing([term(**facts) for facts in rounds]) == rules.Standing(is_good, why)


def test_a_case_that_was_sent_back_and_solved_then_stands_once(sqlite_app: Flask, made: World) -> None:
    with transaction():
        made.reply(now=SETTLED + timedelta(days=2))
    jobs.draft_reviews(APRIL_1)
    assert pack().content["failed"] == []
    (good,) = pack().content["good"]
    assert (good["number"], good["why"]) == (made.hall.matter.number, ["sent_back"])
    page = client_of(sqlite_app, user(made.hall.liaison.user_id or 0)).get(f"/feedback/reviews/{pack().id}").text
    assert "（之前：大家说没好，重新办好了）" in page


def test_topics_are_ordered_by_how_often_they_came_up() -> None:
    assert rules.top_topics(["b", "a", "b", "c"], ["c", "b"]) == [Topic("b", 2, 1), Topic("a", 1, 0), Topic("c", 1, 1)]


def test_a_kind_repeats_when_two_places_have_it() -> None:
    found = rules.in_several_places([("lighting", 1), ("lighting", 2), ("lighting", 1), ("safety", 1)])
    assert {kind: dict(places) for kind, places in found.items()} == {"lighting": {1: 2, 2: 1}}


def test_what_says_the_same_is_found_together_wherever_it_was_said() -> None:
    texts = [
        (1, "三号楼后面台阶太暗", "加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。"),
        (2, "暑假没人带孩子", "暑假两头带娃太难，希望园区午后有人看护。"),
        (3, "三号楼后面台阶看不清", "晚上走到三号楼后面，台阶看不清，希望补亮。"),
    ]
    assert alike_groups([Candidate(*each) for each in texts]) == [[1, 3]]
    assert proposal_queries.like_each([]) == []


@pytest.mark.parametrize(
    ("published", "inside", "text", "refusal"),
    [
        (False, True, "牌子要先立", None),
        (True, True, "牌子要先立", rules.ReviewPublished),
        (False, False, "牌子要先立", rules.NotInReview),
        (False, True, " 短 ", rules.LessonTooShort),
    ],
)
def test_what_a_lesson_needs(published: bool, inside: bool, text: str, refusal: type | None) -> None:
    found = rules.refusal_of_lesson(is_published=published, is_in_review=inside, text=text)
    assert found is None if refusal is None else isinstance(found, refusal)
