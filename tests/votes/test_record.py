"""The record: anyone recounts any vote offline from what everybody may know, and no more than that is in it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from deliberation.audit import service as audit
from deliberation.cli import main
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.people.masking import mask_door
from deliberation.votes.counting.file import count_file
from deliberation.votes.queries import roll_lines
from deliberation.votes.record.archive import unpack
from deliberation.votes.record.checking import check_record
from deliberation.votes.record.files import dump
from tests.support import records, voting
from tests.support.door import client_of
from tests.support.records import EVERY_KIND, downloaded
from tests.support.voting import CLOSES, OPENS, Hall, result_of

NAMES = ["files", "archive", "text", "rule", "roll", "ballots", "result", "leaves", "head", "recount"]


def details(record: bytes) -> dict[str, str]:
    """What each check says; it fails where one does not hold."""
    checks = check_record(record)
    assert [str(each) for each in checks if not each.holds] == []
    return {each.name: each.detail for each in checks}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_vote_is_counted_again_from_its_record(sqlite_app, kind) -> None:
    hall = EVERY_KIND[kind]()
    record = downloaded(sqlite_app, hall)
    said = details(record)
    assert list(said) == NAMES
    verdict = result_of(hall.vote)["verdict"]
    assert said["recount"].startswith(f"counted again: {verdict}")
    counted = count_file(unpack(record)["count.json"])
    assert (counted["verdict"], counted["winners"]) == (verdict, result_of(hall.vote)["winners"])


@pytest.mark.parametrize("made", [records.lane, records.deeming, records.hidden_ranking, records.channels])
def test_it_is_so_on_either_database(app, made) -> None:
    assert list(details(downloaded(app, made()))) == NAMES


def test_what_stands_beside_the_result_is_counted_again_too(sqlite_app) -> None:
    hall = records.deeming()
    assert set(result_of(hall.vote)) >= {"alternative", "without_deemed", "deemed"}
    assert details(downloaded(sqlite_app, hall))["recount"] == (
        f"counted again: {result_of(hall.vote)['verdict']}, and alternative, without_deemed"
    )


def test_invalid_ballots_are_listed_with_their_reason_and_without_their_voter(sqlite_app) -> None:
    hall = records.channels()
    record = downloaded(sqlite_app, hall)
    assert result_of(hall.vote)["invalid"] == [{"reason": "conflict", "count": 1}, {"reason": "unsigned", "count": 1}]
    listed = count_file(unpack(record)["count.json"])["invalid"]
    assert [(each["reason"], each["count"]) for each in listed] == [("conflict", 1), ("unsigned", 1)]
    assert details(record)["ballots"] == "3 counted and 1 set aside are all in the log"


# What is in it, and what is not


def everything(record: bytes) -> str:
    return b"\n".join(data for name, data in unpack(record).items() if name != "text.txt").decode()


@pytest.mark.parametrize("made", [records.lane, records.estate, records.channels, records.hidden])
def test_nobody_stands_in_it_by_name_door_or_account(sqlite_app, made) -> None:
    hall = made()
    record = downloaded(sqlite_app, hall)
    told = everything(record)
    assert not [user.name for user in hall.voters if user.name in told]
    shown = [line for line in roll_lines.lines(hall.vote) if f'"{line.label}"' in told]
    assert all(line.label == mask_door(line.label) for line in shown), "a door that is a stair itself is no secret"
    for hidden in ("roll_entry", "account", "user", "token", '"by"', (hall.vote.roll_secret or b"?").hex()):
        assert hidden not in told
    leaves = json.loads(unpack(record)["leaves.json"])["leaves"]
    assert not [leaf for leaf in leaves if leaf["tag"].startswith("ballot.") and "data" in leaf]


def test_a_small_roll_keeps_its_figures_sealed_and_a_large_one_adds_up(sqlite_app) -> None:
    small = json.loads(unpack(downloaded(sqlite_app, records.estate()))["roll.json"])
    assert all(isinstance(line["figures"], str) for line in small)
    record = downloaded(sqlite_app, records.town())
    lines = json.loads(unpack(record)["roll.json"])
    assert [line["figures"]["area"] for line in lines] == [50_00 + 37 * number for number in range(80)]
    assert lines[0]["figures"]["parts"] == [
        {"label": "** 室", "area": 50_00, "source": "register", "parking": False, "delivered": True, "chamber": ""}
    ]
    assert details(record)["roll"] == "80 lines, as frozen, add up to what was counted"


def test_a_roll_on_which_all_count_alike_is_open_however_small(sqlite_app) -> None:
    hall = records.lane()
    record = downloaded(sqlite_app, hall)
    lines = json.loads(unpack(record)["roll.json"])
    assert [line["label"] for line in lines] == [mask_door(line.label) for line in roll_lines.lines(hall.vote)]
    assert details(record)["roll"] == "5 lines, as frozen, add up to what was counted"


# One's own line of the roll


def own_line(app, hall: Hall, number: int) -> dict:
    answer = client_of(app, hall.voters[number]).get(f"/votes/{hall.vote.id}/roll/mine")
    assert answer.status_code == 200
    (line,) = answer.json["lines"]
    return line


@pytest.mark.parametrize("made", [records.lane, records.estate, records.town])
def test_a_voter_finds_their_own_line_in_the_roll_and_opens_it(sqlite_app, tmp_path, made) -> None:
    hall = made()
    line = own_line(sqlite_app, hall, 1)
    assert line["identity"]["account"] == hall.voters[1].id
    record, own = tmp_path / "record.zip", tmp_path / "line.json"
    record.write_bytes(downloaded(sqlite_app, hall))
    own.write_text(json.dumps(line))
    good = CliRunner().invoke(main, ["verify", str(record), "--line", str(own)])
    assert (good.exit_code, f"PASS line: line {line['line']['number']} of the roll" in good.output) == (0, True)
    for part, name, other in (("identity", "label", "别人"), ("figures", "area", 1), ("figures", "weight", 9)):
        own.write_text(json.dumps({**line, part: {**line[part], name: other}}))
        bad = CliRunner().invoke(main, ["verify", str(record), "--line", str(own)])
        assert (bad.exit_code, "FAIL line: roll.json" in bad.output) == (1, True)
    own.write_text("[]")
    assert CliRunner().invoke(main, ["verify", str(record), "--line", str(own)]).exit_code == 1


def test_the_line_leads_to_the_hash_that_was_frozen(sqlite_app) -> None:
    from deliberation.audit.merkle import verify_inclusion
    from deliberation.votes.record.roll import line_hash

    hall = records.town()
    line = own_line(sqlite_app, hall, 7)
    facts = {"index": line["line"]["number"] - 1, "size": line["size"], "root": bytes.fromhex(hall.vote.roll_hash)}
    proof = [bytes.fromhex(each) for each in line["proof"]]
    assert len(proof) <= 7
    assert verify_inclusion(leaf_hash=line_hash(line["line"]), proof=proof, **facts)
    other = {**line["line"], "label": "别人"}
    assert not verify_inclusion(leaf_hash=line_hash(other), proof=proof, **facts)


def test_nobody_is_given_anybody_elses_line(sqlite_app) -> None:
    hall = records.lane()
    with transaction():
        stranger = voting.make.person(name="路人")
    assert client_of(sqlite_app, stranger).get(f"/votes/{hall.vote.id}/roll/mine").json["lines"] == []
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/roll/mine").status_code in (302, 401)


def test_two_rolls_of_the_same_people_have_nothing_in_common(sqlite_app) -> None:
    """Salted anew each time: who knows a person's line in one vote does not know it in the next."""
    one, other = (json.loads(unpack(downloaded(sqlite_app, records.lane()))["roll.json"]) for _turn in range(2))
    assert not {line["identity"] for line in one} & {line["identity"] for line in other}


