"""What a meeting agrees on becomes a case and a notice to everyone, without a word typed again (R-47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_babel import force_locale

from deliberation.cases import queries as cases
from deliberation.cases import rules as case_rules
from deliberation.cases import service as case_service
from deliberation.feedback import queries as feedback
from deliberation.feedback import service as feedback_service
from deliberation.feedback.models import OutcomeNotice
from deliberation.feedback.wording import figures, worded
from deliberation.kernel import clock
from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.meetings import queries, rules, service
from deliberation.people import queries as people
from deliberation.people.access import Role
from tests.support.door import client_of, post
from tests.support.gathering import STARTS, Gathering

TEXT = "先补亮三号楼后台阶，四月五日前办成。"
DUE = shanghai_date(STARTS) + timedelta(days=30)
AFTER = STARTS + timedelta(hours=3)


def settled(there: Gathering, **owner) -> Gathering:
    """Decided by consent with an owner and a day, a second thing agreed beside it, and closed."""
    owner = owner or {"owner_name": "物业"}
    there.act(service.agree_step, there.shen, item_id=there.item.id, text="量一量坡道", due_on=DUE, owner_name="物业")
    there.act(service.decide_item, there.shen, item_id=there.item.id, text=TEXT, due_on=DUE, **owner)
    there.act(service.close_meeting, there.shen, meeting_id=there.meeting.id)
    return there


def an_engineer(there: Gathering):
    with transaction():
        return there.person("钱工", duty="工程", roles=[Role.handler], place=there.place)


def step(there: Gathering, text: str = TEXT):
    return next(each for each in queries.agreed_steps(there.meeting.id) if each.text == text)


def test_one_act_opens_the_case_prepares_the_notice_and_keeps_the_promise(app):
    there = Gathering().debate()
    handler = an_engineer(there)
    settled(there, owner_id=handler.user_id)
    promises = queries.promises_of(queries.meeting(there.meeting.id))
    assert [(each.text, each.is_open) for each in promises] == [("量一量坡道", True), (TEXT, True)]
    fields = {"step_id": step(there).id, "handler_id": handler.user_id, "now": AFTER}
    with pytest.raises(NotAllowed):
        there.act(case_service.take_up, there.members[0], **fields)
    assert step(there).taken_up_at is None
    with pytest.raises(case_rules.HandlerUnfit):
        there.act(case_service.take_up, there.shen, **{**fields, "handler_id": there.proposer.user_id})

    case = there.act(case_service.take_up, there.shen, **fields)
    assert (case.task, case.due_at, case.handler_id) == (TEXT, end_of_day(DUE), handler.user_id)
    assert case.working_days == 20  # 6 March to 5 April 2026, without weekends: what a reopening gives again.
    (assigned,) = [entry for entry in matters.timeline(case.matter_id) if entry.code == "case.assigned"]
    assert assigned.data["meeting_id"] == there.meeting.id
    assert [each.is_open for each in queries.promises_of(queries.meeting(there.meeting.id))] == [True, False]
    with pytest.raises(rules.StepTakenUp):
        there.act(case_service.take_up, there.shen, **fields)

    again = there.act(case_service.take_up, there.shen, **{**fields, "step_id": step(there, "量一量坡道").id})
    assert again.id == case.id
    assert [entry.code for entry in matters.timeline(case.matter_id)][-1] == "case.step_added"
    assert not any(each.is_open for each in queries.promises_of(queries.meeting(there.meeting.id)))
    assert queries.replay_findings(there.meeting.id) == []

    (notice,) = db.session.scalars(db.select(OutcomeNotice))
    assert (notice.step_id, notice.issued_at) == (step(there).id, None)
    issued = there.act(feedback_service.issue_notice, there.shen, notice_id=notice.id, now=AFTER)
    with force_locale("zh_Hans_CN"):
        assert TEXT in worded(issued.fields["decided"])
        assert "到会 6 人" in figures(issued.fields["figures"])
    told = set(db.session.scalars(feedback.people_of(case.matter_id)))
    assert {there.proposer.user_id, *(member.user_id for member in there.members[:6])} <= told


def test_a_day_far_off_and_a_resolution_are_told_once(sqlite_app):
    there = settled(Gathering().debate())
    handler = an_engineer(there)
    assert cases.usual_handler(step(there), cases.handlers_in(there.place.scope)) is None
    fields = {"step_id": step(there).id, "handler_id": handler.user_id}
    late = end_of_day(DUE) + timedelta(days=3)
    case = there.act(case_service.take_up, there.shen, now=late, **fields)
    assert case.due_at == end_of_day(DUE)  # What was promised stays promised: it is late from the first day.
    assert case.working_days == 1


def test_the_way_at_the_door(sqlite_app):
    clock.configure(frozen=AFTER, file=None)
    there = Gathering().debate()
    handler = an_engineer(there)
    settled(there, owner_id=handler.user_id)
    meeting, path = f"/meetings/{there.meeting.id}", f"/cases/from-meeting/{step(there).id}"
    shen, visitor = client_of(sqlite_app, people.user(there.shen.user_id)), client_of(sqlite_app)
    assert path in shen.get(meeting).text
    public = visitor.get(meeting).text
    assert path not in public
    assert "还没有派给谁办" in public
    assert "钱工 · 工程" in shen.get(path).text
    assert post(shen, path, handler_id="999").status_code == 422
    done = post(shen, path, handler_id=str(handler.user_id))
    assert done.location.startswith("/cases/")
    assert "照会上说好的办" in visitor.get(f"/matters/{there.matters[0].number}").text
    assert "已派单" in visitor.get(meeting).text
