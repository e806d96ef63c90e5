"""Look-backs at thirty and ninety days: dates, missed days, answers, reopening, the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.cases import service as cases
from deliberation.cases.rules import CaseState
from deliberation.feedback import jobs, queries, rules, service
from deliberation.feedback.models import LookBack, LookBackAnswer
from deliberation.feedback.rules import Answer
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.notifications.models import Message
from tests.support import cycle
from tests.support.cycle import SETTLED, World


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def replied(*, now: datetime = SETTLED) -> World:
    with transaction():
        made = cycle.settled()
        made.reply(now=now)
    return made


def asked() -> list[int]:
    return list(db.session.scalars(select(Message.user_id).where(Message.kind == "look_back.asked")))


def answer(
    made: World, user_id: int, said: Answer, *, now: datetime, reason: str = "", by_link: bool = False, days: int = 30
) -> LookBackAnswer:
    look_back = next(each for each in made.look_backs() if each.days == days)
    with transaction():
        return service.answer_look_back(
            look_back_id=look_back.id, user_id=user_id, answer=said, reason=reason, by_link=by_link, now=now
        )


THIRTY, NINETY = date(2026, 4, 2), date(2026, 6, 1)


def test_they_fall_thirty_and_ninety_days_after_the_reply(app: Flask) -> None:
    made = replied()
    assert [(each.days, each.due_on) for each in made.look_backs()] == [(30, THIRTY), (90, NINETY)]


def test_they_roll_to_a_working_day_and_stay_where_the_year_is_unknown(app: Flask) -> None:
    rolled = replied(now=at(date(2026, 4, 1)))
    assert [each.due_on for each in rolled.look_backs()] == [date(2026, 5, 6), date(2026, 6, 30)], "May 1 to 5 rests"
    unknown = replied(now=at(date(2026, 11, 4)))
    assert [each.due_on for each in unknown.look_backs()] == [date(2026, 12, 4), date(2027, 2, 2)]


def test_everyone_who_took_part_is_asked_once_on_the_day(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY - timedelta(days=1)))
    assert asked() == []
    for _scheduler in range(2):
        jobs.send_due(at(THIRTY))
    takers = made.everyone() - {made.follower.id}
    assert sorted(asked()) == sorted(takers)
    matter = made.hall.matter
    assert (made.case.state, matter.state, matter.holder_task) == (CaseState.look_back, "look_back", "look_back")
    assert matter.holder_id == made.hall.liaison.user_id
    first = made.look_backs()[0]
    assert (first.asked, first.answer_by) == (len(takers), at(THIRTY + timedelta(days=7), 23).replace(minute=59))


def test_missed_days_ask_once(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY + timedelta(days=11)))
    jobs.send_due(at(THIRTY + timedelta(days=12)))
    assert len(asked()) == len(set(asked()))
    late = replied()
    jobs.send_due(at(NINETY + timedelta(days=20)))
    thirty, ninety = late.look_backs()
    assert (thirty.asked_at, ninety.asked_at is not None) == (None, True), "only the later of two missed ones"
    assert thirty.cancelled_at is not None
    assert made.look_backs()[1].asked_at is not None


def test_the_second_one_takes_over_from_the_first(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    answer(made, made.proposer.id, Answer.fixed, now=at(THIRTY))
    answer(made, made.proposer.id, Answer.partly, now=at(THIRTY + timedelta(days=20)))
    jobs.send_due(at(NINETY))
    with pytest.raises(rules.LookBackOver):
        answer(made, made.proposer.id, Answer.fixed, now=at(NINETY))
    answer(made, made.proposer.id, Answer.fixed, now=at(NINETY), days=90)


def test_an_answer_is_recorded_and_may_be_changed(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    answer(made, made.proposer.id, Answer.fixed, now=at(THIRTY))
    answer(made, made.proposer.id, Answer.partly, now=at(THIRTY))
    (row,) = db.session.scalars(select(LookBackAnswer)).all()
    assert row.answer is Answer.partly
    assert queries.needs(made.hall.actor(0), now=at(THIRTY))[0].template == "feedback/_need.html"
    part = queries.on_matter(made.hall.matter, made.hall.actor(0), now=at(THIRTY))
    assert part is not None
    assert part.may_answer
    leaves = db.session.scalars(select(AuditLeaf.tag).where(AuditLeaf.tag == "look_back.answered")).all()
    assert len(leaves) == 2


@pytest.mark.parametrize("said", [Answer.no, Answer.came_back])
def test_a_no_reopens_at_once_and_nothing_more_of_the_round_is_asked(app: Flask, said: Answer) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    with pytest.raises(rules.AnswerReasonMissing):
        answer(made, made.proposer.id, said, now=at(THIRTY))
    assert made.case.state is CaseState.look_back
    answer(made, made.proposer.id, said, reason="晚上还是有车逆行", now=at(THIRTY))
    case, matter = made.case, made.hall.matter
    assert (case.state, case.times_reopened, case.level) == (CaseState.assigned, 1, 1)
    assert (matter.state, matter.holder_id) == ("reopened", made.handler.user_id)
    first_round = db.session.scalars(select(LookBack).where(LookBack.round == 1)).all()
    assert all(each.cancelled_at is not None for each in first_round)
    with pytest.raises(rules.InHandAgain), transaction():
        service.answer_look_back(
            look_back_id=first_round[0].id,
            user_id=made.hall.voters[0].id,
            answer=Answer.no,
            reason="我也觉得没好",
            by_link=False,
            now=at(THIRTY),
        )
    jobs.send_due(at(NINETY))
    assert len(asked()) == len(set(asked()))


def test_the_second_reopening_is_one_level_higher(app: Flask) -> None:
    made = replied()
    at_day = THIRTY
    for level in (1, 2):
        jobs.send_due(at(at_day))
        answer(made, made.proposer.id, Answer.no, reason="还是没有好", now=at(at_day))
        assert made.case.level == level
        with transaction():
            made.reply(now=at(at_day, 11))
        at_day = made.look_backs()[0].due_on
    assert [each.round for each in made.look_backs()] == [3, 3]


def test_when_nobody_says_no_the_liaison_closes_after_the_last_window(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    answer(made, made.proposer.id, Answer.partly, now=at(THIRTY))
    jobs.end_due(at(THIRTY + timedelta(days=7)))
    assert made.look_backs()[0].ended_at is None, "the seventh day still counts"
    jobs.end_due(at(THIRTY + timedelta(days=8)))
    matter = made.hall.matter
    assert (matter.holder_task, matter.holder_due_at) == ("look_back", made.look_backs()[1].due_at)
    assert made.case.looked_back_at is None
    jobs.send_due(at(NINETY))
    jobs.end_due(at(NINETY + timedelta(days=8)))
    jobs.end_due(at(NINETY + timedelta(days=9)))
    assert (matter.holder_task, made.case.looked_back_at is not None) == ("close_case", True)
    codes = [entry.code for entry in matters.timeline(matter.id)]
    assert codes.count("look_back.asked") == codes.count("look_back.ended") == 2
    with transaction():
        cases.close_case(made.hall.liaison, made.case.id, now=at(NINETY + timedelta(days=9)))
    with pytest.raises(rules.LookBackOver):
        answer(made, made.proposer.id, Answer.no, reason="又坏了一次", now=at(NINETY + timedelta(days=10)), days=90)


def test_who_was_not_asked_cannot_answer(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    with pytest.raises(rules.NotAsked):
        answer(made, made.follower.id, Answer.fixed, now=at(THIRTY))
    assert db.session.scalars(select(LookBackAnswer)).all() == []


def test_the_public_tally_keeps_small_groups_back(app: Flask) -> None:
    made = replied()
    jobs.send_due(at(THIRTY))
    for voter in made.hall.voters:
        answer(made, voter.id, Answer.fixed, now=at(THIRTY))
    answer(made, made.proposer.id, Answer.partly, now=at(THIRTY))
    jobs.end_due(at(THIRTY + timedelta(days=8)))
    entry: Any = next(each for each in matters.timeline(made.hall.matter.id) if each.code == "look_back.ended")
    assert entry.data["tally"] == {"asked": 7, "answered": 7, "good": None, "not_yet": None}
