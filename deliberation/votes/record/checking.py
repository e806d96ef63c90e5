"""Checking a record, offline and without a database: each check is one line that holds or not. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deliberation.audit.merkle import leaf_hash, root_from_leaves, shared_nodes
from deliberation.votes.counting import Returns, judge_returns
from deliberation.votes.counting.file import Mistake, read_sums
from deliberation.votes.record.archive import NoRecord, difference, unpack
from deliberation.votes.record.files import (
    ACTS,
    BALLOTS,
    COUNTED,
    FILES,
    FORMAT,
    MANIFEST,
    ONCE,
    SET_ASIDE,
    TOLD,
    dump,
    in_order,
    seal_of,
)
from deliberation.votes.record.recounting import NOT_COUNTED, result_json
from deliberation.votes.record.roll import PublicRoll, fits_line

KEYS = {
    MANIFEST: {"format", "files"}, "vote.json": {"published", "roll"}, "leaves.json": {"leaves", "nodes"},
    "head.json": {"at", "root", "size", "signature"}, "key.json": {"ed25519"},
    "count.json": set(), "result.json": set(),
}  # fmt: skip
SALTED = ("at", "salt", "tag")  # What every leaf has beside what it says.


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


def check_record(data: bytes, *, key: str = "", line: bytes | None = None) -> list[Check]:
    """Every check of a record, in order; ``key`` is the public key that the heads must be signed with, if one is known.

    ``line`` is a voter's own line of the roll, as the house gave it to them: it is opened and looked for in the roll.
    Raises ``NoRecord`` for bytes that are no record at all. Later checks are left out when the files are not whole.
    """
    files = unpack(data)
    if MANIFEST not in files:
        raise NoRecord("there is no manifest in it")
    checks = [_try("files", lambda: _files(files)), _try("archive", lambda: _archive(files, data))]
    if not all(check.holds for check in checks):
        return checks
    found = dict(CHECKS)
    if line is not None:
        found["line"] = _safely(partial(_own_line, line), "the line")
    record = Record(files, key)
    return checks + [_try(name, partial(check, record)) for name, check in found.items()]


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, detail=look())
    except Wrong as wrong:
        return Check(name, False, wrong.file, wrong.detail)


def _files(files: Mapping[str, bytes]) -> str:
    """The manifest's hash of each file, no file beside them, and each in its one spelling."""
    manifest = _json(files, MANIFEST)
    named = manifest.get("files") if isinstance(manifest, dict) and manifest.get("format") == FORMAT else None
    if not isinstance(named, dict):
        raise Wrong(MANIFEST, f"it is not the manifest of a {FORMAT}")
    for name in sorted({*named, *FILES, *files} - {MANIFEST}):
        if name not in files:
            raise Wrong(name, "it is missing")
        if name not in named or name not in FILES:
            raise Wrong(name, "it does not belong here")
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            raise Wrong(name, "it is not the file that the manifest names")
    _check_form(files)
    return f"{len(files)} files are as the manifest says"


def _check_form(files: Mapping[str, bytes]) -> None:
    for name in sorted(files):
        if name.endswith(".json") and _spelled(_json(files, name)) != files[name]:
            raise Wrong(name, "it is not written as a record writes it")
    for name, keys in KEYS.items():
        content = _json(files, name)
        if not isinstance(content, dict) or (keys and set(content) != keys):
            raise Wrong(name, "it is not of the form of a record")
    if not isinstance(_json(files, "roll.json"), list):
        raise Wrong("roll.json", "it is not of the form of a record")


def _spelled(content: Any) -> bytes:
    try:
        return dump(content)
    except (ValueError, RecursionError):
        return b""


def _archive(files: Mapping[str, bytes], data: bytes) -> str:
    """Packed again, the files give the same bytes: nothing hides between them."""
    found = difference(data, files)
    if found is None:
        return "the zip holds nothing else"
    name, at = found
    raise Wrong(name or "the zip's list of files", f"byte {at} of the zip is not what it should be")


def _json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(files[name])
    except (ValueError, RecursionError):
        raise Wrong(name, "it is not JSON") from None


class Record:
    """The files of a record, read."""

    def __init__(self, files: Mapping[str, bytes], key: str) -> None:
        self.files, self.pinned = files, key
        self.text, self.count = files["text.txt"], files["count.json"]
        self.is_withheld = self.count == dump({})
        self.vote, self.roll, self.result, self.head, self.key = (
            _json(files, f"{name}.json") for name in ("vote", "roll", "result", "head", "key")
        )
        together = _json(files, "leaves.json")
        self.leaves: Sequence[Mapping[str, Any]] = together["leaves"]
        self.nodes = together["nodes"]

    @cached_property
    def returns(self) -> tuple[Returns, dict[str, int]]:
        return read_sums(self.count)

    def told(self, tag: str) -> dict[str, Any]:
        """What the log says of the one act with this tag, without the salt and the time."""
        found = [json.loads(leaf["data"]) for leaf in self.leaves if leaf["tag"] == tag]
        if len(found) != 1:
            raise Wrong("leaves.json", f"there is not one {tag} in it, but {len(found)}")
        return {name: value for name, value in found[0].items() if name not in SALTED}


