"""``deliberation count FILE``: one JSON object on stdout, or one line on stderr that names the place, and exit 2."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deliberation.cli_count import count
from deliberation.votes.counting.file import Mistake, count_file
from tests.support.vote_files import FOLDER, OWNERS, PRESENT, piled, roll


def ask(file):
    return CliRunner().invoke(count, [str(file)])


def assert_one_line(exit_code, stdout, stderr, *, place=""):
    assert exit_code == 2
    assert stdout == ""
    assert len(stderr.splitlines()) == 1
    assert stderr.endswith("\n")
    assert stderr.startswith(f"count: {place}")
    assert "Traceback" not in stderr


def owners(rows, ballots=(), **more):
    return {"rule": OWNERS, "roll": rows, "ballots": list(ballots), **more}


ONE = [{"voter": "a", "area": "86.50"}]


def area(value):
    return owners([*ONE, {"voter": "b", "area": value}])


def ballots(*rows):
    return owners([*ONE, {"voter": "b", "area": "10"}], rows)


def totals(**changed):
    numbers = {"N": 300, "A": "30000", "pn": 200, "pa": "20000", "an": 101, "aa": "10000.01", **changed}
    return {"rule": OWNERS, "totals": {key: value for key, value in numbers.items() if value is not None}}


def ruled(**rule):
    return {"rule": rule, "roll": roll(3), "ballots": []}


BAD = {
    "a negative area": (area("-1"), "roll[1].area"),
    "a negative number": (area(-1), "roll[1].area"),
    "a float": (area(86.5), "roll[1].area"),
    "an exponent": (area("1e3"), "roll[1].area"),
    "three digits": (area("1.234"), "roll[1].area"),
    "a comma": (area("1,5"), "roll[1].area"),
    "foreign digits": (area("１２"), "roll[1].area"),
    "true": (area(True), "roll[1].area"),
    "nothing": (area(None), "roll[1].area"),
    "no area": (owners([*ONE, {"voter": "b"}]), "roll[1]"),
    "no area at all": (owners([{"voter": "a", "area": "0"}]), "roll"),
    "no voter": (owners([{"area": "1"}]), "roll[0]"),
    "an empty voter": (owners([{"voter": " ", "area": "1"}]), "roll[0].voter"),
    "a number for a voter": (owners([{"voter": 7, "area": "1"}]), "roll[0].voter"),
    "an unknown key": (owners([{"voter": "a", "area": "1", "are": "2"}]), "roll[0].are"),
    "a weighted owner": (owners([{"voter": "a", "area": "1", "weight": 2}]), "roll[0].weight"),
    "an empty roll": (owners([]), "roll"),
    "a roll that is none": (owners({}), "roll"),
    "a row that is none": (owners(["a"]), "roll[0]"),
    "two developers": (
        owners([{"voter": "a", "area": "1", "delivered": False}, {"voter": "b", "area": "1", "delivered": False}]),
        "roll[1].voter",
    ),
    "delivered by a word": (owners([{"voter": "a", "area": "1", "delivered": "no"}]), "roll[0].delivered"),
    "an unknown voter": (ballots({"voter": "c", "choice": "for"}), "ballots[0].voter"),
    "two ballots": (ballots({"voter": "a", "choice": "for"}, {"voter": "a", "choice": "for"}), "ballots[1].voter"),
    "two of one kind": (ballots({"voter": "a", "choice": "for", "count": 2}), "ballots[0].count"),
    "a count that is true": (ballots({"voter": "a", "choice": "for", "count": True}), "ballots[0].count"),
    "an owner without a name": (ballots({"choice": "for"}), "ballots[0]"),
    "no choice": (ballots({"voter": "a"}), "ballots[0]"),
    "another word": (ballots({"voter": "a", "choice": "yes"}), "ballots[0].choice"),
    "a list": (ballots({"voter": "a", "choice": ["for"]}), "ballots[0].choice"),
    "no such reason": (ballots({"voter": "a", "invalid": "ugly"}), "ballots[0].invalid"),
    "a ballot's unknown key": (ballots({"voter": "a", "choice": "for", "when": 1}), "ballots[0].when"),
    "no ballots": ({"rule": OWNERS, "roll": ONE}, '"ballots" is missing'),
    "neither": ({"rule": OWNERS}, 'give either "totals"'),
    "both": ({**ballots(), **totals()}, 'give either "totals"'),
    "totals with ballots": ({**totals(), "ballots": []}, "ballots"),
    "more than all": (totals(pn=301), "totals.pn"),
    "more in favour than there": (totals(an=201), "totals.an"),
    "more area in favour": (totals(aa="20000.01"), "totals.aa"),
    "more area there": (totals(pa="30000.01"), "totals.pa"),
    "a float in the totals": (totals(aa=10000.5), "totals.aa"),
    "a text for heads": (totals(N="300"), "totals.N"),
    "half a person": (totals(pn=199.0), "totals.pn"),
    "a total missing": (totals(aa=None), "totals"),
    "nobody": (totals(N=0, pn=0, an=0), "totals.N"),
    "totals of options": ({**totals(), "method": "single", "options": ["A"]}, "totals"),
    "totals without those against": ({"rule": PRESENT, "totals": {"N": 9, "pn": 5, "an": 3}}, "totals"),
    "no rule": ({"roll": ONE, "ballots": []}, '"rule" is missing'),
    "an unknown rule": (ruled(kind="dictator"), "rule.kind"),
    "no kind": (ruled(quorum="2/3"), "rule"),
    "owners without a class": (ruled(kind="owners"), "rule"),
    "another class": (ruled(kind="owners", **{"class": "huge"}), "rule.class"),
    "an owners' quorum": (ruled(kind="owners", quorum="1/2", **{"class": "major"}), "rule.quorum"),
    "a float share": (ruled(kind="charter", quorum=0.66), "rule.quorum"),
    "a share above one": (ruled(kind="charter", threshold="3/2"), "rule.threshold"),
    "a share of nothing": (ruled(kind="charter", threshold="1/0"), "rule.threshold"),
    "another base": (ruled(kind="charter", threshold="2/3", of="all"), "rule.of"),
    "strict by a word": (ruled(kind="charter", strict="yes"), "rule.strict"),
    "more than all votes": (ruled(kind="charter", threshold="1/1", strict=True), "rule"),
    "a quorum of none": (ruled(kind="present_majority", quorum=0), "rule.quorum"),
    "chambers of another sort": (ruled(kind="advisory", chambers="some"), "rule.chambers"),
    "a chamber without weight": (ruled(kind="advisory", chambers={"N": 0}), "rule.chambers.N"),
    "no chamber in a row": (ruled(kind="charter", chambers="each"), "roll[0]"),
    "an unknown key of the file": ({**totals(), "quorum": "2/3"}, "quorum"),
    "another format": ({**totals(), "format": "deliberation-vote/2"}, "format"),
    "another method": (piled("dice", (1, "A")), "method"),
    "a method without options": (piled("single", (1, "A"), options=""), "options"),
    "options of a motion": ({**ballots(), "options": ["A"]}, "options"),
    "an option twice": (piled("single", (1, "A"), options="AA"), "options[1]"),
    "a word of every ballot": ({**piled("single", (1, "A")), "options": ["A", "abstain"]}, "options[1]"),
    "a number for an option": ({**piled("single", (1, "A")), "options": ["A", 1]}, "options[1]"),
    "an option not on the list": (piled("single", (1, "D")), "ballots[0].choice"),
    "an option of a ranking": (piled("irv", (1, ["A", "D"])), "ballots[0].choice"),
    "ranked twice": (piled("stv", (1, ["A", ["B", "A"]])), "ballots[0].choice"),
    "an empty group": (piled("irv", (1, ["A", []])), "ballots[0].choice"),
    "a group in a group": (piled("irv", (1, [["A", ["B"]]])), "ballots[0].choice"),
    "half a point": (piled("score", (1, {"A": 1.5})), "ballots[0].choice"),
    "a negative point": (piled("cumulative", (1, {"A": -1})), "ballots[0].choice"),
    "points of no option": (piled("score", (1, {"D": 1})), "ballots[0].choice"),
    "no seat": (piled("stv", (1, ["A"]), seats=0), "seats"),
    "more seats than options": (piled("stv", (1, ["A"]), seats=4), "seats"),
    "two seats of a run-off": (piled("irv", (1, ["A"]), seats=2), "method"),
    "owners in order": ({**owners(ONE), "method": "irv", "options": ["A"]}, "method"),
    "a limit of none": (piled("irv", (1, ["A"]), limit=2), "limit"),
    "no seed": (piled("stv", (1, ["A"]), seed="xyz"), "seed"),
    "more ballots than voters": (
        {"rule": PRESENT, "roll": roll(2), "ballots": [{"choice": "for", "count": 3}]},
        "ballots[0]",
    ),
    "a weight of nought": ({"rule": PRESENT, "roll": [{"voter": "a", "weight": 0}], "ballots": []}, "roll[0].weight"),
    "a float weight": ({"rule": PRESENT, "roll": [{"voter": "a", "weight": 0.5}], "ballots": []}, "roll[0].weight"),
    "a weight by nought": (
        {"rule": PRESENT, "roll": [{"voter": "a", "weight": "1/0"}], "ballots": []},
        "roll[0].weight",
    ),
    "weight without a name": (
        {"rule": PRESENT, "roll": [{"voter": "a", "weight": 2}], "ballots": [{"choice": "for"}]},
        "ballots[0]",
    ),
    "a list for a file": ([], "this has to be an object"),
}


@pytest.mark.parametrize(("document", "place"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_at_its_place(document, place, tmp_path):
    file = tmp_path / "vote.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    result = ask(file)
    assert_one_line(result.exit_code, result.stdout, result.stderr, place=place)


NOT_JSON = {
    "nothing": (b"", "this is not JSON"),
    "half of it": (b'{"rule": ', "this is not JSON"),
    "two of them": (b"{} {}", "this is not JSON"),
    "not UTF-8": ('{"title": "表决"}'.encode("gb18030"), "this is not UTF-8"),
    "a key twice": (b'{"rule": {"kind": "advisory", "kind": "owners"}}', "rule: the key"),
    "an option twice": (
        b'{"ballots": [{"choice": "for"}, {"choice": {"A": 1, "A": 2}}]}',
        "ballots[1].choice: the key",
    ),
    "deep nesting": (b"[" * 200_000, "this is nested too deeply"),
    "not a number": (b'{"rule": {"kind": "present_majority", "quorum": NaN}}', "rule.quorum"),
    "endless": (b'{"rule": {"kind": "present_majority", "quorum": Infinity}}', "rule.quorum"),
    "a huge number": (b'{"rule": {"kind": "present_majority", "quorum": ' + b"9" * 6000 + b"}}", "rule.quorum"),
    "half a character": (
        b'{"rule": {"kind": "advisory"}, "method": "single", "options": ["\\ud800"]}',
        "options[0]",
    ),
}


@pytest.mark.parametrize(("data", "place"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_document(data, place, tmp_path):
    file = tmp_path / "vote.json"
    file.write_bytes(data)
    result = ask(file)
    assert_one_line(result.exit_code, result.stdout, result.stderr, place=place)


def test_what_is_no_file(tmp_path):
    for name in (tmp_path, tmp_path / "nothing\nhere"):
        result = ask(name)
        assert_one_line(result.exit_code, result.stdout, result.stderr)
    nothing = CliRunner().invoke(count, [])
    assert_one_line(nothing.exit_code, nothing.stdout, nothing.stderr)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["for", "v0", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["voter", "choice", "A"]), inner),
    max_leaves=5,
)
KEYS = ["rule", "method", "options", "seats", "limit", "seed", "totals", "roll", "ballots", "parking_rule", "format"]


@given(key=st.sampled_from(KEYS), value=values, method=st.sampled_from(["single", "approval", "score", "irv", "stv"]))
def test_whatever_stands_there_it_is_counted_or_refused(key, value, method):
    document = {**piled(method, (1, "abstain")), key: value}
    try:
        said = count_file(json.dumps(document).encode())["verdict"]
    except Mistake as mistake:
        said = "refused" if mistake.problem else ""
    assert said in ("passed", "failed", "no_quorum", "tie", "advisory", "refused")


def run(*arguments, code="from deliberation.cli import main; main(prog_name='deliberation')"):
    """The real command in a process with an empty environment."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env={}, capture_output=True, timeout=60, check=False
    )


def test_the_real_command_with_an_empty_environment(tmp_path):
    good = run("count", str(FOLDER / "e10-kiosk.json"))
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["winners"] == ["大堂"]
    bad = run("count", str(tmp_path))
    assert_one_line(bad.returncode, bad.stdout.decode(), bad.stderr.decode())


def test_it_counts_without_the_house():
    code = (
        "import sys; from pathlib import Path; from deliberation.votes.counting.file import count_file; "
        "import deliberation.cli; count_file(Path(sys.argv[1]).read_bytes()); "
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'flask', 'sqlalchemy', 'werkzeug', 'votelib'}))"
    )
    for name, loaded in (("e1-one-way", b""), ("schulze", b"votelib")):
        done = run(str(FOLDER / f"{name}.json"), code=code)
        assert (done.returncode, done.stdout.strip(), done.stderr) == (0, loaded, b"")
