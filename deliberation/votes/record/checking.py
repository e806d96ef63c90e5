"""Checking a record, offline and without a database: each check is one line that holds or not. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deliberation.audit.merkle import leaf_hash, verify_inclusion
from deliberation.votes.counting.file import Mistake, count_file
from deliberation.votes.record.archive import NoRecord, pack, unpack

FORMAT = "deliberation-record/1"
FILES = frozenset({"count.json", "head.json", "key.json", "leaves.json", "result.json", "text.txt", "vote.json"})
MANIFEST = "manifest.json"
SAME = ("verdict", "winners")


@dataclass(frozen=True)
class Check:
    """``name`` is what was looked at, ``file`` where it went wrong, ``detail`` what is wrong there."""

    name: str
    holds: bool
    file: str = ""
    detail: str = ""

    def __str__(self) -> str:
        if self.holds:
            return f"PASS {self.name}" + (f": {self.detail}" if self.detail else "")
        return f"FAIL {self.name}: {self.file}: {self.detail}"


@dataclass(frozen=True)
class Wrong(Exception):
    """A check that does not hold."""

    file: str
    detail: str


def check_record(data: bytes, *, key: str = "") -> list[Check]:
    """Every check of a record, in order; ``key`` is the public key that the heads must be signed with, if one is known.

    Raises ``NoRecord`` for bytes that are no record at all. Later checks are left out when the files are not whole.
    """
    files = unpack(data)
    if MANIFEST not in files:
        raise NoRecord("there is no manifest in it")
    checks = [_try("files", lambda: _files(files)), _try("archive", lambda: _archive(files, data))]
    if not all(check.holds for check in checks):
        return checks
    return checks + [_try(name, partial(_of_record, check, files, key)) for name, check in CHECKS.items()]


def _of_record(check: Callable[[Record], str], files: Mapping[str, bytes], key: str) -> str:
    return check(Record(files, key))


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, detail=look())
    except Wrong as wrong:
        return Check(name, False, wrong.file, wrong.detail)


def _files(files: Mapping[str, bytes]) -> str:
    """The manifest's hash of each file, and no file beside them."""
    manifest = _json(files, MANIFEST)
    named = manifest.get("files") if isinstance(manifest, dict) and manifest.get("format") == FORMAT else None
    if not isinstance(named, dict):
        raise Wrong(MANIFEST, f"it is not the manifest of a {FORMAT}")
    for name, digest in sorted(named.items()):
        if name not in files:
            raise Wrong(name, "it is missing")
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Wrong(name, "it is not the file that the manifest names")
    for name in sorted((set(files) - {MANIFEST}) ^ set(named) | FILES - set(files)):
        raise Wrong(name, "the manifest does not name it" if name in files else "it is missing")
    return f"{len(files)} files are as the manifest says"


def _archive(files: Mapping[str, bytes], data: bytes) -> str:
    """Packed again, the files give the same bytes: nothing hides between them."""
    again = pack(files)
    if again == data:
        return "the file holds nothing else"
    at = next((place for place, (one, other) in enumerate(zip(again, data, strict=False)) if one != other), len(again))
    raise Wrong("the zip itself", f"byte {at} is not where or what it should be")


def _json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(files[name])
    except (ValueError, RecursionError):
        raise Wrong(name, "it is not JSON") from None


class Record:
    """The files of a record, read."""

    def __init__(self, files: Mapping[str, bytes], key: str) -> None:
        self.files, self.pinned = files, key
        self.text = files["text.txt"]
        self.vote, self.result, self.leaves, self.head, self.key = (
            _json(files, f"{name}.json") for name in ("vote", "result", "leaves", "head", "key")
        )

    def told(self, tag: str) -> dict[str, Any]:
        """What the log says of the one act with this tag."""
        found = [leaf for leaf in self.leaves if leaf["tag"] == tag and leaf.get("data")]
        if not found:
            raise Wrong("leaves.json", f"there is no {tag} in it")
        said: dict[str, Any] = json.loads(found[-1]["data"])
        return said


def _text(record: Record) -> str:
    digest = hashlib.sha256(record.text).hexdigest()
    for file, facts in {"vote.json": record.vote, "leaves.json": record.told("vote.published")}.items():
        if facts["text_hash"] != digest:
            raise Wrong("text.txt", f"{file} has another text")
    return digest[:16]