# When, and by which command


def test_it_is_there_only_after_the_result_was_read_out_and_logged(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = voting.open_hall()
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/record").status_code == 409
    with transaction():
        voting.cast_all(hall, voting.choices(in_favour=3, against=0, abstain=0))
        voting.settle(hall)
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/record").status_code == 409
    with transaction():
        audit.place_leaves(now=OPENS)
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/record").status_code == 200


def test_it_is_the_same_bytes_each_time(sqlite_app) -> None:
    hall = records.hidden()
    assert downloaded(sqlite_app, hall) == downloaded(sqlite_app, hall)


def test_the_command_says_one_line_a_check(sqlite_app, tmp_path) -> None:
    record = downloaded(sqlite_app, records.lane())
    file = tmp_path / "record.zip"
    file.write_bytes(record)
    key = json.loads(unpack(record)["key.json"])["ed25519"]
    good = CliRunner().invoke(main, ["verify", str(file), "--key", key])
    assert (good.exit_code, good.output.count("PASS"), "FAIL" in good.output) == (0, 10, False)
    assert good.output.splitlines()[-1] == "10 checks, all hold"
    other = CliRunner().invoke(main, ["verify", str(file), "--key", "00" * 32])
    assert (other.exit_code, "FAIL head: key.json" in other.output) == (1, True)
    file.write_bytes(record + b"x")
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 1


def test_verifying_loads_no_web_and_no_database() -> None:
    code = (
        "import sys, deliberation.cli_verify; "
        "print([m for m in ('flask', 'sqlalchemy', 'openpyxl') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_count_file_is_one_spelling() -> None:
    assert dump({"b": 1, "a": [True, None, "票"]}) == '{"a":[true,null,"票"],"b":1}'.encode()


def test_nobody_has_records_made_without_end(sqlite_app) -> None:
    hall = records.lane()
    client = client_of(sqlite_app)
    codes = [client.get(f"/votes/{hall.vote.id}/record").status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert client.get(f"/votes/{hall.vote.id}").status_code == 200


def test_a_record_is_put_together_once_for_each_head_of_the_log(sqlite_app, monkeypatch) -> None:
    """Whoever asks next gets the same bytes without a statement more for them; an act moves the head, and it is new."""
    hall = records.lane()
    first = downloaded(sqlite_app, hall)
    built = []
    monkeypatch.setattr("deliberation.votes.views.record.pack", lambda files: built.append(files) or b"anew")
    assert downloaded(sqlite_app, hall) == first
    assert built == []
    with transaction():
        audit.record("vote.announced", {"vote": hall.vote.id, "outcome": "passed"}, now=CLOSES)
        audit.place_leaves(now=CLOSES)
    assert downloaded(sqlite_app, hall) == b"anew"
    assert len(built) == 1
