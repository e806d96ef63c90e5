"""A charter that is replaced is kept, and what was called or prepared under it stays under it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.committees import queries, service
from deliberation.committees.rules import Charter
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, NotFound
from deliberation.meetings import queries as meetings
from deliberation.meetings import service as meeting_service
from deliberation.people.access import Role
from tests.support import make, voting
from tests.support.gathering import NOW, Gathering

pytestmark = pytest.mark.usefixtures("app")


def adopt(there: Gathering, charter: Charter) -> None:
    with transaction():
        service.change_committee(
            there.shen, committee_id=there.body.id, name=there.body.name, venue="", charter=charter, now=NOW
        )


def test_the_charter_before_is_kept_with_its_number():
    there = Gathering()
    first = queries.charter_of(there.body)
    second = replace(first, turn_seconds=60, needs_second=True)
    adopt(there, second)
    adopt(there, second)  # Nothing new: no third version.
    third = replace(second, rule_kind="present_majority", quorum=(1, 2))
    adopt(there, third)
    body = queries.committee(there.body.id)
    assert body.charter_version == 3
    assert [queries.charter_at(body, version) for version in (1, 2, 3)] == [first, second, third]
    assert [past.version for past in queries.past_charters(body.id)] == [2, 1]
    leaves = db.session.scalars(select(AuditLeaf.data).where(AuditLeaf.tag == "charter.changed").order_by(AuditLeaf.id))
    assert [json.loads(leaf)["version"] for leaf in leaves] == [2, 3]
    with pytest.raises(NotFound):
        queries.charter_at(body, 4)


def test_a_meeting_takes_the_charter_of_the_day_it_is_called_and_keeps_it():
    there = Gathering().plan()
    there.add()
    adopt(there, replace(queries.charter_of(there.body), turn_seconds=60, turns_per_motion=1))
    with transaction():
        meeting_service.post_notice(there.shen, meeting_id=there.meeting.id, now=NOW)
    assert meetings.meeting(there.meeting.id).charter_version == 2
    adopt(there, replace(queries.charter_of(there.body), turn_seconds=600, turns_per_motion=9, rule_kind="advisory"))
    meeting = meetings.meeting(there.meeting.id)
    assert meetings.charter_of(meeting).turn_seconds == 60
    assert meetings.totals_of(meeting).to_open == 6
    for member in there.members[:6]:
        there.arrive(member)
    there.act(meeting_service.open_meeting, there.shen, meeting_id=meeting.id)
    there.act(meeting_service.start_item, there.shen, item_id=there.item.id)
    there.act(meeting_service.raise_hand, there.members[0], item_id=there.item.id, side=meetings_side())
    there.act(meeting_service.next_speaker, there.shen, item_id=there.item.id)
    state = there.state(there.members[0])
    assert state["speaker"]["allotted_seconds"] == 60
    assert state["me"]["turns_allowed"] == 1


def meetings_side():
    from deliberation.meetings.rules import Side

    return Side.in_favour


def test_a_vote_remembers_the_version_it_was_prepared_under():
    with transaction():
        hall = voting.prepare()
    assert hall.vote.charter_version == 1
    with transaction():
        service.change_committee(
            hall.liaison, committee_id=hall.body.id, name=hall.body.name, venue="",
            charter=Charter(rule_kind="all_members_majority"), now=NOW,
        )  # fmt: skip
    db.session.refresh(hall.vote)
    assert hall.vote.charter_version == 1
    assert queries.charter_at(queries.committee(hall.body.id), 1).threshold == (2, 3)


@pytest.mark.parametrize(
    ("convener", "role", "may"),
    [
        ("association", Role.association, True),
        ("liaison", Role.association, False),
        ("residents_committee", Role.residents_committee, True),
        ("association", Role.residents_committee, False),
        ("supervisor", Role.supervisor, True),
        ("supervisor", Role.liaison, True),  # The liaison serves every body.
        ("park_manager", Role.park_manager, True),
    ],
)
def test_whom_the_charter_names_calls_the_meetings(convener, role, may):
    there = Gathering()
    adopt(there, replace(queries.charter_of(there.body), convener=convener))
    with transaction():
        office = make.actor(make.person(roles=[role], place=there.place))
    there.shen, chair = office, there.shen
    if may:
        assert there.plan(chair_id=chair.user_id).meeting.planned_by_id == office.user_id
        return
    with pytest.raises(NotAllowed) as refused:
        there.plan(chair_id=chair.user_id)
    assert refused.value.code == "not_the_convener"