def _text(record: Record) -> str:
    digest = hashlib.sha256(record.text).hexdigest()
    if record.told("vote.published")["text_hash"] != digest:
        raise Wrong("text.txt", "it is not the text that was published")
    return f"the text that was published, {digest[:16]}"


def _rule(record: Record) -> str:
    """Everything that was fixed beforehand, and that the ballots were counted by nothing else."""
    published = record.told("vote.published")
    _same("vote.json", record.vote["published"], published, "what was published")
    if published["poll"].get("seed", record.vote["roll"]["roll_hash"]) != record.vote["roll"]["roll_hash"]:
        raise Wrong("vote.json", "the seed of a draw is not the roll's hash")
    counted = {name: said for name, said in _json(record.files, "count.json").items() if name not in SUMS}
    if counted:  # Empty where nothing can be published that could be counted again.
        _same("count.json", counted, published["poll"], "what was published")
    return "counted as published"


SUMS = ("sums", "other_parking")


def _same(file: str, one: Mapping[str, Any], other: Mapping[str, Any], what: str) -> None:
    """The same names with the same content, as it is written: 1 is not true, and not 1.0."""
    for name in sorted({*one, *other}):
        if name not in one or name not in other or dump(one[name]) != dump(other[name]):
            raise Wrong(file, f"{name} is not {what}")


def _roll(record: Record) -> str:
    """The roll is the one that was frozen, and adds up to what was counted."""
    _same("vote.json", record.vote["roll"], record.told("roll.frozen"), "what was frozen")
    roll = PublicRoll(record.roll)
    if not roll.is_whole or roll.hash != record.vote["roll"]["roll_hash"]:
        raise Wrong("roll.json", "it is not the roll that was frozen")
    if not roll.is_open:
        return f"{len(roll.lines)} lines, as frozen; their figures are sealed, each voter can open their own"
    if record.is_withheld:
        return f"{len(roll.lines)} lines, as frozen"
    if not _adds_up(record, roll):
        raise Wrong("roll.json", "it does not add up to the roll that was counted")
    return f"{len(roll.lines)} lines, as frozen, add up to what was counted"


def _adds_up(record: Record, roll: PublicRoll) -> bool:
    """N and A, of everybody and of each chamber, under either parking setting, from the lines themselves."""
    returns, _invalid = record.returns
    published = record.vote["published"]
    chambers_by = published["chambers_by"] if returns.poll.rule.chambers is not None else ""
    is_own = published["counts_parking"]
    sides = ((returns.own, is_own), (returns.other, not is_own))
    return roll.agrees_with_parts(with_parking=is_own) and all(
        side is None or roll.electorate(chambers_by=chambers_by, with_parking=flag) == side.electorate
        for side, flag in sides
    )


def _ballots(record: Record) -> str:
    """Every ballot's leaf, none left out and none added; a ballot that was replaced is marked so."""
    counted = record.told("vote.counted")
    found = {status: [leaf for leaf in record.leaves if leaf.get("status") == status] for status in SEALED}
    for status, leaves in found.items():
        if _seal(leaves) != dump(counted["ballots"][status]):
            raise Wrong("leaves.json", f"the {SEALED[status]} ballots in it are not those of the count")
    if _seal(leaf for leaf in record.leaves if leaf["tag"] in ACTS) != dump(counted["acts"]):
        raise Wrong("leaves.json", "the acts in it are not all that led to the count")
    number = len(found[COUNTED])
    if not record.is_withheld and record.returns[0].own.sums.all().heads != number:
        raise Wrong("count.json", f"{number} ballots are in the log, and not as many were counted")
    return f"{number} counted and {len(found[SET_ASIDE])} set aside are all in the log"


def _seal(leaves: Iterable[Mapping[str, Any]]) -> bytes:
    return dump(seal_of(_hex(leaf["leaf_hash"]) for leaf in leaves))


SEALED = {COUNTED: "counted", SET_ASIDE: "replaced"}


def _result(record: Record) -> str:
    counted = record.told("vote.counted")
    if dump(record.result) != dump(counted["result"]):
        raise Wrong("result.json", "the log has another result")
    if hashlib.sha256(record.count).hexdigest() != counted["count_hash"]:
        raise Wrong("count.json", "it is not what was counted")
    if counted["roll_hash"] != record.vote["roll"]["roll_hash"]:
        raise Wrong("vote.json", "it was counted on another roll")
    if record.told("vote.announced")["outcome"] != record.result["outcome"]:
        raise Wrong("result.json", "another outcome was announced")
    return f"{record.result['verdict']}, as counted and announced"


