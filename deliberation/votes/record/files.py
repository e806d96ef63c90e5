"""The files of a record and what holds them together. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FORMAT = "deliberation-record/1"
MANIFEST = "manifest.json"
FILES = (
    "count.json", "head.json", "key.json", "leaves.json", "result.json", "roll.json", "text.txt", "vote.json",
)  # fmt: skip
# The acts on a vote up to its count, those of the count and the announcement, and which of all there must be one of.
ACTS = ("vote.published", "roll.frozen", "vote.opened", "vote.extended", "vote.closed")
TOLD = (*ACTS, "vote.counted", "vote.announced")
ONCE = ("vote.published", "roll.frozen", "vote.counted", "vote.announced")
BALLOTS = ("ballot.cast", "ballot.secret")
COUNTED, SET_ASIDE = "counted", "set_aside"

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dump(content: Any) -> bytes:
    """The one way to write plain JSON: sorted keys, no spaces, UTF-8. Another spelling of the same is another file."""
    return _encode(content).encode()


def manifest(files: dict[str, bytes]) -> bytes:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return dump({"format": FORMAT, "files": hashes})


def seal_of(hashes: Iterable[bytes]) -> dict[str, Any]:
    """How many leaf hashes there are, and the SHA-256 over all of them, sorted and one after the other."""
    together = sorted(hashes)
    return {"number": len(together), "hash": hashlib.sha256(b"".join(together)).hexdigest()}


def in_order(leaves: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The one order of a record's leaves: acts, then ballots, each by their hashes, which tell nothing of when."""
    return sorted(leaves, key=lambda leaf: ("status" in leaf, leaf["leaf_hash"]))
