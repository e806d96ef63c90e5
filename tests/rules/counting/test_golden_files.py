"""The cases of domain.md as vote files: what they come to, number by number, and that they fit the schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from deliberation.votes.counting.file import count_file
from tests.support.vote_files import FOLDER, GOLDEN, counted, golden, working_of

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "deliberation-vote-1.schema.json").read_bytes())

VERDICTS = {
    "consensus": ("passed", []),
    "cumulative": ("passed", ["乙"]),
    "developer-block": ("failed", []),
    "e1-one-short": ("no_quorum", []),
    "e1-one-way": ("passed", []),
    "e1-totals": ("passed", []),
    "e10-kiosk": ("passed", ["大堂"]),
    "e2-lighting": ("passed", ["丙"]),
    "e3-advisory": ("advisory", ["甲"]),
    "e3-charging-posts": ("passed", []),
    "e3-one-head-short": ("failed", []),
    "each-chamber": ("failed", []),
    "g2-exact-two-thirds": ("passed", []),
    "g3-one-head-short": ("no_quorum", []),
    "g4-tie-in-heads": ("failed", []),
    "g5-exact-three-quarters": ("passed", []),
    "invalid-ballots": ("no_quorum", []),
    "parking": ("passed", []),
    "ranked-pairs": ("passed", ["A"]),
    "run-off": ("failed", []),
    "runoff-instant": ("passed", ["乙"]),
    "schulze": ("passed", ["E"]),
    "score": ("passed", ["乙"]),
    "tie": ("tie", []),
    "transferable": ("passed", ["巧克力", "橙", "草莓"]),
    "weighted-chambers": ("passed", []),
}

WORKING = {
    "e1-one-way": {"quorum": (453, 386, True), "approval": (354, 302, True)},
    "e1-totals": {"quorum": (453, 386, True), "approval": (354, 302, True)},
    "e1-one-short": {"quorum": (384, 386, False), "approval": (354, 256, True)},
    "e2-lighting": {"approval:丙": (16, 10, True)},
    "e10-kiosk": {"quorum": (64, 40, True), "approval:大堂": (70, 59, True)},
    "e3-advisory": {},
    "e3-charging-posts": {
        "quorum_heads": (903, 804, True),
        "quorum_area": (7_467_150, 6_720_000, True),
        "approval_heads": (932, 903, True),
        "approval_area": (7_608_000, 7_467_150, True),
    },
    "e3-one-head-short": {
        "quorum_heads": (903, 804, True),
        "quorum_area": (7_467_150, 6_720_000, True),
        "approval_heads": (900, 903, False),
        "approval_area": (7_608_000, 7_467_150, True),
    },
    "g2-exact-two-thirds": {
        "quorum_heads": (600, 600, True),
        "quorum_area": (6_000_000, 6_000_000, True),
        "approval_heads": (202, 200, True),
        "approval_area": (2_000_002, 2_000_000, True),
    },
    "g3-one-head-short": {
        "quorum_heads": (597, 600, False),
        "quorum_area": (6_300_000, 6_000_000, True),
        "approval_heads": (300, 199, True),
        "approval_area": (3_000_000, 2_100_000, True),
    },
    "g4-tie-in-heads": {
        "quorum_heads": (600, 600, True),
        "quorum_area": (6_000_000, 6_000_000, True),
        "approval_heads": (200, 200, False),
        "approval_area": (2_000_002, 2_000_000, True),
    },
    "g5-exact-three-quarters": {
        "quorum_heads": (600, 600, True),
        "quorum_area": (6_000_000, 6_000_000, True),
        "approval_heads": (600, 600, True),
        "approval_area": (6_000_000, 6_000_000, True),
    },
    "developer-block": {
        "quorum_heads": (9, 6, True),
        "quorum_area": (134_775, 89_850, True),
        "approval_heads": (4, 3, True),
        "approval_area": (37_750, 44_925, False),
    },
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_it_comes_to(name):
    result = counted(golden(name))
    assert (result["verdict"], result["winners"]) == VERDICTS[name]
    assert working_of(result) == WORKING.get(name, working_of(result))
    extra = {"alternative"} if name == "parking" else set()
    assert set(result) == {"verdict", "tests", "winners", "rounds", "invalid"} | extra
    assert all(set(test) == {"name", "left", "right", "holds"} for test in result["tests"])


@pytest.mark.parametrize("name", GOLDEN)
def test_it_fits_the_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(golden(name), SCHEMA, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("e1-one-way", {"totals": {"N": 1, "pn": 1, "an": 1}}),
        ("e1-one-way", {"title": 5}),
        ("e1-one-way", {"quorum": "2/3"}),
        ("e1-one-way", {"rule": {"kind": "owners"}}),
        ("e1-one-way", {"rule": {"kind": "charter", "threshold": 0.5}}),
        ("e1-one-way", {"ballots": [{"choice": "for", "count": -1}]}),
        ("e10-kiosk", {"options": ["甲", "甲"]}),
        ("developer-block", {"roll": [{"voter": "a", "area": 1.5}]}),
    ],
)
def test_the_schema_refuses(name, change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**golden(name), **change}, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_every_golden_file_is_known():
    assert set(VERDICTS) == set(GOLDEN)


def test_a_file_may_begin_with_a_mark_of_its_byte_order():
    data = (FOLDER / "e1-one-way.json").read_bytes()
    assert count_file(b"\xef\xbb\xbf" + data) == count_file(data)


def test_invalid_ballots_are_listed_with_reason_and_do_not_take_part():
    result = counted(golden("invalid-ballots"))
    assert result["invalid"] == [
        {"ballot": "ballots[2]", "voter": "v3", "reason": "over_limit"},
        {"ballot": "ballots[3]", "voter": "v4", "reason": "unsigned"},
    ]
    assert working_of(result)["quorum_heads"] == (6, 8, False)


def test_the_other_parking_setting_stands_beside_the_result():
    result = counted(golden("parking"))
    assert working_of(result)["quorum_area"] == (57_000, 38_000, True)
    assert result["invalid"] == [{"ballot": "ballots[2]", "voter": "丙", "reason": "parking_only"}]
    other = result["alternative"]
    assert working_of(other)["quorum_area"] == (64_350, 42_900, True)
    assert other["invalid"] == []
    swapped = counted({**golden("parking"), "parking_rule": "include"})
    assert swapped["tests"] == other["tests"]
    assert swapped["alternative"]["tests"] == result["tests"]


def test_where_no_option_passes_the_top_two_run_off():
    assert counted(golden("run-off"))["rounds"] == [{"run_off": ["甲", "乙"]}]


def test_every_round_of_a_transferable_vote_is_told():
    first, second, third, fourth = counted(golden("transferable"))["rounds"]
    assert (first["quota"], first["elected"], first["transferred"]) == (6, ["巧克力"], {"from": "巧克力", "surplus": 6})
    assert (second["counts"]["草莓"], second["counts"]["糖果"], second["eliminated"]) == (5, 3, "梨")
    assert (third["elected"], third["eliminated"]) == (["橙"], "糖果")
    assert (fourth["exhausted"] + sum(fourth["counts"].values()), fourth["elected"]) == (20, ["草莓"])
