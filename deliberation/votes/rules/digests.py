"""Fingerprints of what is frozen when a vote is published: its text and its roll. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


def text_hash(text: str) -> str:
    """SHA-256 of the text, in hexadecimal: shown with the text, so that anyone can see it has not changed."""
    return hashlib.sha256(text.encode()).hexdigest()


def roll_hash(entries: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of the frozen roll, whatever the order its entries are given in. An entry: seat id, label, user id."""
    lines = sorted(json.dumps(entry, sort_keys=True, ensure_ascii=False) for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
