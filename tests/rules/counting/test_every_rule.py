"""What holds for every rule, with chambers and without, with deemed votes and without; and the format's edges."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliberation.votes.counting.file import Mistake, count_file
from tests.support.drawn_votes import RULES, documents, rolls, rules
from tests.support.vote_files import counted

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "deliberation-vote-1.schema.json").read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@st.composite
def motions(draw, kind):
    """A motion under a rule of this kind: a roll, and what some of it says."""
    rule = draw(rules("yes_no", (kind,)))
    roll = draw(rolls(rule, draw(st.integers(1, 8))))
    words = st.sampled_from(["for", "against", "abstain", None])
    said = {voter: draw(words) for voter in sorted({row["voter"] for row in roll})}
    is_deemed = kind != "advisory" and draw(st.booleans())
    return {"rule": rule, "roll": roll} | ({"deemed": True} if is_deemed else {}), said


def result(motion, said):
    ballots = [{"voter": voter, "choice": word} for voter, word in said.items() if word]
    return counted({**motion, "ballots": ballots})


@pytest.mark.parametrize("kind", RULES)
@given(data=st.data())
def test_more_in_favour_never_hurts(kind, data):
    """Somebody who was against, abstained or stayed away is now in favour: what had passed still passes."""
    motion, said = data.draw(motions(kind))
    try:
        before = result(motion, said)
    except Mistake:
        assume(False)
    for voter, word in said.items():
        if word != "for":
            after = result(motion, {**said, voter: "for"})
            assert before["verdict"] != "passed" or after["verdict"] == "passed"
            assert before["verdict"] == "no_quorum" or after["verdict"] != "no_quorum"


@pytest.mark.parametrize("kind", RULES)
@given(data=st.data(), turn=st.randoms(use_true_random=False))
def test_no_order_matters(kind, data, turn):
    """Neither of ballots nor of the roll's rows."""
    motion, said = data.draw(motions(kind))
    try:
        before = result(motion, said)
    except Mistake:
        assume(False)
    mixed = {**motion, "roll": turn.sample(motion["roll"], len(motion["roll"]))}
    after = result(mixed, dict(turn.sample(list(said.items()), len(said))))
    assert without_places(after) == without_places(before)


def without_places(found):
    """A result, its invalid ballots by voter: where they stand in the file is all that an order may change."""
    listed = sorted((each["voter"], each["reason"]) for each in found.pop("invalid"))
    if "alternative" in found:
        found["alternative"] = without_places(found["alternative"])
    return {**found, "invalid": listed}


@pytest.mark.parametrize("kind", RULES)
@given(data=st.data())
def test_the_verdict_follows_from_its_working(kind, data):
    """Both sides are whole numbers; no quorum, passed and failed are what the tests say, and nothing else."""
    motion, said = data.draw(motions(kind))
    try:
        found = result(motion, said)
    except Mistake:
        assume(False)
    assert all(type(test["left"]) is type(test["right"]) is int for test in found["tests"])
    weighed = isinstance(motion["rule"].get("chambers"), dict)
    decisive = [test for test in found["tests"] if not (weighed and "@" in test["name"])]
    quorum = all(test["holds"] for test in decisive if test["name"].startswith("quorum"))
    approved = all(test["holds"] for test in decisive if not test["name"].startswith("quorum"))
    expected = "advisory" if kind == "advisory" else "no_quorum" if not quorum else "passed" if approved else "failed"
    assert found["verdict"] == expected


def answer(data):
    """The verdict, or the one line that refuses the file; anything else is an error of the program."""
    try:
        return count_file(data)["verdict"]
    except Mistake as mistake:
        return str(mistake)


VERDICTS = ("passed", "failed", "no_quorum", "tie", "advisory")


# The format: whatever is in a file, it is counted or refused at a place; what is counted fits the schema


@given(document=documents())
def test_what_is_counted_fits_the_schema(document):
    VALIDATOR.validate(document)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**20) | st.floats() | st.text(max_size=2)
    | st.sampled_from(["for", "v0", "甲", "1/2", "each", "charter", "owners", "86.5", "abstain"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["voter", "choice", "甲", "heads", "kind"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def places(value, at=()):
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*at, key))


@settings(max_examples=400)
@given(document=documents(), data=st.data(), value=values, leaves_out=st.booleans())
def test_a_changed_file_is_counted_or_refused_and_never_an_error_of_the_program(document, data, value, leaves_out):
    changed = copy.deepcopy(document)
    *path, last = data.draw(st.sampled_from([at for at in places(document) if at]))
    inside = changed
    for key in path:
        inside = inside[key]
    if leaves_out:
        del inside[last]
    else:
        inside[last] = value
    said = answer(json.dumps(changed).encode())
    assert len(said.splitlines()) == 1
    if said in VERDICTS:
        VALIDATOR.validate(changed)


@given(document=documents(), cut=st.floats(0, 1), noise=st.binary(max_size=3))
def test_broken_bytes_are_refused_in_one_line(document, cut, noise):
    data = json.dumps(document, ensure_ascii=False).encode()
    at = int(cut * len(data))
    assert answer(data[:at] + noise + data[at + len(noise) + 1 :])
