"""Counted from sums that everybody may see, a vote comes out as it does from its ballots: every rule and method."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.votes.counting.file import Mistake, count_file, read_sums, returns_json
from deliberation.votes.counting.file.ballots import read_ballots
from deliberation.votes.counting.file.result import _poll
from deliberation.votes.counting.file.roll import build_roll, canonical_roll_hash, read_parts
from deliberation.votes.counting.returns import Returns, Side, seeded
from deliberation.votes.counting.sums import add_up
from tests.support.drawn_votes import documents
from tests.support.vote_files import counted


def in_sums(document):
    """The same vote as a file in sums, as the house publishes it."""
    poll = _poll(document)
    parts = read_parts(document["roll"], poll.rule)
    with_parking = document.get("parking_rule") == "include"

    def side(flag):
        roll = build_roll(parts, poll.rule, with_parking=flag)
        box = read_ballots(document["ballots"], poll, roll)
        return Side(roll.electorate, add_up(poll, box.groups(), chambers=roll.electorate.chambers)), box

    own, box = side(with_parking)
    try:
        other = side(not with_parking)[0] if any(part.is_parking for part in parts) else None
    except Mistake:
        other = None
    invalid: dict[str, int] = {}
    for each in box.invalid:
        invalid[each["reason"]] = invalid.get(each["reason"], 0) + 1
    invalid.pop("parking_only", None)
    returns = seeded(Returns(poll, own, other, document.get("deemed", False)), canonical_roll_hash(document["roll"]))
    return returns_json(returns, invalid=invalid), invalid


def without_invalid(result):
    return {
        name: without_invalid(each) if name == "alternative" else each
        for name, each in result.items()
        if name != "invalid"
    }


@settings(max_examples=300)
@given(document=documents())
def test_the_sums_of_a_vote_give_its_result(document):
    file, invalid = in_sums(document)
    try:
        from_ballots = counted(document)
    except Mistake:  # A chamber that only parking spaces are in, say: the sums are refused as well.
        with pytest.raises(Mistake):
            counted(file)
        return
    from_sums = counted(file)
    assert without_invalid(from_sums) == without_invalid(from_ballots)
    assert {each["reason"]: each["count"] for each in from_sums["invalid"]} == invalid


def test_the_silent_are_left_out_under_the_other_parking_setting_too():
    """Found by the drawn votes above: R-17 asks for both results wherever R-14 shows another one."""
    document = {
        "rule": {"kind": "owners", "class": "ordinary"},
        "method": "yes_no",
        "roll": [{"voter": "v0", "area": "0.01"}, {"voter": "v1", "area": "0.01", "parking": True}],
        "ballots": [{"voter": "v0", "choice": "for"}],
        "deemed": True,
    }
    from_sums, from_ballots = counted(in_sums(document)[0]), counted(document)
    assert without_invalid(from_sums) == without_invalid(from_ballots)
    assert from_sums["alternative"]["verdict"] == "passed"
    assert from_sums["alternative"]["without_deemed"]["verdict"] == "no_quorum"


@given(document=documents())
def test_what_is_written_is_read_back(document):
    file, invalid = in_sums(document)
    data = json.dumps(file).encode()
    try:
        returns, listed = read_sums(data)
    except Mistake:
        with pytest.raises(Mistake):
            counted(document)
        return
    assert returns_json(returns, invalid=listed) == file
    assert listed == invalid


@given(document=documents(), turn=st.randoms(use_true_random=False))
def test_sums_do_not_tell_in_which_order_ballots_came(document, turn):
    file, _invalid = in_sums(document)
    shuffled = {**document, "ballots": turn.sample(document["ballots"], len(document["ballots"]))}
    again, _more = in_sums(shuffled)
    assert json.dumps(again) == json.dumps(file)


def plain(**changed):
    """A motion in sums: four of five for it."""
    sums = {"roll": {"heads": 5}, "cast": {"for": {"heads": 4}, "against": {"heads": 1}}, **changed}
    return {"rule": {"kind": "present_majority"}, "sums": {name: each for name, each in sums.items() if each}}


def asked(method, **sums):
    cast = {"option": {"heads": 4}, "abstain": {"heads": 1}}
    shape = {"rule": {"kind": "advisory"}, "method": method, "options": ["甲", "乙"]}
    return {**shape, "sums": {"roll": {"heads": 5}, "cast": cast, **sums}}


AREA = {"heads": 1, "area": "10.00"}
WRONG = {
    "nobody": (plain(roll={"heads": 0}), "sums.cast"),
    "more than there are": (plain(cast={"for": {"heads": 6}}), "sums.cast"),
    "more weight than there is": (plain(cast={"for": {"heads": 4, "weight": 6}}), "sums.cast"),
    "half a head": (plain(roll={"heads": 5.5}), "sums.roll.heads"),
    "no heads": (plain(roll={"area": "5"}), "sums.roll"),
    "no roll": (plain(roll=None), "sums"),
    "a word of options": (plain(cast={"option": {"heads": 1}}), "sums.cast.option"),
    "a chamber that nobody asks": (plain(roll={"heads": 5, "chambers": {}}), "sums.roll.chambers"),
    "options of a motion": (plain(options={"甲": {"heads": 1}}), "sums.options"),
    "no options": (asked("single"), "sums"),
    "an unknown option": (asked("single", options={"丙": {"heads": 4}}), "sums.options.丙"),
    "options that do not add up": (asked("single", options={"甲": {"heads": 3}}), "sums.options"),
    "more for one than named any": (asked("approval", options={"甲": {"heads": 5}}), "sums.options.甲"),
    "points of an unknown option": (asked("score", points={"丙": 4}), "sums.points.丙"),
    "negative points": (asked("score", points={"甲": -1}), "sums.points.甲"),
    "points of nobody": (asked("score", points={"甲": 10**13}), "sums.points"),
    "a pair missing": (asked("schulze", pairs=[]), "sums.pairs"),
    "a pair of one": (asked("schulze", pairs=[{"pair": ["甲", "甲"], "counts": [1, 1]}]), "sums.pairs[0].pair"),
    "more in a pair than there are": (
        asked("schulze", pairs=[{"pair": ["甲", "乙"], "counts": [3, 3]}]),
        "sums.pairs",
    ),
    "a ranking of nothing": (asked("irv", rankings=[{"choice": "abstain", "weight": 4}]), "sums.rankings[0].choice"),
    "an unknown option ranked": (asked("stv", rankings=[{"choice": ["丙"], "weight": 4}]), "sums.rankings[0].choice"),
    "rankings that do not add up": (asked("irv", rankings=[{"choice": ["甲"], "weight": 3}]), "sums.rankings"),
    "a ranking of no weight": (asked("irv", rankings=[{"choice": ["甲"], "weight": 0}]), "sums.rankings[0].weight"),
    "an unknown reason": (plain(invalid=[{"reason": "ugly", "count": 1}]), "sums.invalid[0].reason"),
    "a reason twice": (plain(invalid=[{"reason": "late", "count": 1}] * 2), "sums.invalid[1].reason"),
    "none of a reason": (plain(invalid=[{"reason": "late", "count": 0}]), "sums.invalid[0].count"),
    "with a roll": ({**plain(), "roll": []}, 'give either "totals"'),
    "with ballots": ({**plain(), "ballots": []}, "ballots"),
    "another parking setting alone": (
        {"rule": {"kind": "advisory"}, "totals": {"N": 1, "pn": 0, "an": 0}, "other_parking": {}},
        "other_parking",
    ),
    "silent advice": ({**plain(), "rule": {"kind": "advisory"}, "deemed": True}, "deemed"),
    "silent by a word": ({**plain(), "deemed": "yes"}, "deemed"),
    "silent on options": ({**asked("score", points={}), "deemed": True}, "deemed"),
    "owners without an area": (
        {"rule": {"kind": "owners", "class": "major"}, "sums": {"roll": AREA, "cast": {"for": {"heads": 1}}}},
        "sums.cast.for",
    ),
    "a chamber that is not on the roll": (
        {
            "rule": {"kind": "owners", "class": "major", "chambers": "each"},
            "sums": {"roll": {**AREA, "chambers": {"北": AREA}}, "cast": {"for": {**AREA, "chambers": {"南": AREA}}}},
        },
        "sums.cast.for.chambers",
    ),
    "no chambers": (
        {"rule": {"kind": "owners", "class": "major", "chambers": "each"}, "sums": {"roll": AREA, "cast": {}}},
        "sums.roll",
    ),
}


@pytest.mark.parametrize(("document", "place"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_sums_is_said_at_its_place(document, place):
    with pytest.raises(Mistake) as said:
        counted(document)
    assert str(said.value).startswith(place), str(said.value)


def test_what_is_right_is_counted():
    assert counted(plain())["verdict"] == "passed"
    assert counted(asked("score", points={"甲": 9, "乙": 2}))["winners"] == ["甲"]
    assert counted(asked("irv", rankings=[{"choice": ["甲"], "weight": 4}]))["winners"] == ["甲"]


def test_the_silent_are_counted_with_the_larger_side_and_never_with_either_of_two_equals():
    rule = {"kind": "all_members_majority"}

    def result(favour, against):
        cast = {"for": {"heads": favour}, "against": {"heads": against}}
        return count_file(
            json.dumps({"rule": rule, "sums": {"roll": {"heads": 10}, "cast": cast}, "deemed": True}).encode()
        )

    assert (result(3, 2)["verdict"], result(3, 2)["without_deemed"]["verdict"]) == ("passed", "failed")
    assert result(2, 3)["verdict"] == "failed"
    assert result(2, 2)["verdict"] == result(2, 2)["without_deemed"]["verdict"] == "failed"