def _rule(record: Record) -> str:
    published = record.told("vote.published")
    for name in ("rule", "opens_at", "closes_at"):
        if record.vote[name] != published[name]:
            raise Wrong("vote.json", f"{name} is not what was published")
    return "as published"


def _roll(record: Record) -> str:
    if record.vote["roll_hash"] != record.told("roll.frozen")["roll_hash"]:
        raise Wrong("vote.json", "the roll is not the one that was frozen")
    return f"frozen, {record.vote['roll_hash'][:16]}"


def _result(record: Record) -> str:
    if record.result != record.told("vote.counted")["result"]:
        raise Wrong("result.json", "the log has another result")
    return str(record.result["verdict"])


def _ballots(record: Record) -> str:
    """As many ballots in the log as were counted; a ballot that was replaced is marked so."""
    logged = [leaf for leaf in record.leaves if leaf["tag"] in ("ballot.cast", "ballot.secret") and leaf["is_current"]]
    if len(logged) != record.told("vote.counted")["ballots"]:
        raise Wrong("leaves.json", f"{len(logged)} ballots are in the log, and not as many were counted")
    return f"{len(logged)} in the log"


def _leaves(record: Record) -> str:
    size, root = record.head["size"], bytes.fromhex(record.head["root"])
    for place, leaf in enumerate(record.leaves):
        digest = bytes.fromhex(leaf["leaf_hash"])
        if leaf.get("data") and leaf_hash(leaf["data"].encode()) != digest:
            raise Wrong("leaves.json", f"leaf {place} does not say what was logged")
        path = [bytes.fromhex(each) for each in leaf["proof"]]
        if not verify_inclusion(leaf_hash=digest, index=leaf["index"], size=size, proof=path, root=root):
            raise Wrong("leaves.json", f"leaf {place} is not in the log")
    return f"{len(record.leaves)} leaves are in the log of {size}"


def _head(record: Record) -> str:
    key = record.key["ed25519"]
    if record.pinned and key != record.pinned.strip().lower():
        raise Wrong("key.json", "it is not the key that you gave")
    named = {name: record.head[name] for name in ("at", "root", "size")}
    signed = json.dumps(named, sort_keys=True, separators=(",", ":")).encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(record.head["signature"]), signed)
    except (InvalidSignature, ValueError):
        raise Wrong("head.json", "the signature is not that of the key") from None
    return "signed" + (" with the key that you gave" if record.pinned else f" with the key {key[:16]}")


def _recount(record: Record) -> str:
    if not record.vote["is_recountable"]:
        return "the votes carry weights or chambers, which the public record does not tell apart"
    try:
        counted = count_file(record.files["count.json"])
    except Mistake as mistake:
        raise Wrong("count.json", str(mistake)) from None
    stored = record.result
    if any(counted[name] != stored[name] for name in SAME):
        raise Wrong("count.json", f"counted again it is {counted['verdict']}, and not {stored['verdict']}")
    if [_sides(test) for test in counted["tests"]] != [_sides(test) for test in stored["tests"]]:
        raise Wrong("count.json", "counted again the sums are others")
    return f"counted again: {counted['verdict']}"


def _sides(test: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(test[name] for name in ("name", "left", "right", "holds"))


def _safely(look: Callable[[Record], str], file: str) -> Callable[[Record], str]:
    """What is not of the right shape is wrong in its file, and never an error of the program."""

    def check(record: Record) -> str:
        try:
            return look(record)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise Wrong(file, f"it is not of the form of a record ({error!r})") from None

    return check


CHECKS: dict[str, Callable[[Record], str]] = {
    "text": _safely(_text, "text.txt"),
    "rule": _safely(_rule, "vote.json"),
    "roll": _safely(_roll, "vote.json"),
    "ballots": _safely(_ballots, "leaves.json"),
    "result": _safely(_result, "result.json"),
    "leaves": _safely(_leaves, "leaves.json"),
    "head": _safely(_head, "head.json"),
    "recount": _safely(_recount, "count.json"),
}


def lines(checks: list[Check]) -> Iterator[str]:
    """One line a check, and a last one for all."""
    yield from map(str, checks)
    failed = sum(not check.holds for check in checks)
    yield f"{len(checks)} checks, all hold" if not failed else f"{len(checks)} checks, {failed} do not hold"
