"""The first hour: the order of its steps, the lists that are pasted, and who may use an invitation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.kernel.sheets import read_table
from deliberation.setup import rules, unit_sheets
from deliberation.setup.rules import InvitationTerms, StepKind

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TEMPLATES = {"csv": unit_sheets.csv(), "xlsx": unit_sheets.xlsx()}
P, B, C, I = StepKind.place, StepKind.buildings, StepKind.committee, StepKind.invitations  # noqa: E741


def test_the_steps_follow_one_another_and_one_goes_on_where_one_was() -> None:
    assert rules.next_step([]) is P
    assert rules.next_step([P, B]) is StepKind.units
    assert rules.next_step([P, C]) is B
    assert rules.next_step(list(StepKind)) is None


@pytest.mark.parametrize(
    ("step", "done", "code"),
    [
        (P, [], None),
        (B, [], "setup_place_first"),
        (B, [P], None),
        (StepKind.charter, [P], "setup_committee_first"),
        (StepKind.charter, [P, C], None),
        (P, [P], "setup_step_done"),
        (I, [P, I], None),  # One can ask people in again and again.
    ],
)
def test_what_a_step_needs(step: StepKind, done: list[StepKind], code: str | None) -> None:
    refusal = rules.refusal_to_do(step, done=done, is_over=False)
    assert (refusal.code if refusal else None) == code
    over = rules.refusal_to_do(step, done=done, is_over=True)
    assert over is not None
    assert over.code == "setup_over"


def test_buildings_are_named_once_and_get_codes_of_their_own() -> None:
    names, faults = rules.read_buildings("1 号楼\n\n 2  号楼 \n1 号楼\n" + "长" * 61)
    assert names[:3] == ["1 号楼", "2 号楼", "1 号楼"]
    assert [fault.line for fault in faults] == [4, 5]
    assert rules.building_codes("HQ", count=3, taken={"HQ2"}) == ["HQ1", "HQ3", "HQ4"]
    assert rules.building_codes("ABCDEFGH", count=11, taken=())[-1] == "ABCDEF11"


def test_units_are_read_with_or_without_titles_and_in_any_order() -> None:
    plain = rules.cells_of("1 号楼，云杉科技\n，便民超市，店铺")
    titled = [["种类", "名称*", "楼栋"], ["", "云杉科技", "1 号楼"], ["店铺", "便民超市", ""]]
    for table in (plain, titled):
        lines, faults = rules.read_units(table, buildings={"1 号楼"})
        assert faults == []
        assert [(each.building, each.label, each.kind) for each in lines] == [
            ("1 号楼", "云杉科技", "organisation"),
            ("", "便民超市", "shop"),
        ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("9 号楼,甲", "没有叫"),
        ("1 号楼,,单位", "没有写名称"),
        ("1 号楼,甲,仓库", "种类写的是"),
        ("1 号楼," + "长" * 61, "名字太长"),
        ("1 号楼,乙", "写了两次"),
    ],
)
def test_a_unit_that_is_not_right_is_said_with_its_line(row: str, sentence: str) -> None:
    lines, faults = rules.read_units(rules.cells_of(f"1 号楼,乙\n{row}"), buildings={"1 号楼"})
    assert [each.label for each in lines] == ["乙"]
    assert [fault.line for fault in faults] == [2]
    assert sentence in str(faults[0].refusal)


def test_people_are_read_with_their_seats() -> None:
    text = "姓名，手机号或邮箱\n周敏，13800000001，云杉科技\n李强\tli@Example.org"
    found, faults = rules.read_invitees(rules.cells_of(text), seats={"云杉科技"})
    assert faults == []
    assert [(each.name, each.address, each.seat) for each in found] == [
        ("周敏", "+8613800000001", "云杉科技"),
        ("李强", "li@example.org", ""),
    ]
    wrong = "周敏,13800000001\n钱,138\n孙,13800000001\n,13800000002\n吴,13800000003,没有的席"
    _found, faults = rules.read_invitees(rules.cells_of(wrong), seats=set())
    assert [fault.line for fault in faults] == [2, 3, 4, 5]


def terms(**given: object) -> InvitationTerms:
    usual = {
        "uses_allowed": 1, "uses": 0, "expires_at": NOW + timedelta(days=1), "is_revoked": False, "address": "",
    }  # fmt: skip
    return InvitationTerms(**{**usual, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, None),
        ({"address": "a@example.org"}, None),
        ({"address": "b@example.org"}, "invitation_for_another"),
        ({"uses": 1}, "invitation_used_up"),
        ({"expires_at": NOW}, "invitation_expired"),
        ({"is_revoked": True, "uses": 1}, "invitation_revoked"),
    ],
)
def test_who_may_use_an_invitation(given: dict[str, object], code: str | None) -> None:
    refusal = rules.refusal_to_accept(terms(**given), addresses=["a@example.org"], now=NOW)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_of_units_that_comes_back_as_it_went_makes_none(kind: str) -> None:
    table = read_table(TEMPLATES[kind], most=9)
    assert rules.read_units(table, buildings={"1 号楼"}) == ([], [])
    lines, faults = rules.read_units([*table, *unit_sheets.EXAMPLES], buildings={"1 号楼"})
    assert (len(lines), faults) == (2, [])
