"""Minutes: their states, who takes them on, two editors, and the facts that the log gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.minutes import rules
from deliberation.minutes.rules import LogLine, MinutesState, Settled

RECORDER = {"is_recorder": True, "is_chair": False}
CHAIR = {"is_recorder": False, "is_chair": True}
ANOTHER = {"is_recorder": False, "is_chair": False}


def code(refusal):
    return None if refusal is None else refusal.code


@pytest.mark.parametrize("state", MinutesState)
@pytest.mark.parametrize("person", [RECORDER, CHAIR, ANOTHER])
def test_the_recorder_and_the_chair_write_until_it_is_confirmed(state, person):
    refusal = rules.refusal_to_write(state=state, **person)
    if person is ANOTHER:
        assert code(refusal) == "not_the_recorder"
    elif state in (MinutesState.draft, MinutesState.handed_in):
        assert refusal is None
    else:
        assert code(refusal) == "minutes_state"


@pytest.mark.parametrize("state", MinutesState)
def test_nobody_but_the_chair_confirms(state):
    asked = {"state": state, "seen": "a", "current": "a", "differs": True}
    assert code(rules.refusal_to_confirm(is_chair=False, **asked)) == "not_the_minutes_chair"
    may = state in (MinutesState.draft, MinutesState.handed_in)
    assert (rules.refusal_to_confirm(is_chair=True, **asked) is None) is may


def test_the_chair_confirms_what_the_chair_has_read():
    asked = {"state": MinutesState.handed_in, "is_chair": True}
    assert code(rules.refusal_to_confirm(seen="a", current="b", differs=True, **asked)) == "changed_meanwhile"
    assert code(rules.refusal_to_confirm(seen="a", current="a", differs=False, **asked)) == "correction_empty"


def test_only_confirmed_minutes_are_published_and_only_published_ones_corrected():
    for state in MinutesState:
        published = rules.refusal_to_publish(state=state, **RECORDER)
        assert (published is None) is (state is MinutesState.confirmed)
        corrected = rules.refusal_to_correct(state=state, reason="写错了日子", **RECORDER)
        assert (corrected is None) is (state is MinutesState.published)
        assert code(rules.refusal_to_publish(state=state, **ANOTHER)) == "not_the_recorder"
        assert code(rules.refusal_to_correct(state=state, reason="因为", **ANOTHER)) == "not_the_recorder"
    asked = {"state": MinutesState.published, **CHAIR}
    assert code(rules.refusal_to_correct(reason=" ", **asked)) == "correction_unexplained"


def test_whose_task_it_is():
    tasks = [
        (state, rules.task_of(state, **RECORDER), rules.task_of(state, **CHAIR), rules.task_of(state, **ANOTHER))
        for state in MinutesState
    ]
    assert tasks == [
        (MinutesState.draft, "write_minutes", "", ""),
        (MinutesState.handed_in, "", "confirm_minutes", ""),
        (MinutesState.confirmed, "publish_minutes", "", ""),
        (MinutesState.published, "", "", ""),
    ]


WORDS = st.text(alphabet="灯亮补", max_size=4)


@given(base=WORDS, typed=WORDS, stored=WORDS)
def test_two_editors_never_overwrite_each_other(base, typed, stored):
    settled = rules.settle(base=rules.digest_of(base), typed=typed, stored=stored)
    if typed in (base, stored):
        assert settled is Settled.kept
    elif stored == base:
        assert settled is Settled.taken
    else:
        assert settled is Settled.clash


def test_the_passages_stand_in_the_order_of_the_text():
    keys = rules.passage_keys([7, 9])
    assert keys[:3] == ("opening", "promises", "item-7-for")
    assert keys[-2:] == ("closing", "annexes")
    assert len(keys) == len(set(keys)) == 4 + 2 * len(rules.PARTS_OF_ITEM)
    changed = rules.changed_passages({"opening": "早", "closing": "同"}, {"closing": "同", "annexes": "图"}, keys=keys)
    assert [(each.key, each.before, each.after) for each in changed] == [("opening", "早", ""), ("annexes", "", "图")]


def rows(**tables):
    return {"rows": tables}


MEETING = {"id": 1, "chair_id": 5, "starts_at": "12:15", "opened_at": None, "closed_at": None}
ITEM = {
    "id": 3, "position": 1, "matter_id": 8, "title": "灯", "motion_text": "补亮", "in_notice": True, "state": "debate",
    "started_at": "12:20", "ended_at": None, "decision": "", "stand_in_chair_id": None, "debate_closed_by": None,
}  # fmt: skip
SPEAKER = {"item_id": 3, "side": "for", "state": "done", "started_at": "12:21"}
THERE = {"user_id": 6, "seat_id": None, "mode": "in_room", "method": "code", "left_at": None}
MOTION = {
    "id": 4, "item_id": 3, "kind": "motion", "number": 1, "parent_id": None, "base_version": 1, "source": "notice",
    "state": "carried", "text": "补亮台阶", "decided_by": "vote", "reason": "", "mover_id": None, "seconder_id": None,
}  # fmt: skip
QUESTION = {"id": 1, "item_id": 3, "text": "电费谁出？", "state": "asked", "likes": 4}
PULSE = {
    "id": 1, "item_id": 3, "text": "先补亮哪一段？", "options": ["台阶", "坡道"],
    "result": {"is_shown": True, "answered": 9, "counts": [6, 3]},
}  # fmt: skip
LOG = [
    LogLine("meeting.planned", "9:00", rows(meeting=[MEETING], agenda_item=[ITEM])),
    LogLine("attendance.checked_in", "12:05", {"attendance": 2, **rows(attendance=[{"id": 2, **THERE}])}),
    LogLine("meeting.opened", "12:15", {"standing": {"people": 1}, **rows(meeting=[{"id": 1, "opened_at": "12:15"}])}),
    LogLine(
        "hand.done", "12:22",
        rows(
            speaker=[{"id": 1, **SPEAKER}, {"id": 2, **SPEAKER, "state": "withdrawn", "started_at": None}],
            motion=[MOTION],
            motion_version=[{"id": 1, "motion_id": 4, "version": 1, "text": "补亮"},
                            {"id": 2, "motion_id": 4, "version": 2, "text": "补亮台阶"}],
            pulse=[PULSE, {**PULSE, "id": 2, "result": {"is_shown": False}}],
            question=[QUESTION, {**QUESTION, "id": 2, "state": "answered"}],
        ),
    ),
    LogLine("interest.declared", "12:23", {"item": 3, "user": 6, "reason": "供货商"}),
    LogLine("meeting.recessed", "12:30", {}),
    LogLine("meeting.resumed", "12:35", {}),
    LogLine("attendance.left", "12:40", rows(attendance=[{"id": 2, "left_at": "12:40"}])),
    LogLine("attendance.checked_in", "12:45", {"attendance": 2, **rows(attendance=[{"id": 2, "left_at": None}])}),
]  # fmt: skip


def test_the_facts_are_those_of_the_log():
    facts = rules.drafted(LOG)
    assert (facts["chair"], facts["opened_at"], facts["opening"]) == (5, "12:15", {"people": 1})
    assert facts["pauses"] == [{"what": "recessed", "at": "12:30"}, {"what": "resumed", "at": "12:35"}]
    assert facts["present"] == [
        {"user": 6, "seat": None, "mode": "in_room", "is_assisted": False, "came_at": "12:05", "left_at": None}
    ]
    (item,) = facts["items"]
    assert item["spoke"] == {"for": 1}
    assert item["questions"] == [{"text": "电费谁出？", "likes": 4}]
    assert item["pulses"] == [
        {"text": "先补亮哪一段？", "answers": [{"option": "台阶", "count": 6}, {"option": "坡道", "count": 3}]}
    ]
    assert item["interests"] == [{"user": 6, "reason": "供货商"}]
    assert [motion["versions"] for motion in item["motions"]] == [["补亮", "补亮台阶"]]


def test_an_item_that_was_taken_off_is_in_no_minutes():
    log = [*LOG, LogLine("item.removed", "12:50", {"removed": [["agenda_item", 3]]})]
    assert rules.drafted(log)["items"] == []