def _leaves(record: Record) -> str:
    """Each leaf says what was logged, of this vote, and all of them lead to the log's root."""
    vote_id, places = record.vote["published"]["vote"], {}
    for number, leaf in enumerate(record.leaves):
        _check_leaf(leaf, number, vote_id)
        places[leaf["index"]] = _hex(leaf["leaf_hash"])
    if len(places) != len(record.leaves):
        raise Wrong("leaves.json", "two leaves stand at one place of the log")
    if list(record.leaves) != in_order(record.leaves):
        raise Wrong("leaves.json", "the leaves are not in their order")
    if any(sum(leaf["tag"] == tag for leaf in record.leaves) != 1 for tag in ONCE):
        raise Wrong("leaves.json", f"there is not one each of {', '.join(ONCE)}")
    size, root = record.head["size"], _hex(record.head["root"])
    nodes = {(level, index): _hex(digest) for level, index, digest in record.nodes}
    wanted = [[*address, nodes[address].hex()] for address in shared_nodes(places, size) if address in nodes]
    if dump(wanted) != dump(record.nodes) or len(wanted) != len(shared_nodes(places, size)):
        raise Wrong("leaves.json", "the nodes are not those that lead from these leaves to the root")
    if root_from_leaves(places, size, nodes) != root:
        raise Wrong("leaves.json", "the leaves do not lead to the root of the log")
    return f"{len(record.leaves)} leaves are in the log of {size}"


def _check_leaf(leaf: Mapping[str, Any], number: int, vote_id: int) -> None:
    known = {"data"} if leaf["tag"] in TOLD else {"status"}
    if leaf["tag"] not in (*TOLD, *BALLOTS) or set(leaf) != {"tag", "leaf_hash", "index", *known}:
        raise Wrong("leaves.json", f"leaf {number} is not of the form of a record")
    if "data" not in leaf:
        return
    said = json.loads(leaf["data"])
    if leaf_hash(leaf["data"].encode()).hex() != leaf["leaf_hash"] or said["tag"] != leaf["tag"]:
        raise Wrong("leaves.json", f"leaf {number} does not say what was logged")
    if type(said["vote"]) is not int or said["vote"] != vote_id:
        raise Wrong("leaves.json", f"leaf {number} is of another vote")


def _head(record: Record) -> str:
    key = record.key["ed25519"]
    if record.pinned and key != record.pinned.strip().lower():
        raise Wrong("key.json", "it is not the key that you gave")
    named = {name: record.head[name] for name in ("at", "root", "size")}
    try:
        Ed25519PublicKey.from_public_bytes(_hex(key)).verify(_hex(record.head["signature"]), dump(named))
    except (InvalidSignature, ValueError):
        raise Wrong("head.json", "the signature is not that of the key") from None
    return "signed" + (" with the key that you gave" if record.pinned else f" with the key {key[:16]}")


def _hex(text: str) -> bytes:
    """Bytes in their one spelling: an upper-case letter or a space is another file."""
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise ValueError(text)
    return found


def _recount(record: Record) -> str:
    if record.is_withheld:
        return "not from here: the sums are not public, since they would tell who cast what"
    returns, invalid = record.returns
    again = result_json(judge_returns(returns), invalid)
    stored = {name: said for name, said in record.result.items() if name != NOT_COUNTED}
    _same("result.json", stored, again, "what comes out when it is counted again")
    beside = [name for name in ("alternative", "without_deemed") if name in again]
    return f"counted again: {again['verdict']}" + (f", and {', '.join(beside)}" if beside else "")


def _own_line(data: bytes, record: Record) -> str:
    """A voter's own line: its seals open with what the voter was given, and it is in the roll."""
    own = json.loads(data)
    number = own["line"]["number"]
    if not fits_line(record.roll[number - 1], identity=own["identity"], figures=own["figures"]):
        raise Wrong("roll.json", f"line {number} is not this one")
    return f"line {number} of the roll is this one"


def _safely(look: Callable[[Record], str], file: str) -> Callable[[Record], str]:
    """What is not of the right shape is wrong in its file, and never an error of the program."""

    def check(record: Record) -> str:
        try:
            return look(record)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
            raise Wrong(file, f"it is not of the form of a record ({error!r})") from None
        except Mistake as mistake:
            raise Wrong("count.json", str(mistake)) from None

    return check


CHECKS: dict[str, Callable[[Record], str]] = {
    "text": _safely(_text, "text.txt"),
    "rule": _safely(_rule, "vote.json"),
    "roll": _safely(_roll, "roll.json"),
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
