"""Whatever is changed in a record, checking it fails and names the file: a byte, a file, or everything but one fact."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from deliberation.cli import main
from deliberation.votes.record.archive import NoRecord, pack, unpack
from deliberation.votes.record.checking import Check, check_record
from deliberation.votes.record.files import FILES, MANIFEST, dump, in_order, manifest
from tests.support import records
from tests.support.records import downloaded


@pytest.fixture(params=[records.hidden, records.channels])
def record(request, sqlite_app) -> bytes:
    return downloaded(sqlite_app, request.param())


def failed(data: bytes) -> list[Check]:
    """The checks that do not hold; each names a file."""
    found = [check for check in check_record(data) if not check.holds]
    assert all(check.file and check.detail for check in found)
    return found


def rewritten(files: dict[str, bytes], **changed: bytes) -> bytes:
    """A record with other files whose manifest, names and checksums are all in order again."""
    new = {name: data for name, data in files.items() if name != MANIFEST} | changed
    return pack({**new, MANIFEST: manifest(new)})


# A byte


def regions(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The file each byte belongs to, its header included; empty for the zip's list of files at the end."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        starts = [entry.header_offset for entry in entries]
        for entry, end in zip(entries, [*starts[1:], archive.start_dir], strict=True):
            yield entry.filename, entry.header_offset, end
        yield "", archive.start_dir, len(data)


def test_every_kind_of_byte_matters_and_is_named(sqlite_app) -> None:
    """All bytes of the zip's own, and every third of what is in the files."""
    data = downloaded(sqlite_app, records.hidden())
    dice = random.Random(2026)
    for name, start, end in regions(data):
        inside = start + 30 + len(name.encode()) if name else start
        for place in [*range(start, inside), *range(inside, end, 3 if name else 1)]:
            changed = bytearray(data)
            changed[place] ^= dice.randrange(1, 256)
            try:
                found = failed(bytes(changed))
            except NoRecord:
                assert name == "", f"byte {place} of {name} was not named"
                continue
            assert found, f"byte {place} of {name or 'the list of files'} was changed, and nobody noticed"
            assert not name or name in {check.file for check in found}


def test_every_bit_of_a_file_matters(record) -> None:
    dice = random.Random(1)
    for name, start, end in regions(record):
        for bit in range(8):
            changed = bytearray(record)
            changed[dice.randrange(start, end)] ^= 1 << bit
            try:
                assert failed(bytes(changed)), name
            except NoRecord:
                assert name == ""


# The zip


def repacked(files: list[tuple[str, bytes]], **changed: Any) -> bytes:
    """A zip like a record's, by a program that is not as careful."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", changed.pop("compression", zipfile.ZIP_STORED)) as archive:
        archive.comment = changed.pop("comment", b"")
        for name, data in files:
            entry = zipfile.ZipInfo(name, changed.get("date_time", (1980, 1, 1, 0, 0, 0)))
            entry.create_system, entry.external_attr = changed.get("system", 3), changed.get("rights", 0o644) << 16
            entry.extra = changed.get("extra", b"")
            archive.writestr(entry, data)
    return packed.getvalue()


CHANGED_ZIPS: dict[str, Callable[[list[tuple[str, bytes]]], bytes]] = {
    "another order": lambda files: repacked(files[::-1]),
    "a comment": lambda files: repacked(files, comment=b"x"),
    "another time": lambda files: repacked(files, date_time=(1980, 1, 1, 0, 0, 2)),
    "other rights": lambda files: repacked(files, rights=0o600),
    "another system": lambda files: repacked(files, system=0),
    "an extra field": lambda files: repacked(files, extra=struct.pack("<HH", 0xCAFE, 0)),
    "a file twice": lambda files: repacked([*files, files[0]]),
    "another file of that name first": lambda files: repacked([(files[0][0], b"{}"), *files]),
    "a folder": lambda files: repacked([*files, ("notes/", b"")]),
    "a byte behind": lambda files: repacked(files) + b"\n",
    "a byte before": lambda files: b"\n" + repacked(files),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("change", CHANGED_ZIPS.values(), ids=CHANGED_ZIPS)
def test_the_zip_is_one_spelling(record, change) -> None:
    files = list(unpack(record).items())
    assert repacked(files) == record
    assert failed(change(files))


def test_what_is_removed_added_or_renamed_is_named(record) -> None:
    files = unpack(record)
    for name in files:
        without = {other: data for other, data in files.items() if other != name}
        if name == MANIFEST:
            with pytest.raises(NoRecord):
                check_record(pack(without))
            continue
        assert {check.file for check in failed(pack(without))} == {name}
        assert {check.file for check in failed(rewritten(without))} == {name}
        renamed = {**without, name.upper(): files[name]}
        assert {check.file for check in failed(pack(renamed))} & {name, name.upper()}
    for added in ("notes.txt", "vote.json.bak", "../vote.json"):
        assert {check.file for check in failed(pack({**files, added: b"x"}))} == {added}
        assert {check.file for check in failed(rewritten({**files, added: b"x"}))} == {added}


def test_a_compressed_record_and_one_that_says_it_is_larger_are_none(record) -> None:
    files = list(unpack(record).items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"0" * 10_000_000)
    with pytest.raises(NoRecord):
        check_record(packed.getvalue())
    swollen = bytearray(repacked(files))
    place = swollen.index(b"PK\x01\x02") + 20
    swollen[place : place + 8] = struct.pack("<II", 2**31, 2**31)
    with pytest.raises(NoRecord):
        check_record(bytes(swollen))


# A fact, with everything around it put in order again


MOST_CHANGES = 200  # To one file: a large result has thousands of values, and one hash stands for all of them.


def other_than(value: Any) -> Iterator[Any]:
    """Values that somebody might put in the place of this one."""
    if isinstance(value, bool):
        yield from (not value, int(value))
    elif isinstance(value, int):
        yield from (value + 1, -value - 1, float(value), str(value))
        if value in (0, 1):
            yield bool(value)
    elif isinstance(value, str):
        yield from (value + " ", value.upper() if value != value.upper() else value + "x", "")
        if len(value) == 64:
            yield "0" * 64
    yield None if value is not None else 0


def places(value: Any, put: Callable[[Any], Any], at: str) -> Iterator[tuple[str, Any]]:
    """Where the document is changed, and the document then: a value, a key or row left out, doubled or added."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, lambda new, key=key: put({**value, key: new}), f"{at}.{key}")
            yield f"{at}.{key} left out", put({name: each for name, each in value.items() if name != key})
        yield f"{at} with more", put({**value, "more": 1})
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, lambda new, n=number: put([*value[:n], new, *value[n + 1 :]]), f"{at}[{number}]")
            yield f"{at}[{number}] left out", put([*value[:number], *value[number + 1 :]])
            yield f"{at}[{number}] twice", put([*value[: number + 1], *value[number:]])
        if len(value) > 1:
            yield f"{at} backwards", put(value[::-1])
    else:
        for other in other_than(value):
            if other != value or type(other) is not type(value):
                yield f"{at} is {other!r}", put(other)


