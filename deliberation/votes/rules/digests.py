"""The fingerprint of what is frozen when a vote is published: its text (its roll's is votes.record.roll's). Pure."""

from __future__ import annotations

import hashlib


def text_hash(text: str) -> str:
    """SHA-256 of the text, in hexadecimal: shown with the text, so that anyone can see it has not changed."""
    return hashlib.sha256(text.encode()).hexdigest()
