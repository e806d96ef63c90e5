"""A log that is read again gives the rows it was written from; what differs is named."""

from __future__ import annotations

from deliberation.meetings.rules import Difference, differences, missing_numbers, rebuild

EVENTS = [
    {"rows": {"item": [{"id": 1, "state": "queued", "title": "灯"}, {"id": 2, "state": "queued", "title": "路"}]}},
    {"by": 7},
    {"rows": {"item": [{"id": 1, "state": "debate"}], "hand": [{"id": 5, "side": "for"}]}},
    {"removed": [["item", 2]]},
]
STORED = {"item": {1: {"id": 1, "state": "debate", "title": "灯"}}, "hand": {5: {"id": 5, "side": "for"}}}


def test_later_events_win_and_what_was_taken_away_is_gone():
    assert rebuild(EVENTS) == STORED
    assert differences(rebuild(EVENTS), STORED) == []


def test_an_event_may_take_away_what_nobody_wrote():
    assert rebuild([{"removed": [["item", 9]]}]) == {}


def test_every_column_and_row_that_differs_is_named():
    stored = {"item": {1: {"id": 1, "state": "decided", "title": "灯"}, 3: {"id": 3}}, "hand": {}}
    found = differences(rebuild(EVENTS), stored)
    assert [str(each) for each in found] == [
        "hand 5 is in the log and not stored",
        "item 1: state is 'decided', the log says 'debate'",
        "item 3 is stored and not in the log",
    ]
    assert found[1] == Difference("item", 1, "state", "debate", "decided")


def test_a_table_without_rows_is_no_difference():
    assert differences({}, {"item": {}}) == []


def test_numbers_without_an_event():
    assert missing_numbers([1, 2, 4], last=5) == [3, 5]
    assert missing_numbers([1, 2], last=2) == []