def test_any_changed_fact_is_found_out_even_when_all_hashes_are_made_anew(record) -> None:
    """Whoever changes a record can make its manifest anew, but neither the log nor its signature."""
    files, dice = unpack(record), random.Random(7)
    for name in FILES:
        if not name.endswith(".json"):
            continue
        changes = list(places(json.loads(files[name]), lambda new: new, "$"))
        for place, changed in dice.sample(changes, min(len(changes), MOST_CHANGES)):
            data = dump(changed)
            if data != files[name]:
                assert failed(rewritten(files, **{name: data})), f"{name}: {place}"


def test_another_spelling_of_the_same_facts_is_another_file(record) -> None:
    files = unpack(record)
    for name in (each for each in files if each.endswith(".json")):
        document = json.loads(files[name])
        for data in (json.dumps(document).encode(), json.dumps(document, indent=1).encode(), files[name] + b"\n"):
            if data == files[name]:
                continue
            changed = pack({**files, MANIFEST: data}) if name == MANIFEST else rewritten(files, **{name: data})
            assert {check.file for check in failed(changed)} == {name}
    assert failed(rewritten(files, **{"text.txt": files["text.txt"] + b"\n"}))


def test_what_is_no_file_of_a_record_is_named_and_no_error_of_the_program(sqlite_lane) -> None:
    nothing = [b"", b"null", b"[]", b"{}", b"[[]]", b'"x"', b"1", b"[" * 100_000, b"9" * 9000, b"\xff", b"NaN"]
    for name in (each for each in FILES if each.endswith(".json")):
        for data in nothing:
            assert name in {check.file for check in failed(rewritten(sqlite_lane, **{name: data}))}, (name, data[:9])


@pytest.fixture
def sqlite_lane(sqlite_app) -> dict[str, bytes]:
    return unpack(downloaded(sqlite_app, records.lane()))


def test_a_ballot_that_was_replaced_cannot_be_left_out_either(sqlite_lane) -> None:
    """Nor can a ballot of another vote be slipped in, or a counted one be called replaced."""
    document = json.loads(sqlite_lane["leaves.json"])
    ballots = [leaf for leaf in document["leaves"] if leaf["tag"] == "ballot.cast"]
    assert sorted(leaf["status"] for leaf in ballots) == [*["counted"] * 4, "set_aside"]

    def names_of(leaves: list[dict[str, Any]]) -> set[str]:
        data = dump({**document, "leaves": in_order(leaves)})
        return {check.name for check in failed(rewritten(sqlite_lane, **{"leaves.json": data}))}

    for leaf in ballots:
        others = [each for each in document["leaves"] if each != leaf]
        assert "ballots" in names_of(others)
        status = "counted" if leaf["status"] == "set_aside" else "set_aside"
        assert "ballots" in names_of([*others, {**leaf, "status": status}])


def test_another_record_cannot_lend_its_files(sqlite_app) -> None:
    """Every file of a second, equally true record of the same log, put into the first."""
    one, other = (unpack(downloaded(sqlite_app, made())) for made in (records.lane, records.lane))
    for name in FILES:
        if one[name] != other[name]:
            assert failed(rewritten(one, **{name: other[name]})), name


# The command


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_record_is_said_in_one_line(tmp_path, data) -> None:
    file = tmp_path / "record.zip"
    file.write_bytes(data)
    said = CliRunner().invoke(main, ["verify", str(file)])
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    for gone in (tmp_path / "none.zip", tmp_path):
        said = CliRunner().invoke(main, ["verify", str(gone)])
        assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
