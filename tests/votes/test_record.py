"""The record: anyone recounts it offline, and any changed byte makes it fail and names the file."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest
from click.testing import CliRunner

from deliberation.audit import service as audit
from deliberation.cli import main
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.votes import service
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.record.archive import NoRecord, pack, unpack
from deliberation.votes.record.checking import check_record
from deliberation.votes.rules import Terms
from tests.support import owners, voting
from tests.support.door import client_of
from tests.support.owners import Owned
from tests.support.voting import CLOSES, NOW, OPENS, Hall
from tests.votes.test_owners import check, terms
from tests.votes.test_secret import cast as cast_secretly
from tests.votes.test_secret import secret_hall


def finish(hall: Hall, *, now=CLOSES) -> Hall:
    with transaction():
        service.close_due(hall.vote.id, now=now)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=now)
    with transaction():
        audit.place_leaves(now=now)
    return hall


def lane() -> Hall:
    with transaction():
        hall = voting.open_hall(seats=5, voters=4)
        voting.cast_all(hall, voting.choices(in_favour=3, against=1, abstain=0))
        voting.cast(hall, 3)  # Changes their mind.
    return finish(hall)


def estate() -> Hall:
    with transaction():
        parts = [Owned("甲", 100_05), Owned("乙", 80_10), Owned("丙", 60_00)]
        hall = owners.prepare(parts, voters=3, terms=terms())
        check(hall)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_due(hall.vote.id, now=owners.OPENS)
        for number in range(3):
            voting.cast(hall, number, now=owners.OPENS)
    return finish(hall, now=owners.CLOSES)


def hidden() -> Hall:
    with transaction():
        hall = secret_hall()
        for number, choice in enumerate(["for", "for", "for", "against", "abstain", "for"]):
            cast_secretly(hall, number, choice, f"record-secret-{number}")
    return finish(hall)


def ranked() -> Hall:
    sites = ("北侧绿地", "车库转角", "楼梯间旁")
    with transaction():
        asked = Terms(method=Method.irv, options=sites, rule_kind=RuleKind.advisory)
        hall = voting.prepare(seats=4, voters=4, terms=asked)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        for number, choice in enumerate([["甲", "乙"], ["乙"], ["丙", ["甲", "乙"]], "abstain"]):
            voting.cast(hall, number, choice)
    return finish(hall)


def downloaded(app, hall: Hall) -> bytes:
    answer = client_of(app).get(f"/votes/{hall.vote.id}/record")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return answer.data


@pytest.mark.parametrize("made", [lane, estate, hidden, ranked])
def test_everybody_downloads_the_record_and_everything_in_it_holds(app, made) -> None:
    record = downloaded(app, made())
    checks = check_record(record)
    assert [str(each) for each in checks if not each.holds] == []
    assert [each.name for each in checks] == [
        "files", "archive", "text", "rule", "roll", "ballots", "result", "leaves", "head", "recount",
    ]  # fmt: skip
    recount = next(each for each in checks if each.name == "recount")
    assert recount.detail.startswith("counted again:")


def test_the_record_says_nothing_of_who_voted_how(sqlite_app) -> None:
    hall = lane()
    files = unpack(downloaded(sqlite_app, hall))
    everything = b"".join(files.values()).decode()
    assert not [user.name for user in hall.voters if user.name in everything]
    assert "roll_entry" not in everything
    leaves = json.loads(files["leaves.json"])
    assert sorted(leaf["is_current"] for leaf in leaves if leaf["tag"] == "ballot.cast") == [False, *[True] * 4]


def test_any_changed_byte_makes_it_fail_and_names_where(sqlite_app) -> None:
    record = downloaded(sqlite_app, hidden())
    names = set(unpack(record))
    dice = random.Random(2026)
    places = {dice.randrange(len(record)) for _ in range(400)}
    for place in sorted(places | {0, 4, len(record) - 1, len(record) - 22}):
        changed = bytearray(record)
        changed[place] ^= 1 << dice.randrange(8)
        try:
            failed = [each for each in check_record(bytes(changed)) if not each.holds]
        except NoRecord:
            continue
        assert failed, place
        assert all(each.file for each in failed)
    for name in sorted(names):
        start = record.index(unpack(record)[name])
        changed = bytearray(record)
        changed[start + 1] ^= 1
        failed = [each for each in check_record(bytes(changed)) if not each.holds]
        assert {each.file for each in failed} >= {name}


def test_a_rewritten_record_is_found_out_even_with_a_new_manifest(sqlite_app) -> None:
    import hashlib

    files = unpack(downloaded(sqlite_app, lane()))

    def with_new(name: str, data: bytes) -> list[str]:
        new = {**files, name: data}
        hashes = {each: hashlib.sha256(new[each]).hexdigest() for each in new if each != "manifest.json"}
        new["manifest.json"] = json.dumps({"format": "deliberation-record/1", "files": hashes}).encode()
        return [each.name for each in check_record(pack(new)) if not each.holds]

    assert with_new("text.txt", "改过的文字。".encode()) == ["text"]
    other = files["count.json"].replace(b'"count": 4', b'"count": 3')
    assert other != files["count.json"]
    assert with_new("count.json", other) == ["recount"]
    result = json.loads(files["result.json"])
    assert with_new("result.json", json.dumps({**result, "verdict": "failed"}).encode()) == ["result", "recount"]
    head = json.loads(files["head.json"])
    assert with_new("head.json", json.dumps({**head, "at": "2020-01-01"}).encode()) == ["head"]
    leaves = json.loads(files["leaves.json"])
    counted = next(leaf for leaf in leaves if leaf.get("is_current"))
    assert "ballots" in with_new("leaves.json", json.dumps([leaf for leaf in leaves if leaf != counted]).encode())
    for name in ("vote.json", "leaves.json", "head.json", "key.json", "result.json"):
        assert with_new(name, b"[1]")


def test_the_command_says_one_line_a_check(sqlite_app, tmp_path) -> None:
    record = downloaded(sqlite_app, lane())
    file = tmp_path / "record.zip"
    file.write_bytes(record)
    key = json.loads(unpack(record)["key.json"])["ed25519"]
    good = CliRunner().invoke(main, ["verify", str(file), "--key", key])
    assert (good.exit_code, good.output.count("PASS"), "FAIL" in good.output) == (0, 10, False)
    other = CliRunner().invoke(main, ["verify", str(file), "--key", "00" * 32])
    assert (other.exit_code, "FAIL head: key.json" in other.output) == (1, True)
    file.write_bytes(record + b"x")
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_record_is_said_in_one_line(tmp_path, data) -> None:
    file = tmp_path / "record.zip"
    file.write_bytes(data)
    said = CliRunner().invoke(main, ["verify", str(file)])
    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert CliRunner().invoke(main, ["verify", str(tmp_path / "none.zip")]).exit_code == 2


def test_nothing_swells(tmp_path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 10_000_000)
    with pytest.raises(NoRecord):
        check_record(packed.getvalue())


def test_it_is_there_only_after_the_result_was_read_out(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = voting.open_hall()
    assert client_of(sqlite_app).get(f"/votes/{hall.vote.id}/record").status_code == 409


def test_verifying_loads_no_web_and_no_database() -> None:
    import subprocess
    import sys

    code = "import sys, deliberation.cli_verify; print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
