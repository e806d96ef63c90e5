"""The filters of the desk: what an address asks for, and what of the desk that keeps."""

from __future__ import annotations

import pytest

from deliberation.matters.desk import DeskLine
from deliberation.portal.rules import DeskFilter, choices, read_filter

SCREEN = DeskLine(1, "WTL-2026-003", "梧 003", "路灯不亮", "screen", None, "/a")
MEETING = DeskLine(2, "", "梧", "弄管会议事", "hold_meeting", None, "/c", place="WTL")
NOTIFY = DeskLine(5, "TAY-2026-001", "汀岸 001", "坡道", "notify", None, "/b")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, DeskFilter()),
        ({"step": "5", "task": "notify", "place": "TAY", "due": "late"}, DeskFilter(5, "notify", "TAY", "late")),
        ({"step": "6", "task": "drop table", "place": "../x", "due": "never"}, DeskFilter()),
        ({"step": "-1", "place": "里" * 3}, DeskFilter()),
    ],
)
def test_what_an_address_asks_for(given: dict[str, str], read: DeskFilter) -> None:
    assert read_filter(given) == read


def test_what_was_read_can_be_written_and_read_again() -> None:
    chosen = DeskFilter(5, "notify", "TAY", "late")
    assert read_filter({name: str(value) for name, value in chosen.asked().items()}) == chosen
    assert chosen.asked(step=None) == {"task": "notify", "place": "TAY", "due": "late"}
    assert DeskFilter().asked() == {}


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (DeskFilter(), [SCREEN, NOTIFY]),
        (DeskFilter(step=1), [SCREEN]),
        (DeskFilter(task="notify"), [NOTIFY]),
        (DeskFilter(place="WTL"), [SCREEN]),
        (DeskFilter(place="WTL", step=5), []),
        (DeskFilter(due="late"), [SCREEN, NOTIFY]),
        (DeskFilter(due="today"), []),
    ],
)
def test_a_line_is_kept_when_every_filter_keeps_it(chosen: DeskFilter, kept: list[DeskLine]) -> None:
    assert [line for line in (SCREEN, NOTIFY) if chosen.keeps(line, "late")] == kept


def test_a_meeting_is_kept_with_its_place_though_it_has_no_number() -> None:
    assert DeskFilter(place="WTL").keeps(MEETING, "week")
    assert not DeskFilter(place="TAY").keeps(MEETING, "week")
    assert choices([MEETING, SCREEN])[1] == ["WTL"]


def test_only_what_is_there_can_be_chosen() -> None:
    assert choices([NOTIFY, SCREEN, NOTIFY]) == (["notify", "screen"], ["TAY", "WTL"])
